"""Booked invoices and their lines of the legacy REST API, as JSON text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote as url_quote

from .data.books import Books
from .data.catalogue import TERMS, UNITS, ZONES, iso_day
from .data.customers import Customer
from .data.extras import extras_of
from .data.invoices import Invoice, Line
from .legacy_customers import contact_link
from .wire import link, money, quote, rate, raw, record, small, text

# Recipients kept as text, so that a page of invoices need not write each debtor again.
_HELD = 16384


class InvoiceRecords:
    """Write booked invoices with links under one address."""

    def __init__(self, books: Books, base: str) -> None:
        self.books = books
        self.base = base
        self._recipients: dict[tuple[int, int, int, bool], str] = {}

    def invoices(self, numbers: Iterable[int], *, short: bool = False) -> Iterator[str]:
        """Yield invoices of a list; the lists by state of payment have shorter ones."""
        for number in numbers:
            invoice = self.books.invoices.get(number)
            if invoice is not None:
                yield self.invoice(invoice, short=short)

    def invoice(self, invoice: Invoice, *, short: bool = False, lines: str = '') -> str:
        """Return one invoice; `lines` are the JSON texts of its lines."""
        base, books = self.base, self.books
        number = invoice.number
        open_amount = books.open.get(number, 0)
        debtor = books.recipient_of(invoice)
        more = extras_of(invoice, debtor)
        customer = books.number_of(invoice.customer)
        url = f'{base}/invoices/booked/{number}'
        in_base = invoice.in_base
        moved = bool(debtor.moved and invoice.booked < debtor.moved)
        gross_in_base = (
            '' if short else (f'"grossAmountInBaseCurrency":{money(in_base(invoice.gross))},')
        )
        return ''.join((
            f'{{"bookedInvoiceNumber":{number},',
            f'"orderNumber":{more.order_number},' if more.order_number and not short else '',
            f'"date":"{iso_day(invoice.booked)}","currency":"{invoice.currency}",',
            '' if short else f'"exchangeRate":{rate(invoice.rate)},',
            f'"netAmount":{money(invoice.net)},'
            f'"netAmountInBaseCurrency":{money(in_base(invoice.net))},'
            f'"grossAmount":{money(invoice.gross)},{gross_in_base}'
            f'"vatAmount":{money(invoice.vat)},"roundingAmount":{money(invoice.rounding)},'
            f'"remainder":{money(open_amount)},'
            f'"remainderInBaseCurrency":{money(in_base(open_amount))},'
            f'"dueDate":"{iso_day(invoice.due)}",'
            f'{self._terms(invoice.terms)},"customer":{{"customerNumber":{customer},'
            f'"self":"{base}/customers/{customer}"}},'
            f'"recipient":{self._recipient(debtor, customer, moved)},',
            link('deliveryLocation', 'deliveryLocationNumber', more.delivery_location,
                 f'{base}/customers/{customer}/delivery-locations') + ','
            if more.delivery_location else '',
            self._delivery(more.address, more.zip, more.city, more.country, more.terms,
                           more.delivered) if more.address else '',
            _group('notes', text('heading', more.heading), text('textLine1', more.text1),
                   text('textLine2', more.text2)),
            _group('references', contact_link('customerContact', more.contact, customer, base),
                   link('salesPerson', 'employeeNumber', more.sales_person, f'{base}/employees'),
                   link('vendorReference', 'employeeNumber', more.vendor, f'{base}/employees'),
                   text('other', more.other)),
            f'"layout":{{"layoutNumber":{more.layout},"self":"{base}/layouts/{more.layout}"}},'
            f'"pdf":{{"download":"{url}/pdf"}},{lines}"sent":"{url}/sent","self":"{url}"}}',
        ))  # fmt: skip

    def _terms(self, number: int) -> str:
        terms = TERMS[number]
        days = '' if terms.days is None else f'"daysOfCredit":{terms.days},'
        return (
            f'"paymentTerms":{{"paymentTermsNumber":{number},{days}"name":{quote(terms.name)},'
            f'"paymentTermsType":"{terms.kind}","self":"{self.base}/payment-terms/{number}"}}'
        )

    def _recipient(self, debtor: Customer, number: int, moved: bool) -> str:
        """Return the debtor as the invoice shows it, with the address it had."""
        held_as = (debtor.key, debtor.version, number, moved)
        found = self._recipients.get(held_as)
        if found is None:
            if len(self._recipients) >= _HELD:
                self._recipients.clear()
            zone = ZONES[debtor.zone]
            found = self._recipients[held_as] = record(
                f'"name":{quote(debtor.name[:250])}',
                text('address', (debtor.old_address if moved else debtor.address)[:250]),
                text('zip', debtor.zip),
                text('city', debtor.city),
                text('country', debtor.country),
                text('ean', debtor.ean),
                text('publicEntryNumber', debtor.public_entry),
                contact_link('attention', debtor.attention, number, self.base),
                f'"vatZone":{{"name":{quote(zone.name)},"vatZoneNumber":{zone.number},'
                f'"enabledForCustomer":true,"enabledForSupplier":{str(zone.for_supplier).lower()},'
                f'"self":"{self.base}/vat-zones/{zone.number}"}}',
                text('cvr', debtor.cvr),
            )
        return found

    @staticmethod
    def _delivery(
        address: str, zip_code: str, city: str, country: str, terms: str, day: int
    ) -> str:
        return _group(
            'delivery', text('address', address), text('zip', zip_code), text('city', city),
            text('country', country), text('deliveryTerms', terms),
            f'"deliveryDate":"{iso_day(day)}"',
        )  # fmt: skip

    def lines(self, lines: Iterable[Line]) -> str:
        """Return the lines of a single invoice, as a member."""
        return f'"lines":[{",".join(map(self._line, lines))}],'

    def _line(self, line: Line) -> str:
        base = self.base
        unit = line.unit
        return record(
            f'"lineNumber":{line.position},"sortKey":{line.position}',
            text('description', line.description),
            raw('quantity', None if line.quantity is None else money(line.quantity)),
            raw('unitNetPrice', None if line.price is None else money(line.price)),
            raw('discountPercentage', None if line.discount is None else money(line.discount)),
            raw('unitCostPrice', None if line.cost is None else money(line.cost)),
            f'"vatRate":{line.vat_rate}.00000000,"vatAmount":{small(line.vat)}',
            f'"totalNetAmount":{money(line.total)}',
            product_link(line.product, base),
            f'"unit":{{"unitNumber":{unit},"name":{quote(UNITS[unit])},'
            f'"products":"{base}/units/{unit}/products","self":"{base}/units/{unit}"}}'
            if unit
            else '',
            link(
                'departmentalDistribution', 'departmentalDistributionNumber', line.department or 0,
                f'{base}/departmental-distributions/departments',
            ),
        )  # fmt: skip


def product_link(number: str | None, base: str) -> str:
    """Return the member that refers to a product, nothing for None."""
    if number is None:
        return ''
    url = f'{base}/products/{url_quote(number, safe="")}'
    return f'"product":{{"productNumber":{quote(number)},"self":"{url}"}}'


def _group(key: str, *parts: str) -> str:
    inner = ','.join(filter(None, parts))
    return f'"{key}":{{{inner}}},' if inner else ''
