"""The lines of booked invoices, page by page, each page with a place to go on from."""

from collections.abc import Iterator
from dataclasses import replace

from .errors import ContractError
from .fields import Raw, price
from .readers import INVOICE_LINE, Kind, read_rows
from .records import InvoiceLine, Page
from .soap_handles import Handles
from .soap_rows import line_row


def _read(raw: Raw) -> InvoiceLine:
    line = INVOICE_LINE.read(raw)
    notes = list(line.notes)
    cost = price(raw, 'unitCostPriceInBaseCurrency', notes)
    return replace(line, unit_cost_price_in_base_currency=cost, notes=tuple(notes))


SOAP_LINE = Kind(INVOICE_LINE.name, INVOICE_LINE.key, _read)


def line_pages(handles: Handles, above: int, up_to: int) -> Iterator[Page[InvoiceLine]]:
    """Yield the lines of the invoices numbered above ``above`` and up to ``up_to``.

    A position says up to which invoice all lines are there. It only moves as long as the lines come
    in the order of their invoices, which e-conomic does but does not promise.

    :raise ContractError: ``paging`` if a line of another invoice comes
    """
    found = handles.of_lines(above, up_to)
    if len({number for number, _place in found}) != len(found):
        # That e-conomic counts lines over the agreement is believed, not documented.
        raise ContractError('paging', "two lines with the same number")
    highest, ordered = above + 1, True
    for chunk, left in handles.chunks(found):
        rows = [line_row(data) for data in handles.data('InvoiceLine', chunk)]
        numbers = [row['documentId'] for row in rows if isinstance(row['documentId'], int)]
        if not all(above < number <= up_to for number in numbers):
            raise ContractError('paging', "lines of invoices that were not asked for")
        ordered = (
            ordered and numbers == sorted(numbers) and min(numbers, default=highest) >= highest
        )
        if ordered and numbers:
            highest = numbers[-1]
        records, rejected = read_rows(SOAP_LINE, rows)
        position = str(highest - 1) if left else None
        yield Page(tuple(records), tuple(rejected), position, None, None, not left)
