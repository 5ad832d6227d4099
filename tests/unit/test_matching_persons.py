"""Names of persons, and of companies that are called after one."""

from __future__ import annotations

import pytest

from matching import is_person


@pytest.mark.parametrize(
    'name',
    ['Jens Hansen', 'JENS HANSEN', 'Jens Chr. Hansen', 'Jørgen P. Holm', 'Joergen Holm',
     'Åse Østergård', 'Aase Oestergaard', 'Anne-Mette Kjær', 'Kim Møller Jensen'],
)  # fmt: skip
def test_a_persons_name(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    'name',
    ['', 'Hansen', 'Hansen VVS', 'Jens Hansen VVS', 'Jens Hansen & Søn', 'Bager Olsen', 'Jens',
     'Café Åen', 'Tandlæge Poul Nygaard', 'Rosa 7', 'Kvickly Odense', 'Kim Tekstil'],
)  # fmt: skip
def test_no_persons_name(name: str) -> None:
    assert not is_person(name)
