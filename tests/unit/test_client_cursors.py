"""Walking lists by cursor, counting them, and reading small ones by page number."""

from __future__ import annotations

from typing import Any

import pytest
from client_answers import client_of, legacy

from client import ContractError


def lines(*numbers: int, document: int = 5) -> list[dict[str, Any]]:
    return [{'number': number, 'documentId': document} for number in numbers]


def test_a_cursor_is_followed_until_it_is_absent() -> None:
    client, api = client_of(
        [
            {'items': lines(1, 2), 'cursor': '3'},
            {'items': lines(3), 'cursor': 'x+/=& '},
            {'items': lines(4), 'cursor': None},
        ]
    )
    pages = list(client.invoice_lines(above=4, up_to=9))
    condition = 'documentId$gt:4$and:documentId$lte:9'
    assert [query for _path, query in api.asked] == [
        {'filter': condition},
        {'cursor': '3', 'filter': condition},
        {'cursor': 'x+/=& ', 'filter': condition},
    ]
    assert {path for path, _query in api.asked} == {'/q2capi/v5.3.0/invoices/booked/lines'}
    assert [(page.position, page.last) for page in pages] == [
        ('3', False),
        ('x+/=& ', False),
        (None, True),
    ]
    assert [line.number for page in pages for line in page.records] == [1, 2, 3, 4]


def test_a_cursor_walk_goes_on_where_another_stopped() -> None:
    client, api = client_of([{'items': lines(3)}])
    assert len(list(client.invoice_lines(above=4, up_to=9, cursor='3'))) == 1
    assert api.asked[0][1]['cursor'] == '3'


CURSORS: dict[str, tuple[list[Any], str]] = {
    'the same cursor': ([{'items': lines(1), 'cursor': '7'}] * 2, 'paging'),
    'a loop': ([{'items': lines(1), 'cursor': c} for c in '1231'], 'paging'),
    'an empty page that goes on': ([{'items': [], 'cursor': '7'}], 'paging'),
    'an empty cursor': ([{'items': lines(1), 'cursor': ''}], 'paging'),
    'a number': ([{'items': lines(1), 'cursor': 7}], 'paging'),
    'a novel': ([{'items': lines(1), 'cursor': 'x' * 5000}], 'paging'),
    'lines of another invoice': ([{'items': lines(1, document=99)}], 'paging'),
    'no items': ([{'cursor': '7'}], 'malformed'),
    'a list': ([[]], 'malformed'),
    'items that are none': ([{'items': {}}], 'malformed'),
}


@pytest.mark.parametrize('name', CURSORS)
def test_a_cursor_list_that_misbehaves_is_stopped(name: str) -> None:
    answers, code = CURSORS[name]
    client, _api = client_of(answers)
    with pytest.raises(ContractError) as caught:
        list(client.invoice_lines(above=0, up_to=9))
    assert caught.value.code == code


def test_cursors_that_never_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('client.pages._CURSOR_PAGES', 50)
    client, api = client_of(
        lambda _path, _query: {'items': lines(1), 'cursor': f'{len(api.asked)}'}
    )
    with pytest.raises(ContractError) as caught:
        list(client.invoice_lines(above=0, up_to=9))
    assert (caught.value.code, len(api.asked)) == ('paging', 50)


def test_the_count_of_lines() -> None:
    client, api = client_of([12345])
    assert client.count_invoice_lines(above=4, up_to=9) == 12345
    assert api.asked == [
        (
            '/q2capi/v5.3.0/invoices/booked/lines/count',
            {'filter': 'documentId$gt:4$and:documentId$lte:9'},
        )
    ]
    for junk in (-1, 1.5, True, '"7"', None, {'count': 7}):
        with pytest.raises(ContractError):
            client_of([junk])[0].count_invoice_lines(above=4, up_to=9)


def units(*numbers: Any) -> list[dict[str, Any]]:
    return [{'unitNumber': number, 'name': f'stk {number}'} for number in numbers]


def test_reference_data_is_one_page() -> None:
    client, api = client_of([legacy(units(1, 2))])
    page = client.fetch_references('unit')
    assert [(row.number, row.name) for row in page.records] == [('1', 'stk 1'), ('2', 'stk 2')]
    assert page.last
    # Not every one of these lists takes a sort or filter by its number.
    assert api.asked == [('/units', {'pagesize': '1000', 'skippages': '0'})]


def test_a_long_list_of_reference_data_is_read_by_page_number() -> None:
    first, second = units(*range(1, 1001)), units(*range(1001, 1501))
    client, api = client_of([legacy(first, 1500), legacy(second, 1500)])
    assert len(client.fetch_references('unit').records) == 1500
    assert [query['skippages'] for _path, query in api.asked] == ['0', '1']


def test_p02_rows_that_moved_between_page_numbers_are_read_again() -> None:
    first, second = units(*range(1, 1001)), units(*range(1002, 1501))
    again = units(*range(2, 1002))
    client, api = client_of(
        [legacy(first, 1500), legacy(second, 1499), legacy(again, 1499), legacy(second, 1499)]
    )
    assert len(client.fetch_references('unit').records) == 1499
    assert len(api.asked) == 4


def test_reference_data_that_never_adds_up_is_refused() -> None:
    client, api = client_of(lambda _path, _query: legacy(units(1, 2), 3))
    with pytest.raises(ContractError) as caught:
        client.fetch_references('unit')
    assert caught.value.code == 'paging'
    assert len(api.asked) == 4


def test_one_bad_row_of_reference_data_does_not_stop_the_others() -> None:
    client, _api = client_of([legacy(units(1, 'x', 3))])
    page = client.fetch_references('unit')
    assert [row.number for row in page.records] == ['1', '3']
    assert [(bad.kind, bad.number, bad.code) for bad in page.rejected] == [('unit', 'x', 'type')]
