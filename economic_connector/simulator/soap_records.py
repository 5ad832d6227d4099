"""The agreement's records as the SOAP API writes them, in the order of its schema."""

from __future__ import annotations

from .data.books import Books
from .data.catalogue import (
    EMPLOYEES,
    GROUPS,
    PRODUCT_BY_NUMBER,
    PRODUCT_GROUPS,
    TERMS,
    UNITS,
    iso_day,
)
from .data.contacts import Contact, Delivery
from .data.customers import Customer
from .data.extras import extras_of
from .data.invoices import Invoice, Line
from .soap_xml import element, flag, handle, nothing, text, value
from .wire import money, small

_ZONES = {1: 'HomeCountry', 2: 'EU', 3: 'Abroad', 4: 'HomeCountry'}
# Entries have numbers of their own, so that nobody takes them for invoice numbers.
FIRST_ENTRY = 100_000_000


def _moment(day: int) -> str:
    return f'{iso_day(day)}T00:00:00'


class SoapRecords:
    """Write records; each method takes what the books hold and returns one element."""

    def __init__(self, books: Books, agreement: int, company: str) -> None:
        self.books = books
        self._agreement = agreement
        self._company = company

    def company(self) -> str:
        """Return the agreement's own company, without the element around it."""
        return ''.join((
            handle('Handle', self._agreement),
            value('Number', self._agreement),
            handle('BaseCurrencyHandle', 'DKK', 'Code'),
            text('Name', self._company),
            text('Address1', 'Ågade 1'),
            text('PostalCode', '8000'),
            text('City', 'Aarhus C'),
            text('Country', 'Danmark'),
            text('TelephoneNumber', '+4586123456'),
            text('Contact', 'Bogholderiet'),
            text('Email', 'bogholderi@simulator.example'),
            text('CINumber', '12345674'),
            value('SignUpDate', '2004-01-02T00:00:00'),
        ))  # fmt: skip

    def debtor(self, who: Customer) -> str:
        """Return a debtor."""
        limit = who.credit_limit
        return element(
            'DebtorData',
            handle('Handle', who.number),
            value('Number', who.number),
            handle('DebtorGroupHandle', who.group),
            text('Name', who.name),
            value('VatZone', _ZONES[who.zone]),
            handle('ExtendedVatZone', who.zone),
            handle('CurrencyHandle', who.currency, 'Code'),
            flag('IsAccessible', not who.barred),
            text('Ean', who.ean),
            text('PublicEntryNumber', who.public_entry),
            text('Email', who.email),
            text('TelephoneAndFaxNumber', who.phone),
            text('Website', who.website),
            text('Address', who.address),
            text('PostalCode', who.zip),
            text('City', who.city),
            text('Country', who.country),
            nothing('CreditMaximum') if limit is None else value('CreditMaximum', money(limit)),
            text('VatNumber', who.vat_number),
            text('PNumber', who.p_number),
            text('CINumber', who.cvr),
            handle('TermOfPaymentHandle', who.terms, 'Id'),
            handle('LayoutHandle', who.layout, 'Id'),
            handle('AttentionHandle', who.attention, 'Id'),
            handle('YourReferenceHandle', who.contact, 'Id'),
            handle('OurReferenceHandle', who.sales_person),
            value('Balance', money(self.books.balance(who.key))),
            handle('DefaultDeliveryLocationHandle', who.delivery, 'Id'),
        )

    def contact(self, who: Contact) -> str:
        """Return a contact person."""
        return element(
            'DebtorContactData',
            handle('Handle', who.number, 'Id'),
            value('Id', who.number),
            handle('DebtorHandle', self.books.number_of(who.customer)),
            text('Name', who.name),
            value('Number', who.position),
            text('TelephoneNumber', who.phone),
            text('Email', who.email),
            text('Comments', who.notes),
            flag('IsToReceiveEmailCopyOfOrder', False),
            flag('IsToReceiveEmailCopyOfInvoice', who.invoices),
        )

    def delivery(self, place: Delivery) -> str:
        """Return a delivery location."""
        return element(
            'DeliveryLocationData',
            handle('Handle', place.number, 'Id'),
            value('Id', place.number),
            handle('DebtorHandle', self.books.number_of(place.customer)),
            value('Number', place.position),
            text('Address', place.address),
            text('PostalCode', place.zip),
            text('City', place.city),
            text('Country', place.country),
            text('TermsOfDelivery', place.terms),
            flag('IsAccessible', not place.barred),
        )

    def invoice(self, invoice: Invoice) -> str:
        """Return the header of a booked invoice."""
        debtor = self.books.recipient_of(invoice)
        more = extras_of(invoice, debtor)
        remainder = self.books.open.get(invoice.number, 0)
        moved = debtor.moved and invoice.booked < debtor.moved
        return element(
            'InvoiceData',
            handle('Handle', invoice.number),
            value('Number', invoice.number),
            handle('DebtorHandle', self.books.number_of(invoice.customer)),
            text('DebtorName', debtor.name[:250]),
            text('DebtorAddress', (debtor.old_address if moved else debtor.address)[:250]),
            text('DebtorPostalCode', debtor.zip),
            text('DebtorCity', debtor.city),
            text('DebtorCountry', debtor.country),
            text('DebtorEan', debtor.ean),
            text('PublicEntryNumber', debtor.public_entry),
            handle('AttentionHandle', debtor.attention, 'Id'),
            handle('YourReferenceHandle', more.contact, 'Id'),
            handle('OurReferenceHandle', more.sales_person),
            handle('OurReference2Handle', more.vendor),
            handle('TermOfPaymentHandle', invoice.terms, 'Id'),
            handle('CurrencyHandle', invoice.currency, 'Code'),
            flag('IsVatIncluded', False),
            handle('LayoutHandle', more.layout, 'Id'),
            handle('DeliveryLocationHandle', more.delivery_location, 'Id'),
            text('DeliveryAddress', more.address),
            text('DeliveryPostalCode', more.zip),
            text('DeliveryCity', more.city),
            text('DeliveryCountry', more.country),
            text('TermsOfDelivery', more.terms),
            value('DeliveryDate', _moment(more.delivered))
            if more.delivered
            else nothing('DeliveryDate'),
            value('Date', _moment(invoice.booked)),
            value('DueDate', _moment(invoice.due)),
            text('Heading', more.heading),
            text('TextLine1', more.text1),
            text('TextLine2', more.text2),
            text('OtherReference', more.other),
            value('OrderNumber', more.order_number),
            value('NetAmount', money(invoice.net)),
            value('VatAmount', money(invoice.vat)),
            value('GrossAmount', money(invoice.gross)),
            value('Remainder', money(remainder)),
            value('RemainderDefaultCurrency', money(invoice.in_base(remainder))),
            value('RoundingAmount', money(invoice.rounding)),
            value('NetAmountDefaultCurrency', money(invoice.in_base(invoice.net))),
            value('DeductionAmount', money(0)),
        )

    def line(self, line: Line, invoice: Invoice) -> str:
        """Return a line of a booked invoice; where it has no number, it has to say zero."""
        return element(
            'InvoiceLineData',
            element('Handle', value('Id', line.number), value('Number', line.position)),
            value('Id', line.number),
            value('Number', line.position),
            handle('InvoiceHandle', line.invoice),
            text('Description', line.description),
            nothing('DeliveryDate'),
            handle('UnitHandle', line.unit or 0),
            handle('ProductHandle', line.product or ''),
            value('Quantity', money(line.quantity or 0)),
            value('UnitNetPrice', money(line.price or 0)),
            value('DiscountAsPercent', money(line.discount or 0)),
            value('UnitCostPrice', money(invoice.in_base(line.cost or 0))),
            value('VatRate', f'{line.vat_rate}.00'),
            value('VatAmount', small(line.vat)),
            value('TotalNetAmount', money(line.total)),
            handle('DepartmentHandle', line.department or 0),
        )

    def entry(self, invoice: Invoice) -> str:
        """Return the entry of a booked invoice."""
        remainder = self.books.open.get(invoice.number, 0)
        serial = FIRST_ENTRY + invoice.number
        return element(
            'DebtorEntryData',
            handle('Handle', serial, 'SerialNumber'),
            value('SerialNumber', serial),
            value('Type', 'DebtorInvoice'),
            value('Date', _moment(invoice.booked)),
            handle('DebtorHandle', self.books.number_of(invoice.customer)),
            handle('AccountHandle', 5600),
            value('VoucherNumber', invoice.number),
            value('AmountDefaultCurrency', money(invoice.in_base(invoice.gross))),
            handle('CurrencyHandle', invoice.currency, 'Code'),
            value('Amount', money(invoice.gross)),
            value('InvoiceNumber', invoice.number),
            value('DueDate', _moment(invoice.due)),
            value('Remainder', money(remainder)),
            value('RemainderDefaultCurrency', money(invoice.in_base(remainder))),
        )

    def payment(self) -> str:
        """Return the one open entry that belongs to no invoice: money not yet placed."""
        return element(
            'DebtorEntryData',
            handle('Handle', FIRST_ENTRY, 'SerialNumber'),
            value('SerialNumber', FIRST_ENTRY),
            value('Type', 'DebtorPayment'),
            value('Date', _moment(self.books.anchor.toordinal())),
            value('VoucherNumber', 1),
            text('Text', 'A conto'),
            value('AmountDefaultCurrency', '-100.00'),
            handle('CurrencyHandle', 'DKK', 'Code'),
            value('Amount', '-100.00'),
            value('InvoiceNumber', 0),
            value('DueDate', _moment(self.books.anchor.toordinal())),
            value('Remainder', '-100.00'),
            value('RemainderDefaultCurrency', '-100.00'),
        )


def group_data(number: int) -> str:
    """Return a debtor group."""
    name, layout = GROUPS[number]
    return element(
        'DebtorGroupData',
        handle('Handle', number),
        value('Number', number),
        text('Name', name),
        handle('AccountHandle', 5600),
        handle('LayoutHandle', layout, 'Id'),
    )


def terms_data(number: int) -> str:
    """Return terms of payment."""
    terms = TERMS[number]
    return element(
        'TermOfPaymentData',
        handle('Handle', number, 'Id'),
        value('Id', number),
        text('Name', terms.name),
        value('Type', terms.kind[0].upper() + terms.kind[1:]),
        nothing('Days') if terms.days is None else value('Days', terms.days),
        nothing('DistributionInPercent'),
        nothing('DistributionInPercent2'),
    )


def employee_data(number: int) -> str:
    """Return an employee."""
    who = EMPLOYEES[number]
    return element(
        'EmployeeData',
        handle('Handle', number),
        value('Number', number),
        handle('GroupHandle', who.group),
        text('Name', who.name),
        value('EmployeeType', 'Undefined'),
    )


def unit_data(number: int) -> str:
    """Return a unit."""
    return element(
        'UnitData', handle('Handle', number), value('Number', number), text('Name', UNITS[number])
    )


def product_group_data(number: int) -> str:
    """Return a product group."""
    return element(
        'ProductGroupData',
        handle('Handle', number),
        value('Number', number),
        text('Name', PRODUCT_GROUPS[number]),
    )


def product_data(number: str) -> str:
    """Return a product."""
    product = PRODUCT_BY_NUMBER[number]
    price = money(product.price)
    return element(
        'ProductData',
        handle('Handle', number),
        text('Number', number),
        handle('ProductGroupHandle', product.group),
        text('Name', product.name),
        text('Description', product.description),
        value('SalesPrice', price),
        value('CostPrice', money(product.cost or 0)),
        value('RecommendedPrice', price),
        handle('UnitHandle', product.unit or 0),
        flag('IsAccessible', not product.barred),
        value('Volume', '0.00'),
        handle('DepartmentHandle', product.department or 0),
    )
