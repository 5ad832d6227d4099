"""Find debtors that want the same partner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from .party import Decision, Id
from .weights import WEIGHTS

Strength = Literal['linked', 'sure', 'proposed', 'unit', 'ambiguous']
Doubt = Literal['taken', 'shared']
_ORDER = {'linked': 0, 'sure': 1, 'proposed': 2, 'ambiguous': 3}


class Claim(NamedTuple):
    """Say that a debtor wants a partner; a 'unit' is a department, which may share its company."""

    debtor_id: Id
    partner_id: Id
    strength: Strength
    score: float


def claim_of(decision: Decision) -> Claim | None:
    """Return what a decision claims, None if nothing."""
    if decision.outcome == 'none' or not decision.candidates:
        return None
    best = decision.candidates[0]
    strength: Strength = decision.outcome
    if 'linked' in decision.reasons:
        strength = 'linked'
    elif {'department', 'address_of_company'} & set(decision.reasons):
        strength = 'unit'
    return Claim(decision.debtor_id, best.partner_id, strength, best.score)


def contested(claims: Iterable[Claim], *, margin: float = WEIGHTS.margin) -> dict[Id, Doubt]:
    """Return the debtors whose claim is in doubt, over all batches.

    Give it the claims of all decisions that are sure or proposed, and existing links to partners
    that are not in the batches. A claim is 'taken' if another has a clearly better one: a link,
    a sure one over a proposed one, or a score that is higher by the margin. Else both are 'shared'.
    """
    by_partner: dict[Id, list[Claim]] = {}
    for claim in claims:
        if claim.strength != 'unit':
            by_partner.setdefault(claim.partner_id, []).append(claim)
    doubts: dict[Id, Doubt] = {}
    for wanting in by_partner.values():
        if len(wanting) == 1:
            continue
        best = min(wanting, key=lambda c: (_ORDER[c.strength], -c.score))
        equals = [
            claim
            for claim in wanting
            if claim.strength == best.strength
            and (best.strength == 'linked' or best.score - claim.score < margin)
        ]
        for claim in wanting:
            if claim not in equals:
                doubts[claim.debtor_id] = 'taken'
            elif len(equals) > 1 and claim.strength != 'linked':
                doubts[claim.debtor_id] = 'shared'
    return doubts


def doubted(decision: Decision, doubt: Doubt) -> Decision:
    """Return the decision as it is after `contested` found a doubt."""
    return replace(decision, outcome='ambiguous', reasons=(*decision.reasons, doubt))
