"""The records of the open API as JSON text: no nulls, false booleans left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .data.books import Books, LineReader
from .wire import money, quote, raw, record, small, text


class OpenRecords:
    """Write customers, contacts, delivery locations and booked invoice lines."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def customers(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield customers."""
        for number in numbers:
            who = self.books.customers.get(number)
            if who is None:
                continue
            first, _, rest = who.address.replace('\r\n', '\n').replace('\r', '\n').partition('\n')
            limit = who.credit_limit
            yield record(
                f'"customerNumber":{number},"customerGroupNumber":{who.group},"zone":{who.zone}',
                f'"currency":"{who.currency}"',
                '' if who.barred else '"access":true',
                f'"name":{quote(who.name)}',
                text('address1', first),
                text('address2', rest),
                text('postCode', who.zip),
                text('city', who.city),
                text('country', who.country),
                text('phone', who.phone),
                text('email', who.email),
                text('cvrNo', who.cvr),
                _number('ourRef', who.sales_person),
                _number('layoutGroup', who.layout),
                f'"paymentTermId":{who.terms}',
                text('homepage', who.website),
                _number('defaultTheirRef', who.contact),
                _number('defaultAttention', who.attention),
                _number('defaultDeliveryLocation', who.delivery),
                text('eanLocationNumber', who.ean),
                text('voucherNumber', who.public_entry[:30]),
                text('vatNo', who.vat_number),
                raw('creditMaximum', None if limit is None else money(limit)),
                text('pnr', who.p_number),
                text('mobilePhone', who.mobile),
                '"defaultDisableEInvoicing":true' if who.no_e_invoice else '',
                _version(number, who.last_updated, who.version),
            )

    def contacts(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield contacts; deleted ones carry a flag."""
        for number in numbers:
            who = self.books.contacts.get(number)
            if who is None:
                continue
            yield record(
                f'"number":{number},"customerNumber":{self.books.number_of(who.customer)}',
                f'"userInterfaceNumber":{who.position},"name":{quote(who.name)}',
                text('email', who.email),
                text('phone', who.phone),
                text('notes', who.notes),
                text('eInvoiceId', who.e_invoice_id),
                f'"lastUpdated":"{who.last_updated}"',
                '"receiveInvoices":true' if who.invoices else '',
                '"receiveReminders":true' if who.reminders else '',
                _version(number, who.last_updated, who.version),
                '"isDeleted":true' if who.deleted else '"active":true',
            )

    def deliveries(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield delivery locations."""
        for number in numbers:
            place = self.books.deliveries.get(number)
            if place is None:
                continue
            yield record(
                f'"number":{number},"customerNumber":{self.books.number_of(place.customer)}',
                f'"userInterfaceNumber":{place.position}',
                text('address', place.address),
                text('city', place.city),
                text('country', place.country),
                text('postalCode', place.zip),
                text('termsOfDelivery', place.terms),
                '"isBarred":true' if place.barred else '',
                f'"lastUpdated":"{place.last_updated}"',
                _version(number, place.last_updated, place.version),
            )

    def lines(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield booked invoice lines; this is where the bulk of an import comes from."""
        for line in map(LineReader(self.books), numbers):
            (number, invoice, position, description, product, quantity, unit, price, discount, cost,
             vat_rate, total, department, account) = line  # fmt: skip
            head = (
                f'{{"documentId":{invoice},"number":{number},"userInterfaceNumber":{position},'
                f'"description":{quote(description)},'
            )
            tail = (
                f'"vatRate":{vat_rate}.00,"vatAmount":{small(line.vat)},'
                f'"totalNetAmount":{money(total)}}}'
            )
            if product is None or quantity is None or price is None or discount is None:
                yield ''.join((
                    head, _text('productNumber', product), _amount('quantity', quantity),
                    _amount('unitNetPrice', price), _amount('discountPercentage', discount),
                    _amount('unitCostPrice', cost), tail,
                ))  # fmt: skip
                continue
            yield (
                f'{head}"productNumber":{quote(product)},"quantity":{money(quantity)},'
                f'{f""""unitNumber":{unit},""" if unit else ""}"unitNetPrice":{money(price)},'
                f'{f""""unitCostPrice":{money(cost)},""" if cost is not None else ""}'
                f'"discountPercentage":{money(discount)},'
                f'{f""""departmentNumber":{department},""" if department else ""}'
                f'{f""""bookedAccount":{account},""" if account else ""}{tail}'
            )


def _text(key: str, value: str | None) -> str:
    return '' if value is None else f'"{key}":{quote(value)},'


def _amount(key: str, hundredths: int | None) -> str:
    return '' if hundredths is None else f'"{key}":{money(hundredths)},'


def _number(key: str, number: int) -> str:
    return f'"{key}":{number}' if number else ''


def _version(number: int, updated: str, version: int) -> str:
    stamp = ''.join(filter(str.isdigit, updated))
    return f'"objectVersion":"{stamp}{number % 997:03d}{version:02d}"'
