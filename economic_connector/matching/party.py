"""The records that are matched, and what matching says about them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Id = Hashable
Key = tuple[str, str]
Outcome = Literal['sure', 'proposed', 'ambiguous', 'none']
OUTCOMES: tuple[Outcome, ...] = ('sure', 'proposed', 'ambiguous', 'none')


@dataclass(slots=True)
class Party:
    """Hold one company or person as it is written in its own system, nothing folded.

    A debtor and a partner look the same here. `country` is an ISO code or a country's name.
    `registry` is the company number (CVR), `p_number` the production unit, `ref` the customer
    number in e-conomic: a debtor's own number, or the reference a partner was given by hand.
    `parent_id` is the company that a partner is a contact or an address of.
    """

    id: Id
    name: str
    street: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''
    registry: str = ''
    p_number: str = ''
    vat: str = ''
    gln: str = ''
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    website: str = ''
    ref: str = ''
    is_company: bool = True
    active: bool = True
    parent_id: Id | None = None
    # What `normal.read` made of it.
    _normal: object = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Say one thing that speaks for (weight > 0) or against (weight < 0) a candidate.

    The weight is in natural logarithms of odds; `left` is the debtor's value, `right` the other's.
    """

    code: str
    weight: float
    left: str = ''
    right: str = ''


@dataclass(frozen=True, slots=True)
class Candidate:
    """Name a partner that may be the debtor; the score is the sum of the evidence's weights."""

    partner_id: Id
    score: float
    evidence: tuple[Evidence, ...] = ()
    active: bool = True
    # Too little speaks for it to ask a person, were it the only one.
    far: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Tell the outcome for one debtor.

    `candidates` are best first. `reasons` are stable words that say what decided. `duplicates` are
    partners that look like a second record of the first candidate.
    """

    debtor_id: Id
    outcome: Outcome
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    duplicates: tuple[Id, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """Return the candidate to link or to propose, if the outcome names one."""
        return self.candidates[0] if self.outcome in ('sure', 'proposed') else None


@dataclass(frozen=True, slots=True)
class Population:
    """Tell how many partners there are and how many of them have a key.

    A key that is missing in `counts` is one that no partner has.
    """

    size: int
    counts: Mapping[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Iterable[Iterable[Key]]) -> Population:
        """Count the keys of all partners, given as one iterable of keys each."""
        counts: dict[Key, int] = {}
        size = 0
        for size, of_one in enumerate(keys, 1):  # noqa: B007
            for key in of_one:
                counts[key] = counts.get(key, 0) + 1
        return cls(size, counts)

    @property
    def limit(self) -> int:
        """Return how many partners may share a key that makes candidates.

        That is .3 % of five thousand. It doesn't grow with them: who is right shares something
        rarer with the debtor, and the pairs stay about ten for each.
        """
        return 15

    @property
    def duplicate_limit(self) -> int:
        """Return the same for pairs within the table, whose number grows with the square."""
        return 8
