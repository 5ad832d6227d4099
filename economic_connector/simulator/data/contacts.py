"""The contacts and delivery locations of debtors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from . import tables
from .customers import CustomerMaker
from .mixing import Dice, Spread
from .names import street_line


@dataclass(frozen=True, slots=True)
class Contact:
    """Hold a contact of a debtor; `customer` is the debtor's key, `position` counts from 1."""

    number: int
    customer: int
    position: int
    name: str
    email: str = ''
    phone: str = ''
    notes: str = ''
    e_invoice_id: str = ''
    invoices: bool = False
    reminders: bool = False
    deleted: bool = False
    last_updated: str = ''
    version: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold a delivery location of a debtor."""

    number: int
    customer: int
    position: int
    address: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''
    terms: str = ''
    barred: bool = False
    last_updated: str = ''
    version: int = 0


class ContactMaker:
    """Make contacts and delivery locations on request; their number is their index plus one."""

    def __init__(self, seed: int, customers: CustomerMaker, anchor: datetime) -> None:
        self._of: tuple[Spread, Spread] = (customers.contacts, customers.deliveries)
        self._anchor = anchor
        self._contact = Dice(seed, 'contact')
        self._delivery = Dice(seed, 'delivery')

    def contact(self, index: int) -> Contact:
        """Return the contact of an index."""
        bits = self._contact.at(index)
        owner = self._of[0].owner(index)
        first = tables.FIRST_NAMES[bits % len(tables.FIRST_NAMES)]
        last = tables.SURNAMES[(bits >> 8) % len(tables.SURNAMES)]
        return Contact(
            number=index + 1,
            customer=owner,
            position=index - self._of[0].span(owner).start + 1,
            name='Bogholderiet' if bits >> 16 & 15 == 0 else f'{first} {last}',
            email=f'kontakt{index + 1}@debitor{owner}.example' if bits >> 20 & 3 else '',
            phone=str(20_000_000 + bits % 69_999_999) if bits >> 22 & 1 else '',
            notes='Ring efter kl. 10\r\nTaler kun dansk' if bits >> 23 & 15 == 0 else '',
            e_invoice_id=f'REF-{index:04d}' if bits >> 27 & 15 == 0 else '',
            invoices=bits >> 31 & 1 == 0,
            reminders=bits >> 32 & 3 == 0,
            deleted=bits >> 34 & 15 == 0,
            last_updated=self._updated(bits >> 40),
        )

    def delivery(self, index: int) -> Delivery:
        """Return the delivery location of an index."""
        bits = self._delivery.at(index)
        owner = self._of[1].owner(index)
        zip_code, city = tables.TOWNS[bits % len(tables.TOWNS)]
        street = street_line(bits >> 8)
        return Delivery(
            number=index + 1,
            customer=owner,
            position=index - self._of[1].span(owner).start + 1,
            address=f'Lager\r{street}' if bits >> 32 & 3 == 0 else street,
            zip=zip_code,
            city=city,
            country=tables.DENMARK[bits >> 34 & 15],
            terms='Ab fabrik' if bits >> 38 & 7 == 0 else '',
            barred=bits >> 41 & 31 == 0,
            last_updated=self._updated(bits >> 44),
        )

    def _updated(self, bits: int) -> str:
        moment = self._anchor - timedelta(seconds=7200 + bits % (1500 * 86400))
        return moment.strftime('%Y-%m-%dT%H:%M:%SZ')
