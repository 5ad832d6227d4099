"""The large lists of both APIs, over the books."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from . import fields
from .data.books import Books, LineReader
from .data.catalogue import iso_day
from .evaluate import bounds, is_range, points
from .grammar import Condition, Field
from .legacy_customers import CustomerRecords
from .legacy_invoices import InvoiceRecords
from .listing import Listing, Spans, Without, narrow_layer, narrow_list, point_keys
from .open_records import OpenRecords

Texts = Callable[[Iterable[int]], Iterator[str]]


def legacy_customers(books: Books, base: str) -> Listing:
    """Return the list of customers."""
    layer = books.customers

    def updated(number: int) -> object:
        who = layer.get(number)
        return who.last_updated if who else None

    return Listing(
        'customers', 'customerNumber', fields.CUSTOMERS, layer.ranked(),
        CustomerRecords(books, base).customers,
        lambda condition: narrow_layer(layer, condition, 'customerNumber'),
        {'customerNumber': int, 'lastUpdated': updated},
    )  # fmt: skip


def customers_of_group(books: Books, base: str, group: int) -> Listing:
    """Return the customers of one group."""
    layer = books.customers
    numbers = [n for n in layer if (who := layer.get(n)) and who.group == group]
    return _plain_list(
        'customers', 'customerNumber', fields.CUSTOMERS, numbers,
        CustomerRecords(books, base).customers,
    )  # fmt: skip


def legacy_contacts(books: Books, base: str, key: int) -> Listing:
    """Return the contacts of one customer."""
    numbers = books.contacts_of(key)
    return _plain_list(
        'contacts', 'customerContactNumber', fields.CONTACTS, numbers,
        CustomerRecords(books, base).contacts,
    )  # fmt: skip


def legacy_deliveries(books: Books, base: str, key: int) -> Listing:
    """Return the delivery locations of one customer."""
    numbers = books.deliveries_of(key)
    return _plain_list(
        'delivery-locations', 'deliveryLocationNumber', fields.DELIVERIES, numbers,
        CustomerRecords(books, base).deliveries,
    )  # fmt: skip


def _plain_list(
    name: str, key: str, allowed: dict[str, Field], numbers: Sequence[int], texts: Texts
) -> Listing:
    return Listing(
        name, key, allowed, numbers, texts,
        lambda condition: narrow_list(numbers, condition, key), {key: int},
    )  # fmt: skip


def booked(books: Books, records: InvoiceRecords) -> Listing:
    """Return all booked invoices."""
    return Listing(
        'invoices/booked', 'bookedInvoiceNumber', fields.BOOKED, books.invoices.ranked(),
        records.invoices, partial(_narrow_booked, books), _invoice_quick(books),
    )  # fmt: skip


def booked_of(books: Books, records: InvoiceRecords, key: int) -> Listing:
    """Return the booked invoices of one customer."""
    numbers = books.booked_of(key)
    return Listing(
        'customers/invoices/booked', 'bookedInvoiceNumber', fields.PAYMENT_STATE, numbers,
        partial(records.invoices, short=True),
        lambda condition: narrow_list(numbers, condition, 'bookedInvoiceNumber'),
        _invoice_quick(books),
    )  # fmt: skip


def by_state(books: Books, records: InvoiceRecords, state: str) -> Listing:
    """Return the invoices in a state of payment: paid, unpaid, overdue or not-due."""
    opened = sorted(books.open)
    key = 'bookedInvoiceNumber'
    today = books.clock().date().toordinal()
    if state == 'paid':

        def narrow(condition: Condition) -> Sequence[int]:
            return [n for n in _narrow_booked(books, condition) if n not in books.open]

        keys: Sequence[int] = Without(books.invoices.ranked(), opened)
    else:
        if state != 'unpaid':
            rows = ((number, books.invoices.get(number)) for number in opened)
            late = state == 'overdue'
            opened = [n for n, row in rows if row is not None and (row.due < today) == late]
        keys = opened

        def narrow(condition: Condition) -> Sequence[int]:
            return narrow_list(opened, condition, key)

    return Listing(
        f'invoices/{state}', key, fields.PAYMENT_STATE, keys,
        partial(records.invoices, short=True), narrow, _invoice_quick(books),
    )  # fmt: skip


def _invoice_quick(books: Books) -> dict[str, Callable[[int], object]]:
    return {
        'bookedInvoiceNumber': int,
        'date': lambda number: iso_day(books.booked_day(number)),
        'currency': books.booked_currency,
        'customer.customerNumber': lambda number: books.number_of(books.booked_customer(number)),
    }


def _narrow_booked(books: Books, condition: Condition) -> Sequence[int]:
    """Return where to look for booked invoices: by debtor, by number or by date."""
    key = 'bookedInvoiceNumber'
    customers = points(condition, 'customer.customerNumber')
    if customers is not None:
        found = [books.customers.get(n) for n in customers if isinstance(n, int)]
        return sorted(number for who in found if who for number in books.booked_of(who.key))
    if points(condition, key) is not None or is_range(condition, key):
        return narrow_layer(books.invoices, condition, key)
    first, last = bounds(condition, 'date')
    if first is None and last is None:
        return narrow_layer(books.invoices, condition, key)
    low, high = books.booked_between(_ordinal(first), _ordinal(last))
    layer = books.invoices
    inside = layer.ranked(layer.rank(low), layer.rank(high))
    # What was booked since the anchor may have any number.
    new = [number for _, number in books.new_order if not low <= number < high]
    return sorted([*inside, *new]) if new else inside


def _ordinal(value: object) -> int | None:
    return None if value is None else date.fromisoformat(str(value)).toordinal()


def open_customers(books: Books, records: OpenRecords) -> Listing:
    """Return the customers of the open API."""
    layer = books.customers
    return Listing(
        'Customers', 'customerNumber', fields.OPEN_CUSTOMERS, layer.ranked(), records.customers,
        lambda condition: narrow_layer(layer, condition, 'customerNumber'),
        {'customerNumber': int},
    )  # fmt: skip


def open_contacts(books: Books, records: OpenRecords) -> Listing:
    """Return the contacts of the open API."""
    layer = books.contacts
    return Listing(
        'Contacts', 'number', fields.OPEN_CONTACTS, layer.ranked(), records.contacts,
        lambda condition: narrow_layer(layer, condition, 'number'), {'number': int},
    )  # fmt: skip


def open_deliveries(books: Books, records: OpenRecords) -> Listing:
    """Return the delivery locations of the open API."""
    layer = books.deliveries
    return Listing(
        'DeliveryLocations', 'number', fields.OPEN_DELIVERIES, layer.ranked(), records.deliveries,
        lambda condition: narrow_layer(layer, condition, 'number'), {'number': int},
    )  # fmt: skip


def open_lines(books: Books, records: OpenRecords) -> Listing:
    """Return the booked invoice lines of the open API, in the order of their numbers."""
    everything = range(1, books.line_count + 1)

    def narrow(condition: Condition) -> Sequence[int]:
        wanted = point_keys(condition, 'documentId')
        if wanted is not None:
            spans = [span for n in wanted for span in books.line_ranges(n, n)]
            return Spans(sorted(spans, key=lambda span: span.start))
        low, high = bounds(condition, 'documentId')
        if low is None and high is None:
            return narrow_list(everything, condition, 'number')
        first = low if isinstance(low, int) else 0
        last = high if isinstance(high, int) else 1 << 31
        return Spans(books.line_ranges(first, last))

    return Listing(
        'invoices/booked/lines', 'number', fields.OPEN_LINES, everything, records.lines, narrow,
        _line_quick(books), ('documentId',),
    )  # fmt: skip


def _line_quick(books: Books) -> dict[str, Callable[[int], object]]:
    read = LineReader(books)

    def discount(number: int) -> Decimal | None:
        hundredths = read(number).discount
        return None if hundredths is None else Decimal(hundredths).scaleb(-2)

    return {
        'number': int,
        'documentId': books.document_of,
        'userInterfaceNumber': lambda number: read(number).position,
        'productNumber': lambda number: read(number).product,
        'departmentNumber': lambda number: read(number).department,
        'bookedAccount': lambda number: read(number).account,
        'discountPercentage': discount,
    }


def open_lines_of(books: Books, records: OpenRecords, document: int) -> Listing:
    """Return the lines of one booked invoice; empty for an unknown one."""
    numbers = [n for span in books.line_ranges(document, document) for n in span]
    return _plain_list('invoices/booked/lines', 'number', fields.OPEN_LINES, numbers, records.lines)
