"""A small, real PDF of an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .data.catalogue import iso_day
from .data.customers import Customer
from .data.invoices import Invoice, Line
from .wire import money

_PER_PAGE = 46


def invoice_pdf(invoice: Invoice, debtor: Customer, lines: Iterable[Line]) -> bytes:
    """Return the invoice as a PDF with text in Helvetica."""
    text = list(_text(invoice, debtor, lines))
    pages = [text[start : start + _PER_PAGE] for start in range(0, len(text), _PER_PAGE)]
    # Objects: 1 catalogue, 2 page tree, 3 font, then a page and its content in turns.
    kids = ' '.join(f'{4 + 2 * place} 0 R' for place in range(len(pages)))
    objects = [
        b'<< /Type /Catalog /Pages 2 0 R >>',
        f'<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>'.encode(),
        b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ]
    for place, page in enumerate(pages):
        objects.append(
            b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] '
            b'/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>' % (5 + 2 * place)
        )
        shown = b''.join(b'(%s) Tj T*\n' % _escape(line) for line in page)
        content = b'BT /F1 11 Tf 50 790 Td 16 TL\n%sET' % shown
        objects.append(b'<< /Length %d >>\nstream\n%s\nendstream' % (len(content), content))
    return _assemble(objects)


def _text(invoice: Invoice, debtor: Customer, lines: Iterable[Line]) -> Iterator[str]:
    yield f'{"Kreditnota" if invoice.net < 0 else "Faktura"} {invoice.number}'
    yield debtor.name
    yield from debtor.address.splitlines()
    yield f'{debtor.zip} {debtor.city}'
    yield f'Dato {iso_day(invoice.booked)}   Forfald {iso_day(invoice.due)}'
    yield ''
    for line in lines:
        amount = (
            '' if line.quantity is None else f'{money(line.quantity)} x {money(line.price or 0)}'
        )
        yield f'{" ".join(line.description.split())[:60]}   {amount}   {money(line.total)}'
    yield ''
    yield f'Netto {money(invoice.net)}   Moms {money(invoice.vat)}'
    yield f'I alt {invoice.currency} {money(invoice.gross)}'


def _escape(text: str) -> bytes:
    plain = text.replace('\\', r'\\').replace('(', r'\(').replace(')', r'\)')
    return plain.encode('cp1252', 'replace')


def _assemble(objects: list[bytes]) -> bytes:
    body = bytearray(b'%PDF-1.4\n')
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b'%d 0 obj\n%s\nendobj\n' % (number, content)
    start = len(body)
    body += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    body += b''.join(b'%010d 00000 n \n' % place for place in places)
    body += b'trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (
        len(objects) + 1,
        start,
    )
    return bytes(body)
