"""Exact totals of the whole agreement, to check an import against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .books import Books
from .invoices import Invoice


class Sums:
    """Sum up the books; what was there at the anchor date is summed once."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._base: Counter[str] | None = None

    def of_all(self) -> dict[str, Any]:
        """Return counts, and amounts as decimal texts.

        `invoices` are those with a net amount of zero or more, `credit_notes` those below;
        `net` and `open` are by invoice currency, the others in base currency.
        """
        books = self.books
        if self._base is None:
            self._base = _count(books.base_invoices())
        new = _count(row for n in list(books.new_lines) if (row := books.invoices.get(n)))
        # Not `+`: that leaves out what is not above zero.
        total = self._base.copy()
        total.update(new)
        open_base = 0
        by_currency: Counter[str] = Counter()
        for number, remainder in books.open.items():
            invoice = books.invoices.get(number)
            if invoice is not None:
                open_base += invoice.in_base(remainder)
                by_currency[invoice.currency] += remainder
        return {
            'customers': len(books.customers),
            'contacts': len(books.contacts),
            'delivery_locations': len(books.deliveries),
            'invoices': total['invoices'],
            'credit_notes': total['credit_notes'],
            'lines': books.line_count,
            'net_base': _text(total['net_base']),
            'gross_base': _text(total['gross_base']),
            'net': {name[4:]: _text(total[name]) for name in sorted(total) if name[:4] == 'net '},
            'unpaid': {
                'count': len(books.open),
                'remainder_base': _text(open_base),
                'remainder': {code: _text(by_currency[code]) for code in sorted(by_currency)},
            },
        }


def _count(invoices: Iterator[Invoice]) -> Counter[str]:
    found: Counter[str] = Counter()
    for invoice in invoices:
        found['credit_notes' if invoice.net < 0 else 'invoices'] += 1
        found['net_base'] += invoice.in_base(invoice.net)
        found['gross_base'] += invoice.in_base(invoice.gross)
        found[f'net {invoice.currency}'] += invoice.net
    return found


def _text(hundredths: int) -> str:
    return str(Decimal(hundredths).scaleb(-2))
