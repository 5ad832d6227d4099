"""Danish companies that don't exist: names, owners, addresses, valid CVR numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

SURNAMES = (
    'Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen '
    'Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen '
    'Knudsen Jakobsen Jacobsen Mikkelsen Frederiksen Laursen Lund Holm Schmidt Eriksen '
    'Kristiansen Clausen Simonsen Svendsen Andreasen Iversen Jeppesen Vestergaard Østergaard '
    'Nissen Lauridsen Kjær Jespersen Mogensen Nørgaard Jepsen Frandsen Søndergaard Carlsen Dahl '
    'Skov Bertelsen Bruun Lassen Bach Gregersen Friis Berg Steffensen Kjeldsen Krogh Aagaard '
    'Bak Toft Winther Bæk Ravn Kofoed Åen Ågren Dam Ibsen Kjærgaard Overgaard Aaen Hjorth Juhl '
    'Fisker Nygaard Brandt Bonde Thorup Krag'
).split()
FIRST = (
    'Peter Jens Lars Michael Henrik Thomas Søren Jan Christian Martin Niels Anders Morten '
    'Jesper Hans Jørgen Per Ole Mads Rasmus Bo Kim Erik Åse Anne Kirsten Mette Hanne Helle '
    'Susanne Lene Maria Marianne Inge Karen Lone Bente Camilla Pia Jette Charlotte Louise Tina '
    'Gitte Bjørn Kåre'
).split()
TRADES = (
    'VVS|El|Byg|Tømrer|Murer|Maler|Auto|Transport|Vognmandsforretning|'
    'Entreprise|Rengøring|Revision|Rådgivning|Consult|Design|Reklame|IT|Data|'
    'Elektronik|Maskinfabrik|Smedje|Køleteknik|Ventilation|Gulve|Tagdækning|'
    'Kloakservice|Haveservice|Planteskole|Landbrug|Møbler|Boghandel|Bageri|'
    'Slagteri|Fisk|Vin|Catering|Restaurant|Café|Kro|Hotel|Frisør|Optik|'
    'Tandklinik|Lægehus|Apotek|Fysioterapi|Dyreklinik|Advokater|Arkitekter|'
    'Ingeniører|Ejendomme|Udlejning|Invest|Handel|Import|Engros|Tekstil|Sko|'
    'Sport|Cykler|Både|Foto|Tryk|Emballage|Plast|Stål|Energi|Skovservice|'
    'Kørsel|Trailer|Malerfirma|Tømrerfirma|Murerfirma|Elservice|Autoværksted|'
    'Autolakering|Blomster|Begravelse'
).split('|')
WORDS = (
    'Nordisk Dansk Jysk Fynsk Sjællandsk Skandinavisk Nord Syd Vest Øst Midt Ny Grøn Blå Hvid '
    'Rød Delta Alfa Omega Prima Optimal Kvik Fjord Bælt Kyst Hav Sø Å Skov Eng Mark Bakke Dal '
    'Høj Bro Fyr Havn Torv Sol Måne Stjerne Vind Ørn Svane Falk Løve Bjørn Ulv Ræv Hjort Kronen '
    'Ankeret Hjørnet Atlas Zenit Vega Orion Kompas Pilot Kontur Format Aktiv Fokus Vision Kerne '
    'Kilde Gnist Flamme'
).split()
STREETS = (
    'Vester Øster Nørre Sønder Nygade Stor Kirke Skole Mølle Skov Strand Bak Eng Park Birke Ege '
    'Elme Ahorn Rosen Lærke Fasan Drossel Industri Fabriks Håndværker Teglværks Smede Mejeri '
    'Havne Toldbod Jernbane Stations Algade Brogade Torve Kongens Dronningens Prinsensgade '
    'Fælled Ågade Søndre Viborg Randers Aarhus Ålborg Odense Roskilde Køge Hovedgaden '
    'Landevejen Banevænget Kærvej Åbrinken'
).split()
KINDS = ('vej', 'gade', 'vej', 'allé', 'gade', 'stræde', 'plads', ' Allé', 'vænget', 'parken')
TOWNS = (
    '1055 København K|1620 København V|2100 København Ø|2200 København N|'
    '2300 København S|2400 København NV|2500 Valby|2600 Glostrup|2605 Brøndby|'
    '2630 Taastrup|2650 Hvidovre|2730 Herlev|2800 Kgs. Lyngby|2860 Søborg|'
    '2900 Hellerup|3000 Helsingør|3400 Hillerød|3600 Frederikssund|3700 Rønne|'
    '4000 Roskilde|4100 Ringsted|4200 Slagelse|4300 Holbæk|4400 Kalundborg|'
    '4600 Køge|4700 Næstved|4800 Nykøbing F|5000 Odense C|5220 Odense SØ|'
    '5230 Odense M|5500 Middelfart|5700 Svendborg|5800 Nyborg|6000 Kolding|'
    '6100 Haderslev|6200 Aabenraa|6400 Sønderborg|6700 Esbjerg|6800 Varde|'
    '7000 Fredericia|7100 Vejle|7400 Herning|7500 Holstebro|7600 Struer|'
    '7700 Thisted|7800 Skive|8000 Aarhus C|8200 Aarhus N|8210 Aarhus V|'
    '8270 Højbjerg|8600 Silkeborg|8700 Horsens|8800 Viborg|8900 Randers C|'
    '8920 Randers NV|9000 Aalborg|9220 Aalborg Øst|9400 Nørresundby|9500 Hobro|'
    '9800 Hjørring|9900 Frederikshavn|9990 Skagen'
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


def invented(rng: random.Random) -> tuple[str, str]:
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


def place(rng: random.Random) -> dict[str, object]:
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
    hosts: set[str] = set()
    while made < count:
        core, owner = invented(rng)
        form = rng.choices(range(len(FORMS)), [weight for weight, _ in FORMS])[0]
        phone = str(rng.randint(20000000, 99999999))
        host = ''.join(c for c in core.lower() if c.isascii() and c.isalnum()) or 'firma'
        host = host[:24] + (str(len(hosts)) if host[:24] in hosts else '')
        hosts.add(host)
        mail = 'gmail.com' if rng.random() < 0.2 else f'{host}.dk'
        email = f'{rng.choice(("info", "kontakt", "post", owner.split()[0].lower()))}@{mail}'
        if mail == 'gmail.com':
            email = f'{host}{rng.randint(1, 99)}@{mail}'
        where = place(rng)
        base = Company(core, form, owner, **where, phone=phone, cvr=cvr_number(rng), email=email)  # type: ignore[arg-type]
        yield base
        made += 1
        if rng.random() < 0.05 and made < count:
            made += 1
            kind = rng.choice(('Holding', 'Ejendomme', 'Invest', 'Ejendomsselskab'))
            yield replace(base, core=f'{core} {kind}', form=0, cvr=cvr_number(rng))
