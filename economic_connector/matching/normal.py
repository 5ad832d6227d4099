"""One record, read once: all that keys and evidence need."""

from __future__ import annotations

import json
import re
from typing import NamedTuple, cast

from .address import Address, read_address
from .identifiers import domain_of, gln_of, phones_of, registry_of, vat_of
from .names import Name, read_name
from .party import Party

_DECODER = json.JSONDecoder()
_SEPARATOR = re.compile(r'[\s,;]+')
_COUNTRIES = {
    'danmark': 'DK', 'denmark': 'DK', 'dänemark': 'DK', 'norge': 'NO', 'norway': 'NO',
    'sverige': 'SE', 'sweden': 'SE', 'finland': 'FI', 'suomi': 'FI', 'island': 'IS',
    'iceland': 'IS', 'tyskland': 'DE', 'germany': 'DE', 'deutschland': 'DE',
    'united kingdom': 'GB', 'uk': 'GB', 'england': 'GB', 'storbritannien': 'GB', 'usa': 'US',
    'united states': 'US', 'grønland': 'GL', 'greenland': 'GL', 'færøerne': 'FO',
}  # fmt: skip


class Normal(NamedTuple):
    """Hold the folded form of a `Party`."""

    name: Name
    address: Address
    country: str
    registry: str
    p_number: str
    vat: str
    gln: str
    ref: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    domains: tuple[str, ...]
    is_company: bool
    active: bool


def read(party: Party) -> Normal:
    """Return the folded form of a record, made once and kept with it."""
    if party._normal is None:
        party._normal = normalise(party)
    return cast(Normal, party._normal)


def pack(party: Party) -> str:
    """Return the folded form of a record as a text that can be stored."""
    return json.dumps(read(party), ensure_ascii=False, separators=(',', ':'))


def unpack(text: str) -> Normal:
    """Return a folded form that was stored; that is five times as fast as making it."""
    # `json.loads` looks for blanks around it, too.
    values, _end = _DECODER.raw_decode(text)
    name, address, *numbers, phones, emails, domains, is_company, active = values
    words, added, *rest = name
    lists = (tuple(phones), tuple(emails), tuple(domains))
    return Normal._make(
        (Name(tuple(words), tuple(added), *rest), Address(*address), *numbers, *lists,
         is_company, active)
    )  # fmt: skip


def with_packed(party: Party, text: str) -> Party:
    """Give a record the folded form that was stored of it."""
    party._normal = unpack(text)
    return party


def normalise(party: Party) -> Normal:
    """Fold a record."""
    name = read_name(party.name)
    country = party.country.strip()
    if len(country) != 2 or not country.isupper():
        country = _COUNTRIES.get(country.lower(), country.upper() if len(country) == 2 else '')
    emails: tuple[str, ...] = ()
    if party.emails:
        # A field may hold several.
        parts = _SEPARATOR.split(' '.join(party.emails).lower())
        emails = tuple(dict.fromkeys(part.strip('<>') for part in parts if '@' in part))
    domains = [domain_of(text) for text in (*emails, party.website) if text]
    phones = [phone for text in party.phones for phone in phones_of(text)]
    return Normal(
        name,
        read_address(party.street, party.zip, party.city),
        country,
        registry_of(party.registry, party.vat, country) if party.registry or party.vat else '',
        ''.join(filter(str.isdigit, party.p_number)) if party.p_number else '',
        vat_of(party.vat) if party.vat else '',
        gln_of(party.gln) if party.gln else '',
        party.ref.strip().lower(),
        tuple(dict.fromkeys(phones)),
        emails,
        tuple(dict.fromkeys(filter(None, domains))),
        party.is_company,
        party.active,
    )
