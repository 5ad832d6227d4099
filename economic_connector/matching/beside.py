"""Two records side by side: what agrees and what differs, field by field."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from rapidfuzz import fuzz

from .address import Address
from .identifiers import domain_of
from .names import Name
from .normal import read
from .party import Party

Mark = Literal['', 'equal', 'similar', 'differs']

SIMILAR = 80  # of 100: from here on two names share what is rare in them
_NOT_ALNUM = re.compile(r'[^0-9A-Z]')


def beside(debtor: Party, partner: Party) -> dict[str, Mark]:
    """Tell of each field whether both sides agree; '' where one of them has nothing.

    >>> marks = beside(Party(1, 'Café Åen ApS', phones=('86 12 34 56',), zip='8000'),
    ...                Party(2, 'Cafe Aaen', phones=('+45 86123456',), zip='9000'))
    >>> marks['name'], marks['phone'], marks['town'], marks['email']
    ('equal', 'equal', 'differs', '')
    """
    one, other = read(debtor), read(partner)
    mail = _common(one.emails, other.emails)
    if mail == 'differs':
        hosts = [[domain_of(email) for email in of.emails] for of in (one, other)]
        mail = 'similar' if set(filter(None, hosts[0])) & set(hosts[1]) else 'differs'
    return {
        'name': _names(one.name, other.name),
        'registry': _equal(one.registry, other.registry),
        'vat': _equal(_plain(debtor.vat, one.country), _plain(partner.vat, other.country)),
        'gln': _equal(one.gln, other.gln),
        'street': _streets(one.address, other.address),
        'town': _towns(one.address, other.address),
        'country': _equal(one.country, other.country),
        'phone': _common(one.phones, other.phones),
        'email': mail,
        'website': _equal(domain_of(debtor.website), domain_of(partner.website)),
    }


def _equal(one: str, other: str) -> Mark:
    if not one or not other:
        return ''
    return 'equal' if one == other else 'differs'


def _common(some: Collection[str], others: Collection[str]) -> Mark:
    if not some or not others:
        return ''
    return 'equal' if set(some) & set(others) else 'differs'


def _plain(vat: str, country: str) -> str:
    return _NOT_ALNUM.sub('', vat.upper()).removeprefix(country)


def _names(one: Name, other: Name) -> Mark:
    left, right = (' '.join(sorted(name.words)) for name in (one, other))
    if not left or not right:
        return ''
    if left == right:
        forms = {one.form, other.form} - {''}
        return 'equal' if len(forms) < 2 else 'similar'
    return 'similar' if fuzz.token_set_ratio(left, right) >= SIMILAR else 'differs'


def _streets(one: Address, other: Address) -> Mark:
    if not one.street or not other.street:
        return ''
    if one.street != other.street:
        return 'differs'
    same = (one.number, one.letter) == (other.number, other.letter)
    return 'equal' if same else 'similar'


def _towns(one: Address, other: Address) -> Mark:
    code, city = _equal(one.zip, other.zip), _equal(one.city, other.city)
    if code == 'differs' and city == 'equal':
        return 'similar'
    return code or city
