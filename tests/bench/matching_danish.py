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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

FIELDS = ('rec_id', 'name', 'street', 'zip', 'city', 'country', 'phone', 'registry_no', 'email')
SURNAMES = (
    'Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen '
    'Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen '
    'Jakobsen Jacobsen Mikkelsen Frederiksen Laursen Lund Holm Schmidt Eriksen Kristiansen Clausen '
    'Simonsen Svendsen Andreasen Iversen Jeppesen Vestergaard Østergaard Nissen Lauridsen Kjær '
    'Jespersen Mogensen Nørgaard Jepsen Frandsen Søndergaard Carlsen Dahl Skov Bertelsen Bruun Lassen '
    'Bach Gregersen Friis Berg Steffensen Kjeldsen Krogh Aagaard Bak Toft Winther Bæk Ravn Kofoed Åen '
    'Ågren Dam Ibsen Kjærgaard Overgaard Aaen Hjorth Juhl Fisker Nygaard Brandt Bonde Thorup Krag'
).split()
FIRST = (
    'Peter Jens Lars Michael Henrik Thomas Søren Jan Christian Martin Niels Anders Morten Jesper '
    'Hans Jørgen Per Ole Mads Rasmus Bo Kim Erik Åse Anne Kirsten Mette Hanne Helle Susanne Lene '
    'Maria Marianne Inge Karen Lone Bente Camilla Pia Jette Charlotte Louise Tina Gitte Bjørn Kåre'
).split()
TRADES = (
    'VVS|El|Byg|Tømrer|Murer|Maler|Auto|Transport|Vognmandsforretning|Entreprise|Rengøring|Revision|'
    'Rådgivning|Consult|Design|Reklame|IT|Data|Elektronik|Maskinfabrik|Smedje|Køleteknik|Ventilation|'
    'Gulve|Tagdækning|Kloakservice|Haveservice|Planteskole|Landbrug|Møbler|Boghandel|Bageri|Slagteri|'
    'Fisk|Vin|Catering|Restaurant|Café|Kro|Hotel|Frisør|Optik|Tandklinik|Lægehus|Apotek|Fysioterapi|'
    'Dyreklinik|Advokater|Arkitekter|Ingeniører|Ejendomme|Udlejning|Invest|Handel|Import|Engros|'
    'Tekstil|Sko|Sport|Cykler|Både|Foto|Tryk|Emballage|Plast|Stål|Energi|Skovservice|Kørsel|Trailer|'
    'Malerfirma|Tømrerfirma|Murerfirma|Elservice|Autoværksted|Autolakering|Blomster|Begravelse'
).split('|')
WORDS = (
    'Nordisk Dansk Jysk Fynsk Sjællandsk Skandinavisk Nord Syd Vest Øst Midt Ny Grøn Blå Hvid Rød '
    'Delta Alfa Omega Prima Optimal Kvik Fjord Bælt Kyst Hav Sø Å Skov Eng Mark Bakke Dal Høj Bro Fyr '
    'Havn Torv Sol Måne Stjerne Vind Ørn Svane Falk Løve Bjørn Ulv Ræv Hjort Kronen Ankeret Hjørnet '
    'Atlas Zenit Vega Orion Kompas Pilot Kontur Format Aktiv Fokus Vision Kerne Kilde Gnist Flamme'
).split()
STREETS = (
    'Vester Øster Nørre Sønder Nygade Stor Kirke Skole Mølle Skov Strand Bak Eng Park Birke Ege Elme '
    'Ahorn Rosen Lærke Fasan Drossel Industri Fabriks Håndværker Teglværks Smede Mejeri Havne Toldbod '
    'Jernbane Stations Algade Brogade Torve Kongens Dronningens Prinsensgade Fælled Ågade Søndre '
    'Viborg Randers Aarhus Ålborg Odense Roskilde Køge Hovedgaden Landevejen Banevænget Kærvej Åbrinken'
).split()
KINDS = ('vej', 'gade', 'vej', 'allé', 'gade', 'stræde', 'plads', ' Allé', 'vænget', 'parken')
TOWNS = (
    '1055 København K|1620 København V|2100 København Ø|2200 København N|2300 København S|'
    '2400 København NV|2500 Valby|2600 Glostrup|2605 Brøndby|2630 Taastrup|2650 Hvidovre|2730 Herlev|'
    '2800 Kgs. Lyngby|2860 Søborg|2900 Hellerup|3000 Helsingør|3400 Hillerød|3600 Frederikssund|'
    '3700 Rønne|4000 Roskilde|4100 Ringsted|4200 Slagelse|4300 Holbæk|4400 Kalundborg|4600 Køge|'
    '4700 Næstved|4800 Nykøbing F|5000 Odense C|5220 Odense SØ|5230 Odense M|5500 Middelfart|'
    '5700 Svendborg|5800 Nyborg|6000 Kolding|6100 Haderslev|6200 Aabenraa|6400 Sønderborg|'
    '6700 Esbjerg|6800 Varde|7000 Fredericia|7100 Vejle|7400 Herning|7500 Holstebro|7600 Struer|'
    '7700 Thisted|7800 Skive|8000 Aarhus C|8200 Aarhus N|8210 Aarhus V|8270 Højbjerg|8600 Silkeborg|'
    '8700 Horsens|8800 Viborg|8900 Randers C|8920 Randers NV|9000 Aalborg|9220 Aalborg Øst|'
    '9400 Nørresundby|9500 Hobro|9800 Hjørring|9900 Frederikshavn|9990 Skagen'
).split('|')
FORMS = (
    (45, ('ApS', 'Aps', 'APS', 'Anpartsselskab', 'A.p.S.')),
    (14, ('A/S', 'AS', 'a/s', 'Aktieselskab', 'A/S.')),
    (6, ('I/S', 'i/s', 'Interessentskab')),
    (2, ('K/S', 'Kommanditselskab')),
    (2, ('A.M.B.A.', 'Amba', 'a.m.b.a')),
    (2, ('P/S', 'Partnerselskab')),
    (29, ('',)),
)


@dataclass(frozen=True)
class Company:
    """Hold a company as the register would have it; `form` is an index into FORMS."""

    core: str
    form: int
    owner: str
    street: str
    number: int
    letter: str
    floor: str
    zip: str
    city: str
    phone: str
    cvr: str
    email: str


def cvr_number(rng: random.Random) -> str:
    """Return 8 digits whose checksum (weights 2 7 6 5 4 3 2 1, modulo 11) holds."""
    while True:
        digits = [rng.randint(1, 9)] + [rng.randint(0, 9) for _ in range(6)]
        last = -sum(w * d for w, d in zip((2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
        if last < 10:
            return ''.join(map(str, [*digits, last]))


def _skewed(rng: random.Random, items: list[str] | tuple[str, ...]) -> str:
    """Choose with the first ones much more often, as surnames and trades are."""
    return items[int(len(items) * rng.random() ** 2)]


def _core(rng: random.Random) -> tuple[str, str]:
    """Return the name without legal form, and the owner of a sole trader."""
    surname, first = _skewed(rng, SURNAMES), rng.choice(FIRST)
    trade, town = rng.choice(TRADES), rng.choice(TOWNS).split(' ')[1]
    owner = f'{first} {surname}'
    other = _skewed(rng, SURNAMES)
    invented = rng.choice(WORDS) + rng.choice(('', '', rng.choice(WORDS).lower()))
    makers: tuple[Callable[[], str], ...] = (
        lambda: f'{surname} & Søn',
        lambda: f'{surname} {trade}',
        lambda: f'{surname}s {trade}',
        lambda: f'{first} {surname} {trade}',
        lambda: f'{surname} & {other}',
        lambda: f'{town} {trade}',
        lambda: f'{invented} {trade}',
        lambda: f'{invented} {rng.choice(WORDS)}',
        lambda: f'{invented} {trade} {town}',
        lambda: f'Brødrene {surname} {trade}',
        lambda: f'Murermester {first} {surname}',
        lambda: f'{trade} & {rng.choice(TRADES)} {town}',
        lambda: f'{"".join(rng.choice("ABDEFGHIKLMNPRSTVØÅ") for _ in range(3))} {trade}',
    )
    return rng.choice(makers)(), owner


def _place(rng: random.Random) -> dict[str, object]:
    code, _, city = rng.choice(TOWNS).partition(' ')
    base, kind = rng.choice(STREETS), rng.choice(KINDS)
    street = base if base.endswith(('gade', 'gaden', 'vejen', 'vej', 'vænget')) else base + kind
    return {
        'street': street,
        'number': 1 + int(rng.random() ** 2 * 240),
        'letter': rng.choice('ABCDEF') if rng.random() < 0.2 else '',
        'floor': rng.choice(('1. tv', '2. th', 'st.', '1. sal', '3. mf'))
        if rng.random() < 0.25
        else '',
        'zip': code,
        'city': city,
    }


def companies(rng: random.Random, count: int) -> Iterator[Company]:
    """Yield companies; some own a holding and a property company at the same address."""
    made = 0
    while made < count:
        core, owner = _core(rng)
        form = rng.choices(range(len(FORMS)), [weight for weight, _ in FORMS])[0]
        phone = str(rng.randint(20000000, 99999999))
        host = ''.join(c for c in core.lower() if c.isascii() and c.isalnum()) or 'firma'
        mail = 'gmail.com' if rng.random() < 0.2 else f'{host[:24]}.dk'
        email = f'{rng.choice(("info", "kontakt", "post", owner.split()[0].lower()))}@{mail}'
        if mail == 'gmail.com':
            email = f'{host[:20]}{rng.randint(1, 99)}@{mail}'
        place = _place(rng)
        base = Company(core, form, owner, **place, phone=phone, cvr=cvr_number(rng), email=email)  # type: ignore[arg-type]
        yield base
        made += 1
        if rng.random() < 0.05 and made < count:
            made += 1
            kind = rng.choice(('Holding', 'Ejendomme', 'Invest', 'Ejendomsselskab'))
            yield replace(base, core=f'{core} {kind}', form=0, cvr=cvr_number(rng))


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
    at = rng.randint(1, len(text) - 2)
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
    if rng.random() < 0.04 * rough and len(name.split()) > 2:
        name = ' '.join(name.split()[:-1])
    if rng.random() < 0.05 * rough:
        name = _typo(rng, name)
    if rng.random() < 0.15 * rough:
        name = _letters(rng, name)
    if rng.random() < 0.5:
        name = name.replace(' & ', rng.choice((' og ', '&', ' & ')))
    form = (
        rng.choice(FORMS[company.form][1])
        if rng.random() < 0.3 * rough
        else FORMS[company.form][1][0]
    )
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
    """Return a row as a person typed it: `rough` scales all mistakes, `no_cvr` leaves the CVR out."""
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


def changed(rng: random.Random, company: Company) -> Company:
    """Return the company as it is later: moved, renamed, another phone, converted."""
    if rng.random() < 0.08:
        company = replace(company, **_place(rng))  # type: ignore[arg-type]
    if rng.random() < 0.03:
        company = replace(company, core=_core(rng)[0])
    if rng.random() < 0.1:
        company = replace(company, phone=str(rng.randint(20000000, 99999999)))
    if rng.random() < 0.03:
        company = replace(company, form=rng.randrange(2))
    return company


def _department(rng: random.Random, company: Company) -> Company:
    place = _place(rng)
    name = rng.choice((', afd. {}', ' afd. {}', ', afdeling {}', ' - Filial {}'))
    unit = name.format(str(place['city']).split()[0])
    return replace(company, core=company.core + unit, **place)  # type: ignore[arg-type]


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
    for number in range(partners, partners + debtors - len(known)):
        a.append({'rec_id': f'A{number:07d}', **written(rng, made[number], 1.0, 0.4)})
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
            row = written(rng, changed(rng, company) if copy else company, 1.0, 0.3)
            rows.append({'rec_id': f'R{number:06d}{copy}', **row})
            clusters.append((rows[-1]['rec_id'], f'E{number:06d}'))
    return rows, clusters


def _write(path: Path, fields: tuple[str, ...], rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows(rows)


def write_sets(folder: Path, seed: int, debtors: int, partners: int) -> None:
    """Write both sets under a folder, in the form of the public ones."""
    a, b, links = link_set(seed, debtors, partners)
    for name, rows in (('a', a), ('b', b)):
        _write(folder / 'link' / f'{name}.csv', FIELDS, ([r[f] for f in FIELDS] for r in rows))
    _write(folder / 'link' / 'matches.csv', ('a_id', 'b_id'), links)
    rows, clusters = duplicate_set(seed, partners)
    table = ([row[field] for field in FIELDS] for row in rows)
    _write(folder / 'duplicates' / 'records.csv', FIELDS, table)
    _write(folder / 'duplicates' / 'clusters.csv', ('rec_id', 'entity_id'), clusters)


def main() -> None:
    """Write the sets that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--debtors', type=int, default=3000)
    parser.add_argument('--partners', type=int, default=5000)
    options = parser.parse_args()
    write_sets(options.folder, options.seed, options.debtors, options.partners)


if __name__ == '__main__':
    main()
