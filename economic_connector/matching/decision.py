"""Decide for each debtor which partner it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import log

from .keys import HARD_KINDS, by_id, keys_of
from .party import Candidate, Decision, Evidence, Id, Key, Party, Population

MAX_CANDIDATES = 15
THRESHOLD = 4.3
MARGIN = 3.0


def decide(
    debtors: Iterable[Party],
    partners: Iterable[Party] | Mapping[Id, Party],
    pairs: Iterable[tuple[Id, Id]],
    population: Population,
    *,
    linked: Mapping[Id, Id] | None = None,
    refused: Collection[tuple[Id, Id]] = (),
) -> list[Decision]:
    """Decide for a batch of debtors, in their order.

    `partners` holds at least those that `pairs` name; `linked` maps debtors to the partner they are
    tied to already; `refused` holds pairs that somebody said no to. Two debtors that want one
    partner are found by `contested`, over the decisions of all batches.
    """
    found = by_id(partners)
    wanted: dict[Id, list[Party]] = {}
    for debtor_id, partner_id in pairs:
        wanted.setdefault(debtor_id, []).append(found[partner_id])
    linked = linked or {}
    return [
        _decide(debtor, wanted.get(debtor.id, []), population, linked.get(debtor.id), refused)
        for debtor in debtors
    ]


def _decide(
    debtor: Party,
    partners: list[Party],
    population: Population,
    link: Id | None,
    refused: Collection[tuple[Id, Id]],
) -> Decision:
    if link is not None:
        evidence = (Evidence('linked', 0.0),)
        return Decision(debtor.id, 'sure', (Candidate(link, 0.0, evidence),), ('linked',))
    mine = set(keys_of(debtor))
    shared = {partner.id: mine & set(keys_of(partner)) for partner in partners}
    offered = [p for p in partners if (debtor.id, p.id) not in refused]
    candidates = sorted(
        (_candidate(partner, shared[partner.id], population) for partner in offered),
        key=lambda c: (-c.score, not c.active, str(c.partner_id)),
    )
    candidates = [c for c in candidates if c.score > 0][:MAX_CANDIDATES]
    if not candidates:
        return Decision(debtor.id, 'none')
    best = candidates[0]
    keys = shared[best.partner_id]
    agrees = any(kind in ('name', 'address') for kind, _ in keys)
    for key in keys:
        live = [p for p in partners if p.active and key in shared[p.id]]
        if key[0] in HARD_KINDS and agrees and best.active and len(live) == 1:
            return Decision(debtor.id, 'sure', tuple(candidates), ('hard_key',))
    ahead = best.score - candidates[1].score if len(candidates) > 1 else best.score
    if best.score >= THRESHOLD and ahead >= MARGIN:
        reasons = ('clear',) if best.active else ('clear', 'archived')
        return Decision(debtor.id, 'proposed', tuple(candidates), reasons)
    return Decision(debtor.id, 'ambiguous', tuple(candidates), ('close',))


def _candidate(partner: Party, keys: set[Key], population: Population) -> Candidate:
    prior = log(max(population.size, 1))
    evidence = [Evidence('population', -prior)]
    for kind, value in sorted(keys):
        if kind == 'word':
            continue
        rarity = log(max(population.size, 1) / max(population.counts.get((kind, value), 1), 1))
        evidence.append(Evidence(f'{kind}_equal', rarity + 3.0, value, value))
    return Candidate(partner.id, sum(e.weight for e in evidence), tuple(evidence), partner.active)


def contested(decisions: Iterable[tuple[Id, Id, str, float]]) -> set[Id]:
    """Return the debtors whose partner is wanted by another debtor as well.

    Give (debtor, wanted partner, outcome, score) of every sure or proposed decision and of every
    existing link (outcome 'linked') outside the batches.
    """
    by_partner: dict[Id, list[tuple[Id, str]]] = {}
    for debtor_id, partner_id, outcome, _score in decisions:
        by_partner.setdefault(partner_id, []).append((debtor_id, outcome))
    doubted: set[Id] = set()
    for wanting in by_partner.values():
        if len(wanting) > 1:
            doubted.update(debtor_id for debtor_id, outcome in wanting if outcome != 'linked')
    return doubted
