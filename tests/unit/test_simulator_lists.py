"""Filters, sorts and paging over both APIs, against what plain Python makes of all rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from simulator_calls import ANCHOR, LINES, call, get, scroll, walk

from simulator import Simulator, create_app

Row = dict[str, Any]
DEBTORS, INVOICES = 230, 1700


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(11, DEBTORS, INVOICES, ANCHOR, rate_limit=None)


@pytest.fixture(scope='module')
def rows(app: Simulator) -> dict[str, list[Row]]:
    return {
        '/customers': list(walk(app, '/customers?pagesize=1000')),
        '/invoices/booked': list(walk(app, '/invoices/booked?pagesize=1000')),
        LINES: list(scroll(app, LINES)),
    }


@pytest.mark.parametrize('seed', [1, 2, 3])
@pytest.mark.parametrize('edited', [False, True])
def test_a_walk_over_pages_sees_every_row_once(seed: int, edited: bool) -> None:
    app = create_app(seed, 130, 300, ANCHOR, rate_limit=None)
    if edited:
        change(app)
    for path, key, size in (
        ('/customers', 'customerNumber', 17),
        ('/invoices/booked', 'bookedInvoiceNumber', 33),
        ('/invoices/paid', 'bookedInvoiceNumber', 41),
        ('/invoices/unpaid', 'bookedInvoiceNumber', 3),
        ('/products', 'productNumber', 9),
    ):
        whole = get(app, f'{path}?pagesize=1000')
        walked = list(walk(app, f'{path}?pagesize={size}'))
        assert walked == whole['collection']
        assert len({row[key] for row in walked}) == len(walked) == whole['pagination']['results']
        if key.endswith('Number') and key != 'productNumber':
            assert [row[key] for row in walked] == sorted(row[key] for row in walked)
            last, stepped = 0, []
            while page := get(app, f'{path}?pagesize={size}', filter=f'{key}$gt:{last}', sort=key)[
                'collection'
            ]:
                stepped += page
                last = page[-1][key]
            assert stepped == walked


def change(app: Simulator) -> None:
    """Book, delete, renumber and create here and there."""
    control = app.control
    books = app.books
    idle = next(n for n in books.customers if not books.booked_of(books.customers.get(n).key))
    control.delete_customer(idle)
    first = books.customers.at(0)
    control.renumber_customer(first, 5)
    control.renumber_customer(books.customers.at(40), 123_456_789)
    control.create_customer(number=first, name='Ny på gammelt nummer')
    control.create_customer(name='Næste nummer')
    taken = set(books.invoices)
    gap = next(n for n in range(10_001, 20_000) if n not in taken)
    control.book(number=gap)
    control.book(number=3)
    control.book(count=4)
    control.pay(next(iter(books.open)))


def test_lines_of_many_pages(app: Simulator, rows: dict[str, list[Row]]) -> None:
    assert len(rows[LINES]) == get(app, f'{LINES}/count') > 5000
    assert [row['number'] for row in rows[LINES]] == list(range(1, len(rows[LINES]) + 1))
    first = get(app, LINES)
    assert len(first['items']) == 1000
    assert first['cursor'] == str(rows[LINES][1000]['number'])
    last = get(app, f'{LINES}?cursor={len(rows[LINES])}')
    assert len(last['items']) == 1
    assert 'cursor' not in last
    assert get(app, f'{LINES}?pagesize=3&skippages=9&sort=-number') == first


Filter = tuple[str, Callable[[Row], Any]]
CUSTOMER_FILTERS: list[Filter] = [
    ('customerNumber$gt:1100', lambda r: r['customerNumber'] > 1100),
    (
        'customerNumber$gt:1100$and:customerNumber$lte:200500000',
        lambda r: 1100 < r['customerNumber'] <= 200500000,
    ),
    ('customerNumber$in:[1001,1002,9999]', lambda r: r['customerNumber'] in (1001, 1002)),
    ('name$like:søn', lambda r: 'søn' in r['name'].casefold()),
    ('country$eq:danmark', lambda r: r.get('country', '').casefold() == 'danmark'),
    ('ean$ne:$null:', lambda r: 'ean' in r),
    ('barred$eq:true$and:currency$eq:DKK', lambda r: r.get('barred') and r['currency'] == 'DKK'),
    ('balance$gt:0', lambda r: r['balance'] > 0),
    ('creditLimit$gte:50000', lambda r: r.get('creditLimit', Decimal(-1)) >= 50000),
    (
        'customerGroup.customerGroupNumber$in:[2,3]',
        lambda r: r['customerGroup']['customerGroupNumber'] in (2, 3),
    ),
    ('lastUpdated$gte:2026-01-01T00:00:00Z', lambda r: r['lastUpdated'] >= '2026-01-01'),
    ('pNumber$ne:$null:', lambda r: 'pNumber' in r),
]
INVOICE_FILTERS: list[Filter] = [
    ('bookedInvoiceNumber$gte:10700', lambda r: r['bookedInvoiceNumber'] >= 10700),
    (
        'bookedInvoiceNumber$gt:10050$and:bookedInvoiceNumber$lt:10060',
        lambda r: 10050 < r['bookedInvoiceNumber'] < 10060,
    ),
    ('bookedInvoiceNumber$eq:10060$and:bookedInvoiceNumber$gt:10060', lambda r: False),
    (
        'bookedInvoiceNumber$in:[10001,10003,99]',
        lambda r: r['bookedInvoiceNumber'] in (10001, 10003),
    ),
    ('date$gte:2026-10-01', lambda r: r['date'] >= '2026-10-01'),
    (
        'date$gte:2015-01-01$and:date$lt:2015-02-01',
        lambda r: '2015-01-01' <= r['date'] < '2015-02-01',
    ),
    ('customer.customerNumber$eq:1004', lambda r: r['customer']['customerNumber'] == 1004),
    (
        'customer.customerNumber$in:[1004,1009]$and:date$gt:2012-01-01',
        lambda r: r['customer']['customerNumber'] in (1004, 1009) and r['date'] > '2012-01-01',
    ),
    ('currency$ne:DKK', lambda r: r['currency'] != 'DKK'),
    ('exchangeRate$lt:100', lambda r: r['exchangeRate'] < 100),
    ('notes.heading$like:kreditnota*', lambda r: r['netAmount'] < 0),
    ('references.other$eq:$null:', lambda r: 'other' not in r.get('references', {})),
    (
        '(currency$eq:EUR$or:currency$eq:SEK)$and:date$gt:2020-01-01',
        lambda r: r['currency'] in ('EUR', 'SEK') and r['date'] > '2020-01-01',
    ),
]
LINE_FILTERS: list[Filter] = [
    (
        'documentId$gt:10100$and:documentId$lte:10200',
        lambda r: 10100 < r['documentId'] <= 10200,
    ),
    ('documentId$in:[10001,10005]', lambda r: r['documentId'] in (10001, 10005)),
    ('documentId$gte:11600', lambda r: r['documentId'] >= 11600),
    (
        'documentId$gt:11000$and:number$lt:3300',
        lambda r: r['documentId'] > 11000 and r['number'] < 3300,
    ),
    ('number$gt:5000', lambda r: r['number'] > 5000),
    ('productNumber$eq:A 3', lambda r: r.get('productNumber') == 'A 3'),
    ('productNumber$eq:$null:', lambda r: 'productNumber' not in r),
    ('discountPercentage$gt:10', lambda r: r.get('discountPercentage', 0) > 10),
    ('departmentNumber$ne:$null:', lambda r: 'departmentNumber' in r),
    ('userInterfaceNumber$eq:8', lambda r: r['userInterfaceNumber'] == 8),
]  # fmt: skip


@pytest.mark.parametrize(
    ('path', 'wanted', 'holds'),
    [
        *(('/customers', *one) for one in CUSTOMER_FILTERS),
        *(('/invoices/booked', *one) for one in INVOICE_FILTERS),
    ],
)
def test_legacy_filters(
    app: Simulator, rows: dict[str, list[Row]], path: str, wanted: str, holds: Callable[[Row], Any]
) -> None:
    expected = [row for row in rows[path] if holds(row)]
    page = get(app, f'{path}?pagesize=1000', filter=wanted)
    assert page['pagination']['results'] == len(expected)
    assert page['pagination']['resultsWithoutFilter'] == len(rows[path])
    assert list(walk(app, f'{path}?pagesize=700', filter=wanted)) == expected
    assert expected or 'gt:10060' in wanted


@pytest.mark.parametrize(('wanted', 'holds'), LINE_FILTERS)
def test_line_filters(
    app: Simulator, rows: dict[str, list[Row]], wanted: str, holds: Callable[[Row], Any]
) -> None:
    expected = [row for row in rows[LINES] if holds(row)]
    assert list(scroll(app, LINES, filter=wanted)) == expected
    assert get(app, f'{LINES}/count', filter=wanted) == len(expected) > 0
    assert get(app, f'{LINES}/paged?pageSize=100', filter=wanted) == expected[:100]


@pytest.mark.parametrize(
    ('path', 'sort', 'key', 'backwards'),
    [
        ('/customers', 'name', lambda r: r['name'].casefold(), False),
        ('/customers', '-customerNumber', lambda r: r['customerNumber'], True),
        ('/customers', '~customerNumber', lambda r: str(r['customerNumber']), False),
        ('/customers', 'lastUpdated', lambda r: r['lastUpdated'], False),
        ('/invoices/booked', '-date', lambda r: r['date'], True),
        ('/invoices/booked', '-bookedInvoiceNumber', lambda r: r['bookedInvoiceNumber'], True),
        ('/invoices/booked', 'currency', lambda r: r['currency'], False),
    ],
)
def test_sorts(
    app: Simulator,
    rows: dict[str, list[Row]],
    path: str,
    sort: str,
    key: Callable[[Row], Any],
    backwards: bool,
) -> None:
    expected = sorted(map(key, rows[path]), reverse=backwards)
    assert [key(row) for row in walk(app, f'{path}?pagesize=90', sort=sort)] == expected


def test_sort_by_two_properties(app: Simulator, rows: dict[str, list[Row]]) -> None:
    expected = sorted(rows['/customers'], key=lambda r: r['customerNumber'], reverse=True)
    expected.sort(key=lambda r: r['currency'])
    found = walk(app, '/customers?pagesize=1000', sort='currency,-customerNumber')
    assert list(found) == expected


def test_page_links(app: Simulator) -> None:
    page = get(app, '/customers?pageSize=100&skipPages=1')['pagination']
    links = {name: url for name, url in page.items() if name.endswith('Page')}
    assert links == {
        'firstPage': 'http://localhost/customers?pageSize=100&skipPages=0',
        'previousPage': 'http://localhost/customers?pageSize=100&skipPages=0',
        'nextPage': 'http://localhost/customers?pageSize=100&skipPages=2',
        'lastPage': 'http://localhost/customers?pageSize=100&skipPages=2',
    }
    first = get(app, '/customers', filter='name$like:å & ø', sort='-name')['pagination']
    assert 'firstPage' not in first
    assert first['developerHint'] == "Pagination links are suppressed when there are no results."
    found = get(app, '/customers?demo=true&pagesize=1', filter='name$like:a')['pagination']
    assert found['nextPage'] == (
        'http://localhost/customers?demo=true&pagesize=1&filter=name%24like%3Aa&skippages=1'
    )
    assert 'previousPage' not in found
    beyond = get(app, '/customers?pagesize=1000&skippages=7')
    assert beyond['collection'] == []
    assert beyond['pagination']['results'] == DEBTORS
    assert 'nextPage' not in beyond['pagination']


@pytest.mark.parametrize('query', ['pagesize=0', 'pagesize=x', 'skippages=-1', 'pagesize=1001'])
def test_page_sizes_that_are_refused(app: Simulator, query: str) -> None:
    assert call(app, f'/customers?{query}').status_code == 400


@pytest.mark.parametrize(
    'query', ['pageSize=0', 'pageSize=101', 'skipPages=101', 'skipPages=-1', 'pageSize=x']
)
def test_open_page_sizes_that_are_refused(app: Simulator, query: str) -> None:
    assert call(app, f'{LINES}/paged?{query}').status_code == 400


def test_paged_reaches_ten_thousand_lines() -> None:
    app = create_app(1, 60, 4000, ANCHOR, rate_limit=None)
    assert get(app, f'{LINES}/count') == 12_000
    assert len(get(app, f'{LINES}/paged?pageSize=100&skipPages=99')) == 100
    assert get(app, f'{LINES}/paged?pageSize=100&skipPages=100') == []
    assert get(app, f'{LINES}/paged?pageSize=99&skipPages=100')[0]['number'] == 9901


def test_lines_of_one_invoice(app: Simulator, rows: dict[str, list[Row]]) -> None:
    number = rows[LINES][300]['documentId']
    path = f'/q2capi/v5.3.0/invoices/booked/{number}/lines'
    expected = [row for row in rows[LINES] if row['documentId'] == number]
    assert get(app, path) == expected
    assert get(app, path, sort='-number') == expected[::-1]
    assert get(app, f'{path}/{expected[0]["number"]}') == expected[0]
    assert get(app, '/q2capi/v5.3.0/invoices/booked/7/lines') == []
    assert call(app, f'{path}/999999').status_code == 404


def test_legacy_and_open_lines_agree(app: Simulator, rows: dict[str, list[Row]]) -> None:
    by_document: dict[int, list[Row]] = {}
    for line in rows[LINES]:
        by_document.setdefault(line['documentId'], []).append(line)
    for number in list(by_document)[::97]:
        legacy = get(app, f'/invoices/booked/{number}')['lines']
        for ours, theirs in zip(by_document[number], legacy, strict=True):
            assert ours['userInterfaceNumber'] == theirs['lineNumber']
            assert ours.get('productNumber') == theirs.get('product', {}).get('productNumber')
            for name in ('description', 'quantity', 'unitNetPrice', 'discountPercentage',
                         'unitCostPrice', 'totalNetAmount', 'vatAmount', 'vatRate'):  # fmt: skip
                if name in theirs and (name in ours or name != 'discountPercentage'):
                    assert ours.get(name) == theirs[name], name


def test_an_empty_agreement_has_empty_lists() -> None:
    app = create_app(1, 0, 0, ANCHOR)
    assert get(app, '/customers')['pagination']['results'] == 0
    assert get(app, '/invoices/unpaid')['collection'] == []
    assert get(app, LINES) == {'items': []}
    assert json.loads(call(app, f'{LINES}/count').get_data()) == 0
