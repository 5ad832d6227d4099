"""Who the debtors are: names and addresses, as people type them into a bookkeeping system."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from . import tables
from .mixing import Dice


class Kind(Enum):
    """Tell what sort of debtor it is."""

    COMPANY = 'company'
    TRADER = 'trader'
    PERSON = 'person'
    PUBLIC = 'public'
    ABROAD = 'abroad'


# What an index is, by its lowest bits; 'again' is the company before it under another number.
_KINDS = (
    *('company',) * 20, 'trader', 'trader', 'person', 'person', 'person', 'public', 'public',
    'abroad', 'abroad', 'abroad', 'company', 'again',
)  # fmt: skip
_CRAFT = len(tables.CRAFTS)
_ASCII = str.maketrans({'æ': 'ae', 'ø': 'oe', 'å': 'aa', 'é': 'e', 'ö': 'o', 'ü': 'u', 'ł': 'l'})


class Who(NamedTuple):
    """Hold the name and the address of a debtor; `identity` is the index its CVR number is of."""

    kind: Kind
    identity: int
    name: str
    domain: str
    address: str
    zip: str
    city: str
    country: str
    currency: str
    group: int
    zone: int
    old_address: str


class NameMaker:
    """Make names and addresses on request."""

    def __init__(self, seed: int) -> None:
        self._kind = Dice(seed, 'kind')
        self._name = Dice(seed, 'name')
        self._place = Dice(seed, 'place')

    def again(self, index: int) -> bool:
        """Tell whether this is the company of the index before, entered a second time."""
        return (
            index > 0
            and _KINDS[self._kind.at(index) & 31] == 'again'
            and _KINDS[self._kind.at(index - 1) & 31] == 'company'
        )

    def abroad(self, index: int) -> bool:
        """Tell whether the debtor lives outside Denmark."""
        return _KINDS[self._kind.at(index) & 31] == 'abroad'

    def foreign(self, index: int) -> tables.Abroad:
        """Return the country of a debtor that lives abroad."""
        return tables.ABROAD[(self._kind.at(index) >> 8) % len(tables.ABROAD)]

    def make(self, index: int) -> Who:
        """Return who the debtor of an index is."""
        if self.again(index):
            first = self.make(index - 1)
            return first._replace(name=f'{first.name.strip()} (ny)', old_address='')
        word = _KINDS[self._kind.at(index) & 31]
        kind = Kind.COMPANY if word == 'again' else Kind(word)
        bits, place = self._name.at(index), self._place.at(index)
        if kind is Kind.ABROAD:
            return self._make_foreign(index, bits, place)
        zip_code, city = tables.TOWNS[place % len(tables.TOWNS)]
        name = _name(kind, bits, city)
        street = street_line(place >> 8)
        return Who(
            kind,
            index,
            _ugly(name, bits >> 56) if kind is not Kind.PERSON else name,
            _domain(name),
            address_lines(street, place >> 32),
            zip_code if place >> 40 & 63 else '',
            tables.TOWN_SPELLINGS.get(city, city) if place >> 46 & 3 == 0 else city,
            tables.DENMARK[place >> 48 & 15],
            'DKK',
            {Kind.PUBLIC: 4, Kind.PERSON: 5}.get(kind, 1),
            1,
            street_line(bits >> 16) if place >> 52 & 15 == 0 else '',
        )

    def _make_foreign(self, index: int, bits: int, place: int) -> Who:
        country = self.foreign(index)
        zip_code, city = country.towns[place % len(country.towns)].split('|')
        name = country.names[bits % len(country.names)]
        surname = tables.SURNAMES[(bits >> 8) % len(tables.SURNAMES)]
        return Who(
            Kind.ABROAD,
            index,
            f'{surname} {name}' if bits >> 20 & 1 else name,
            _domain(name),
            f'Main Street {1 + place % 90}',
            zip_code,
            city,
            country.spellings[(place >> 48) % len(country.spellings)],
            country.currency,
            3 if country.zone == 3 else 2,
            country.zone,
            '',
        )


def _name(kind: Kind, bits: int, city: str) -> str:
    first = tables.FIRST_NAMES[bits % len(tables.FIRST_NAMES)]
    last = tables.SURNAMES[(bits >> 8) % len(tables.SURNAMES)]
    if kind is Kind.PERSON:
        middle = (
            f' {tables.SURNAMES[(bits >> 20) % len(tables.SURNAMES)]}' if bits >> 30 & 1 else ''
        )
        return f'{first}{middle} {last}'
    if kind is Kind.TRADER:
        return f'{tables.CRAFTS[(bits >> 16) % _CRAFT]} {first} {last}'
    if kind is Kind.PUBLIC:
        office = tables.OFFICES[(bits >> 16) % len(tables.OFFICES)]
        return f'{city.split()[0]} Kommune, {office}'
    trade = tables.TRADES[(bits >> 16) % len(tables.TRADES)]
    form = tables.FORMS[(bits >> 24) % len(tables.FORMS)]
    other = tables.SURNAMES[(bits >> 32) % len(tables.SURNAMES)]
    region = tables.REGIONS[(bits >> 40) % len(tables.REGIONS)]
    return (
        f'{last}s {trade} {form}', f'{city.split()[0]} {trade} {form}', f'{first} {last} {form}',
        f'{last} & Søn {form}', f'{last} & {other} {trade} {form}', f'{region} {trade} {form}',
        f'{other} {last} {trade} {form}', f'{first} {last}s {trade} {form}',
    )[bits >> 48 & 7]  # fmt: skip


def _ugly(name: str, bits: int) -> str:
    """Return the name as it was typed: mostly right."""
    if bits & 31 == 0:
        return f'{name} '
    if bits & 31 == 1:
        return name.upper()
    if bits & 31 == 2:
        return name.replace(' ', '  ', 1)
    return name


def _domain(name: str) -> str:
    """Return a domain under the reserved `.example`, so that no mail can ever reach anybody."""
    words = re.findall(r'[a-z0-9]+', name.lower().translate(_ASCII))
    return ''.join(words)[:40] + '.example'


def street_line(bits: int) -> str:
    """Return a street with house number, sometimes with letter and floor."""
    street = tables.STREETS[bits % len(tables.STREETS)]
    number = 1 + (bits >> 8) % 180
    letter = 'ABCD'[bits >> 16 & 3] if bits >> 18 & 7 == 0 else ''
    floor = (', st.', ', 1. tv.', ', 2. th.', ', 3. sal')[bits >> 21 & 3]
    return f'{street} {number}{letter}{floor if bits >> 23 & 7 == 0 else ""}'


def address_lines(street: str, bits: int) -> str:
    """Return the address field around a street: one line mostly, else with any line break."""
    form = bits & 31
    if form == 0:
        return f'Att.: Bogholderiet\r\n{street}'
    if form == 1:
        return f'{street}\nBygning 4'
    if form == 2:
        return f'{street}\rPostboks 27'
    if form == 3:
        return f'c/o Ejendomsadministrationen\r\n{street}\r\nPort B'
    if form == 4:
        return f'{street} '
    return street if form < 31 else ''
