"""Find records of one table that are the same company."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .normal import Normal, normalise
from .party import Id, Party, Population
from .score import Scores, score
from .table import Bools
from .weights import WEIGHTS, Weights

_CHUNK = 100_000
# Groups that could be larger are chains or junk; they are checked only by the pairs given.
_LARGEST = 40


@dataclass(frozen=True, slots=True)
class Group:
    """Hold records that look like one company; the score is the least of its links."""

    members: tuple[Id, ...]
    score: float


def same_party(scores: Scores, w: Weights) -> Bools:
    """Tell which pairs look like two records of one company."""
    by_name = {group.names[-1]: group for group in scores.groups}
    against = (by_name['registry_equal'].code == 1) | (by_name['kind_differs'].code == 1)
    found: Bools = (scores.total >= w.duplicate) & scores.name_agrees & ~against
    return found


def find_duplicates(
    parties: Iterable[Party],
    pairs: Iterable[tuple[Id, Id]],
    population: Population,
    *,
    refused: Collection[tuple[Id, Id]] = (),
    weights: Weights = WEIGHTS,
) -> list[Group]:
    """Return groups of records that look like one company, the surest first.

    In a group all pairs must agree: a chain of likenesses is not enough.

    :param pairs: records that share a key (`duplicate_pairs`, or the SQL join of a table with
        itself); the order within a pair does not matter.
    :param refused: pairs that somebody said are not duplicates.
    """
    records = list(parties)
    at = {party.id: number for number, party in enumerate(records)}
    read = [normalise(party) for party in records]
    no = {_ordered(at[one], at[other]) for one, other in refused if one in at and other in at}
    asked = {_ordered(at[one], at[other]) for one, other in pairs if one != other}
    edges = _edges(read, sorted(asked - no), population, weights)
    groups = []
    for members in _components(edges):
        if 2 < len(members) <= _LARGEST:
            inside = [(i, j) for n, i in enumerate(members) for j in members[n + 1 :]]
            missing = [pair for pair in inside if pair not in asked and pair not in no]
            edges.update(_edges(read, missing, population, weights))
        groups += _split(members, edges)
    found = [Group(tuple(records[i].id for i in members), least) for members, least in groups]
    return sorted(found, key=lambda group: (-group.score, str(group.members)))


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _edges(
    read: Sequence[Normal], pairs: list[tuple[int, int]], population: Population, w: Weights
) -> dict[tuple[int, int], float]:
    """Return the scores of the pairs that look like duplicates."""
    edges: dict[tuple[int, int], float] = {}
    for start in range(0, len(pairs), _CHUNK):
        some = pairs[start : start + _CHUNK]
        used = sorted({i for pair in some for i in pair})
        place = {i: n for n, i in enumerate(used)}
        records = [read[i] for i in used]
        left, right = np.array([(place[i], place[j]) for i, j in some], np.int64).T
        scores = score(records, records, left, right, population, w)
        for n in np.flatnonzero(same_party(scores, w)).tolist():
            edges[some[n]] = float(scores.total[n])
    return edges


def _components(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the records that edges tie together, directly or not."""
    leader: dict[int, int] = {}

    def find(i: int) -> int:
        while leader.setdefault(i, i) != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for one, other in edges:
        leader[find(one)] = find(other)
    members: dict[int, list[int]] = {}
    for i in sorted(leader):
        members.setdefault(find(i), []).append(i)
    return list(members.values())


def _split(
    members: list[int], edges: dict[tuple[int, int], float]
) -> list[tuple[list[int], float]]:
    """Join records from the likeliest pair on, as long as all pairs of a group are duplicates."""
    inside = set(members)
    ranked = sorted(
        (pair for pair in edges if pair[0] in inside and pair[1] in inside),
        key=lambda pair: (-edges[pair], pair),
    )
    group = {i: [i] for i in members}
    least: dict[int, float] = {}
    for one, other in ranked:
        a, b = group[one], group[other]
        if a is b:
            continue
        links = [edges.get(_ordered(i, j)) for i in a for j in b]
        if any(link is None for link in links):
            continue
        a += b
        for i in b:
            group[i] = a
        found = min(link for link in links if link is not None)
        least[a[0]] = min(found, least.get(a[0], found), least.get(b[0], found))
    seen = {id(found): found for found in group.values() if len(found) > 1}
    return [(sorted(found), least[found[0]]) for found in seen.values()]
