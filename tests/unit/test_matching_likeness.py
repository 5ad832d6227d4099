"""Deciding by likeness: what is proposed, what is a doubt, and how alike names are."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from matching_crowd import CROWD, HANSEN, debtor, decide_all, decide_one

from matching import Party, Population, candidate_pairs, decide, keys_of


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
    others = [
        Party(n, f'Hansen {word}' if n % 2 else f'{word} Byg', f'Gade {n}', f'{2000 + n}', f'St{n}')
        for n, word in enumerate(
            f'{a}{b}' for a in 'klmnprst' for b in ('ora', 'ila', 'umo', 'esa')
        )
    ]
    namesake = Party(900, 'Hansen Byg ApS', 'Torvet 4', '8000', 'Aarhus')
    stranger = Party('1', 'Hansen Byg', 'Havnegade 3', '3700', 'Rønne')
    found = decide_all([stranger], [*others, namesake])[0]
    assert (found.outcome, found.reasons) == ('ambiguous', ('weak',))
    assert found.candidates[0].partner_id == 900


@pytest.mark.parametrize('other', ['Hansen VVS Holding ApS', 'Hansen VVS Ejendomme ApS'])
def test_a_holding_is_another_company(other: str) -> None:
    bare = replace(HANSEN, registry='', phones=())
    holding = replace(bare, id=2, name=other)
    stranger = debtor(registry='', phones=())
    assert decide_one(stranger, bare, holding).candidates[0].partner_id == 1
    found = decide_one(stranger, holding)
    assert (found.outcome, found.reasons) == ('ambiguous', ('apart',))
    plain = decide_one(stranger, replace(bare, name='Hansen VVS Fyn ApS'))
    assert plain.candidates[0].score > found.candidates[0].score + 3


def test_shops_with_other_numbers_are_other_shops() -> None:
    bare = {'registry': '', 'emails': ('post@hansen.dk',)}
    twelve = replace(HANSEN, name='Hansen Butik 12', **bare)  # type: ignore[arg-type]
    thirteen = replace(twelve, id=2, name='Hansen Butik 13')
    found = decide_one(debtor(name='Hansen Butik 12', **bare), thirteen)
    assert (found.outcome, found.reasons) == ('ambiguous', ('apart',))
    found = decide_one(debtor(name='Hansen Butik 12', **bare), twelve, thirteen)
    assert (found.outcome, found.best and found.best.partner_id) == ('proposed', 1)


def test_another_name_at_the_address_is_not_proposed_whatever_agrees() -> None:
    mails = {'registry': '', 'emails': ('post@hansen.dk',), 'website': 'www.hansen.dk'}
    neighbour = replace(HANSEN, name='Fynsk Varme & Bad ApS', **mails)  # type: ignore[arg-type]
    assert decide_one(debtor(**mails), neighbour).outcome == 'ambiguous'


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('Nordisk Møbelhus', 'Nordisk Mobelhuss'),
        ('Nordisk Møbelhus', 'Nordsik Møbelhus'),
        ('Autocenter Fyn', 'Auto Center Fyn'),
        ('Brødrene Krag Elektronik', 'Brdr. Krag Elektr.'),
        ('Krag International', 'Krag Intl.'),
        ('Møbelhuset Krag', 'Krag Møbelhuset'),
    ],
)
def test_a_name_is_known_when_misspelt_cut_or_shortened(one: str, other: str) -> None:
    place = {'street': '', 'zip': '', 'city': '', 'registry': '', 'phones': ()}
    found = decide_one(debtor(name=one, **place), replace(HANSEN, name=other, **place))  # type: ignore[arg-type]
    assert (found.outcome, found.best and found.best.partner_id) == ('proposed', 1)


def test_a_key_that_many_share_makes_no_pairs() -> None:
    murere = [Party(n, f'Murer {party.name}') for n, party in enumerate(CROWD[:40])]
    population = Population.of(map(keys_of, murere))
    assert candidate_pairs([Party('1', 'Murer Krag')], murere, population) == []
    assert candidate_pairs([Party('1', 'Murer Krag')], murere[:10], population) == []
    few = Population.of(map(keys_of, murere[:10]))
    assert len(candidate_pairs([Party('1', 'Murer Krag')], murere[:10], few)) == 10


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
