"""Hard keys, links, kinds: each rule has a case that only this rule answers rightly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_crowd import CROWD, CVR, GLN, HANSEN, OTHER_CVR, codes, debtor, decide_one

from matching import Party


def test_a_company_number_with_an_equal_name_is_sure() -> None:
    found = decide_one(debtor(street='Nygade 1', zip='8000', city='Aarhus', phones=()), HANSEN)
    assert (found.outcome, found.best and found.best.partner_id) == ('sure', 1)
    assert found.reasons == ('hard_key',)
    assert {'registry_equal', 'name_equal', 'street_differs'} <= codes(found)


def test_a_company_number_with_an_equal_address_is_sure() -> None:
    found = decide_one(debtor(name='Fynsk Varme & Bad ApS', phones=()), HANSEN)
    assert found.outcome == 'sure'


@pytest.mark.parametrize(
    'numbers',
    [{'registry': 'DK 13 58 56 28'}, {'vat': 'DK13585628'}, {'registry': 'CVR 13585628'}],
)
def test_a_company_number_is_known_in_any_spelling(numbers: dict[str, str]) -> None:
    bare = {'registry': '', 'street': '', 'zip': '', 'city': '', 'phones': ()}
    stranger = debtor(**{**bare, **numbers})
    partner = replace(HANSEN, registry='', vat='DK13585628')
    assert decide_one(stranger, partner).outcome == 'sure'


def test_a_company_number_alone_is_not_sure() -> None:
    stranger = debtor(
        name='Café Stjernen', street='Havnegade 3', zip='3700', city='Rønne', phones=()
    )
    assert decide_one(stranger, HANSEN).outcome != 'sure'


def test_who_shares_a_company_number_is_shown_however_much_else_differs() -> None:
    stranger = debtor(
        name='Café Stjernen', street='Havnegade 3', zip='3700', city='Rønne', phones=()
    )
    # Another one that is more alike, and still hardly alike.
    other = replace(HANSEN, id=2, name='Café Stjerneskud', registry='', street='Nygade 1',
                    zip='8000', city='Aarhus', phones=())  # fmt: skip
    found = decide_one(stranger, HANSEN, other)
    assert found.outcome == 'ambiguous'
    assert {c.partner_id: c.far for c in found.candidates}[1] is False


def test_a_company_number_that_two_have_is_not_sure() -> None:
    branch = replace(HANSEN, id=2, name='Hansen VVS Aarhus ApS', street='Nygade 1', zip='8000',
                     city='Aarhus', phones=())  # fmt: skip
    stranger = debtor(street='Torvet 3', zip='9000', city='Aalborg', phones=())
    assert decide_one(stranger, HANSEN).outcome == 'sure'
    assert decide_one(stranger, HANSEN, branch).outcome != 'sure'


def test_a_company_number_of_a_chain_is_not_sure_though_the_others_have_other_names() -> None:
    other = replace(HANSEN, id=2, name='Fynsk Varme & Bad', street='Nygade 1', zip='8000',
                    city='Aarhus', phones=())  # fmt: skip
    assert decide_one(debtor(), HANSEN, other).outcome != 'sure'


def test_a_company_number_of_so_many_that_they_are_not_compared_is_not_sure() -> None:
    chain = [
        replace(party, id=5000 + n, registry=CVR, phones=()) for n, party in enumerate(CROWD[:30])
    ]
    found = decide_one(debtor(), HANSEN, *chain)
    assert (found.outcome, found.candidates[0].partner_id) == ('proposed', 1)
    assert len(found.candidates) < 15


def test_a_hard_key_goes_before_a_higher_score() -> None:
    moved = replace(HANSEN, street='Nygade 1', zip='8000', city='Aarhus', phones=())
    twin = replace(HANSEN, id=2, registry='')
    found = decide_one(debtor(), moved, twin)
    assert found.candidates[0].score < found.candidates[1].score
    assert (found.outcome, found.best and found.best.partner_id) == ('sure', 1)


def test_a_hard_key_does_not_decide_against_the_company_number() -> None:
    found = decide_one(debtor(registry=OTHER_CVR, gln=GLN), replace(HANSEN, gln=GLN))
    assert (found.outcome, found.reasons[0]) == ('ambiguous', 'numbers_differ')


def test_an_invalid_company_number_decides_nothing() -> None:
    wrong = {'registry': '13585627', 'street': '', 'zip': '', 'city': '', 'phones': ()}
    found = decide_one(debtor(**wrong), replace(HANSEN, **wrong))  # type: ignore[arg-type]
    assert 'hard_key' not in found.reasons


@pytest.mark.parametrize(('field', 'value'), [('gln', GLN), ('p_number', '1003456789')])
def test_other_hard_keys_are_sure_too(field: str, value: str) -> None:
    bare = {'registry': '', 'street': '', 'zip': '', 'city': '', 'phones': (), field: value}
    assert decide_one(debtor(**bare), replace(HANSEN, **bare)).outcome == 'sure'  # type: ignore[arg-type]


def test_a_customer_number_needs_a_name_or_an_address_that_agrees() -> None:
    partner = replace(HANSEN, registry='', ref='1007', phones=())
    same = debtor(registry='', ref='1007', street='', zip='', city='', phones=())
    assert decide_one(same, partner).outcome == 'sure'
    other = replace(same, name='Café Stjernen')
    assert decide_one(other, partner).outcome == 'none'


def test_two_hard_keys_for_two_partners_are_a_doubt() -> None:
    there = {'street': 'Kajen 4', 'zip': '5700', 'city': 'Svendborg', 'phones': ()}
    other = replace(HANSEN, id=2, registry='', gln=GLN, **there)  # type: ignore[arg-type]
    found = decide_one(debtor(gln=GLN), HANSEN, other)
    assert (found.outcome, found.reasons[0]) == ('ambiguous', 'keys_disagree')


def test_different_company_numbers_are_a_doubt_however_alike_the_rest() -> None:
    found = decide_one(debtor(registry=OTHER_CVR), HANSEN)
    assert found.outcome == 'ambiguous'
    assert 'registry_differs' in codes(found)


def test_an_archived_partner_is_found_and_marked_but_not_sure() -> None:
    found = decide_one(debtor(), replace(HANSEN, active=False))
    assert (found.outcome, 'archived' in found.reasons) == ('proposed', True)
    assert not found.candidates[0].active


def test_a_live_record_of_the_company_goes_before_an_archived_one_with_its_number() -> None:
    live = replace(HANSEN, id=2, name='Hansen VVS', registry='')
    found = decide_one(debtor(), replace(HANSEN, active=False), live)
    assert (found.outcome, found.best and found.best.partner_id) == ('proposed', 2)
    assert found.duplicates == (1,)
    assert 'archived' not in found.reasons


def test_a_duplicate_is_told_though_the_other_has_the_number() -> None:
    found = decide_one(debtor(), HANSEN, replace(HANSEN, id=2, name='Hansen VVS', registry=''))
    assert (found.outcome, found.duplicates) == ('sure', (2,))


def test_a_live_partner_goes_before_an_archived_one() -> None:
    for place in ({}, {'street': 'Nygade 1', 'zip': '8000', 'city': 'Aarhus'}):
        gone = replace(HANSEN, id=0, active=False, **place)  # type: ignore[arg-type]
        found = decide_one(debtor(), gone, HANSEN)
        assert (found.outcome, found.best and found.best.partner_id) == ('sure', 1)


def test_a_link_wins() -> None:
    linked = Party(5, 'Nordisk Møbel A/S', 'Havnegade 3', '3700', 'Rønne', 'DK')
    found = decide_one(debtor(), HANSEN, linked, linked={'1007': 5})
    assert (found.outcome, found.reasons) == ('sure', ('linked',))
    assert found.candidates[0].partner_id == 5


def test_a_refused_pair_is_never_offered() -> None:
    refused = {('1007', 1)}
    found = decide_one(debtor(), HANSEN, refused=refused)
    assert (found.outcome, found.candidates) == ('none', ())


def test_what_is_hardly_alike_is_marked() -> None:
    neighbour = replace(HANSEN, id=2, name='Blomster Rose', registry='', phones=())
    found = decide_one(debtor(), HANSEN, neighbour)
    assert {c.partner_id: c.far for c in found.candidates if c.partner_id in (1, 2)} == {
        1: False,
        2: True,
    }


def test_briefly_only_what_is_looked_at_has_evidence() -> None:
    neighbour = replace(HANSEN, id=2, name='Blomster Rose', registry='', phones=())
    twin = replace(HANSEN, id=3, phones=(), street='Kajen 4')
    for debtor_ in (debtor(), debtor(registry='', name='Hansen VVS')):
        full = decide_one(debtor_, HANSEN, neighbour, twin)
        brief = decide_one(debtor_, HANSEN, neighbour, twin, brief=True)
        assert [replace(c, evidence=()) for c in brief.candidates] == [
            replace(c, evidence=()) for c in full.candidates
        ]
        assert all(candidate.evidence for candidate in full.candidates)
        asked = full.outcome in ('proposed', 'ambiguous')
        assert [c.partner_id for c in brief.candidates if c.evidence] == [
            c.partner_id for n, c in enumerate(full.candidates) if n == 0 or (asked and not c.far)
        ]


def test_persons_and_companies_are_kept_apart() -> None:
    values = {'name': 'Peter Hjorth', 'registry': ''}
    person = replace(HANSEN, is_company=False, **values)  # type: ignore[arg-type]
    assert decide_one(debtor(is_company=False, **values), person).outcome == 'proposed'
    assert decide_one(debtor(**values), person).outcome in ('ambiguous', 'none')
    numbered = replace(person, registry=CVR)
    assert decide_one(debtor(name='Peter Hjorth'), numbered).outcome != 'sure'


def test_a_department_proposes_the_company_and_says_so() -> None:
    unit = debtor(name='Hansen VVS ApS, afd. Svendborg', street='Kajen 4', zip='5700',
                  city='Svendborg', phones=())  # fmt: skip
    found = decide_one(unit, HANSEN)
    assert (found.outcome, found.best and found.best.partner_id) == ('proposed', 1)
    assert 'department' in found.reasons


def test_a_department_is_known_without_a_number_too() -> None:
    unit = debtor(name='Hansen VVS ApS, afd. Svendborg', registry='', street='Kajen 4', zip='5700',
                  city='Svendborg', phones=())  # fmt: skip
    found = decide_one(unit, HANSEN)
    assert (found.outcome, found.reasons) == ('proposed', ('clear', 'department'))
    assert not {'street_differs', 'town_differs'} & codes(found)


def test_a_longer_name_elsewhere_under_the_number_is_a_department() -> None:
    found = decide_one(debtor(name='Hansen VVS Teknik', street='Nygade 1', zip='8000',
                              city='Aarhus', phones=()), HANSEN)  # fmt: skip
    assert found.outcome == 'proposed'
    assert 'department' in found.reasons
    assert 'department' not in decide_one(debtor(name='Hansen VVS Teknik'), HANSEN).reasons


def test_another_production_unit_is_a_department() -> None:
    found = decide_one(debtor(p_number='1003456789'), replace(HANSEN, p_number='1009876543'))
    assert (found.outcome, 'department' in found.reasons) == ('proposed', True)


def test_an_address_of_a_company_proposes_the_company_and_says_so() -> None:
    company = replace(HANSEN, name='Fynsk Varme Holding A/S', registry='', phones=())
    store = Party(2, 'Hansen VVS', 'Kajen 4', '5700', 'Svendborg', 'DK', parent_id=1)
    found = decide_one(
        debtor(registry='', street='Kajen 4', zip='5700', city='Svendborg', phones=()),
        company,
        store,
    )
    assert (found.outcome, found.best and found.best.partner_id) == ('proposed', 1)
    assert 'address_of_company' in found.reasons


def test_addresses_that_carry_their_company_s_number_do_not_make_it_common() -> None:
    store = Party(
        2, 'Hansen VVS lager', 'Kajen 4', '5700', 'Svendborg', 'DK', registry=CVR, parent_id=1
    )
    found = decide_one(debtor(), HANSEN, store)
    assert (found.outcome, found.best and found.best.partner_id) == ('sure', 1)
    assert len(found.candidates) == 1
