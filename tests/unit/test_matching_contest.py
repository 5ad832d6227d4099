"""Two debtors that want one partner."""

from __future__ import annotations

from matching import Candidate, Claim, Decision, claim_of, contested, doubted


def test_one_that_is_alone_is_in_no_doubt() -> None:
    assert contested([Claim('a', 1, 'proposed', 5.0), Claim('b', 2, 'proposed', 5.0)]) == {}


def test_two_equal_ones_are_both_in_doubt() -> None:
    found = contested([Claim('a', 1, 'proposed', 5.0), Claim('b', 1, 'proposed', 6.0)])
    assert found == {'a': 'shared', 'b': 'shared'}


def test_two_sure_ones_are_both_in_doubt() -> None:
    found = contested([Claim('a', 1, 'sure', 25.0), Claim('b', 1, 'sure', 24.0)])
    assert found == {'a': 'shared', 'b': 'shared'}


def test_a_link_keeps_its_partner() -> None:
    found = contested([Claim('a', 1, 'linked', 0.0), Claim('b', 1, 'sure', 25.0)])
    assert found == {'b': 'taken'}


def test_two_links_to_one_partner_stay() -> None:
    assert contested([Claim('a', 1, 'linked', 0.0), Claim('b', 1, 'linked', 0.0)]) == {}


def test_a_sure_one_goes_before_a_proposed_one() -> None:
    found = contested([Claim('a', 1, 'proposed', 30.0), Claim('b', 1, 'sure', 20.0)])
    assert found == {'a': 'taken'}


def test_a_clearly_better_score_wins() -> None:
    found = contested([Claim('a', 1, 'proposed', 12.0), Claim('b', 1, 'proposed', 5.0)])
    assert found == {'b': 'taken'}


def test_a_department_may_share_its_company() -> None:
    assert contested([Claim('a', 1, 'sure', 25.0), Claim('b', 1, 'unit', 20.0)]) == {}


def test_the_order_of_the_claims_does_not_matter() -> None:
    claims = [
        Claim('a', 1, 'proposed', 12.0),
        Claim('b', 1, 'sure', 5.0),
        Claim('c', 1, 'sure', 5.5),
        Claim('d', 2, 'proposed', 5.0),
    ]
    assert contested(claims) == contested(reversed(claims))
    assert contested(claims) == {'a': 'taken', 'b': 'shared', 'c': 'shared'}


def test_a_claim_says_how_strong_it_is() -> None:
    candidates = (Candidate(1, 9.0), Candidate(2, 3.0))
    claims = [
        claim_of(Decision('a', outcome, candidates, reasons))
        for outcome, reasons in (
            ('sure', ('hard_key',)),
            ('sure', ('linked',)),
            ('proposed', ('clear',)),
            ('proposed', ('clear', 'department')),
            ('none', ()),
        )
    ]
    assert [claim and claim.strength for claim in claims] == [
        'sure', 'linked', 'proposed', 'unit', None,
    ]  # fmt: skip
    assert claims[0] == Claim('a', 1, 'sure', 9.0)


def test_a_doubt_makes_a_decision_ambiguous_and_says_so() -> None:
    decision = Decision('a', 'sure', (Candidate(1, 9.0),), ('hard_key',))
    found = doubted(decision, 'shared')
    assert (found.outcome, found.reasons) == ('ambiguous', ('hard_key', 'shared'))
    assert found.best is None
