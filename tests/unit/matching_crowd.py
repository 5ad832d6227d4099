"""A crowd of partners to match against, for the tests of deciding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

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
    brief: bool = False,
) -> list[Decision]:
    debtors, everybody = list(debtors), [*partners, *CROWD]
    population = Population.of(map(keys_of, everybody))
    pairs = candidate_pairs(debtors, everybody, population)
    return decide(
        debtors, everybody, pairs, population, linked=linked, refused=refused, brief=brief
    )


def decide_one(debtor: Party, *partners: Party, **given: object) -> Decision:
    return decide_all([debtor], partners, **given)[0]  # type: ignore[arg-type]


def debtor(**values: object) -> Party:
    return replace(HANSEN, **{'id': '1007', **values})  # type: ignore[arg-type]


def codes(decision: Decision) -> set[str]:
    return {evidence.code for evidence in decision.candidates[0].evidence}
