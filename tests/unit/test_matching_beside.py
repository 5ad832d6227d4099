"""Two records side by side."""

from __future__ import annotations

import pytest

from matching import Party, beside

DEBTOR = Party(
    1,
    'Hansen VVS ApS',
    street='Vestergade 12 B',
    zip='5000',
    city='Odense C',
    country='Danmark',
    registry='DK 13 58 56 28',
    vat='13585628',
    phones=('66 12 34 56', '20 30 40 50'),
    emails=('info@hansenvvs.dk',),
    website='www.hansenvvs.dk',
)


@pytest.mark.parametrize(
    ('field', 'values', 'mark'),
    [
        ('name', {'name': 'HANSEN V.V.S.'}, 'equal'),
        ('name', {'name': 'Hansen VVS A/S'}, 'similar'),
        ('name', {'name': 'Hansen VVS og Kloak'}, 'similar'),
        ('name', {'name': 'Bygma Nord'}, 'differs'),
        ('registry', {'registry': '13585628'}, 'equal'),
        ('registry', {'registry': '25313763'}, 'differs'),
        ('registry', {}, ''),
        ('vat', {'vat': 'DK13585628', 'country': 'DK'}, 'equal'),
        ('street', {'street': 'Vestergade 12B'}, 'equal'),
        ('street', {'street': 'Vestergade 12'}, 'similar'),
        ('street', {'street': 'Østergade 12 B'}, 'differs'),
        ('town', {'zip': '5000'}, 'equal'),
        ('town', {'zip': '5200', 'city': 'Odense C'}, 'similar'),
        ('town', {'zip': '9000', 'city': 'Aalborg'}, 'differs'),
        ('phone', {'phones': ('+45 20304050',)}, 'equal'),
        ('phone', {'phones': ('86 99 12 98',)}, 'differs'),
        ('email', {'emails': ('INFO@hansenvvs.dk',)}, 'equal'),
        ('email', {'emails': ('bent@hansenvvs.dk',)}, 'similar'),
        ('email', {'emails': ('bent@gmail.com',)}, 'differs'),
        ('website', {'website': 'https://hansenvvs.dk/'}, 'equal'),
        ('website', {'website': ''}, ''),
    ],
)
def test_marks(field: str, values: dict[str, object], mark: str) -> None:
    values = {'name': 'X'} | values
    assert beside(DEBTOR, Party(id=2, **values))[field] == mark  # type: ignore[arg-type]


def test_public_mail_hosts_are_no_likeness() -> None:
    one, other = (Party(n, 'A', emails=(f'{n}@gmail.com',)) for n in (1, 2))
    assert beside(one, other)['email'] == 'differs'
