"""The debtors: each a pure function of (seed, index, anchor day)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .catalogue import EMPLOYEES
from .mixing import Dice, Spread
from .names import Kind, NameMaker
from .numbers import Numbers

# How many of 16 neighbours have how many contacts and delivery locations.
CONTACTS = (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 6)
DELIVERIES = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3)
_FIRST_NUMBER = 1001
_FIRST_LONG_NUMBER = 200_000_000
_TERMS = (1, 1, 1, 2, 2, 5, 5, 5, 3, 4, 4, 6, 7, 8, 9, 14)


@dataclass(frozen=True, slots=True)
class Customer:
    """Hold a debtor; '' and 0 stand for values it does not have.

    `key` is its identity, which survives renumbering; amounts are in øre. `old_address` is where
    it lived until `moved` (a proleptic ordinal).
    """

    key: int
    number: int
    name: str
    currency: str = 'DKK'
    group: int = 1
    terms: int = 1
    zone: int = 1
    address: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''
    email: str = ''
    phone: str = ''
    mobile: str = ''
    website: str = ''
    cvr: str = ''
    p_number: str = ''
    vat_number: str = ''
    ean: str = ''
    public_entry: str = ''
    barred: bool = False
    credit_limit: int | None = None
    layout: int = 0
    sales_person: int = 0
    attention: int = 0
    contact: int = 0
    delivery: int = 0
    no_e_invoice: bool | None = None
    last_updated: str = ''
    old_address: str = ''
    moved: int = 0
    version: int = 0


class CustomerMaker:
    """Make debtors on request."""

    def __init__(self, seed: int, count: int, anchor: datetime) -> None:
        self.count = count
        self.contacts = Spread(seed, 'contacts', CONTACTS, count)
        self.deliveries = Spread(seed, 'deliveries', DELIVERIES, count)
        self.names = NameMaker(seed)
        self.numbers = Numbers(seed)
        self._anchor = anchor
        self._dice = Dice(seed, 'customer')
        self._more = Dice(seed, 'customer more')
        self._gaps = Dice(seed, 'customer gaps')
        # One debtor in 24 has a number of nine digits, as test data and imports leave behind.
        self._long = count // 24
        self._step = 700_000_000 // max(self._long, 1)

    def number_at(self, index: int) -> int:
        """Return the customer number of an index; numbers grow with the index."""
        place = index - (self.count - self._long)
        if place >= 0:
            return _FIRST_LONG_NUMBER + place * self._step + self._gaps.at(index) % self._step
        block, inside = divmod(index, 32)
        # Each block of 32 leaves out three numbers at a place of its own.
        return _FIRST_NUMBER + index + 3 * block + 3 * (inside >= self._gaps.at(block) % 32)

    def near(self, number: int) -> tuple[int, int]:
        """Return two indexes between which a customer number must be."""
        if number >= _FIRST_LONG_NUMBER:
            place = self.count - self._long + (number - _FIRST_LONG_NUMBER) // self._step
            return place, place + 1
        guess = (number - _FIRST_NUMBER) * 32 // 35
        return min(guess - 4, self.count - self._long), guess + 5

    def make(self, index: int) -> Customer:
        """Return the debtor of an index."""
        bits, more = self._dice.at(index), self._more.at(index)
        who = self.names.make(index)
        kind = who.kind
        abroad = kind is Kind.ABROAD
        contacts, deliveries = self.contacts.span(index), self.deliveries.span(index)
        attention = contacts.start + 1 if contacts.stop > contacts.start and bits & 1 else 0
        phone = self.numbers.phone(2 * index)
        return Customer(
            key=index,
            number=self.number_at(index),
            name=who.name,
            currency=who.currency,
            group=who.group,
            terms=_TERMS[bits >> 8 & 15] if kind is not Kind.PUBLIC else 5,
            zone=4 if kind is Kind.COMPANY and bits >> 12 & 63 == 0 else who.zone,
            address=who.address,
            zip=who.zip,
            city=who.city,
            country=who.country,
            email=_email(who.domain, bits >> 18, kind),
            phone='' if bits >> 24 & 7 == 0 else _phone(phone, more, abroad),
            mobile=_phone(self.numbers.phone(2 * index + 1), more >> 8, abroad)
            if bits >> 27 & 3 == 0
            else '',
            website=_website(who.domain, bits >> 29) if kind is not Kind.PERSON else '',
            cvr=self._cvr(index, kind, who.identity, more >> 16),
            p_number=self.numbers.p_number(index)
            if kind is Kind.COMPANY and bits >> 31 & 15 == 0
            else '',
            ean=self.numbers.ean(index)
            if kind is Kind.PUBLIC or (kind is Kind.COMPANY and bits >> 35 & 31 == 0)
            else '',
            public_entry=f'EAN-{index:05d}' if kind is Kind.PUBLIC and bits >> 40 & 3 == 0 else '',
            barred=bits >> 42 & 15 == 0,
            credit_limit=(25_000_00, 50_000_00, 100_000_00, 0)[bits >> 48 & 3]
            if bits >> 46 & 3 == 0
            else None,
            layout=(19, 20, 21)[bits >> 50 & 1 if not abroad else 2] if bits >> 52 & 1 else 0,
            sales_person=tuple(EMPLOYEES)[bits >> 53 & 3] if bits >> 55 & 1 else 0,
            attention=attention,
            contact=contacts.stop if attention and bits >> 56 & 1 else 0,
            delivery=deliveries.start + 1
            if deliveries.stop > deliveries.start and bits >> 57 & 1
            else 0,
            no_e_invoice=False if bits >> 58 & 1 else None,
            last_updated=self._updated(more >> 32),
            old_address=who.old_address,
            moved=self._anchor.toordinal() - 200 - more % 1000 if who.old_address else 0,
        )

    def _cvr(self, index: int, kind: Kind, identity: int, bits: int) -> str:
        """Return the registration number as somebody typed it."""
        if kind is Kind.ABROAD:
            code = self.names.foreign(index).code
            return f'{code}{self.numbers.cvr(index)}' if bits & 1 and code != 'US' else ''
        if kind in (Kind.PERSON, Kind.TRADER):
            return ''
        number = self.numbers.cvr(identity)
        spelling = bits & 63
        if spelling == 0 and identity == index:
            # A typing mistake: the check digit does not hold any more.
            return number[:6] + number[7] + str((int(number[6]) + 1) % 10)
        if spelling < 4 and identity == index:
            return ''
        return (
            f'DK{number}', f'DK {number[:2]} {number[2:4]} {number[4:6]} {number[6:]}',
            f'{number[:2]} {number[2:4]} {number[4:6]} {number[6:]}', f'DK-{number}', f'{number} ',
            f'dk{number}', f'{number[:4]} {number[4:]}',
        )[spelling % 7] if spelling < 25 else number  # fmt: skip

    def _updated(self, bits: int) -> str:
        # One debtor in five was touched by the same mass edit, the others at times of their own.
        if bits % 5 == 0:
            moment = self._anchor - timedelta(days=900, seconds=1234)
        else:
            days = (30, 400, 1500, 3000)[bits >> 3 & 3]
            moment = self._anchor - timedelta(seconds=3600 + (bits >> 5) % (days * 86400))
        return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def _email(domain: str, bits: int, kind: Kind) -> str:
    if not domain or bits & 7 == 0:
        return ''
    if kind is Kind.PERSON:
        return f'mig@{domain}'
    spelling = bits >> 3 & 31
    if spelling == 0:
        return f'info@{domain} faktura@{domain}'
    if spelling == 1:
        return f'faktura@{domain}; bogholderi@{domain}'
    if spelling == 2:
        return f'info@{domain} '
    return f'{("info", "faktura", "post", "mail")[spelling & 3]}@{domain}'


def _website(domain: str, bits: int) -> str:
    if not domain or bits & 1:
        return ''
    return (f'www.{domain}', f'https://www.{domain}', domain, f'http://{domain}/')[bits >> 1 & 3]


def _phone(digits: str, bits: int, abroad: bool) -> str:
    if abroad:
        return f'+{46 + bits % 3} {digits[:3]} {digits[3:]}'
    pairs = ' '.join(digits[place : place + 2] for place in (0, 2, 4, 6))
    return (
        digits, pairs, f'+45 {pairs}', f'+45{digits}', f'0045 {digits}',
        f'{digits[:4]} {digits[4:]}',
        digits, pairs, f'Tlf. {pairs}', f'{pairs} / {digits[:6]}99', f'{digits[:2]}-{digits[2:]} ',
    )[bits % 11]  # fmt: skip
