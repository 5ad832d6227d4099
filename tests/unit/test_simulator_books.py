"""The data set: a function of its parameters, made when asked for, with right sums and numbers."""

from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from simulator_calls import ANCHOR, LINES, get, scroll, walk
from stdnum import ean
from stdnum.dk import cvr

from simulator import Simulator, create_app
from simulator.data.books import Books
from simulator.data.mixing import Shuffle, Spread, halves_up
from simulator.openapi import Open

Row = dict[str, Any]


def clock() -> datetime:
    return datetime(2026, 11, 24, 12)


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(7, 300, 4000, ANCHOR, rate_limit=None)


@pytest.fixture(scope='module')
def customers(app: Simulator) -> list[Row]:
    return list(walk(app, '/customers?pagesize=1000'))


@pytest.fixture(scope='module')
def invoices(app: Simulator) -> list[Row]:
    return list(walk(app, '/invoices/booked?pagesize=1000'))


@pytest.fixture(scope='module')
def lines(app: Simulator) -> list[Row]:
    return list(scroll(app, LINES))


def test_the_same_parameters_give_the_same_books(app: Simulator, lines: list[Row]) -> None:
    again = create_app(7, 300, 4000, ANCHOR, rate_limit=None)
    assert list(scroll(again, LINES)) == lines
    assert get(again, '/customers?pagesize=1000') == get(app, '/customers?pagesize=1000')
    # Out of order as well: nothing depends on what was asked before.
    number = lines[7000]['documentId']
    lone = create_app(7, 300, 4000, ANCHOR)
    assert get(lone, f'/invoices/booked/{number}') == get(app, f'/invoices/booked/{number}')
    other = create_app(8, 300, 4000, ANCHOR)
    assert get(other, '/customers') != get(app, '/customers')


def test_days_after_the_anchor_add_and_pay_but_change_nothing(app: Simulator) -> None:
    later = create_app(7, 300, 4000, ANCHOR, today=ANCHOR + timedelta(90)).books
    before = app.books
    numbers = list(before.invoices)
    assert [later.invoices.get(n) for n in numbers] == [before.invoices.get(n) for n in numbers]
    assert list(later.invoices)[: len(numbers)] == numbers
    added = list(later.invoices)[len(numbers) :]
    assert 40 < len(added) < 90
    assert all(
        (row := later.invoices.get(n)) and row.booked > ANCHOR.toordinal() - 14 for n in added
    )
    reopened = [n for n in later.open if n in numbers and n not in before.open]
    assert reopened == []
    paid = [n for n in before.open if n not in later.open]
    assert paid


def test_sizes_are_as_asked(app: Simulator, customers: list[Row], invoices: list[Row]) -> None:
    sums = app.control.sums()
    assert sums['customers'] == len(customers) == 300
    assert sums['invoices'] + sums['credit_notes'] == len(invoices) == 4000
    assert sums['lines'] == 12_000


def test_the_sums_are_those_of_the_answers(
    app: Simulator, invoices: list[Row], lines: list[Row]
) -> None:
    sums = app.control.sums()
    assert Decimal(sums['net_base']) == sum(r['netAmountInBaseCurrency'] for r in invoices)
    assert Decimal(sums['gross_base']) == sum(r['grossAmountInBaseCurrency'] for r in invoices)
    assert sums['credit_notes'] == sum(r['netAmount'] < 0 for r in invoices)
    unpaid = [row for row in invoices if row['remainder']]
    assert sums['unpaid']['count'] == len(unpaid)
    assert Decimal(sums['unpaid']['remainder_base']) == sum(
        r['remainderInBaseCurrency'] for r in unpaid
    )
    currency = {row['bookedInvoiceNumber']: row['currency'] for row in invoices}
    by_currency: Counter[str] = Counter()
    for line in lines:
        by_currency[currency[line['documentId']]] += line['totalNetAmount']
    assert {code: Decimal(text) for code, text in sums['net'].items()} == dict(by_currency)


def test_headers_are_the_sums_of_their_lines(invoices: list[Row], lines: list[Row]) -> None:
    net: Counter[int] = Counter()
    vat: Counter[int] = Counter()
    for line in lines:
        net[line['documentId']] += line['totalNetAmount']
        vat[line['documentId']] += line['vatAmount']
    for row in invoices:
        number = row['bookedInvoiceNumber']
        assert row['netAmount'] == net[number]
        assert abs(row['vatAmount'] - vat[number]) <= Decimal('0.005')
        assert row['grossAmount'] == row['netAmount'] + row['vatAmount'] + row['roundingAmount']
        assert row['netAmount'] * row['grossAmount'] >= 0
        rate = row['exchangeRate'] / 100
        assert abs(row['netAmountInBaseCurrency'] - row['netAmount'] * rate) <= Decimal('0.005')
    assert any(row['roundingAmount'] for row in invoices)


def test_line_totals_follow_from_price_and_discount(lines: list[Row]) -> None:
    for line in lines:
        if line.get('quantity'):
            exact = line['quantity'] * line['unitNetPrice']
            exact *= 1 - line['discountPercentage'] / 100
            assert abs(line['totalNetAmount'] - exact) <= Decimal('0.005')


def test_it_is_as_varied_as_life(
    customers: list[Row], invoices: list[Row], lines: list[Row]
) -> None:
    numbers = [row['customerNumber'] for row in customers]
    assert any(number > 99_999_999 for number in numbers)
    assert len(set(range(numbers[0], numbers[200])) - set(numbers)) > 3
    addresses = [row.get('address', '') for row in customers]
    for broken in ('\r\n', '\n', '\r'):
        assert any(broken in address for address in addresses)
    emails = [row.get('email', '') for row in customers]
    assert any(len(re.findall('@', email)) == 2 for email in emails)
    assert any(email.endswith(' ') for email in emails)
    countries = {row.get('country') for row in customers}
    assert {None, 'Danmark', 'DK', 'Denmark', 'DENMARK'} <= countries
    registered = [row['corporateIdentificationNumber'] for row in customers
                  if 'corporateIdentificationNumber' in row]  # fmt: skip
    assert {'DK', 'dk'} <= {number[:2] for number in registered if not number[0].isdigit()}
    assert any(' ' in number.strip() for number in registered)
    assert {row['currency'] for row in invoices} >= {'DKK', 'EUR', 'SEK', 'NOK', 'USD'}
    assert sum(row.get('barred', False) for row in customers) > 5
    assert 100 < sum(row['netAmount'] < 0 for row in invoices) < 400
    partly = [r for r in invoices if r['remainder'] not in (0, r['grossAmount'])]
    assert partly
    years = Counter(row['date'][:4] for row in invoices)
    assert set(years) == {str(year) for year in range(2004, 2027)}
    assert all(row['date'] <= ANCHOR.isoformat() for row in invoices)
    dates = [row['date'] for row in invoices]
    assert dates != sorted(dates)
    assert any('productNumber' not in line for line in lines)
    assert any(line.get('discountPercentage') for line in lines)
    costed = sum('unitCostPrice' in line for line in lines)
    assert 0.5 < costed / len(lines) < 0.9
    assert {line.get('departmentNumber') for line in lines} >= {None, 1, 2, 3, 4}
    assert any(r['vatAmount'] != r['netAmount'] / 4 for r in invoices if r['currency'] == 'DKK')
    recipients = {r['customer']['customerNumber']: r['recipient'] for r in invoices}
    moved = [row for row in customers if (old := recipients.get(row['customerNumber']))
             and old.get('address') != row.get('address')]  # fmt: skip
    assert moved


def test_registration_numbers_hold(app: Simulator) -> None:
    numbers = app.books.maker.numbers
    made = [numbers.cvr(index) for index in range(20_000)]
    assert len(set(made)) == len(made)
    assert all(map(cvr.is_valid, made))
    locations = [numbers.ean(index) for index in range(5000)]
    assert len(set(locations)) == len(locations)
    assert all(map(ean.is_valid, locations))
    assert all(len(number) == 13 for number in locations)


def test_nobody_can_be_reached(customers: list[Row]) -> None:
    text = ' '.join(row.get('email', '') + ' ' + row.get('website', '') for row in customers)
    assert set(re.findall(r'\.(\w+)/?(?=[\s;]|$)', text)) == {'example'}


@pytest.mark.parametrize(('debtors', 'count'), [(1, 1), (15, 40), (16, 900), (333, 2000)])
def test_invoices_of_a_debtor_are_found_without_a_search(debtors: int, count: int) -> None:
    books = Books(3, debtors, count, ANCHOR, ANCHOR, clock)
    by_debtor: dict[int, list[int]] = {}
    for number in books.invoices:
        by_debtor.setdefault(books.booked_customer(number), []).append(number)
    for key in range(debtors):
        assert books.booked_of(key) == by_debtor.get(key, [])


def test_the_open_ones_are_found_without_a_search() -> None:
    books = Books(5, 100, 3000, ANCHOR, ANCHOR, clock)
    sales = books.sales
    everything = {}
    for index in range(3000):
        invoice = books.invoices.get(sales.number_at(index))
        assert invoice is not None
        if index >= sales.open_from and (rest := sales.remainder(index, invoice)):
            everything[invoice.number] = rest
    recent = {n: rest for n, rest in books.open.items() if n >= sales.number_at(sales.open_from)}
    assert recent == everything
    assert len(books.open) > len(recent) > 10


def test_a_spread_deals_every_item_once() -> None:
    spread = Spread(9, 'test', (0, 1, 2, 5), 41)
    found = 0
    for owner in range(41):
        start, stop = spread.span(owner)
        assert start == found
        assert all(spread.owner(item) == owner for item in range(start, stop))
        found = stop
    assert found == spread.total


def test_a_shuffle_comes_back() -> None:
    shuffle = Shuffle(9, 'test', 1000)
    places = range(shuffle.modulus)
    targets = [shuffle.forward(place, 5) for place in places]
    assert sorted(targets) == list(places)
    assert [shuffle.back(target, 5) for target in targets] == list(places)


@pytest.mark.parametrize(
    ('value', 'divisor', 'expected'), [(5, 2, 3), (-5, 2, -3), (149, 100, 1), (-150, 100, -2)]
)
def test_halves_go_up(value: int, divisor: int, expected: int) -> None:
    assert halves_up(value, divisor) == expected


def test_a_million_lines_cost_no_memory() -> None:
    tracemalloc.start()
    try:
        app = create_app(7, 20_000, 333_333, ANCHOR, rate_limit=None)
        assert get(app, f'{LINES}/count') > 990_000
        start, _ = tracemalloc.get_traced_memory()
        # Pages from all over, and deep ones, must not leave anything behind.
        texts = Open(app.books)._records.lines
        for first in range(1, 999_000, 110_000):
            assert len(list(texts(range(first, first + 300)))) == 300
        get(app, '/invoices/booked?pagesize=50&skippages=6000')
        end, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert end - start < 16 << 20
    assert peak < 24 << 20


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="without debtors"):
        create_app(1, 0, 5, ANCHOR)
    with pytest.raises(ValueError, match="anchor"):
        create_app(1, 5, 5, date(2003, 1, 1))
    with pytest.raises(ValueError, match="anchor"):
        create_app(1, 5, 5, ANCHOR, today=ANCHOR - timedelta(1))
