"""Measure matching on sets with known links: `python -m matching evaluate DIR…`."""

from __future__ import annotations

import csv
import hashlib
import resource
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, replace
from pathlib import Path

from .contest import claim_of, contested
from .decision import decide
from .duplicates import find_duplicates
from .keys import candidate_pairs, duplicate_pairs, keys_of
from .party import Decision, Id, Party, Population

Figures = dict[str, str | int | float]
_COLUMNS = {'rec_id': 'id', 'registry_no': 'registry', 'phone': 'phones', 'email': 'emails'}
_KNOWN = {field.name for field in fields(Party)}
# A guess is dropped if another debtor's claim to the same partner is this much better.
_GUESS_MARGIN = 1.0


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file))


def read_party(row: dict[str, str]) -> Party:
    """Return a record; columns are named as in the public sets, or as the fields of `Party`."""
    values: dict[str, object] = {}
    for column, text in row.items():
        name = _COLUMNS.get(column, column)
        if name in ('phones', 'emails'):
            values[name] = (text,) if text else ()
        elif name in _KNOWN and name not in ('is_company', 'active', 'parent_id'):
            values[name] = text or ''
    return Party(**values)  # type: ignore[arg-type]


def hidden(party: Party, share: float) -> Party:
    """Return the record without its identifiers, if its id falls into the share to hide."""
    digest = hashlib.sha256(str(party.id).encode()).digest()
    if int.from_bytes(digest[:8], 'big') / 2**64 >= share:
        return party
    return replace(party, registry='', p_number='', vat='', gln='')


def evaluate(folder: Path, hide_ids: float = 0.0, *, together: bool = False) -> Figures:
    """Return the figures of one set; two tables `together` are judged as one with duplicates."""
    if (folder / 'records.csv').exists():
        parties = [read_party(row) for row in read_rows(folder / 'records.csv')]
        rows = read_rows(folder / 'clusters.csv')
        entity: dict[Id, str] = {row['rec_id']: row['entity_id'] for row in rows}
        return _one_table(folder.name, [hidden(p, hide_ids) for p in parties], entity)
    left = [hidden(read_party(row), hide_ids) for row in read_rows(folder / 'a.csv')]
    shown = hide_ids if together else 0.0
    right = [hidden(read_party(row), shown) for row in read_rows(folder / 'b.csv')]
    links = [(row['a_id'], row['b_id']) for row in read_rows(folder / 'matches.csv')]
    if together:
        return _one_table(folder.name, left + right, _entities(left + right, links))
    return _two_tables(folder.name, left, right, links)


def _two_tables(
    name: str, left: list[Party], right: list[Party], links: list[tuple[str, str]]
) -> Figures:
    started = time.perf_counter()
    population = Population.of(map(keys_of, right))
    pairs = candidate_pairs(left, right, population)
    decisions = decide(left, right, pairs, population)
    seconds = time.perf_counter() - started
    truth = set(links)
    claims = [claim for claim in map(claim_of, decisions) if claim]
    doubts = contested(claims)
    # Here a department is a place of its own, so it contests like any other.
    guessed = [c._replace(strength='proposed') if c.strength == 'unit' else c for c in claims]
    taken = contested(guessed, margin=_GUESS_MARGIN)
    guesses = [(c.debtor_id, c.partner_id) for c in claims if taken.get(c.debtor_id) != 'taken']
    alone = _chosen(decisions, ('sure', 'proposed'), doubts)
    sure = _chosen(decisions, ('sure',), doubts)
    shown = {(d.debtor_id, c.partner_id) for d in decisions for c in d.candidates}
    precision, recall, f1 = _rates(sum(g in truth for g in guesses), len(guesses), len(truth))
    alone_precision, alone_recall, _ = _rates(len(alone & truth), len(alone), len(truth))
    return {
        'set': name,
        'kind': 'link',
        'records': len(left),
        'partners': len(right),
        'links': len(truth),
        'precision': precision,
        'recall': recall,
        'f1': f1,
        'alone_share': round(len(alone) / max(len(left), 1), 4),
        'alone_precision': alone_precision,
        'alone_recall': alone_recall,
        'sure': len(sure),
        'sure_precision': _rates(len(sure & truth), len(sure), 1)[0],
        'among_15': round(len(shown & truth) / max(len(truth), 1), 4),
        'pairs': len(pairs),
        **_costs(len(left), seconds),
    }


def _chosen(
    decisions: Iterable[Decision], outcomes: tuple[str, ...], doubts: Collection[Id]
) -> set[tuple[Id, Id]]:
    return {
        (d.debtor_id, d.candidates[0].partner_id)
        for d in decisions
        if d.outcome in outcomes and d.debtor_id not in doubts
    }


def _one_table(name: str, parties: list[Party], entity: dict[Id, str]) -> Figures:
    started = time.perf_counter()
    population = Population.of(map(keys_of, parties))
    pairs = duplicate_pairs(parties, population)
    groups = find_duplicates(parties, pairs, population)
    seconds = time.perf_counter() - started
    true = _pairs_within(parties, lambda party_id: entity.get(party_id, party_id))
    group_of = {member: number for number, group in enumerate(groups) for member in group.members}
    found = _pairs_within(parties, lambda party_id: group_of.get(party_id, party_id))
    precision, recall, f1 = _rates(len(found & true), len(found), len(true))
    return {
        'set': name,
        'kind': 'duplicates',
        'records': len(parties),
        'links': len(true),
        'precision': precision,
        'recall': recall,
        'f1': f1,
        'groups': len(groups),
        'pairs': len(pairs),
        **_costs(len(parties), seconds),
    }


def _pairs_within(parties: list[Party], group_of: Callable[[Id], Id]) -> set[tuple[int, int]]:
    members: dict[Id, list[int]] = {}
    for at, party in enumerate(parties):
        members.setdefault(group_of(party.id), []).append(at)
    return {
        (one, other)
        for group in members.values()
        for i, one in enumerate(group)
        for other in group[i + 1 :]
    }


def _entities(parties: list[Party], links: list[tuple[str, str]]) -> dict[Id, str]:
    """Return one name for all records that links tie together."""
    entity: dict[Id, str] = {party.id: str(party.id) for party in parties}
    for left, right in links:
        old, new = entity[right], entity[left]
        if old != new:
            entity.update({party_id: new for party_id, name in entity.items() if name == old})
    return entity


def _rates(right: int, found: int, true: int) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    precision, recall = right / max(found, 1), right / max(true, 1)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return round(precision, 4), round(recall, 4), round(f1, 4)


def _costs(records: int, seconds: float) -> Figures:
    return {
        'seconds': round(seconds, 2),
        'records_per_second': round(records / max(seconds, 1e-9)),
        'peak_mb': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
