"""What is set aside, and that it never stops the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from client_answers import (
    INVOICE,
    LINE,
    client_of,
    customer_page,
    legacy,
    line_page,
    read_customer,
    reject_customer,
)

from client import REJECTIONS


def test_p13_absent_null_and_unknown_fields() -> None:
    bare = read_customer()
    assert read_customer(name=None, balance=None, barred=None, vatZone=None, new={'a': 1}) == bare
    assert (bare.name, bare.city, bare.barred, bare.balance) == ('', '', False, None)
    assert (bare.customer_group_number, bare.last_updated, bare.notes) == (None, None, ())


WRONG_TYPES = [
    ('name', 7),
    ('name', ['Jensen']),
    ('name', {'a': 'b'}),
    ('name', True),
    ('address', 5.5),
    ('balance', '1.234,56'),
    ('balance', True),
    ('balance', [1]),
    ('barred', 'true'),
    ('barred', 1),
    ('customerGroup', 'x'),
    ('customerGroup', [1]),
    ('lastUpdated', 1700000000),
    ('dueAmount', {}),
]
NESTED = [
    ({'layout': {'layoutNumber': 'x'}}, 'type'),
    ({'layout': {'layoutNumber': 2.5}}, 'type'),
    ({'layout': {'layoutNumber': 2**31}}, 'number'),
    ({'layout': {'layoutNumber': -(2**40)}}, 'number'),
]


@pytest.mark.parametrize(('raw', 'code'), NESTED)
def test_a_number_inside_that_is_none_sets_the_record_aside(raw: Any, code: str) -> None:
    bad = reject_customer(**raw)
    assert (bad.code, bad.field) == (code, 'layoutNumber')


def test_a_date_of_another_type_sets_the_record_aside() -> None:
    (page,) = client_of([legacy([{**INVOICE, 'date': 20260131}])])[0].booked_invoices()
    assert (page.rejected[0].code, page.rejected[0].field) == ('type', 'date')


@pytest.mark.parametrize(('field', 'value'), WRONG_TYPES)
def test_p13_a_wrong_type_sets_the_record_aside(field: str, value: Any) -> None:
    bad = reject_customer(**{field: value})
    assert (bad.kind, bad.number, bad.code, bad.field) == ('customer', '1', 'type', field)


NUMBERS = [None, 0, -1, 10**9, 2**31, 10**30, 1.0, 1.5, '1', True, [1], {}]


@pytest.mark.parametrize('number', NUMBERS)
def test_a_record_without_a_usable_number_is_set_aside(number: Any) -> None:
    page = line_page({**LINE, 'number': number if number != 10**9 else 2**31}, LINE)
    assert [line.number for line in page.records] == [5012]
    assert len(page.rejected) == 1
    assert page.rejected[0].code in REJECTIONS


@pytest.mark.parametrize('row', [None, 7, 'text', [], [1], True])
def test_a_row_that_is_no_record_is_set_aside(row: Any) -> None:
    page = line_page(LINE, row)
    assert len(page.records) == 1
    assert (page.rejected[0].code, page.rejected[0].number) == ('type', '')


@pytest.mark.parametrize('field', [*INVOICE, 'customer.customerNumber'])
def test_what_every_booked_invoice_has_is_required(field: str) -> None:
    raw = {key: value for key, value in INVOICE.items() if key != field.partition('.')[0]}
    if '.' in field:
        raw['customer'] = {}
    page = next(
        client_of([legacy([{**INVOICE, 'bookedInvoiceNumber': 1}, raw])])[0].booked_invoices()
    )
    assert len(page.records) == 1
    assert page.rejected[0].code == 'missing'
    assert page.rejected[0].field.startswith(field.partition('.')[0])


def test_f13_bad_records_never_stop_the_others() -> None:
    rows = [{'customerNumber': number, 'name': 'x'} for number in range(1, 1001)]
    for index in (0, 17, 500, 999):
        rows[index]['name'] = {}
    page = customer_page(*rows)
    assert (len(page.records), len(page.rejected)) == (996, 4)
    assert [bad.number for bad in page.rejected] == ['1', '18', '501', '1000']
    assert page.position == 1000
    assert json.loads(page.rejected[0].raw) == {'customerNumber': 1, 'name': {}}


def test_a_rejected_record_is_kept_short_and_storable() -> None:
    row = {'customerNumber': 1, 'name': 5, 'city': '\ud800\x00' + 'x' * 10**6, 'æ': 'ø'}
    (bad,) = customer_page(row).rejected
    assert len(bad.raw) <= 2000
    bad.raw.encode()
    assert '\x00' not in bad.raw
    deep: Any = 1
    for _ in range(300):
        deep = {'a': deep}
    (bad,) = customer_page({'customerNumber': 1, 'name': deep}).rejected
    assert bad.message.isprintable()
