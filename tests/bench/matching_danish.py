"""Write Danish companies twice, as two systems would have them, with the true links.

There is no public Danish set with known links, so this makes one. It knows nothing of the matcher
and its figures are reported apart: they show that Danish forms are understood, not how often a real
debtor is found.

    python tests/bench/matching_danish.py DIR [--seed 1] [--partners 5000] [--debtors 3000]

writes DIR/link/{a,b,matches}.csv and DIR/duplicates/{records,clusters}.csv (groups of 1 to 6).
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from matching_companies import FORMS, Company, companies, invented, place

FIELDS = ('rec_id', 'name', 'street', 'zip', 'city', 'country', 'phone', 'registry_no', 'email')


def _letters(rng: random.Random, text: str) -> str:
    """Spell å, ø, æ and & the other way."""
    for letter, other in (('å', 'aa'), ('Å', 'Aa'), ('ø', 'oe'), ('Ø', 'Oe'), ('æ', 'ae')):
        text = text.replace(letter, other)
    if rng.random() < 0.3:
        text = text.replace('Aa', 'Å').replace('aa', 'å')
    return text


def _typo(rng: random.Random, text: str) -> str:
    """Swap, drop, double or replace one letter."""
    if len(text) < 5:
        return text
    at = rng.choice([i for i in range(1, len(text) - 2) if text[i : i + 2].isalpha()] or [1])
    return rng.choice((
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + rng.choice('aeiorstln') + text[at + 1 :],
    ))  # fmt: skip


def _name(rng: random.Random, company: Company, rough: float) -> str:
    name = company.core
    if rng.random() < 0.08 * rough:
        name = name.replace('Brødrene', 'Brdr.').replace('&', 'og').replace('s ', ' ')
    if rng.random() < 0.03 * rough:
        words = name.split()
        name = ' '.join(words[1:] + words[:1])
    if rng.random() < 0.04 * rough:
        name += rng.choice((' Danmark', ' Denmark', ' Group', f' {company.city.split()[0]}'))
    if rng.random() < 0.04 * rough and len(name.split()) > 2 and '&' not in name:
        name = ' '.join(name.split()[:-1])
    if rng.random() < 0.05 * rough:
        name = _typo(rng, name)
    if rng.random() < 0.15 * rough:
        name = _letters(rng, name)
    if rng.random() < 0.5:
        name = name.replace(' & ', rng.choice((' og ', '&', ' & ')))
    return _with_form(rng, company, name, rough)


def _with_form(rng: random.Random, company: Company, name: str, rough: float) -> str:
    spellings = FORMS[company.form][1]
    form = rng.choice(spellings) if rng.random() < 0.3 * rough else spellings[0]
    if form and rng.random() > 0.12 * rough:
        name = f'{form} {name}' if rng.random() < 0.02 else f'{name} {form}'
    elif not form and rng.random() < 0.35:
        name = f'{name} v/{company.owner}'
    if rng.random() < 0.06 * rough:
        name = name.upper()
    return name


def _street(rng: random.Random, company: Company, rough: float) -> str:
    street, letter, floor = company.street, company.letter, company.floor
    if rng.random() < 0.05 * rough:
        street = _typo(rng, street)
    if rng.random() < 0.1 * rough:
        street = _letters(rng, street)
    if rng.random() < 0.04 * rough and street.endswith('vej'):
        street = street[:-3] + 'v.'
    if rng.random() < 0.15 * rough:
        letter = ''
    number = (
        f'{company.number}{letter}' if rng.random() < 0.7 else f'{company.number} {letter}'.strip()
    )
    if floor and rng.random() < 0.4 * rough:
        floor = rng.choice(('', floor.replace('. ', '.'), floor + '.', floor.upper()))
    return f'{street} {number}' + (f', {floor}' if floor else '')


def _cvr(rng: random.Random, cvr: str, rough: float) -> str:
    if rng.random() < 0.01 * rough:
        cvr = cvr[:3] + cvr[4] + cvr[3] + cvr[5:]
    spaced = ' '.join(cvr[i : i + 2] for i in range(0, 8, 2))
    return rng.choice((cvr, cvr, cvr, f'DK{cvr}', f'DK {spaced}', spaced, f'DK-{cvr}', f'dk{cvr}'))


def written(rng: random.Random, company: Company, rough: float, no_cvr: float) -> dict[str, str]:
    """Return a row as a person typed it.

    `rough` scales all mistakes, `no_cvr` is how often the CVR is left out.
    """
    phone = company.phone
    if rng.random() < 0.5:
        phone = rng.choice(('+45', '0045', '+45 ', '')) + ' '.join(
            phone[i : i + 2] for i in (0, 2, 4, 6)
        )
    code = f'DK-{company.zip}' if rng.random() < 0.05 * rough else company.zip
    city = company.city.upper() if rng.random() < 0.1 else company.city
    if rng.random() < 0.1 * rough:
        city = city.split()[0]
    return {
        'name': _name(rng, company, rough),
        'street': '' if rng.random() < 0.06 * rough else _street(rng, company, rough),
        'zip': code,
        'city': _letters(rng, city) if rng.random() < 0.05 * rough else city,
        'country': rng.choice(('DK', 'DK', 'Danmark', 'Denmark', '')),
        'phone': phone if rng.random() > 0.45 else '',
        'registry_no': '' if rng.random() < no_cvr else _cvr(rng, company.cvr, rough),
        'email': company.email if rng.random() > 0.5 else '',
    }


def changed(
    rng: random.Random, company: Company, moved: float = 0.08, renamed: float = 0.03
) -> Company:
    """Return the company as it is later: moved, renamed, another phone, converted."""
    if rng.random() < moved:
        company = replace(company, **place(rng))  # type: ignore[arg-type]
    if rng.random() < renamed:
        company = replace(company, core=invented(rng)[0])
    if rng.random() < 0.1:
        company = replace(company, phone=str(rng.randint(20000000, 99999999)))
    if rng.random() < 0.03:
        company = replace(company, form=rng.randrange(2))
    return company


def _department(rng: random.Random, company: Company) -> Company:
    where = place(rng)
    name = rng.choice((', afd. {}', ' afd. {}', ', afdeling {}', ' - Filial {}'))
    unit = name.format(str(where['city']).split()[0])
    return replace(company, core=company.core + unit, **where)  # type: ignore[arg-type]


Row = dict[str, str]


def link_set(
    seed: int, debtors: int, partners: int
) -> tuple[list[Row], list[Row], list[tuple[str, str]]]:
    """Return debtors, partners and links: 70 % of the debtors exist, 3 % of the partners twice."""
    rng = random.Random(seed)
    made = list(companies(rng, partners + debtors))
    a: list[Row] = []
    b: list[Row] = []
    links = []
    for number, company in enumerate(made[:partners]):
        b.append({'rec_id': f'B{number:07d}', **written(rng, company, 1.0, 0.25)})
        if rng.random() < 0.03:
            b.append({'rec_id': f'C{number:07d}', **written(rng, changed(rng, company), 1.5, 0.5)})
    twice = {row['rec_id'][1:] for row in b if row['rec_id'][0] == 'C'}
    known = rng.sample(range(partners), min(partners, int(debtors * 0.7)))
    for number in known:
        company = changed(rng, made[number])
        if rng.random() < 0.04:
            company = _department(rng, company)
        row = {'rec_id': f'A{number:07d}', **written(rng, company, 1.0, 0.4)}
        a.append(row)
        links.append((row['rec_id'], f'B{number:07d}'))
        if f'{number:07d}' in twice:
            links.append((row['rec_id'], f'C{number:07d}'))
    a += [
        {'rec_id': f'A{number:07d}', **written(rng, made[number], 1.0, 0.4)}
        for number in range(partners, partners + debtors - len(known))
    ]
    rng.shuffle(a)
    return a, b, links


def duplicate_set(seed: int, count: int) -> tuple[list[Row], list[tuple[str, str]]]:
    """Return records and (rec_id, entity): most companies once, some in groups of 2 to 6."""
    rng = random.Random(seed)
    rows: list[Row] = []
    clusters = []
    for number, company in enumerate(companies(rng, count)):
        copies = rng.choices((1, 2, 3, 4, 5, 6), (75, 14, 5, 3, 2, 1))[0]
        for copy in range(copies):
            # Who enters a company again knows it by its name of today, and mostly its address.
            now = changed(rng, company, moved=0.04, renamed=0.005) if copy else company
            row = written(rng, now, 1.0, 0.3)
            rows.append({'rec_id': f'R{number:06d}{copy}', **row})
            clusters.append((rows[-1]['rec_id'], f'E{number:06d}'))
    return rows, clusters


def _write(path: Path, fields: tuple[str, ...], rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows(rows)


def write_link(folder: Path, seed: int, debtors: int, partners: int) -> None:
    """Write two tables with their links, in the form of the public sets."""
    a, b, links = link_set(seed, debtors, partners)
    for name, rows in (('a', a), ('b', b)):
        _write(folder / f'{name}.csv', FIELDS, ([r[f] for f in FIELDS] for r in rows))
    _write(folder / 'matches.csv', ('a_id', 'b_id'), links)


def write_duplicates(folder: Path, seed: int, count: int) -> None:
    """Write one table with duplicates, in the form of the public sets."""
    rows, clusters = duplicate_set(seed, count)
    table = ([row[field] for field in FIELDS] for row in rows)
    _write(folder / 'records.csv', FIELDS, table)
    _write(folder / 'clusters.csv', ('rec_id', 'entity_id'), clusters)


def main() -> None:
    """Write the sets that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--debtors', type=int, default=3000)
    parser.add_argument('--partners', type=int, default=5000)
    options = parser.parse_args()
    write_link(options.folder / 'link', options.seed, options.debtors, options.partners)
    write_duplicates(options.folder / 'duplicates', options.seed, options.partners)


if __name__ == '__main__':
    main()
