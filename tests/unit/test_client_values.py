"""Texts, amounts and dates: what is kept, cleaned, rounded or refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from client_answers import (
    INVOICE,
    LINE,
    client_of,
    legacy,
    line_page,
    read_customer,
    read_invoice,
    reject_customer,
    with_number,
)
from hypothesis import example, given
from hypothesis import strategies as st

KEPT = [
    'Æblegård & Søn ApS',
    'Emoji 👨‍👩‍👧 stays whole',
    'שלום',
    'e\u0301 combining',
    '=HYPERLINK("x")',
    '+45 12 34 56 78',
    '@a',
    '-1',
    '<script>alert(1)</script>',
    ' leading and trailing ',
    'no\u00a0break',
    'zero\u200bwidth',
    'tab\tline\nfeed',
    "'; DROP TABLE res_partner; --",
]


@pytest.mark.parametrize('text', KEPT)
def test_p16_p17_p18_text_that_is_kept_as_it_is(text: str) -> None:
    customer = read_customer(name=text, address=text)
    assert (customer.name, customer.address, customer.notes) == (text, text, ())


CLEANED = [
    ('a\x00b', 'ab', 'control'),
    ('a\x01\x02\x1f\x7f\x80\x9fb', 'ab', 'control'),
    ('a\x1b[31mred', 'a[31mred', 'control'),
    ('a\ud800b', 'a\ufffdb', 'surrogate'),
    ('\udfffx', '\ufffdx', 'surrogate'),
    ('gnp.\u202eexe\u202c', 'gnp.exe', 'bidi'),
    ('\u2066a\u2069\u200e\u200f\u061c', 'a', 'bidi'),
    ('x' * 513, 'x' * 512, 'clamped'),
    ('ø' * 10**6, 'ø' * 512, 'clamped'),
]


@pytest.mark.parametrize(('text', 'clean', 'what'), CLEANED)
def test_p14_p15_p16_text_that_is_cleaned_has_a_note(text: str, clean: str, what: str) -> None:
    customer = read_customer(name=text)
    assert (customer.name, customer.notes) == (clean, (f'name:{what}',))


def test_several_cleanings_have_several_notes() -> None:
    customer = read_customer(name='\x00\ud800\u202e' + 'x' * 600, city='\x00')
    assert customer.notes == (
        'name:control',
        'name:surrogate',
        'name:bidi',
        'name:clamped',
        'city:control',
    )


def test_text_lost_to_cleaning_a_monster_is_noted() -> None:
    customer = read_customer(name='\x00' * 1000 + 'x' * 600)
    assert customer.notes == ('name:control', 'name:clamped')


def test_line_breaks_of_every_kind_part_the_lines_of_an_address() -> None:
    customer = read_customer(address='Vej 1\r\nSted\rBy\nLand')
    assert (customer.address, customer.notes) == ('Vej 1\nSted\nBy\nLand', ())


def test_prose_may_be_longer_than_a_name_and_written_from_the_right() -> None:
    long = 'x' * 2500
    (line,) = line_page({**LINE, 'description': long}).records
    assert (line.description, line.notes) == (long, ())
    (line,) = line_page({**LINE, 'description': 'y' * 300_000}).records
    assert (len(line.description), line.notes) == (4000, ('description:clamped',))
    assert read_customer(address='\u200fרחוב').address == '\u200fרחוב'


def test_notes_of_nested_fields_say_where() -> None:
    invoice = read_invoice(
        recipient={'name': 'a\x00'}, delivery={'city': '\x00'}, notes={'textLine1': '\x00'}
    )
    assert invoice.notes == (
        'recipient.name:control',
        'delivery.city:control',
        'notes.textLine1:control',
    )


@given(st.text(alphabet=st.characters(codec=None), max_size=700))
def test_any_text_becomes_storable(text: str) -> None:
    customer = read_customer(name=text, address=text)
    for value in (customer.name, customer.address):
        value.encode()  # no half characters
        assert not {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))} & set(
            value
        )
    assert len(customer.name) <= 512
    assert not set('\u202a\u202b\u202c\u202d\u202e') & set(customer.name)
    again = read_customer(name=customer.name, address=customer.address)
    assert (again.name, again.address, again.notes) == (customer.name, customer.address, ())


AMOUNTS = {
    '0': '0',
    '0.00': '0',
    '-0.00': '0',
    '125.0000': '125',
    '25.00000000': '25',
    '-1600.0': '-1600',
    '1234.56': '1234.56',
    '0.000001': '0.000001',
    '1e3': '1000',
    '1E+3': '1000',
    '12345e-2': '123.45',
    '9999999999999.999999': '9999999999999.999999',
    '-9999999999999': '-9999999999999',
    # Doubles of the open API that were computed: what they stand for.
    '0.30000000000000004': '0.3',
    '1234.5600000000002': '1234.56',
    '5.551115123125783E-17': '0',
    '99999999.99999999': '100000000',
    '-33.330000000000005': '-33.33',
}


@pytest.mark.parametrize('spelling', AMOUNTS)
def test_p20_p21_amounts_are_exact(spelling: str) -> None:
    page = with_number(spelling)
    assert not page.rejected
    value = page.records[0].balance
    assert isinstance(value, Decimal)
    assert value == Decimal(AMOUNTS[spelling])
    assert page.records[0].notes == ()


@pytest.mark.parametrize(
    'spelling',
    [
        '10000000000000',
        '-10000000000000.00',
        '1e17',
        '1e400',
        '-1e999999',
        '1e' + '9' * 30,
        '9' * 5000,
        '9' * 5000 + '.5',
        '1.1234567',
        '33.333333333333336',
        '0.0000005',
        '9999999999999.9999999',
    ],
)
def test_p19_amounts_beyond_bounds_set_only_their_record_aside(spelling: str) -> None:
    page = with_number(spelling)
    assert [row.number for row in page.records] == [2]
    assert page.rejected[0].field == 'balance'
    assert page.rejected[0].code in ('amount', 'type')
    assert len(page.rejected[0].message) < 200


def test_prices_with_more_decimals_are_rounded_with_a_note() -> None:
    row = {**LINE, 'unitNetPrice': 33.333333333333336, 'quantity': 3, 'vatRate': 25.0}
    (line,) = line_page(row).records
    assert line.unit_net_price == Decimal('33.333333')
    assert (line.quantity, line.vat_rate) == (3, 25)
    assert line.notes == ('unitNetPrice:rounded',)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_any_amount_of_six_decimals_survives(value: Decimal) -> None:
    page = with_number(f'{value:f}')
    assert page.records[0].balance == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_any_double_is_a_price(value: float) -> None:
    (line,) = line_page({**LINE, 'unitNetPrice': value}).records
    assert line.unit_net_price is not None
    assert abs(line.unit_net_price - Decimal(value)) <= Decimal('0.000001')


@example(1_284_249_166, 39)
@given(st.integers(-(10**15), 10**15), st.integers(1, 40))
def test_sums_of_øre_stay_exact_through_doubles(cents: int, parts: int) -> None:
    total = sum([cents / 100 / parts] * parts)
    if abs(total) < 1e9:  # beyond, a double has no room for six decimals
        value = with_number(repr(total)).records[0].balance
        assert value is not None
        assert round(value, 2) == Decimal(cents) / 100


@pytest.mark.parametrize('day', ['1990-01-01', '2100-12-31', '2024-02-29', '2004-06-30'])
def test_dates(day: str) -> None:
    assert read_invoice(date=day, dueDate=day).date == dt.date.fromisoformat(day)


BAD_DATES = [
    '0001-01-01',
    '0000-00-00',
    '1989-12-31',
    '2101-01-01',
    '9999-12-31',
    '10000-01-01',
    '2026-02-30',
    '2025-02-29',
    '20260131',
    '2026-W05-6',
    '2026-1-31',
    '31-01-2026',
    '2026-01-31T00:00:00',
    '2026-01-31 ',
    '٢٠٢٦-٠١-٣١',
    'x' * 10**5,
]


@pytest.mark.parametrize('day', BAD_DATES)
def test_p24_a_date_that_is_none_sets_the_record_aside(day: str) -> None:
    rows = [{**INVOICE, 'dueDate': day}, {**INVOICE, 'bookedInvoiceNumber': 301}]
    (page,) = client_of([legacy(rows)])[0].booked_invoices()
    assert [row.number for row in page.records] == [301]
    (bad,) = page.rejected
    assert (bad.code, bad.field, bad.number) == ('date', 'dueDate', '300')
    assert len(bad.message) < 200


MOMENTS = {
    '2022-06-02T08:53:29Z': (2022, 6, 2, 8, 53, 29),
    '2022-06-02T08:53:29': (2022, 6, 2, 8, 53, 29),
    '2022-06-02T08:53:29.1234567Z': (2022, 6, 2, 8, 53, 29),
    '2022-06-02T08:53:29+02:00': (2022, 6, 2, 6, 53, 29),
    '2022-06-02T23:30:00-01:00': (2022, 6, 3, 0, 30, 0),
}


@pytest.mark.parametrize('text', MOMENTS)
def test_time_stamps_are_utc_without_zone(text: str) -> None:
    assert read_customer(lastUpdated=text).last_updated == dt.datetime(*MOMENTS[text])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    'text',
    [
        '0001-01-01T00:00:00Z',
        '2026-02-30T00:00:00Z',
        '2026-01-01T25:00:00Z',
        'now',
        '2026-01-01',
        '2026-01-01T00:00:00+99:00',
        '9999-12-31T23:59:59-12:00',
    ],
)
def test_p24_a_time_stamp_that_is_none_sets_the_record_aside(text: str) -> None:
    assert reject_customer(lastUpdated=text).code == 'date'
