"""Find records of one table that are the same company."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .normal import Normal, normalise
from .party import Id, Party, Population
from .score import Scores, score_within
from .table import Bools, Floats
from .weights import WEIGHTS, Weights

_CHUNK = 100_000
# Larger groups are chains or junk; in them only the pairs given are looked at.
_LARGEST = 40

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Hold records that look like one company; the score is that of its weakest link."""

    members: tuple[Id, ...]
    score: float


def same_party(scores: Scores, w: Weights) -> Bools:
    """Tell which pairs may be two records of one company."""
    against = (scores.code('registry_equal') == 1) | (scores.code('kind_differs') == 1)
    known = confirmed(scores)
    listed = known | (scores.code('registry_equal') == 2)
    agrees = scores.names.strict >= np.where(listed, w.duplicate_known, w.duplicate_share)
    placed = (scores.code('registry_equal') == 2) & scores.address_agrees
    placed &= scores.names.strict >= w.duplicate_placed
    agrees |= (known | placed) & (scores.total >= w.duplicate_strong)
    found: Bools = agrees & ~against & ~scores.names.apart
    return found


def confirmed(scores: Scores) -> Bools:
    """Tell which pairs share a number of one place, or an e-mail address.

    A company number is not of one place: sites of a chain share it, and their names.
    """
    kinds = ('p_number', 'gln', 'phone', 'email')
    found: Bools = np.any([scores.code(f'{kind}_equal') == 2 for kind in kinds], axis=0)
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

    A pair makes or joins groups if it is the best for both of its records, or for one of them with
    an address that does not differ or a number that agrees. In a group no two may disagree.

    :param pairs: records that share a key (`duplicate_pairs`, or the SQL join of a table with
        itself); the order within a pair does not matter.
    :param population: counts of the records' keys.
    :param refused: pairs that somebody said are not duplicates.
    """
    records = list(parties)
    at = {party.id: number for number, party in enumerate(records)}
    read = {number: normalise(party) for number, party in enumerate(records)}
    names: dict[Id, Id] = {number: party.id for number, party in enumerate(records)}
    no = [(at[one], at[other]) for one, other in refused if one in at and other in at]
    finder = DuplicateFinder(population, no, weights)
    finder.add(read, ((at[one], at[other]) for one, other in pairs))
    found = [
        Group(tuple(names[number] for number in group.members), group.score)
        for group in finder.groups(lambda inside: finder.add(read, inside))
    ]
    return sorted(found, key=lambda group: (-group.score, str(group.members)))


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


class DuplicateFinder:
    """Find duplicates among records that are named by numbers and need not all be in memory."""

    def __init__(
        self,
        population: Population,
        refused: Iterable[Pair] = (),
        weights: Weights = WEIGHTS,
    ) -> None:
        self.population, self.w = population, weights
        # Pairs that need no (more) scoring.
        self.refused: set[Pair] = {_ordered(*pair) for pair in refused}
        self.seen: set[Pair] = set()
        # What pairs that may be the same have scored, and with whom each record has such pairs.
        self.score: dict[Pair, float] = {}
        self.others: dict[int, set[int]] = {}
        # Pairs whose address differs and that no number confirms.
        self.doubtful: set[Pair] = set()
        self.equal: set[Pair] = set()

    def add(self, read: Mapping[int, Normal], pairs: Iterable[Pair]) -> None:
        """Score some pairs of records, those that are new.

        :param read: at least the records that the pairs name
        """
        asked = {_ordered(*pair) for pair in pairs if pair[0] != pair[1]}
        asked -= self.seen
        asked -= self.refused
        asked -= self.score.keys()
        self.seen |= asked
        asked_in_order = sorted(asked)
        for start in range(0, len(asked), _CHUNK):
            some = asked_in_order[start : start + _CHUNK]
            used = sorted({i for pair in some for i in pair})
            at = {i: place for place, i in enumerate(used)}
            places = [(at[one], at[other]) for one, other in some]
            scores = score_within([read[i] for i in used], places, self.population, self.w)
            total: Floats = scores.total
            same = same_party(scores, self.w) & (total >= self.w.duplicate_least)
            doubtful = scores.address_differs & ~confirmed(scores)
            equal = scores.address_agrees & (scores.code('name_equal') == 3)
            for n in np.flatnonzero(same).tolist():
                pair = some[n]
                self.score[pair] = float(total[n])
                for one, other in (pair, pair[::-1]):
                    self.others.setdefault(one, set()).add(other)
                if doubtful[n]:
                    self.doubtful.add(pair)
                if equal[n]:
                    self.equal.add(pair)

    def refuse(self, pairs: Iterable[Pair]) -> None:
        """Take in that somebody said of some pairs that they are not the same."""
        for one, other in pairs:
            self.refused.add(_ordered(one, other))
            self._drop(one, other)

    def forget(self, records: Iterable[int]) -> None:
        """Forget what records have scored, since they have changed."""
        for i in records:
            for other in tuple(self.others.get(i, ())):
                self._drop(i, other)

    def _drop(self, one: int, other: int) -> None:
        pair = _ordered(one, other)
        if self.score.pop(pair, None) is not None:
            self.others[one].discard(other)
            self.others[other].discard(one)
            self.doubtful.discard(pair)
            self.equal.discard(pair)

    def alike(self, records: Iterable[int]) -> set[int]:
        """Return those that may be the same as one of these records."""
        return {other for i in records for other in self.others.get(i, ())}

    def groups(
        self, ask: Callable[[Iterable[Pair]], None], around: Iterable[int] | None = None
    ) -> list[Group]:
        """Return the groups.

        :param ask: adds pairs whose records need not have been read
        :param around: leave out groups that have none of these records; all by default
        """
        components = _components(self.seeds(self.others if around is None else around))
        large = [sorted({i for pair in seeds for i in pair}) for seeds in components]
        inside = [
            (i, j)
            for members in large
            if 2 < len(members) <= _LARGEST
            for n, i in enumerate(members)
            for j in members[n + 1 :]
        ]
        if inside:
            ask(inside)
        return [
            Group(tuple(members), round(least, 3))
            for component in components
            for members, least in self.split(component)
        ]

    def seeds(self, around: Iterable[int]) -> list[Pair]:
        """Return the pairs that may start a group or join two, the surest first: those of some
        records, and of the records that they lead to.
        """
        best: dict[int, float] = {}

        def best_of(i: int) -> float:
            if i not in best:
                best[i] = max(self.score[_ordered(i, other)] for other in self.others[i])
            return best[i]

        known = set(around)
        left = list(known)
        found: set[Pair] = set()
        while left:
            i = left.pop()
            for other in self.others.get(i, ()):
                pair = _ordered(i, other)
                value = self.score[pair]
                needed = 0 if pair in self.equal else 2 if pair in self.doubtful else 1
                if pair in found or value < self.w.duplicate:
                    continue
                if (value >= best_of(i)) + (value >= best_of(other)) >= needed:
                    found.add(pair)
                    if other not in known:
                        known.add(other)
                        left.append(other)
        return sorted(found, key=lambda pair: (-self.score[pair], pair))

    def split(self, seeds: list[Pair]) -> list[tuple[list[int], float]]:
        """Join records along the seeds as long as no two of a group disagree."""
        group = {i: [i] for i in sorted({i for pair in seeds for i in pair})}
        for one, other in seeds:
            a, b = group[one], group[other]
            if a is not b and all(_ordered(i, j) in self.score for i in a for j in b):
                a += b
                for i in b:
                    group[i] = a
        found = []
        for some in {id(members): sorted(members) for members in group.values()}.values():
            links = [self.score[i, j] for n, i in enumerate(some) for j in some[n + 1 :]]
            if links:
                found.append((some, min(links)))
        return found


def _components(seeds: list[Pair]) -> list[list[Pair]]:
    """Return the seeds that hang together, directly or not, each in the order given."""
    leader: dict[int, int] = {}

    def find(i: int) -> int:
        while leader.setdefault(i, i) != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for one, other in seeds:
        leader[find(one)] = find(other)
    found: dict[int, list[Pair]] = {}
    for pair in seeds:
        found.setdefault(find(pair[0]), []).append(pair)
    return list(found.values())
