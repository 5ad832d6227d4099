"""The books of one agreement: everything that any of its APIs can be asked for.

What was there at the anchor date is made on request; what happened since (see `events`) lies over
it. Nothing here knows of HTTP or JSON.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache

from .catalogue import FIRST_DAY, ZONES
from .contacts import Contact, ContactMaker, Delivery
from .customers import Customer, CustomerMaker
from .invoices import JITTER, Invoice, InvoiceMaker, Line
from .layer import KeyList, Layer

Clock = Callable[[], datetime]


class Books:
    """Hold debtors, contacts, delivery locations, booked invoices, lines and open amounts."""

    def __init__(
        self, seed: int, debtors: int, invoices: int, anchor: date, today: date, clock: Clock
    ) -> None:
        if invoices and not debtors:
            raise ValueError("there are no invoices without debtors")
        if not date.fromordinal(FIRST_DAY + 365) < anchor <= today:
            raise ValueError("the anchor is after 2004 and not after today")
        self.seed = seed
        self.anchor = anchor
        self.clock = clock
        self.revision = 0
        self._lock = threading.RLock()
        midnight = datetime(anchor.year, anchor.month, anchor.day)
        self.maker = CustomerMaker(seed, debtors, midnight)
        self._contact_maker = ContactMaker(seed, self.maker, midnight)
        self.sales = InvoiceMaker(seed, invoices, debtors, anchor.toordinal(), today.toordinal())
        self.base_customer = lru_cache(maxsize=16384)(self.maker.make)
        self._numbers = KeyList(self.sales.count, self.sales.number_at, self.sales.near)
        self._forget()

    def _forget(self) -> None:
        maker, contacts = self.maker, self._contact_maker
        self.customers: Layer[Customer] = Layer(
            KeyList(maker.count, maker.number_at, maker.near), self.base_customer
        )
        self.contacts: Layer[Contact] = Layer(
            KeyList(maker.contacts.total, _count_from_one, _one_less), contacts.contact
        )
        self.deliveries: Layer[Delivery] = Layer(
            KeyList(maker.deliveries.total, _count_from_one, _one_less), contacts.delivery
        )
        self.invoices: Layer[Invoice] = Layer(self._numbers, self._make_invoice)
        # What was booked since the anchor: lines by invoice, and (first line, invoice) in order.
        self.new_lines: dict[int, tuple[Line, ...]] = {}
        self.new_order: list[tuple[int, int]] = []
        self.new_recipients: dict[int, Customer] = {}
        # The numbers of debtors that are new or were renumbered, by identity.
        self.numbers: dict[int, int] = {}
        self._last_key = maker.count - 1
        self.line_count = self.sales.lines.total
        self._open: dict[int, int] | None = None
        self._open_of: tuple[int, dict[int, list[int]]] | None = None

    def reset(self) -> None:
        """Forget everything that happened since the anchor date."""
        self._forget()
        self.revision += 1

    # Debtors

    def number_of(self, key: int) -> int:
        """Return the present number of a debtor."""
        number = self.numbers.get(key)
        return self.maker.number_at(key) if number is None else number

    def new_key(self) -> int:
        """Return the identity of the next new debtor."""
        self._last_key += 1
        return self._last_key

    def customer_of(self, key: int) -> Customer | None:
        """Return a debtor by its identity."""
        return self.customers.get(self.number_of(key))

    def contacts_of(self, key: int) -> list[int]:
        """Return the numbers of a debtor's contacts."""
        return self._owned(self.contacts, self.maker.contacts.span, key)

    def deliveries_of(self, key: int) -> list[int]:
        """Return the numbers of a debtor's delivery locations."""
        return self._owned(self.deliveries, self.maker.deliveries.span, key)

    def _owned(
        self,
        layer: Layer[Contact] | Layer[Delivery],
        span: Callable[[int], tuple[int, int]],
        key: int,
    ) -> list[int]:
        numbers: list[int] = []
        if key < self.maker.count:
            start, stop = span(key)
            numbers += range(start + 1, stop + 1)
        numbers += [n for n in layer.edited if n not in numbers]
        rows = ((n, layer.get(n)) for n in sorted(numbers))
        return [n for n, row in rows if row is not None and row.customer == key]

    # Invoices

    def _make_invoice(self, index: int) -> Invoice:
        debtor = self.base_customer(self.sales.customer_of(index))
        return self.sales.make(index, self.sales.number_at(index), debtor)

    def base_invoices(self) -> Iterator[Invoice]:
        """Yield all invoices that nobody booked over the control path, debtor by debtor."""
        sales = self.sales
        for key in range(self.maker.count if sales.count else 0):
            debtor = self.base_customer(key)
            for index in sales.of_customer(key):
                yield sales.make(index, sales.number_at(index), debtor)

    def recipient_of(self, invoice: Invoice) -> Customer:
        """Return the debtor as it was when the invoice was booked."""
        return self.new_recipients.get(invoice.number) or self.base_customer(invoice.customer)

    def booked_of(self, key: int) -> list[int]:
        """Return the numbers of a debtor's booked invoices, ascending."""
        numbers: list[int] = []
        if key < self.maker.count and self.sales.count:
            numbers += map(self.sales.number_at, self.sales.of_customer(key))
        new = (self.invoices.get(number) for _, number in self.new_order)
        numbers += [invoice.number for invoice in new if invoice and invoice.customer == key]
        return sorted(numbers)

    def booked_customer(self, number: int) -> int:
        """Return the key of the debtor of an invoice, without making the invoice."""
        index = self.invoices.index_of(number)
        if index is not None:
            return self.sales.customer_of(index)
        invoice = self.invoices.get(number)
        assert invoice is not None
        return invoice.customer

    def booked_day(self, number: int) -> int:
        """Return the date of an invoice as an ordinal, without making the invoice."""
        index = self.invoices.index_of(number)
        if index is not None:
            return self.sales.day_of(index)
        invoice = self.invoices.get(number)
        assert invoice is not None
        return invoice.booked

    def booked_currency(self, number: int) -> str:
        """Return the currency of an invoice, without making the invoice."""
        index = self.invoices.index_of(number)
        if index is not None:
            return self.base_customer(self.sales.customer_of(index)).currency
        invoice = self.invoices.get(number)
        assert invoice is not None
        return invoice.currency

    def booked_between(self, first: int | None, last: int | None) -> tuple[int, int]:
        """Return two invoice numbers between which all base invoices of these days are."""
        start = 0 if first is None else self.sales.index_of_day(first - JITTER)
        stop = self.sales.count if last is None else self.sales.index_of_day(last + JITTER)
        return self.sales.number_at(start), self.sales.number_at(max(start, stop))

    # Lines; their keys are the numbers 1 .. line_count.

    def lines_of(self, invoice: Invoice) -> tuple[Line, ...]:
        """Return the lines of an invoice."""
        new = self.new_lines.get(invoice.number)
        if new is not None:
            return new
        index = self.sales.lines.owner(invoice.first_line - 1)
        return tuple(self._base_lines(index))

    def _base_lines(self, index: int) -> Iterator[Line]:
        sales = self.sales
        debtor = self.base_customer(sales.customer_of(index))
        return sales.make_lines(
            index, sales.number_at(index), debtor.currency, sales.day_of(index),
            ZONES[debtor.zone].rate,
        )  # fmt: skip

    def lines_around(self, number: int) -> tuple[Line, ...]:
        """Return all lines of the invoice that a line belongs to."""
        if number <= self.sales.lines.total:
            return tuple(self._base_lines(self.sales.lines.owner(number - 1)))
        return self.new_lines[self.document_of(number)]

    def document_of(self, number: int) -> int:
        """Return the number of the invoice that a line belongs to."""
        if number <= self.sales.lines.total:
            return self.sales.number_at(self.sales.lines.owner(number - 1))
        return self.new_order[bisect_right(self.new_order, (number, 1 << 62)) - 1][1]

    def line_ranges(self, first: int, last: int) -> list[range]:
        """Return the numbers of all lines of invoices numbered from first to last."""
        low, high = self._first_line(first), self._first_line(last + 1)
        found = [range(low, max(low, high))]
        for start, invoice in self.new_order:
            if first <= invoice <= last:
                found.append(range(start, start + len(self.new_lines[invoice])))
        return [span for span in found if span]

    def _first_line(self, number: int) -> int:
        return self.sales.lines.span(self._numbers.rank(number)).start + 1

    # Open amounts

    @property
    def open(self) -> dict[int, int]:
        """Return the open amounts that are not zero, by invoice number."""
        with self._lock:
            if self._open is None:
                self._open = dict(self._open_at_first())
            return self._open

    def _open_at_first(self) -> Iterator[tuple[int, int]]:
        for index in self.sales.open_candidates():
            invoice = self._make_invoice(index)
            remainder = self.sales.remainder(index, invoice)
            if remainder:
                yield invoice.number, remainder

    def set_open(self, number: int, amount: int) -> None:
        """Set what of an invoice is open; whoever reads the amounts keeps the ones it has."""
        with self._lock:
            changed = {**self.open, number: amount}
            if not amount:
                del changed[number]
            self._open = changed

    def open_of(self, key: int) -> list[int]:
        """Return the numbers of a debtor's open invoices."""
        held = self._open_of
        if held is None or held[0] != self.revision:
            by_customer: dict[int, list[int]] = {}
            for number in self.open:
                by_customer.setdefault(self.booked_customer(number), []).append(number)
            self._open_of = held = (self.revision, by_customer)
        return held[1].get(key, [])

    def balance(self, key: int, *, due_only: bool = False) -> int:
        """Return what a debtor owes, or what of it is past its due date, in base currency."""
        today = self.clock().date().toordinal()
        total = 0
        for number in self.open_of(key):
            invoice = self.invoices.get(number)
            if invoice and not (due_only and invoice.due >= today):
                total += invoice.in_base(self.open[number])
        return total


class LineReader:
    """Read lines by number; the lines of one invoice are made together."""

    def __init__(self, books: Books) -> None:
        self._around = books.lines_around
        self._held: tuple[Line, ...] = ()
        self._first, self._last = 0, -1

    def __call__(self, number: int) -> Line:
        if not self._first <= number <= self._last:
            self._held = self._around(number)
            self._first, self._last = self._held[0].number, self._held[-1].number
        return self._held[number - self._first]


def _count_from_one(index: int) -> int:
    return index + 1


def _one_less(number: int) -> tuple[int, int]:
    return number - 1, number
