"""The keys that make candidates: two records are compared only if they have one in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import cast

from .normal import Normal, normalise, read
from .party import Id, Key, Party, Population

# A key of these kinds decides alone where only one live partner has it and name or address agree.
HARD_KINDS = ('registry', 'p_number', 'vat', 'gln', 'ref')
# To be raised with every change of how a record is read or what keys it has, so that what is stored
# is made anew.
KEYS_VERSION = 2
# An Odoo column holds no longer ones.
MAX_VALUE = 64
_BEGINNING = 6
_DOUBLED = re.compile(r'(.)\1+')
_VOWELS = re.compile(r'[aeiouy]+')


def keys_of(party: Party) -> list[Key]:
    """Return the keys of a record as (kind, value), each once; values are at most 64 characters.

    They are what Odoo stores for each partner, and what `Population` counts.
    """
    return normal_keys(cast(Normal, party._normal) if party._normal else normalise(party))


def name_words(parties: Iterable[Party]) -> set[Key]:
    """Return the keys that are words of some names; `Population` needs counts of the partners'."""
    return {('word', w) for p in parties for w in (*read(p).name.words, *read(p).name.added)}


def normal_keys(normal: Normal) -> list[Key]:
    """Return the keys of a record that is read already."""
    return list({(kind, value[:MAX_VALUE]): None for kind, value in _keys(normal) if value})


def address_key(normal: Normal) -> str:
    """Return postcode (or town), the street's beginning and the number; '' without a number.

    A street is told by its beginning well enough, and typing errors are mostly further on.
    """
    address = normal.address
    if not (address.street and address.number):
        return ''
    return f'{address.zip or address.city}|{address.street[:4]}|{address.number}'


def _keys(normal: Normal) -> Iterator[Key]:
    for kind in HARD_KINDS:
        yield kind, getattr(normal, kind)
    for phone in normal.phones:
        yield 'phone', phone
    for email in normal.emails:
        yield 'email', email
    for domain in normal.domains:
        yield 'domain', domain
    head, added = normal.name.words, normal.name.added
    words = head + added
    squash = ''.join(head)
    yield 'name', ''.join(words)
    yield 'name', squash
    yield 'name', ''.join(sorted(words))
    for word in words:
        yield 'word', word
    for one, other in pairwise(words):
        yield 'pair', f'{min(one, other)}|{max(one, other)}'
    yield 'sound', _sound(squash)
    yield 'address', address_key(normal)
    if normal.address.zip and squash:
        yield 'place', f'{normal.address.zip}|{squash[:_BEGINNING]}'


def _sound(squash: str) -> str:
    """Return the consonants of a name, once each in a row: typing errors often leave them alone."""
    return squash[:1] + _VOWELS.sub('', _DOUBLED.sub(r'\1', squash[1:])) if len(squash) > 4 else ''


def candidate_pairs(
    debtors: Iterable[Party], partners: Iterable[Party], population: Population
) -> list[tuple[Id, Id]]:
    """Return (debtor, partner) for all that share a key which not too many partners have.

    Odoo does the same with an SQL join over stored keys; `partners` may be a part of them.
    """
    holders: dict[Key, list[Id]] = {}
    for partner in partners:
        for key in keys_of(partner):
            holders.setdefault(key, []).append(partner.id)
    pairs: dict[tuple[Id, Id], None] = {}
    for debtor in debtors:
        for key in keys_of(debtor):
            found = holders.get(key, ())
            if max(len(found), population.counts.get(key, 0)) <= population.limit:
                pairs.update(dict.fromkeys((debtor.id, holder) for holder in found))
    return list(pairs)


def duplicate_pairs(parties: Iterable[Party], population: Population) -> list[tuple[Id, Id]]:
    """Return the pairs of records in one table that share a key which not too many have."""
    holders: dict[Key, list[Id]] = {}
    for party in parties:
        for key in keys_of(party):
            holders.setdefault(key, []).append(party.id)
    pairs: dict[tuple[Id, Id], None] = {}
    for found in holders.values():
        if 1 < len(found) <= population.duplicate_limit:
            for n, one in enumerate(found):
                pairs.update(dict.fromkeys((one, other) for other in found[n + 1 :]))
    return list(pairs)
