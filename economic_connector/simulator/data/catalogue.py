"""The reference data of the agreement: small, fixed tables that every row points into."""

from __future__ import annotations

import calendar
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .mixing import Dice


class Terms(NamedTuple):
    """Hold payment terms; days are None for the types that have none."""

    number: int
    name: str
    kind: str
    days: int | None

    def due(self, booked: int) -> int:
        """Return the due day of an invoice booked on a day; both are proleptic ordinals."""
        if self.kind == 'dueDate':
            return booked + 21
        days = self.days or 0
        if self.kind == 'invoiceMonth':
            day = date.fromordinal(booked)
            return booked - day.day + calendar.monthrange(day.year, day.month)[1] + days
        if self.kind == 'invoiceWeekStartingMonday':
            return booked + 6 - date.fromordinal(booked).weekday() + days
        return booked + days

    @property
    def at_once(self) -> bool:
        """Tell whether nothing ever stays open."""
        return self.kind in ('paidInCash', 'prepaid', 'creditcard')


TERMS = {
    terms.number: terms
    for terms in (
        Terms(1, 'Netto 8 dage', 'net', 8),
        Terms(2, 'Netto 14 dage', 'net', 14),
        Terms(3, 'Til omgående betaling', 'net', 0),
        Terms(4, 'Løbende måned 30 dage', 'invoiceMonth', 30),
        Terms(5, 'Netto 30 dage', 'net', 30),
        Terms(6, 'Kontant', 'paidInCash', None),
        Terms(7, 'Fast forfaldsdato', 'dueDate', None),
        Terms(8, 'Forudbetaling', 'prepaid', None),
        Terms(9, 'Løbende uge 7 dage', 'invoiceWeekStartingMonday', 7),
        Terms(14, 'Factoring', 'factoring', 30),
    )
}


class Zone(NamedTuple):
    """Hold a VAT zone and the rate of its sales in percent."""

    number: int
    name: str
    for_supplier: bool
    rate: int


ZONES = {
    zone.number: zone
    for zone in (
        Zone(1, 'Domestic', True, 25),
        Zone(2, 'EU', True, 0),
        Zone(3, 'Abroad', True, 0),
        Zone(4, 'Domestic exempt VAT', False, 0),
    )
}

# Number, name and layout (0 = none).
GROUPS = {
    1: ('Danske', 0), 2: ('Udenlandske EU', 21), 3: ('Øvrige udland', 21), 4: ('Offentlige', 0),
    5: ('Private', 20),
}  # fmt: skip
LAYOUTS = {
    19: 'DK. std. m. bankoplys. 1.5', 20: 'DK. std. m. girokort 1.5',
    21: 'Eng. std. m. bankoplys. 1.5',
}  # fmt: skip
UNITS = {1: 'stk.', 2: 'timer', 3: 'm', 4: 'm²', 5: 'kg', 6: 'pk.', 7: 'km'}
DEPARTMENTS = {1: 'Butik', 2: 'Værksted', 3: 'Eksport', 4: 'Lager Ålborg'}
PRODUCT_GROUPS = {1: 'Varer m/moms', 2: 'Varer u/moms', 3: 'Ydelser m/moms', 4: 'Ydelser u/moms'}
# Number, name, type and normal side of the accounts that others refer to.
ACCOUNTS = {
    1010: ('Salg af varer m/moms', 'profitAndLoss', 'credit'),
    1030: ('Salg af varer u/moms', 'profitAndLoss', 'credit'),
    1050: ('Salg af ydelser m/moms', 'profitAndLoss', 'credit'),
    1060: ('Salg af ydelser u/moms', 'profitAndLoss', 'credit'),
    5600: ('Debitorer', 'status', 'debit'),
}
DEBTORS_ACCOUNT = 5600
SALES_ACCOUNTS = {1: 1010, 2: 1030, 3: 1050, 4: 1060}


class Employee(NamedTuple):
    """Hold an employee."""

    number: int
    name: str
    group: int
    email: str
    phone: str
    barred: bool


EMPLOYEES = {
    number: Employee(number, name, group, email, phone, barred)
    for number, name, group, email, phone, barred in (
        (1, 'Kirsten Østergaard', 1, 'ko@example.dk', '86 12 34 01', False),
        (2, 'Jens Åkjær', 1, 'jens@example.dk', '86123402', False),
        (3, 'Søren Bødker', 1, '', '+45 8612 3403', False),
        (4, 'Lene Friis', 2, 'lene@example.dk', '', False),
        (7, 'Villy Riis', 2, '', '', True),
        (12, 'Zoë Müller', 1, 'zoe@example.dk', '0045 86123412', False),
    )
}


class Currency(NamedTuple):
    """Hold a currency; `base` is about the price of 100 units in DKK, in millionths."""

    code: str
    name: str
    iso_number: str
    base: int


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency('DKK', 'Danske kroner', '208', 100_000_000),
        Currency('EUR', 'Euro', '978', 746_000_000),
        Currency('SEK', 'Svenske kroner', '752', 68_000_000),
        Currency('NOK', 'Norske kroner', '578', 66_000_000),
        Currency('USD', 'Amerikanske dollars', '840', 690_000_000),
        Currency('GBP', 'Britiske pund', '826', 870_000_000),
        Currency('CHF', 'Schweizerfranc', '756', 760_000_000),
    )
}
_WOBBLE = {'EUR': 2, 'SEK': 60, 'NOK': 70, 'USD': 90, 'GBP': 70, 'CHF': 60}


@lru_cache(maxsize=65536)
def exchange_rate(code: str, day: int) -> int:
    """Return the price of 100 units in DKK on a day (an ordinal), in millionths.

    It moves by month, up to some per mille or per cent; DKK is always 100.
    """
    currency = CURRENCIES.get(code, CURRENCIES['DKK'])
    wobble = _WOBBLE.get(code, 0)
    if not wobble:
        return currency.base
    thousandths = Dice(0, f'rate {code}').at(day // 30) % (2 * wobble + 1) - wobble
    return currency.base + currency.base * thousandths // 1000 + day % 30 * 100


class Product(NamedTuple):
    """Hold a product; prices in øre, cost and unit are None where there is none."""

    number: str
    name: str
    description: str
    price: int
    cost: int | None
    unit: int | None
    group: int
    barred: bool
    department: int | None
    changed: int


_ARTICLES = (
    'Kuglepen blå|1200|1;Printerpapir A4|4500|6;Kontorstol Ågård|189500|1;'
    'Skrivebord hæve/sænke|449900|1;Montørtime|62500|2;Svendetime|58500|2;'
    'Lærlingetime|31500|2;Kørsel|382|7;'
    'Kobberrør 15 mm|8900|3;'
    'Afløbsrør Ø110|12900|3;Blandingsbatteri|129500|1;Toilet med softclose|279500|1;'
    'Gulvbrædder ask|39900|4;Maling hvid 10 l|84900|1;Tapet "Rosenvænget"|24900|1;Søm 75 mm|3995|5;'
    'Skruer rustfri|12950|6;Varmepumpe luft/vand|8450000|1;Solcellepanel 400 W|149500|1;'
    'Vinduesparti|1245000|1;Køkkenelement høj|329500|1;Cykel, 7 gear|499900|1;Lås & slange|24900|1;'
    'Rundstykker|600|1;Wienerbrød|1400|1;Smørrebrød, uspecificeret|4200|1;Kaffe pr. person|2500|1;'
    'Lokaleleje|150000|1;Serviceaftale, kvartal|275000|1;Licens pr. bruger|49900|1;Hosting|19900|1;'
    'Webdesign|95000|2;Rådgivning|125000|2;Oversættelse|145|1;Palle EUR|11500|1;Fragt|9900|1;'
    'Fragt Færøerne|49900|1;Gebyr|5000|1;Kompressor|1895000|1;CNC-fræser|12450000|1;'
    'Stålplade 3 mm|24500|4;'
    'Fisk, torskefilet|9800|5;Hvede|145|5;Blomsterbuket|29900|1;Krans|79900|1;Rengøring|38500|2;'
    'Vinduespolering|45000|1;Bilvask|19900|1;Dæk 205/55|69900|1;Olieskift|129500|1'
)


def products() -> tuple[Product, ...]:
    """Return the products: each article plain, and half of them in three more sizes."""
    dice = Dice(0, 'products')
    made: list[Product] = []
    for place, article in enumerate(_ARTICLES.split(';')):
        name, price, unit = article.split('|')
        for size in range(4 if place % 2 else 1):
            bits = dice.at(len(made))
            cents = int(price) * (10 + 3 * size) // 10
            hours = int(unit) == 2
            made.append(
                Product(
                    number=_product_number(len(made), bits),
                    name=name + ('', ' - lille', ' - stor', ' XL')[size],
                    description=f'{name} ({place + 1}.{size})' if bits & 3 == 0 else '',
                    price=cents,
                    # Hours and one article in six have no cost price.
                    cost=None
                    if hours or bits >> 8 & 0xFF < 42
                    else cents * (45 + bits % 30) // 100,
                    unit=None if bits >> 16 & 15 == 0 else int(unit),
                    group=3 if hours else 1 + (bits >> 20 & 31 == 0),
                    barred=bits >> 28 & 31 == 0,
                    department=1 + (bits >> 40) % 4 if bits >> 36 & 7 == 0 else None,
                    changed=bits >> 44,
                )
            )
    return tuple(made)


def _product_number(place: int, bits: int) -> str:
    forms = (
        '{0}',
        '{0}',
        '10{0:02d}',
        '{0:04d}',
        'VVS-{0}-B',
        'Ø{0}',
        'A {0}',
        '{0}/4',
        'kø-{0}.x',
    )
    return forms[(bits >> 32) % len(forms)].format(place + 1)


PRODUCTS = products()
PRODUCT_BY_NUMBER = {product.number: product for product in PRODUCTS}

TEXT_LINES = (
    'Jf. aftale med Jens', 'Arbejdet udført i uge 32', '----------',
    'Leveret på Nordre Kaj 4\r\n9000 Aalborg',
    'Rabat iht. rammeaftale 2019-A', 'Reklamation inden 8 dage', 'Vedr. ordre nr. #4711', ' ',
    'Materialer:', 'Timer:', 'Medgået tid, se bilag', 'Rekvirent: Åse', 'Sag 12-0087 "Havnen"',
    'Tak for ordren!', 'Ekstraarbejde iflg. tilbud & tegning', 'Afd. Nord\nAfd. Syd',
)  # fmt: skip


@lru_cache(maxsize=16384)
def iso_day(day: int) -> str:
    """Return an ordinal as YYYY-MM-DD."""
    return date.fromordinal(day).isoformat()


def working_day(day: int) -> int:
    """Return the day itself, or the Friday before a weekend."""
    return day - max(0, date.fromordinal(day).weekday() - 4)


FIRST_DAY = date(2004, 1, 5).toordinal()
