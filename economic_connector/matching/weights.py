"""What each piece of evidence is worth, in natural logarithms of odds.

Information (how few partners share what agrees, ln(N / count)) comes from the partners themselves;
these numbers only say how far to trust it. How they were chosen: see README.md beside this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Hold the constants of the score and of the decision; shares of ln N where it says so."""

    # Name. Information counts up to this share of ln N: words of a name depend on each other.
    name_cap: float = 2.5
    name_equal: float = 5.6
    name_shared: float = 1.4
    # Names whose words agree to more than this share count as nearly equal, the more the more.
    nearly_equal: float = 4.0
    nearly_least: float = 0.6
    # Words that only one side has, per unit of information; both sides having such is a conflict.
    word_missing: float = 0.27
    word_conflict: float = 0.55
    lost_cap: float = 11.0
    # A word of owner or department that the other side lacks counts this much of another word.
    added: float = 0.3
    # Words that are only similar, or abbreviated: least similarity, and share of the information.
    similar_least: float = 0.65
    similar_chance: float = 0.25
    similar: float = 0.9
    abbreviated: float = 0.9
    # Names that are this similar as a whole may have the same words cut otherwise.
    joined_least: float = 0.75
    # This share of the information agrees: enough to confirm a hard key.
    name_agrees: float = 0.6
    no_word: float = -1.0
    number_differs: float = -3.0
    purpose_differs: float = -7.0
    town_word: float = 0.4
    town_word_missing: float = 0.5
    form_differs: float = -0.7
    form_missing: float = -0.4
    # Address.
    address_cap: float = 1.0
    street_similar: float = 0.8
    street_only: float = 2.0
    street_differs: float = -1.5
    number_only_differs: float = -0.5
    letter_differs: float = -0.3
    town_equal: float = 2.7
    city_equal: float = 0.9
    town_near: float = 0.3
    town_differs: float = -1.9
    country_differs: float = -4.0
    # Numbers. Equal ones count this share of their information.
    registry_equal: float = 1.4
    registry_differs: float = -9.0
    p_number_equal: float = 1.0
    p_number_differs: float = -1.0
    vat_equal: float = 1.0
    vat_differs: float = -5.0
    gln_equal: float = 1.0
    gln_differs: float = -0.5
    ref_equal: float = 0.3
    phone_equal: float = 0.95
    phone_differs: float = -0.3
    email_equal: float = 0.95
    domain_equal: float = 0.6
    kind_differs: float = -5.0
    archived: float = -0.5
    # Decision. Candidates below `listed` are hardly worth a look, those from `floor` on are likely
    # enough to ask a person; from `threshold` on, ahead of others by `margin`, one is proposed.
    listed: float = -13.0
    proposed_share: float = 0.3
    floor: float = -1.5
    threshold: float = 4.0
    margin: float = 3.0
    # Duplicates: what a pair needs to make a group; to be in one; to do so under another name.
    duplicate: float = 3.0
    duplicate_least: float = -2.0
    duplicate_strong: float = 8.0
    # How much of the names must agree; where a number does; where company number and address do.
    # Conflicts count this often.
    duplicate_share: float = 0.6
    duplicate_known: float = 0.5
    duplicate_placed: float = 0.4
    duplicate_conflict: float = 3.0


WEIGHTS = Weights()
