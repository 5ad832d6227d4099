"""The companies that a demo puts into Odoo beforehand, and which debtor each of them is.

Every case has a debtor of its own, so that the answer is certain. `expect` says what a matcher must
make of it: *sure* = one live company has the hard key (CVR, VAT, customer number as reference) and
name or address agrees; *proposed* = name and address agree, without a live hard key, or it is
one of two records of the same company; *ambiguous* = two different companies fit; *none* = it must
not be taken for any debtor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .data.books import Books
from .data.customers import Customer
from .data.mixing import Dice
from .data.names import Kind

# One company for so many debtors.
SHARE = 5
Values = dict[str, Any]
Case = tuple[str, Values]
# Longer forms and the letters of an old typewriter, which mean the same.
_SPELLED = (
    ('å', 'aa'), ('Å', 'Aa'), ('ø', 'oe'), ('Ø', 'Oe'), ('æ', 'ae'), ('Æ', 'Ae'), (' & ', ' og '),
    (' A/S', ' Aktieselskab'),
)  # fmt: skip


def companies(books: Books) -> list[dict[str, Any]]:
    """Return the companies: key, debtor (customer number or None), expect, values."""
    found: list[dict[str, Any]] = []
    chosen = [(who, *_CASES[place % len(_CASES)]) for place, who in enumerate(_chosen(books))]
    chosen += [(who, 'two-entities', _two_entities) for who in _of_kind(books, Kind.TRADER)]
    chosen += [(who, 'office', _office) for who in _of_kind(books, Kind.PUBLIC)]
    for place, (who, name, make) in enumerate(chosen):
        digits = ''.join(filter(str.isdigit, who.cvr))
        for twin, (expect, values) in enumerate(make(who, digits, books)):
            stranger = expect == 'none' and values.get('active', True)
            found.append({
                'key': f'{name}-{place}{"ab"[twin]}',
                'debtor': None if stranger else who.number,
                'expect': expect,
                'values': {key: value for key, value in values.items() if value not in ('', None)},
            })  # fmt: skip
    return found


def _chosen(books: Books) -> Iterator[Customer]:
    """Yield debtors that a case can be made of: one of every `SHARE`, spread by the seed."""
    maker = books.maker
    dice = Dice(books.seed, 'truth')
    for start in range(0, maker.count - SHARE + 1, SHARE):
        turn = dice.at(start) % SHARE
        for step in range(SHARE):
            index = start + (turn + step) % SHARE
            who = books.base_customer(index)
            lone = not maker.names.again(index) and not maker.names.again(index + 1)
            if lone and _plain(who) and maker.names.make(index).kind is Kind.COMPANY:
                yield who
                break


def _of_kind(books: Books, kind: Kind) -> Iterator[Customer]:
    """Yield about every second debtor of a kind; traders have no CVR number."""
    maker = books.maker
    for index in range(0, maker.count, 2):
        if maker.names.make(index).kind is kind:
            who = books.base_customer(index)
            if _plain(who) if kind is Kind.PUBLIC else _addressed(who):
                yield who


def _plain(who: Customer) -> bool:
    """Tell whether a debtor has a right CVR number, a town and a one-line address."""
    digits = ''.join(filter(str.isdigit, who.cvr))
    return (
        len(digits) == 8
        and not sum(w * int(d) for w, d in zip((2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True)) % 11
        and _addressed(who)
    )


def _addressed(who: Customer) -> bool:
    return bool(who.zip and who.address.strip()) and not {'\r', '\n'} & set(who.address)


def _base(who: Customer) -> Values:
    """Return a debtor as a company in Odoo, without anything that identifies it."""
    return {
        'name': ' '.join(who.name.split()),
        'street': who.address.strip(),
        'zip': who.zip,
        'city': who.city.strip(),
        'country_code': 'DK',
        'is_company': True,
        'active': True,
    }


def _spelled(text: str) -> str:
    for plain, other in _SPELLED:
        text = text.replace(plain, other)
    return text


def _moved(who: Customer) -> Values:
    return {'street': f'Flyttevej {1 + who.key % 90}', 'zip': '9999', 'city': 'Testrup'}


def _same(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    phone = who.phone.split('/')[0].strip()
    yield 'sure', {**_base(who), 'company_registry': digits, 'phone': phone}


def _respelled(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    base = _base(who)
    registry = f'{digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}'
    yield 'sure', {**base, 'name': _spelled(base['name']).upper(), 'company_registry': registry}


def _renamed(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'sure', {**_base(who), 'name': f'Det Gode Firma {who.key}', 'vat': f'DK{digits}'}


def _relocated(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'sure', {**_base(who), **_moved(who), 'vat': f'DK {digits}'}


def _by_reference(who: Customer, _digits: str, _books: Books) -> Iterator[Case]:
    yield 'sure', {**_base(who), **_moved(who), 'ref': str(who.number)}


def _office(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'sure', {**_base(who), 'vat': f'DK{digits}', 'website': who.website}


def _name_and_address(who: Customer, _digits: str, _books: Books) -> Iterator[Case]:
    base = _base(who)
    yield 'proposed', {**base, 'name': _spelled(base['name'])}


def _twice(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    base = _base(who)
    yield 'proposed', {**base, 'company_registry': digits}
    yield 'proposed', {**base, 'name': base['name'].upper(), 'vat': f'DK{digits}'}


def _twice_without_number(who: Customer, _digits: str, _books: Books) -> Iterator[Case]:
    base = _base(who)
    yield 'proposed', base
    yield 'proposed', {**base, 'name': base['name'].upper()}


def _two_entities(who: Customer, _digits: str, books: Books) -> Iterator[Case]:
    base, numbers = _base(who), books.maker.numbers
    yield 'ambiguous', {**base, 'company_registry': numbers.cvr(3 * books.maker.count + who.key)}
    yield 'ambiguous', {**base, 'vat': f'DK{numbers.cvr(4 * books.maker.count + who.key)}'}


def _with_archived(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'sure', {**_base(who), 'company_registry': digits}
    yield 'none', {**_base(who), 'company_registry': digits, 'active': False}


def _archived(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'proposed', {**_base(who), 'company_registry': digits, 'active': False}


def _namesake(who: Customer, _digits: str, books: Books) -> Iterator[Case]:
    number = books.maker.numbers.cvr(books.maker.count + who.key)
    yield 'none', {**_base(who), **_moved(who), 'company_registry': number}


def _wrong_number(who: Customer, digits: str, _books: Books) -> Iterator[Case]:
    yield 'none', {**_base(who), **_moved(who), 'name': f'Helt Andre Folk {who.key}',
                   'company_registry': digits}  # fmt: skip


def _stranger(who: Customer, _digits: str, books: Books) -> Iterator[Case]:
    number = books.maker.numbers.cvr(2 * books.maker.count + who.key)
    yield 'none', {**_base(who), **_moved(who), 'name': f'Fremmed Handel {who.key} ApS',
                   'vat': f'DK{number}'}  # fmt: skip


_CASES: tuple[tuple[str, Callable[[Customer, str, Books], Iterator[Case]]], ...] = (
    ('same', _same),
    ('respelled', _respelled),
    ('renamed', _renamed),
    ('relocated', _relocated),
    ('name-and-address', _name_and_address),
    ('reference', _by_reference),
    ('twice', _twice),
    ('same', _same),
    ('archived-twin', _with_archived),
    ('namesake', _namesake),
    ('twice-without-number', _twice_without_number),
    ('respelled', _respelled),
    ('wrong-number', _wrong_number),
    ('archived', _archived),
    ('stranger', _stranger),
)
