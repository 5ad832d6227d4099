"""The keys that make candidates: two records are compared only if they have one in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .address import read_street
from .fold import split_name
from .identifiers import domain_of, gln_of, phone_of, registry_of, vat_of
from .party import Id, Key, Party, Population

# A key of these kinds decides alone where only one live partner has it and name or address agree.
HARD_KINDS = ('registry', 'p_number', 'vat', 'gln', 'ref')
MAX_VALUE = 64


def keys_of(party: Party) -> list[Key]:
    """Return the keys of a record as (kind, value), each once; values are at most 64 characters.

    Stored per partner in Odoo; counts of them are what `Population` holds.
    """
    return list(dict.fromkeys((kind, value[:MAX_VALUE]) for kind, value in _keys(party) if value))


def _keys(party: Party) -> Iterator[Key]:
    yield 'registry', registry_of(party.registry, party.vat, party.country)
    yield 'p_number', ''.join(filter(str.isdigit, party.p_number))
    yield 'vat', vat_of(party.vat)
    yield 'gln', gln_of(party.gln)
    yield 'ref', party.ref.strip().lower()
    for phone in party.phones:
        yield 'phone', phone_of(phone)
    for email in party.emails:
        yield 'email', email.strip().lower() if domain_of(email) else ''
        yield 'domain', domain_of(email)
    yield 'domain', domain_of(party.website)
    words, _ = split_name(party.name)
    yield 'name', ''.join(words)
    yield 'name', ''.join(sorted(words))
    for word in words:
        yield 'word', word
    street = read_street(party.street)
    if street.key and street.number:
        yield 'address', f'{street.key}|{street.number}|{party.zip.strip()}'


def candidate_pairs(
    debtors: Iterable[Party], partners: Iterable[Party], population: Population | None = None
) -> list[tuple[Id, Id]]:
    """Return (debtor, partner) for all that share a key which not too many partners have.

    Odoo does the same with an SQL join over stored keys.
    """
    holders: dict[Key, list[Id]] = {}
    size = 0
    for partner in partners:
        size += 1
        for key in keys_of(partner):
            holders.setdefault(key, []).append(partner.id)
    limit = (population or Population(size)).limit
    pairs: dict[tuple[Id, Id], None] = {}
    for debtor in debtors:
        for key in keys_of(debtor):
            found = holders.get(key, ())
            if len(found) <= limit:
                pairs.update(dict.fromkeys((debtor.id, holder) for holder in found))
    return list(pairs)


def by_id(parties: Iterable[Party] | Mapping[Id, Party]) -> dict[Id, Party]:
    """Return records by their id."""
    if isinstance(parties, Mapping):
        return dict(parties)
    return {party.id: party for party in parties}
