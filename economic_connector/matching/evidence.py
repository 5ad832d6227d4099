"""Put the evidence for one pair into words that can be stored and shown."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from .normal import Normal, read
from .party import Evidence, Party, Population
from .score import FORMS, MAILS, NAMES, NUMBERS, STREETS, TOWNS, Scores, score

# All that evidence can be called. Those that end in "_differs" or "_missing" speak against.
CODES = (
    'population', *NAMES, *FORMS[1:], *STREETS[1:], *TOWNS[1:], 'country_differs',
    *(f'{kind}_{word}' for kind in (*NUMBERS, 'phone') for word in ('differs', 'equal')),
    *MAILS[1:], 'kind_differs', 'archived',
)  # fmt: skip


class Explainer:
    """Tell for a pair what its score is made of."""

    def __init__(
        self, scores: Scores, left: Sequence[Normal], right: Sequence[Normal], size: int
    ) -> None:
        self.prior = Evidence('population', round(-log(max(size, 2)), 3), '', str(size))
        self.groups = [
            (group.names, group.weight.tolist(), group.code.tolist()) for group in scores.groups
        ]

    def __call__(self, pair: int, debtor: Party, partner: Party) -> tuple[Evidence, ...]:
        """Return the evidence; its weights add up to the pair's score, but for rounding."""
        found = [self.prior]
        for names, weights, codes in self.groups:
            weight = weights[pair]
            if weight:
                name = names[codes[pair]]
                field = name.rpartition('_')[0]
                left, right = value(debtor, field), value(partner, field)
                found.append(Evidence(name, round(weight, 3), left, right))
        return tuple(found)


def compare(
    pairs: Sequence[tuple[Party, Party]], population: Population
) -> list[tuple[float, tuple[Evidence, ...]]]:
    """Return for each pair of records its score and what that is made of."""
    left, right = [read(one) for one, _ in pairs], [read(other) for _, other in pairs]
    places = np.arange(len(pairs))
    scores = score(left, right, places, places, population)
    explain = Explainer(scores, left, right, population.size)
    return [(float(total), explain(n, *pairs[n])) for n, total in enumerate(scores.total.tolist())]


def value(party: Party, field: str) -> str:
    """Return what a record has in the field that a code of evidence begins with.

    >>> value(Party(1, 'Hansen', zip='5000', city='Odense'), 'town')
    '5000 Odense'
    """
    if field in ('name', 'form', ''):
        return party.name
    if field in ('street', 'address'):
        return party.street.strip()
    if field in ('town', 'city'):
        return f'{party.zip} {party.city}'.strip()
    if field == 'registry':
        return party.registry or party.vat
    if field in ('phone', 'email'):
        return ', '.join(getattr(party, f'{field}s'))
    if field == 'domain':
        return ', '.join(filter(None, (*party.emails, party.website)))
    if field == 'kind':
        return 'company' if party.is_company else 'person'
    return str(getattr(party, field))
