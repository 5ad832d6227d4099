"""What each piece of evidence is worth, in natural logarithms of odds.

Information (how few partners share what agrees, ln(N / count)) comes from the partners themselves;
these numbers only say how far to trust it. How they were chosen: see README.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Hold the constants of the score and of the decision; shares of ln N where it says so."""

    # Name. Information counts up to this share of ln N: words of a name depend on each other.
    name_cap: float = 1.6
    name_equal: float = 5.0
    # Words that only one side has, per unit of information; both sides having such is a conflict.
    word_missing: float = 0.25
    word_conflict: float = 0.4
    lost_cap: float = 1.2
    # A word of owner or department that the other side lacks counts this much of another word.
    added: float = 0.4
    # Words that are only similar, or abbreviated: least similarity, and share of the information.
    similar_least: float = 0.8
    similar: float = 0.8
    abbreviated: float = 0.8
    # The whole names, squashed, are this similar; then they count as equal less a penalty.
    whole_least: float = 0.9
    whole_equal: float = 4.0
    whole_penalty: float = 15.0
    no_word: float = -3.0
    number_differs: float = -3.0
    purpose_differs: float = -3.0
    town_word: float = 0.3
    town_word_missing: float = 0.5
    form_differs: float = -0.5
    form_missing: float = -0.2
    # Address.
    address_cap: float = 1.0
    street_similar: float = 0.85
    street_only: float = 1.5
    street_differs: float = -0.8
    number_only_differs: float = -0.5
    letter_differs: float = -0.3
    town_equal: float = 2.5
    city_equal: float = 1.2
    town_near: float = 0.3
    town_differs: float = -0.7
    country_differs: float = -4.0
    # Numbers. Equal ones count this share of their information.
    registry_equal: float = 1.0
    registry_differs: float = -6.0
    p_number_equal: float = 1.0
    p_number_differs: float = -1.0
    vat_equal: float = 1.0
    vat_differs: float = -5.0
    gln_equal: float = 1.0
    gln_differs: float = -0.5
    ref_equal: float = 0.3
    phone_equal: float = 0.8
    phone_differs: float = -0.3
    email_equal: float = 0.8
    domain_equal: float = 0.6
    kind_differs: float = -5.0
    archived: float = -0.5
    # Decision.
    floor: float = 0.0
    threshold: float = 3.0
    margin: float = 3.0
    duplicate: float = 5.0


WEIGHTS = Weights()
