"""Decide for each debtor which partner it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .duplicates import same_party
from .evidence import Explainer
from .keys import HARD_KINDS
from .names import Name
from .normal import read
from .party import Candidate, Decision, Id, Outcome, Party, Population
from .score import score, score_within
from .table import Bools, Ints
from .weights import WEIGHTS, Weights

# Of up to so many candidates the first few are told in any case, the others if worth a look.
MAX_CANDIDATES = 15
ALWAYS_SHOWN = 5
# What can decide, then what is remarked (and, from `contest`, doubted).
REASONS = (
    'linked', 'hard_key', 'keys_disagree', 'numbers_differ', 'weak', 'close', 'kind', 'apart',
    'clear', 'duplicate', 'archived', 'address_of_company', 'department', 'taken', 'shared',
)  # fmt: skip
NUMBERS_OF_COMPANIES = tuple(kind for kind in HARD_KINDS if kind != 'ref')
# Pairs that are compared at once; bounds the memory.
CHUNK = 100_000


def decide(
    debtors: Iterable[Party],
    partners: Iterable[Party] | Mapping[Id, Party],
    pairs: Iterable[tuple[Id, Id]],
    population: Population,
    *,
    linked: Mapping[Id, Id] | None = None,
    refused: Collection[tuple[Id, Id]] = (),
    brief: bool = False,
    weights: Weights = WEIGHTS,
) -> list[Decision]:
    """Decide for some debtors, in their order.

    Any cutting of the debtors into batches gives the same decisions. Two debtors that want one
    partner are found afterwards, by `contested` over the claims of all batches.

    :param partners: at least those that `pairs` name.
    :param population: counts of the keys of the debtors, and of the words in the partners' names.
    :param linked: the partner that a debtor is tied to already; it wins.
    :param refused: pairs (debtor, partner) that somebody said no to; they are not offered.
    :param brief: leave out the evidence, which takes time, of candidates that nobody has to look
        at: all but the best one where nothing is to be decided, and those that are far.
    """
    given = partners.values() if isinstance(partners, Mapping) else partners
    known = {partner.id: partner for partner in given}
    linked = linked or {}
    refused = refused if isinstance(refused, (set, frozenset)) else frozenset(refused)
    wanted: dict[Id, list[Party]] = {}
    for debtor_id, partner_id in pairs:
        wanted.setdefault(debtor_id, []).append(known[partner_id])
    decisions: list[Decision] = []
    for chunk in _chunks(debtors, wanted):
        batch = _Batch(chunk, wanted, population, weights)
        decisions += batch.decide(linked, refused, brief)
    return decisions


def _chunks(debtors: Iterable[Party], wanted: Mapping[Id, list[Party]]) -> Iterator[list[Party]]:
    chunk: list[Party] = []
    size = 0
    for debtor in debtors:
        chunk.append(debtor)
        size += len(wanted.get(debtor.id, ()))
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@dataclass(slots=True)
class _Option:
    """Hold a partner on its way to a candidate: the best pair of a company and its addresses."""

    owner: Id
    pair: int
    score: float


class _Batch:
    """Decide for the debtors of one chunk."""

    def __init__(
        self,
        debtors: list[Party],
        wanted: Mapping[Id, list[Party]],
        population: Population,
        w: Weights,
    ) -> None:
        self.debtors, self.population, self.w = debtors, population, w
        self.partners: list[Party] = []
        place: dict[Id, int] = {}
        left: list[int] = []
        right: list[int] = []
        self.first = [0]
        for at, debtor in enumerate(debtors):
            for partner in wanted.get(debtor.id, ()):
                if partner.id not in place:
                    place[partner.id] = len(self.partners)
                    self.partners.append(partner)
                left.append(at)
                right.append(place[partner.id])
            self.first.append(len(left))
        self.right = right
        self.left_read = [read(debtor) for debtor in debtors]
        self.right_read = [read(partner) for partner in self.partners]
        i, j = np.array(left, np.int64), np.array(right, np.int64)
        self.scores = score(self.left_read, self.right_read, i, j, population, w)
        self.total: list[float] = self.scores.total.tolist()
        self.contradicts: list[bool] = (self.scores.code('registry_equal') == 1).tolist()
        # Without a hard key no other name is proposed, whatever else agrees: owners have several.
        apart = self.scores.names.apart | (self.scores.names.share < w.proposed_share)
        self.apart: list[bool] = apart.tolist()
        self.hard = self._hard_pairs(i, j)
        self.numbered: list[bool] = self._share_a_number().tolist()
        self.sited: list[bool] = self.scores.address_differs.tolist()
        self.ranked = self._rank(i, j)

    def _share_a_number(self) -> Bools:
        """Tell which pairs have the same number: worth a look, whatever else differs."""
        found: Bools = np.any(
            [self.scores.code(f'{kind}_equal') == 2 for kind in NUMBERS_OF_COMPANIES], axis=0
        )
        return found

    def _hard_pairs(self, i: Ints, j: Ints) -> dict[int, str]:
        """Return the pairs that a hard key decides, with its kind.

        Only one live company may have the key, and name or address must agree.
        """
        hard: dict[int, str] = {}
        allowed = (self.scores.names.share >= self.w.name_agrees) | self.scores.address_agrees
        allowed &= self.scores.code('kind_differs') == 0
        allowed &= ~np.array(self.contradicts, bool)
        for kind in HARD_KINDS:
            equal = np.flatnonzero(self.scores.code(f'{kind}_equal') == 2).tolist()
            holders: dict[int, set[Id]] = {}
            for pair in equal:
                partner = self.partners[j[pair]]
                if partner.active:
                    holders.setdefault(int(i[pair]), set()).add(_owner(partner))
            for pair in equal:
                at = int(i[pair])
                value = getattr(self.left_read[at], kind)
                # A key that more have than make candidates is not seen whole here.
                common = self.population.counts.get((kind, value), 0) > self.population.limit
                alone = len(holders.get(at, ())) == 1 and self.partners[j[pair]].active
                if alone and allowed[pair] and not common:
                    hard.setdefault(pair, kind)
        return hard

    def decide(
        self,
        linked: Mapping[Id, Id],
        refused: Collection[tuple[Id, Id]],
        brief: bool,
    ) -> list[Decision]:
        """Return the decisions in the order of the debtors."""
        options = [self._options(at, refused) for at in range(len(self.debtors))]
        twins = self._twins(options)
        explain = Explainer(self.scores, self.left_read, self.right_read, self.population.size)
        made = []
        for at, debtor in enumerate(self.debtors):
            others = self._other_records(options[at], twins)
            outcome, reasons, same = self._judge(at, options[at], others)
            link = linked.get(debtor.id)
            candidates = []
            for rank, option in enumerate(options[at][:MAX_CANDIDATES]):
                if rank >= ALWAYS_SHOWN and option.score < self.w.listed:
                    continue
                partner = self.partners[self.right[option.pair]]
                far = self._is_far(option)
                asked = not far and outcome in ('proposed', 'ambiguous')
                # An address's evidence cannot be had from its company later.
                own = partner.parent_id is None
                told = asked or not rank or option.owner == link or not (brief and own)
                evidence = explain(option.pair, debtor, partner) if told else ()
                score = round(option.score, 3)
                candidates.append(Candidate(option.owner, score, evidence, partner.active, far))
            if link is not None:
                mine = [c for c in candidates if c.partner_id == link] or [Candidate(link, 0.0)]
                outcome, reasons, same = 'sure', ('linked',), ()
                candidates = mine + [c for c in candidates if c.partner_id != link]
            made.append(Decision(debtor.id, outcome, tuple(candidates), reasons, same))
        return made

    def _options(self, at: int, refused: Collection[tuple[Id, Id]]) -> list[_Option]:
        """Return the partners of a debtor, best first; what a hard key decides comes before all."""
        debtor = self.debtors[at]
        best: dict[Id, _Option] = {}
        for pair in self.ranked[self.first[at] : self.first[at + 1]]:
            partner = self.partners[self.right[pair]]
            owner = _owner(partner)
            if owner in best:
                continue
            if (debtor.id, owner) not in refused and (debtor.id, partner.id) not in refused:
                best[owner] = _Option(owner, pair, self.total[pair])
        return list(best.values())

    def _rank(self, i: Ints, j: Ints) -> list[int]:
        """Return the pairs, those of each debtor best first."""
        soft = np.ones(len(i), bool)
        soft[list(self.hard)] = False
        score = np.round(self.scores.total, 6)
        below = np.array([partner.parent_id is not None for partner in self.partners], bool)
        texts = [f'{p.id:>20}' if isinstance(p.id, int) else str(p.id) for p in self.partners]
        place = np.empty(len(texts), np.int64)
        place[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
        order: list[int] = np.lexsort((place[j], below[j], -score, soft, i)).tolist()
        return order

    def _other_records(self, options: list[_Option], twins: set[tuple[int, int]]) -> list[_Option]:
        """Return what are further records of the best partner; a live one of them goes before an
        archived best one.
        """
        if not options:
            return []
        best = options[0]
        place = self.right[best.pair]
        same = [o for o in options[1:] if (place, self.right[o.pair]) in twins]
        if not self.partners[place].active:
            live = [o for o in same if self.partners[self.right[o.pair]].active][:1]
            for option in live:
                options.remove(option)
                options.insert(0, option)
                same[same.index(option)] = best
        return same

    def _twins(self, options: list[list[_Option]]) -> set[tuple[int, int]]:
        """Return which of the partners that are close for one debtor are the same one twice."""
        asked: dict[tuple[int, int], None] = {}
        for found in options:
            for other in found[1:MAX_CANDIDATES]:
                least = min(found[0].score - self.w.margin, self.w.threshold)
                if other.score >= max(least, self.w.floor):
                    asked[self.right[found[0].pair], self.right[other.pair]] = None
        if not asked:
            return set()
        scores = score_within(self.right_read, list(asked), self.population, self.w)
        same = same_party(scores, self.w) & ~scores.address_differs
        same &= scores.total >= self.w.duplicate
        return {pair for pair, twin in zip(asked, same.tolist(), strict=True) if twin}

    def _is_far(self, option: _Option) -> bool:
        known = option.pair in self.hard or self.numbered[option.pair]
        return option.score < self.w.floor and not known

    def _judge(
        self, at: int, options: list[_Option], same: list[_Option]
    ) -> tuple[Outcome, tuple[str, ...], tuple[Id, ...]]:
        """Return outcome, reasons, and the duplicates of the best partner."""
        if all(map(self._is_far, options)):
            return 'none', (), ()
        best, place = options[0], self.right[options[0].pair]
        partner = self.partners[place]
        rest = [o for o in options[1:] if o not in same]
        lead = best.score - rest[0].score if rest else self.w.margin
        outcome: Outcome = 'ambiguous'
        if best.pair in self.hard:
            agreed = not any(o.pair in self.hard for o in rest)
            outcome = 'sure' if agreed else 'ambiguous'
            reasons = ['hard_key' if agreed else 'keys_disagree']
        elif self.contradicts[best.pair]:
            reasons = ['numbers_differ']
        elif best.score < self.w.threshold:
            reasons = ['weak']
        elif lead < self.w.margin:
            reasons = ['close']
        elif partner.is_company != self.debtors[at].is_company:
            reasons = ['kind']
        elif self.apart[best.pair]:
            reasons = ['apart']
        else:
            outcome, reasons = 'proposed', ['clear']
        for word in self._remarks(at, best.pair, bool(same)):
            reasons.append(word)
            if word != 'duplicate' and outcome == 'sure':
                outcome = 'proposed'
        return outcome, tuple(reasons), tuple(o.owner for o in same)

    def _remarks(self, at: int, pair: int, same: bool) -> Iterator[str]:
        place = self.right[pair]
        partner, mine, its = self.partners[place], self.left_read[at], self.right_read[place]
        if same:
            yield 'duplicate'
        if not partner.active:
            yield 'archived'
        if partner.parent_id is not None:
            yield 'address_of_company'
        unit = mine.p_number and its.p_number and mine.p_number != its.p_number
        named = mine.name.department and not its.name.department
        # Under the number of the company, at a place of its own, with more to its name.
        more = self.numbered[pair] and self.sited[pair] and _says_more(mine.name, its.name)
        if unit or named or more:
            yield 'department'


def _says_more(mine: Name, its: Name) -> bool:
    return bool(its.words) and set(mine.words) > set(its.words)


def _owner(partner: Party) -> Id:
    """Return who is proposed: the company, where the partner is an address or unit of one."""
    return partner.id if partner.parent_id is None else partner.parent_id
