"""Groups of records in one table that are the same company."""

from __future__ import annotations

import random
from dataclasses import replace

from matching import Group, Party, Population, duplicate_pairs, find_duplicates, keys_of

CAFE = Party(
    1, 'Café Aaen ApS', 'Nørregade 12 B', '5000', 'Odense C', 'DK', registry='13585628',
    phones=('66123456',), emails=('kontakt@cafeaaen.dk',),
)  # fmt: skip
CROWD = [
    Party(1000 + n, f'Firma{chr(97 + n // 26)}{chr(97 + n % 26)} Handel ApS', f'Sidegade {n + 1}',
          f'{1000 + n}', f'By{chr(97 + n // 26)}{chr(97 + n % 26)}', 'DK')
    for n in range(400)
]  # fmt: skip


def groups(*parties: Party, refused: tuple[tuple[int, int], ...] = ()) -> list[tuple[int, ...]]:
    return [tuple(sorted(g.members)) for g in find(*parties, refused=refused)]  # type: ignore[type-var]


def find(*parties: Party, refused: tuple[tuple[int, int], ...] = ()) -> list[Group]:
    everybody = [*parties, *CROWD]
    population = Population.of(map(keys_of, everybody))
    pairs = duplicate_pairs(everybody, population)
    return find_duplicates(everybody, pairs, population, refused=refused)


def test_nothing_alike_gives_no_groups() -> None:
    assert groups(CAFE) == []


def test_another_spelling_is_found() -> None:
    other = Party(2, 'CAFE ÅEN', 'Noerregade 12b', '5000', 'ODENSE')
    assert groups(CAFE, other) == [(1, 2)]


def test_groups_may_be_larger_than_two() -> None:
    spellings = ('Café Åen', 'Cafe Aaen Anpartsselskab', 'CAFÉ AAEN', 'Aaen Café ApS', 'Kafé Åen')
    others = [replace(CAFE, id=n, name=name) for n, name in enumerate(spellings, 2)]
    assert groups(CAFE, *others) == [(1, 2, 3, 4, 5, 6)]


def test_a_misspelt_name_at_the_address_under_the_number_is_the_company() -> None:
    one = replace(CAFE, name='AEB Altoværksted ApS', phones=(), emails=())
    assert groups(one, replace(one, id=2, name='AEB Autoværksned')) == [(1, 2)]
    assert groups(one, replace(one, id=2, name='Torvets Kiosk')) == []


def test_different_company_numbers_are_different_companies() -> None:
    assert groups(CAFE, replace(CAFE, id=2)) == [(1, 2)]
    assert groups(CAFE, replace(CAFE, id=2, registry='25052943')) == []


def test_persons_and_companies_are_no_duplicates() -> None:
    assert groups(CAFE, replace(CAFE, id=2, is_company=False)) == []


def test_a_holding_is_no_duplicate() -> None:
    bare = replace(CAFE, registry='')
    assert groups(bare, replace(bare, id=2, name='Café Aaen Holding ApS')) == []


def test_numbered_shops_are_no_duplicates() -> None:
    shops = [
        replace(CAFE, id=n, name=f'Rema Butik {n}', street=f'Gade {n}', registry='', phones=(),
                emails=())
        for n in (512, 513)
    ]  # fmt: skip
    assert groups(*shops) == []


def test_sites_of_a_chain_stay_apart() -> None:
    towns = (('Aalborg', '9000'), ('Vejle', '7100'), ('Rønne', '3700'))
    sites = [
        Party(10 * n + twice, 'Sabi Sushi', f'Havnegade {n}', code, town, registry='13585628')
        for n, (town, code) in enumerate(towns, 1)
        for twice in (0, 1)
    ]
    assert sorted(groups(*sites)) == [(10, 11), (20, 21), (30, 31)]


def test_a_chain_of_likenesses_is_not_enough() -> None:
    # The one in the middle has no number of its own and looks like both.
    one = replace(CAFE, phones=(), emails=())
    middle = replace(one, id=2, registry='')
    other = replace(one, id=3, registry='25052943')
    found = groups(one, middle, other)
    assert len(found) == 1
    assert not {1, 3} <= set(found[0])


def test_a_refused_pair_is_not_offered_again() -> None:
    twin = replace(CAFE, id=2)
    assert groups(CAFE, twin, refused=((2, 1),)) == []
    third = replace(CAFE, id=3)
    for members in groups(CAFE, twin, third, refused=((2, 1),)):
        assert not {1, 2} <= set(members)


def test_the_order_of_records_and_pairs_changes_nothing() -> None:
    others = [replace(CAFE, id=n) for n in (2, 3)]
    records = [CAFE, *others, *CROWD, *(replace(p, id=f'x{p.id}') for p in CROWD[:50])]
    population = Population.of(map(keys_of, records))
    pairs = duplicate_pairs(records, population)
    found = find_duplicates(records, pairs, population)
    rng = random.Random(1)
    rng.shuffle(records)
    rng.shuffle(pairs)
    turned = [(b, a) for a, b in pairs]
    again = find_duplicates(records, turned, population)
    assert {frozenset(g.members) for g in found} == {frozenset(g.members) for g in again}
    assert len(found) == 51
