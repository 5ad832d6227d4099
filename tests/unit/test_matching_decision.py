"""The rules of deciding: each has a case that only this rule answers rightly."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pytest

from matching import Decision, Id, Party, Population, candidate_pairs, decide, keys_of

CVR, OTHER_CVR = '13585628', '25052943'
GLN = '5790000000012'
HANSEN = Party(
    1, 'Hansen VVS ApS', 'Vestergade 12', '5000', 'Odense C', 'DK', registry=CVR,
    phones=('66123456',),
)  # fmt: skip
# A crowd in which a name, a street and a town are as rare as they are in a real database.
CROWD = [
    Party(1000 + n, f'Firma{chr(97 + n // 26)}{chr(97 + n % 26)} Handel ApS', f'Sidegade {n + 1}',
          f'{1000 + n}', f'By{chr(97 + n // 26)}{chr(97 + n % 26)}', 'DK')
    for n in range(400)
]  # fmt: skip


def decide_all(
    debtors: Iterable[Party],
    partners: Iterable[Party],
    linked: Mapping[Id, Id] | None = None,
    refused: Collection[tuple[Id, Id]] = (),
) -> list[Decision]:
    debtors, everybody = list(debtors), [*partners, *CROWD]
    population = Population.of(map(keys_of, everybody))
    pairs = candidate_pairs(debtors, everybody, population)
    return decide(debtors, everybody, pairs, population, linked=linked, refused=refused)


def decide_one(debtor: Party, *partners: Party, **given: object) -> Decision:
    return decide_all([debtor], partners, **given)[0]  # type: ignore[arg-type]


def debtor(**values: object) -> Party:
    return replace(HANSEN, **{'id': '1007', **values})  # type: ignore[arg-type]


def codes(decision: Decision) -> set[str]:
    return {evidence.code for evidence in decision.candidates[0].evidence}


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


def test_a_company_number_that_two_have_is_not_sure() -> None:
    branch = replace(HANSEN, id=2, name='Hansen VVS Aarhus ApS', street='Nygade 1', zip='8000',
                     city='Aarhus', phones=())  # fmt: skip
    stranger = debtor(street='Torvet 3', zip='9000', city='Aalborg', phones=())
    assert decide_one(stranger, HANSEN).outcome == 'sure'
    assert decide_one(stranger, HANSEN, branch).outcome != 'sure'


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


def test_a_live_partner_goes_before_an_archived_one() -> None:
    found = decide_one(debtor(), replace(HANSEN, id=3, active=False), HANSEN)
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


def test_one_clearly_best_is_proposed() -> None:
    found = decide_one(debtor(registry='', name='HANSEN V.V.S.'), HANSEN)
    assert (found.outcome, found.reasons) == ('proposed', ('clear',))


def test_two_equally_good_are_ambiguous() -> None:
    bare = {'registry': '', 'phones': ()}
    here = replace(HANSEN, **bare)  # type: ignore[arg-type]
    there = replace(here, id=2, street='Nygade 1', zip='8000', city='Aarhus')
    stranger = debtor(street='', zip='', city='', **bare)
    assert decide_one(stranger, here).outcome == 'proposed'
    found = decide_one(stranger, here, there)
    assert (found.outcome, found.reasons) == ('ambiguous', ('close',))
    assert {candidate.partner_id for candidate in found.candidates} == {1, 2}


def test_two_records_of_one_company_count_as_one() -> None:
    twin = replace(HANSEN, id=2, name='Hansen V.V.S. ApS', registry='', phones=())
    found = decide_one(
        debtor(registry='', phones=()), replace(HANSEN, registry='', phones=()), twin
    )
    assert (found.outcome, found.reasons) == ('proposed', ('clear', 'duplicate'))
    assert set(found.duplicates) | {found.candidates[0].partner_id} == {1, 2}


def test_nothing_like_it_is_none() -> None:
    found = decide_one(Party('1', 'Café Stjernen', 'Havnegade 3', '3700', 'Rønne', 'DK'), HANSEN)
    assert (found.outcome, found.best) == ('none', None)


def test_a_common_name_in_another_town_is_not_proposed() -> None:
    hansens = [
        Party(n, f'Hansen {trade} ApS', f'Gade {n}', f'{2000 + n}', f'Sted{n}', 'DK')
        for n, trade in enumerate(['VVS', 'Byg', 'El', 'Auto', 'Maler', 'Murer'] * 8)
    ]
    stranger = Party('1', 'Hansen Byg', 'Havnegade 3', '3700', 'Rønne', 'DK')
    assert decide_all([stranger], hansens)[0].outcome != 'proposed'


def test_a_holding_is_another_company() -> None:
    holding = replace(HANSEN, name='Hansen VVS Holding ApS', registry='', phones=())
    found = decide_one(
        debtor(registry='', phones=()), replace(HANSEN, registry='', phones=()), holding
    )
    assert found.candidates[0].partner_id == 1


def test_the_weights_add_up_to_the_score() -> None:
    for candidate in decide_one(debtor(), HANSEN).candidates:
        total = sum(evidence.weight for evidence in candidate.evidence)
        assert total == pytest.approx(candidate.score, abs=0.01)


def test_order_and_batches_change_nothing() -> None:
    rng = random.Random(1)
    debtors = [
        replace(
            party, id=f'd{party.id}', name=party.name.upper(), street=rng.choice((party.street, ''))
        )
        for party in [*CROWD[:60], HANSEN]
    ]
    partners = [*CROWD, HANSEN]
    population = Population.of(map(keys_of, partners))
    pairs = candidate_pairs(debtors, partners, population)
    whole = decide(debtors, partners, pairs, population)
    rng.shuffle(partners)
    rng.shuffle(pairs)
    pieces = [
        decision
        for start in range(0, len(debtors), 7)
        for decision in decide(
            debtors[start : start + 7],
            {party.id: party for party in partners},
            [pair for pair in pairs if pair[0] in {d.id for d in debtors[start : start + 7]}],
            population,
        )
    ]
    assert pieces == whole
    assert sum(decision.outcome in ('sure', 'proposed') for decision in whole) >= 55


def test_every_key_fits_the_column() -> None:
    long = Party(1, 'Æ' * 300, 'Ø' * 300 + 'vej 5', '5000', 'Å' * 300, registry='DK' + '1' * 99)
    assert keys_of(long)
    assert all(len(value) <= 64 and value for _, value in keys_of(long))
