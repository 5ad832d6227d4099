"""What an invoice carries besides amounts: texts, references, where it was delivered."""

from __future__ import annotations

from typing import NamedTuple

from . import tables
from .customers import Customer
from .invoices import Invoice
from .mixing import mix
from .names import street_line

_HEADINGS = (
    'Faktura',
    'Vedr. sag 2210',
    'Leverance uge 12',
    'GIRO',
    'Månedsopgørelse',
    'Tilbud 7-B',
)
_TEXTS = (
    'Tak for handlen.', 'Varerne er vores ejendom,\r\nindtil de er betalt.',
    'Ved for sen betaling tilskrives rente.\nGebyr 100 kr.', 'Rekvirent: Åse & Søn',
    '"Haster" <1. sal>',
)  # fmt: skip


class Extras(NamedTuple):
    """Hold the optional parts of an invoice; '' and 0 stand for what it does not have."""

    order_number: int = 0
    heading: str = ''
    text1: str = ''
    text2: str = ''
    other: str = ''
    sales_person: int = 0
    vendor: int = 0
    contact: int = 0
    attention: int = 0
    delivery_location: int = 0
    address: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''
    terms: str = ''
    delivered: int = 0
    layout: int = 19


def extras_of(invoice: Invoice, debtor: Customer) -> Extras:
    """Return the optional parts of an invoice to a debtor."""
    bits = mix(invoice.bits ^ 0x5DEECE66D)
    credit = invoice.net < 0
    heading = _HEADINGS[bits % len(_HEADINGS)] if bits >> 4 & 3 == 0 else ''
    address = zip_code = city = country = terms = ''
    delivered = 0
    if bits >> 20 & 7 == 0:
        zip_code, city = tables.TOWNS[bits % len(tables.TOWNS)]
        address = f'{debtor.name}\r{street_line(bits >> 24)}'
        country = 'Danmark' if bits >> 48 & 1 else ''
        terms = 'Frit leveret' if bits >> 49 & 1 else ''
        delivered = invoice.booked
    return Extras(
        order_number=1000 + invoice.number % 90_000 if bits >> 6 & 7 < 3 else 0,
        heading=(f'Kreditnota til faktura {invoice.number - 7}' if credit else heading),
        text1=_TEXTS[(bits >> 9) % len(_TEXTS)] if bits >> 12 & 3 == 0 else '',
        text2='Order no. #' + str(bits >> 40 & 0xFFFF) if bits >> 14 & 15 == 0 else '',
        other=f'PO-{bits >> 30 & 0xFFFFF}' if bits >> 18 & 3 == 0 else '',
        sales_person=debtor.sales_person,
        vendor=2 if bits >> 50 & 31 == 0 else 0,
        contact=debtor.contact,
        attention=debtor.attention,
        delivery_location=debtor.delivery if bits >> 55 & 1 else 0,
        address=address,
        zip=zip_code,
        city=city,
        country=country,
        terms=terms,
        delivered=delivered,
        layout=debtor.layout or 19,
    )
