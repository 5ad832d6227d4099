"""The booked invoices and their lines: each a pure function of (seed, index, anchor day).

As days pass after the anchor, invoices are added and paid, and no other is changed.

Amounts are in øre (hundredths of the invoice's currency), quantities and percentages in hundredths,
exchange rates in millionths, days are proleptic ordinals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .catalogue import (
    FIRST_DAY,
    PRODUCTS,
    SALES_ACCOUNTS,
    TERMS,
    TEXT_LINES,
    ZONES,
    exchange_rate,
    working_day,
)
from .customers import Customer
from .mixing import Dice, Shuffle, Spread, halves_up

# Lines of 16 neighbouring invoices, three on average.
LINES = (1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 5, 5, 6, 8)
# Invoices of 16 neighbouring debtors in one round of the agreement's sales.
WEIGHTS = (0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12, 15, 15)
_FIRST_NUMBER = 10001
_GAP_BLOCK = 512
# An invoice is booked at most so many days off its place in the order.
JITTER = 14
_OPEN_DAYS = 120
_OLD_BLOCK = 64
_MILLION = 1_000_000
_QUANTITIES = (100, 100, 100, 100, 200, 200, 300, 400, 500, 1000, 1200, 50, 250, 725, 2000, 100)
_DISCOUNTS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500, 1000, 1000, 1500, 250)


class Line(NamedTuple):
    """Hold an invoice line; None stands for a value it does not have."""

    number: int
    invoice: int
    position: int
    description: str
    product: str | None
    quantity: int | None
    unit: int | None
    price: int | None
    discount: int | None
    cost: int | None
    vat_rate: int
    total: int
    department: int | None
    account: int | None

    @property
    def vat(self) -> int:
        """Return the VAT of the line in ten-thousandths of the currency."""
        return self.total * self.vat_rate


class Invoice(NamedTuple):
    """Hold a booked invoice or credit note; '' and 0 stand for values it does not have."""

    number: int
    customer: int
    booked: int
    due: int
    currency: str
    rate: int
    net: int
    vat: int
    rounding: int
    terms: int
    first_line: int
    line_count: int
    bits: int

    @property
    def gross(self) -> int:
        """Return the amount to pay."""
        return self.net + self.vat + self.rounding

    def in_base(self, amount: int) -> int:
        """Return an amount of the invoice's currency in the base currency."""
        return halves_up(amount * self.rate, 100 * _MILLION)


class InvoiceMaker:
    """Make invoices and lines on request; an index is an invoice's place in the order."""

    def __init__(self, seed: int, size: int, debtors: int, anchor: int, today: int) -> None:
        self._size = size
        self._anchor = anchor
        self._today = today
        self._span = anchor - FIRST_DAY
        since = range(size, size + 2 + (today - anchor) * 3 * size // (2 * self._span))
        self.count = size and size + bisect_right(since, today, key=self._nominal_day)
        self.lines = Spread(seed, 'lines', LINES, self.count)
        self._share = Spread(seed, 'share', WEIGHTS if debtors >= 16 else (1,), debtors)
        self._order = Shuffle(seed, 'order', max(self._share.total, 1))
        self._bits = Dice(seed, 'invoice')
        self._line_bits = Dice(seed, 'line')
        self._gaps = Dice(seed, 'gaps')
        self._old = Dice(seed, 'old debt')
        # Everything before this index is settled, but for one old debt here and there.
        self.open_from = self.index_of_day(today - _OPEN_DAYS)

    def number_at(self, index: int) -> int:
        """Return the number of an invoice; numbers grow with the index and leave some out."""
        block, inside = divmod(index, _GAP_BLOCK)
        return _FIRST_NUMBER + index + 2 * block + 2 * (inside >= self._gaps.at(block) % _GAP_BLOCK)

    def near(self, number: int) -> tuple[int, int]:
        """Return two indexes between which an invoice number must be."""
        guess = (number - _FIRST_NUMBER) * _GAP_BLOCK // (_GAP_BLOCK + 2)
        return guess - 3, guess + 4

    def _nominal_day(self, index: int) -> int:
        # The business grows: twice as many invoices a month at the anchor as at the start.
        place, whole = 2 * index + 1, 2 * self._size
        if index >= self._size:
            return self._anchor + (place - whole) * self._span // (3 * self._size) + 1
        return FIRST_DAY + self._span * place * (4 * whole - place) // (3 * whole * whole)

    def index_of_day(self, day: int) -> int:
        """Return the first index whose place in the order is on or after a day."""
        return bisect_left(range(self.count), day, key=self._nominal_day)

    def day_of(self, index: int) -> int:
        """Return the day an invoice is dated."""
        return self._dated(index, self._bits.at(index))

    def _dated(self, index: int, bits: int) -> int:
        day = self._nominal_day(index)
        if bits & 127 == 0:
            day -= 1 + (bits >> 7) % 10
        return working_day(day)

    def customer_of(self, index: int) -> int:
        """Return the index of the debtor of an invoice."""
        turn, place = divmod(index, self._order.modulus)
        slot = self._order.forward(place, turn * 7919)
        return self._share.owner(slot - self._share.total if slot >= self._share.total else slot)

    def of_customer(self, customer: int) -> list[int]:
        """Return the indexes of all invoices of a debtor, ascending."""
        total, modulus = self._share.total, self._order.modulus
        share = self._share.span(customer)
        slots = list(range(*share))
        slots += [s + total for s in slots if s + total < modulus]
        turns = range(-(-self.count // modulus))
        found = (t * modulus + self._order.back(s, t * 7919) for t in turns for s in slots)
        return sorted(index for index in found if index < self.count)

    def make_lines(
        self, index: int, number: int, currency: str, day: int, vat_rate: int
    ) -> Iterator[Line]:
        """Yield the lines of an invoice."""
        bits = self._bits.at(index)
        return self.line_run(
            self.lines.span(index), number, exchange_rate(currency, day), vat_rate,
            credit=bits >> 16 & 63 < 3, returns=bool(bits >> 22 & 1),
        )  # fmt: skip

    def line_run(
        self, span: tuple[int, int], number: int, rate: int, vat_rate: int, *, credit: bool,
        returns: bool,
    ) -> Iterator[Line]:  # fmt: skip
        """Yield made-up lines for a span of items.

        Either some goods come back (`returns`) or some are free of VAT: so net and gross have one
        sign.
        """
        sign = -1 if credit else 1
        start, stop = span
        for item in range(start, stop):
            yield self._make_line(item, item - start + 1, number, rate, sign, vat_rate, returns)

    def _make_line(
        self, item: int, position: int, number: int, rate: int, sign: int, vat_rate: int,
        returns: bool,
    ) -> Line:  # fmt: skip
        bits = self._line_bits.at(item)
        if position > 1 and bits & 31 == 0:
            return self._make_text(item, position, number, bits)
        product = PRODUCTS[(bits >> 8) % len(PRODUCTS)]
        price = product.price * (90 + (bits >> 20) % 21) // 100
        cost = product.cost
        if rate != 100 * _MILLION:
            price = price * 100 * _MILLION // rate
            cost = cost * 100 * _MILLION // rate if cost is not None else None
        quantity = _QUANTITIES[bits >> 28 & 15] * sign
        discount = _DISCOUNTS[bits >> 32 & 15]
        if bits >> 36 & 255 == 0:
            discount = 10000
        if returns and position > 1 and bits >> 44 & 31 == 0:
            quantity = -quantity
        group = product.group
        description = product.name
        if bits >> 50 & 15 == 0:
            description += '\nLeveret jf. aftale' if bits >> 54 & 1 else ' (erstatter udgået vare)'
        return Line(
            item + 1, number, position, description, product.number, quantity, product.unit, price,
            discount, cost, 0 if group == 2 and not returns else vat_rate,
            halves_up(quantity * price * (10000 - discount), _MILLION),
            product.department if product.department else 1 + (bits >> 56 & 3) if bits >> 60 == 0
            else None,
            SALES_ACCOUNTS[group],
        )  # fmt: skip

    def _make_text(self, item: int, position: int, number: int, bits: int) -> Line:
        text = TEXT_LINES[(bits >> 8) % len(TEXT_LINES)]
        zero = 0 if bits >> 16 & 1 else None
        return Line(
            item + 1, number, position, text, None, zero, None, zero, zero, None, 0, 0, None, None
        )

    def make(self, index: int, number: int, debtor: Customer) -> Invoice:
        """Return the invoice of an index."""
        bits = self._bits.at(index)
        day = self._dated(index, bits)
        lines = self.make_lines(index, number, debtor.currency, day, ZONES[debtor.zone].rate)
        return bill(number, debtor, day, lines, self.lines.span(index), bits)

    def bits_of(self, index: int) -> int:
        """Return the bits of an invoice that is not made from an index below `count`."""
        return self._bits.at(index)

    def open_candidates(self) -> Iterator[int]:
        """Yield the indexes that may be open, ascending: some old ones and the recent window."""
        for block in range(-(-self.open_from // _OLD_BLOCK)):
            index = self._old_debt(block)
            if index is not None and index < self.open_from:
                yield index
        yield from range(self.open_from, self.count)

    def _old_debt(self, block: int) -> int | None:
        """Return the index that is never paid among a block of them, if there is one."""
        bits = self._old.at(block)
        return None if bits & 1 else block * _OLD_BLOCK + (bits >> 8) % _OLD_BLOCK

    def remainder(self, index: int, invoice: Invoice) -> int:
        """Return what of an invoice that may be open is still open, in its currency."""
        if TERMS[invoice.terms].at_once:
            return 0
        bits = invoice.bits >> 33
        overdue = self._today - invoice.due
        # Of eight not yet due seven are open, then three, then one; an old debt always is.
        share = 7 if overdue <= 0 else 3 if overdue <= 30 else 1
        if bits & 7 >= share and index != self._old_debt(index // _OLD_BLOCK):
            return 0
        if bits >> 3 & 7 == 0:
            return halves_up(invoice.gross * (1 + (bits >> 6) % 9), 10)
        return invoice.gross


def bill(
    number: int, debtor: Customer, day: int, lines: Iterable[Line], span: tuple[int, int], bits: int
) -> Invoice:
    """Return the invoice to a debtor that has these lines."""
    net = vat = 0
    for line in lines:
        net += line.total
        vat += line.total * line.vat_rate
    vat = halves_up(vat, 100)
    rounding = 0
    if bits >> 24 & 511 == 0 and debtor.currency == 'DKK':
        # Rounded to half a krone, as at a till.
        rounding = halves_up(net + vat, 50) * 50 - net - vat
    return Invoice(
        number, debtor.key, day, TERMS[debtor.terms].due(day), debtor.currency,
        exchange_rate(debtor.currency, day), net, vat, rounding, debtor.terms, span[0] + 1,
        span[1] - span[0], bits,
    )  # fmt: skip
