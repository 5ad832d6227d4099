"""Walking lists by number: what is asked for, when it ends, what no list may do to us."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from client_answers import Api, client_of, legacy
from hypothesis import given, settings
from hypothesis import strategies as st

from client import (
    ContractError,
    Credentials,
    CustomerFilters,
    DataError,
    RestClient,
    Secret,
    WaitError,
    WsgiTransport,
)


def customers(*numbers: Any) -> list[dict[str, Any]]:
    return [{'customerNumber': number, 'name': f'Kunde {number}'} for number in numbers]


def numbers(client: RestClient, **arguments: Any) -> list[int]:
    return [row.number for page in client.customers(**arguments) for row in page.records]


def test_the_thousand_lowest_above_the_last_one_seen() -> None:
    client, api = client_of(
        [legacy(customers(*range(1, 1001)), 1002), legacy(customers(1002, 1007))]
    )
    pages = list(client.customers())
    assert [query for _path, query in api.asked] == [
        {'pagesize': '1000', 'sort': 'customerNumber', 'filter': f'customerNumber$gt:{after}'}
        for after in (0, 1000)
    ]
    assert [(page.position, page.matching, page.last) for page in pages] == [
        (1000, 1002, False),
        (1007, 2, True),
    ]


@pytest.mark.parametrize('count', [0, 1, 999, 1000])
def test_no_request_is_spent_on_finding_the_end(count: int) -> None:
    client, api = client_of([legacy(customers(*range(1, count + 1)))])
    (page,) = client.customers()
    assert (page.last, len(page.records), page.total) == (True, count, count)
    assert len(api.asked) == 1


def test_a_walk_goes_on_where_another_stopped() -> None:
    def answer(_path: str, query: dict[str, str]) -> Any:
        after = int(query['filter'].rpartition(':')[2])
        left = [number for number in range(1, 31) if number > after]
        return legacy(customers(*left[:7]), len(left), 30)

    whole = [row.number for page in client_of(answer)[0].customers() for row in page.records]
    for page in client_of(answer)[0].customers(page_size=7):
        rest = numbers(client_of(answer)[0], after=page.position)
        assert whole == list(range(1, page.position + 1)) + rest  # type: ignore[operator]


FILTERS = {
    'group': (CustomerFilters(customer_group_number=3), 'customerGroup.customerGroupNumber$eq:3'),
    'currency': (CustomerFilters(currency='EUR'), 'currency$eq:EUR'),
    'country': (CustomerFilters(country='Færøerne'), 'country$eq:Færøerne'),
    'barred': (CustomerFilters(barred=False), 'barred$eq:false'),
    'all': (
        CustomerFilters(1, 'DKK', 'DK', True),
        'customerGroup.customerGroupNumber$eq:1$and:currency$eq:DKK$and:country$eq:DK$and:barred$eq:true',
    ),
    'text that looks like a filter': (
        CustomerFilters(country='x$or:name$like:*(a,b)[1]&filter=+#æ'),
        'country$eq:x$$or:name$$like:$*$(a$,b$)[1]&filter=+#æ',
    ),
    'none': (CustomerFilters(), ''),
}


@pytest.mark.parametrize('name', FILTERS)
def test_filters(name: str) -> None:
    filters, condition = FILTERS[name]
    client, api = client_of([legacy([])])
    list(client.customers(5, filters=filters))
    expected = f'customerNumber$gt:5$and:{condition}' if condition else 'customerNumber$gt:5'
    assert api.asked[0][1]['filter'] == expected


def test_time_stamps_are_asked_for_in_utc() -> None:
    client, api = client_of([legacy([])] * 2 + [{'items': []}] * 2)
    naive = dt.datetime(2026, 3, 29, 1, 30, 15, 999)
    copenhagen = dt.timezone(dt.timedelta(hours=2))
    list(client.customers(updated_since=naive))
    list(client.customers(updated_since=dt.datetime(2026, 3, 29, 3, 30, 15, tzinfo=copenhagen)))
    list(client.contacts(updated_since=naive))
    list(client.delivery_locations(updated_since=naive))
    filters = [query['filter'] for _path, query in api.asked]
    assert all(text.endswith('lastUpdated$gte:2026-03-29T01:30:15Z') for text in filters)
    assert [path for path, _query in api.asked[2:]] == [
        '/customersapi/v3.1.0/Contacts',
        '/customersapi/v3.1.0/DeliveryLocations',
    ]


def test_invoices_are_asked_for_by_number_and_date() -> None:
    client, api = client_of([legacy([])] * 3)
    list(client.booked_invoices())
    list(client.booked_invoices(7, since=dt.date(2026, 1, 31)))
    list(client.unpaid_invoices())
    assert [(path, query['filter'], query['sort']) for path, query in api.asked] == [
        ('/invoices/booked', 'bookedInvoiceNumber$gt:0', 'bookedInvoiceNumber'),
        (
            '/invoices/booked',
            'bookedInvoiceNumber$gt:7$and:date$gte:2026-01-31',
            'bookedInvoiceNumber',
        ),
        ('/invoices/unpaid', 'bookedInvoiceNumber$gt:0', 'bookedInvoiceNumber'),
    ]


def invoice(number: int, **changed: Any) -> dict[str, Any]:
    amounts = dict.fromkeys(('netAmount', 'vatAmount', 'grossAmount', 'remainder'), 1.25)
    return {
        'bookedInvoiceNumber': number,
        'date': '2026-01-31',
        'currency': 'DKK',
        'customer': {'customerNumber': 1},
        **amounts,
        **changed,
    }


def test_invoices_by_number_come_two_hundred_at_a_time() -> None:
    def answer(_path: str, query: dict[str, str]) -> Any:
        found = re.search(r'\$in:\[([\d,]+)\]', query['filter'])
        assert found
        asked = [int(number) for number in found[1].split(',')]
        assert len(asked) <= 200
        return legacy([invoice(number) for number in asked if number % 7])

    client, api = client_of(answer)
    wanted = [*range(450, 0, -1), 1, 2]
    pages = list(client.booked_invoices_by_number(wanted))
    assert [row.number for page in pages for row in page.records] == [
        number for number in range(1, 451) if number % 7
    ]
    assert len(api.asked) == 3
    assert list(client_of([])[0].booked_invoices_by_number([])) == []


def test_one_invoice() -> None:
    client, api = client_of([invoice(9), invoice(9, netAmount='1.234,56'), None, legacy([])])
    assert client.booked_invoice(9).number == 9
    for _ in range(3):
        with pytest.raises(DataError):
            client.booked_invoice(9)
    assert {path for path, _query in api.asked} == {'/invoices/booked/9'}


MISBEHAVING = {
    'P03 an empty page before the end': [legacy([], 5)],
    'P03 an empty page in the middle': [legacy(customers(1, 2), 5), legacy([], 3)],
    'P04 the whole list is gone': [legacy(customers(1, 2), 5, 5), legacy([], 0, 0)],
    'P04 a negative count': [legacy([], -1)],
    'P04 a count that is text': [legacy([], '5')],
    'P04 a count that is true': [legacy(customers(1), True)],
    'P04 no count of all': [{'collection': [], 'pagination': {'results': 0}}],
    'P05 the same page again': [legacy(customers(1, 2), 5)] * 2,
    'P05 back to the start': [
        legacy(customers(1, 2), 9),
        legacy(customers(3, 4), 7),
        legacy(customers(1, 2), 5),
    ],
    'P07 backwards': [legacy(customers(2, 1))],
    'P07 the same number twice': [legacy(customers(1, 1))],
    'P07 below what was asked for': [legacy(customers(5, 3, 9))],
    'no number on a whole page': [legacy([{'name': 'x'}], 5)],
}


@pytest.mark.parametrize('name', MISBEHAVING)
def test_a_list_that_misbehaves_is_stopped(name: str) -> None:
    client, _api = client_of(MISBEHAVING[name])
    with pytest.raises(ContractError) as caught:
        list(client.customers())
    assert caught.value.code == 'paging'


def test_p03_a_short_page_is_not_the_end() -> None:
    client, _api = client_of([legacy(customers(1, 2), 5), legacy(customers(3, 4, 5), 3)])
    assert numbers(client) == [1, 2, 3, 4, 5]


def test_p04_a_count_that_lags_behind_does_not_end_the_list() -> None:
    full = customers(*range(1, 1001))
    client, _api = client_of([legacy(full, 7), legacy(customers(1001), 1)])
    assert len(numbers(client)) == 1001


def test_p05_a_million_pages_end() -> None:
    def answer(_path: str, query: dict[str, str]) -> Any:
        after = int(query['filter'].rpartition(':')[2])
        return legacy(customers(after + 1), 1000)

    client, api = client_of(answer)
    with pytest.raises(ContractError) as caught:
        list(client.customers())
    assert caught.value.code == 'paging'
    assert len(api.asked) < 50


def test_p06_links_are_never_followed() -> None:
    client, api = client_of([legacy(customers(1), 2), legacy(customers(2), 1)])
    numbers(client)
    assert {path for path, _query in api.asked} == {'/customers'}
    assert all('skippages' not in query for _path, query in api.asked)


@given(data=st.data())
@settings(deadline=None)
def test_f18_rows_come_once_whatever_happens_between_pages(data: st.DataObject) -> None:
    there = set(data.draw(st.sets(st.integers(1, 60), max_size=40)))
    size = data.draw(st.integers(1, 9))
    always, ever = set(there), set(there)

    def answer(_path: str, query: dict[str, str]) -> Any:
        after = int(query['filter'].rpartition(':')[2])
        left = sorted(number for number in there if number > after)
        page = legacy(customers(*left[:size]), len(left), len(there))
        for number in data.draw(st.sets(st.integers(1, 60), max_size=4)):
            there.symmetric_difference_update({number})
            always.discard(number)
            ever.add(number)
        there.add(60)  # so that the list is never empty as a whole
        ever.add(60)
        return page

    client, _api = client_of(answer)
    got = numbers(client, page_size=size)
    assert got == sorted(set(got))
    assert always <= set(got) <= ever


# === A RECORD THAT E-CONOMIC FAILS ON === #


def failing(bad: set[int], last: int = 2500) -> tuple[RestClient, list[int]]:
    """Return a careful client of an e-conomic that fails on records, and the sizes it asks for."""
    sizes: list[int] = []

    def fetch(url: str) -> Any:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        size, skipped = int(query['pagesize']), int(query.get('skippages', 0))
        after = int(query['filter'].rpartition(':')[2])
        left = [number for number in range(3, last + 1, 2) if number > after]
        rows = left[size * skipped :][:size]
        sizes.append(size)
        if bad & set(rows):
            raise WaitError('server_error', "HTTP 500", seconds=300)
        return legacy(customers(*rows), len(left))

    client = RestClient(Credentials(Secret('a'), Secret('g')), WsgiTransport(Api(lambda *_: {})))
    client._get = fetch  # type: ignore[method-assign, assignment]
    client.careful = True
    return client, sizes


@pytest.mark.parametrize(
    ('after', 'bad'), [(0, 3), (0, 5), (0, 1001), (0, 1003), (1001, 2001), (2001, 2497)]
)
def test_a_record_that_fails_is_left_out(after: int, bad: int) -> None:
    client, _sizes = failing({bad})
    pages = list(client.customers(after))
    found = [row.number for page in pages for row in page.records]
    assert found == [n for n in range(3, 2500, 2) if n > after and n != bad]
    (rejected,) = [row for page in pages for row in page.rejected]
    assert (rejected.code, rejected.number) == ('unreadable', '')
    low, high = map(int, rejected.message.split('–'))
    assert low <= bad <= high
    assert pages[-1].last


def test_its_number_is_told_where_there_is_no_doubt() -> None:
    client, _sizes = failing({1})
    rows = [{'customerNumber': 1}, {'customerNumber': 2}]

    def fetch(url: str) -> Any:
        if 'skippages' in url:
            return legacy(rows[1:], 2)
        if 'gt%3A0' in url:
            raise WaitError('server_error', "HTTP 500", seconds=300)
        return legacy(customers(2), 1)

    client._get = fetch  # type: ignore[method-assign, assignment]
    first, second = client.customers()
    assert [row.number for row in first.rejected] == ['1']
    assert [row.number for row in second.records] == [2]


def test_the_last_record_may_be_the_bad_one() -> None:
    client, _sizes = failing({2499})
    *_, last = client.customers(2001)
    assert last.last
    assert last.rejected[0].message == '> 2497'


def test_a_server_that_is_down_is_not_a_bad_record() -> None:
    client, _sizes = failing(set(range(3, 2500)))
    with pytest.raises(WaitError):
        list(client.customers())


def test_pages_grow_again_where_the_failure_has_passed() -> None:
    client, sizes = failing(set())
    assert len(numbers(client)) == 1249
    assert sizes == [100] * 10 + [1000]
