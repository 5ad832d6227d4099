"""Raw records in, typed records out: what is read, cleaned, rounded and set aside."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from client_answers import client_of, legacy
from hypothesis import given
from hypothesis import strategies as st

from client import (
    REJECTIONS,
    BookedInvoice,
    ContractError,
    Customer,
    InvoiceLine,
    OpenAmount,
    Page,
    Rejected,
)

DAY = '2026-02-28'
INVOICE: dict[str, Any] = {
    'bookedInvoiceNumber': 300,
    'date': DAY,
    'currency': 'DKK',
    'netAmount': 500.0,
    'vatAmount': 125.0,
    'grossAmount': 625.0,
    'remainder': 0.0,
    'customer': {'customerNumber': 12},
}
LINE: dict[str, Any] = {'documentId': 300, 'number': 5012}


def text_of(rows: list[Any], **spelled: str) -> str:
    """Return a page as JSON text with numbers spelled exactly as given."""
    text = json.dumps(legacy(rows))
    for mark, spelling in spelled.items():
        text = text.replace(f'"{mark}"', spelling)
    return text


def customer_page(*rows: Any) -> Page[Customer]:
    (page,) = client_of([legacy(list(rows))])[0].customers()
    return page


def read_customer(**raw: Any) -> Customer:
    page = customer_page({'customerNumber': 1, **raw})
    assert not page.rejected, page.rejected
    return page.records[0]


def reject_customer(**raw: Any) -> Rejected:
    page = customer_page({'customerNumber': 1, **raw})
    assert not page.records
    return page.rejected[0]


def read_invoice(**raw: Any) -> BookedInvoice:
    return client_of([{**INVOICE, **raw}])[0].booked_invoice(300)


def line_page(*rows: Any) -> Page[InvoiceLine]:
    (page,) = client_of([{'items': list(rows)}])[0].invoice_lines(above=0, up_to=2**31)
    return page


def with_number(spelling: str, field: str = 'balance') -> Page[Customer]:
    """Read a customer whose amount is spelled like this in the JSON."""
    rows = [{'customerNumber': 1, field: 'here'}, {'customerNumber': 2}]
    (page,) = client_of([text_of(rows, here=spelling)])[0].customers()
    return page


# --- recordings of the real thing ------------------------------------------------------------


def recorded(reference: Path, name: str) -> Any:
    return json.loads((reference / 'economic-rest/recorded' / name).read_text(encoding='utf-8'))


def test_recorded_customers(reference: Path) -> None:
    page = customer_page(*recorded(reference, 'pogoe/customers.collection.json')['collection'])
    assert not page.rejected
    first = page.records[0]
    assert (first.number, first.name, first.zip) == (1, 'Decathlon', '1040')
    assert (first.balance, first.phone) == (Decimal(-1600), '08343242525')
    assert (first.attention_number, first.customer_contact_number) == (1, 2)
    assert first.last_updated == dt.datetime(2022, 6, 2, 8, 53, 29)
    assert (first.barred, first.notes, first.cvr) == (False, (), '')


@pytest.mark.parametrize(
    'name', ['morning-train/invoice-booked.book-response.json', 'traels-it/invoice_book.json']
)
def test_recorded_booked_invoices(reference: Path, name: str) -> None:
    raw = recorded(reference, name)
    invoice = client_of([raw])[0].booked_invoice(1)
    assert invoice.number == raw['bookedInvoiceNumber']
    assert invoice.net_amount + invoice.vat_amount == invoice.gross_amount
    assert invoice.remainder == invoice.gross_amount
    assert invoice.recipient.name == raw['recipient']['name']
    assert invoice.recipient.vat_zone_number == 1
    assert invoice.due_date == dt.date.fromisoformat(raw['dueDate'])
    assert '\r' not in invoice.delivery.address
    assert invoice.notes == ()


def test_recorded_reference_data(reference: Path) -> None:
    for kind, name in (
        ('payment_term', 'traels-it/payment_terms.json'),
        ('customer_group', 'traels-it/customer_groups.json'),
        ('product', 'pogoe/products.collection.json'),
    ):
        answer = recorded(reference, name)
        rows = answer['collection']
        page = client_of([legacy(rows)])[0].fetch_references(kind)
        assert not page.rejected
        assert len(page.records) == len(rows)
        assert all(record.number and record.name for record in page.records)


def test_the_recorded_agreement(reference: Path) -> None:
    raw = recorded(reference, 'traels-it/self.json')
    info = client_of([raw])[0].fetch_agreement()
    assert (info.agreement_number, info.company_name) == (1118081, 'The Demo Company')
    assert (info.base_currency, info.user_name, info.cvr) == ('DKK', 'Joh', '29403473')
    assert info.roles == ('SuperUser',)
    assert 'Indscanning' in info.modules


# --- absent, empty, wrong --------------------------------------------------------------------


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


# --- text ------------------------------------------------------------------------------------

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


# --- amounts ---------------------------------------------------------------------------------

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


@given(st.integers(-(10**15), 10**15), st.integers(1, 40))
def test_sums_of_øre_stay_exact_through_doubles(cents: int, parts: int) -> None:
    total = sum([cents / 100 / parts] * parts)
    if abs(total) < 1e9:  # beyond, a double has no room for six decimals
        value = with_number(repr(total)).records[0].balance
        assert value is not None
        assert round(value, 2) == Decimal(cents) / 100


# --- dates -----------------------------------------------------------------------------------


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


# --- the other kinds -------------------------------------------------------------------------


def test_a_whole_customer() -> None:
    customer = read_customer(
        name='Jensen & Søn',
        currency='DKK',
        customerGroup={'customerGroupNumber': 2},
        paymentTerms={'paymentTermsNumber': 3},
        vatZone={'vatZoneNumber': 4},
        address='Vej 1',
        zip='8000',
        city='Aarhus',
        country='Danmark',
        email='a@b.dk c@d.dk',
        telephoneAndFaxNumber='12345678',
        mobilePhone='87654321',
        website='x.dk',
        corporateIdentificationNumber='DK29403473',
        pNumber='1234567890',
        vatNumber='DE1',
        ean='5790000000000',
        publicEntryNumber='7',
        barred=True,
        creditLimit=5,
        balance=1.5,
        dueAmount=-2,
        layout={'layoutNumber': 5},
        salesPerson={'employeeNumber': 6},
        attention={'customerContactNumber': 7},
        customerContact={'customerContactNumber': 8},
        defaultDeliveryLocation={'deliveryLocationNumber': 9},
        eInvoicingDisabledByDefault=True,
        lastUpdated='2026-01-02T03:04:05Z',
    )
    assert dataclasses.astuple(customer) == (
        1, 'Jensen & Søn', 'DKK', 2, 3, 4, 'Vej 1', '8000', 'Aarhus', 'Danmark', 'a@b.dk c@d.dk',
        '12345678', '87654321', 'x.dk', 'DK29403473', '1234567890', 'DE1', '5790000000000', '7',
        True, Decimal(5), Decimal('1.5'), Decimal(-2), 5, 6, 7, 8, 9, True,
        dt.datetime(2026, 1, 2, 3, 4, 5), (),
    )  # fmt: skip


def test_a_whole_line_and_a_text_line() -> None:
    whole = {
        **LINE, 'userInterfaceNumber': 2, 'productNumber': '0042', 'description': 'Vand',
        'quantity': -2.0, 'unitNumber': 1, 'unitNetPrice': 850, 'unitCostPrice': 3.1,
        'discountPercentage': 10.0, 'vatRate': 25.0, 'vatAmount': -382.5, 'totalNetAmount': -1530.0,
        'departmentNumber': 4, 'bookedAccount': 1010, 'accrue': True,
    }  # fmt: skip
    page = line_page(whole, {**LINE, 'number': 5013, 'description': 'Kun tekst'})
    assert not page.rejected
    first, second = page.records
    assert dataclasses.astuple(first) == (
        300, 5012, 2, '0042', 'Vand', Decimal(-2), 1, Decimal(850), Decimal('3.1'), Decimal(10),
        Decimal(25), Decimal('-382.5'), Decimal(-1530), 4, 1010, (),
    )  # fmt: skip
    assert (second.product_number, second.quantity, second.total_net_amount) == ('', None, None)


def test_a_credit_note_keeps_its_sign() -> None:
    note = read_invoice(netAmount=-9839.88, vatAmount=-2459.97, grossAmount=-12299.85)
    assert (note.net_amount, note.gross_amount) == (Decimal('-9839.88'), Decimal('-12299.85'))


def test_open_amounts() -> None:
    rows = [{**INVOICE, 'remainder': 12.5, 'dueDate': DAY}]
    (page,) = client_of([legacy(rows)])[0].unpaid_invoices()
    assert page.records == (
        OpenAmount(300, 12, 'DKK', Decimal('12.5'), None, dt.date.fromisoformat(DAY)),
    )


def test_contacts_and_delivery_locations() -> None:
    contact = {'number': 3, 'customerNumber': 4, 'name': 'Bo', 'notes': 'ring\r\nførst'}
    place = {
        'number': 5,
        'customerNumber': 4,
        'address': 'Havn 1',
        'postalCode': '8000',
        'isBarred': True,
    }
    client, _api = client_of(
        [{'items': [contact, {**contact, 'isDeleted': True}]}, {'items': [place]}]
    )
    (page,) = client.contacts()
    assert [(row.name, row.comment, row.deleted) for row in page.records] == [
        ('Bo', 'ring\nførst', False),
        ('Bo', 'ring\nførst', True),
    ]
    (places,) = client.delivery_locations()
    assert [(row.zip, row.customer_number, row.barred) for row in places.records] == [
        ('8000', 4, True)
    ]


def test_reference_data_carries_what_is_worth_showing() -> None:
    answers = [
        legacy([{'paymentTermsNumber': 1, 'name': 'Netto 8', 'daysOfCredit': 8}]),
        legacy([{'productNumber': '0042', 'name': 'Vand', 'salesPrice': 5, 'barred': True}]),
        legacy([{'productNumber': number} for number in (42, '', 'a\x00b')]),
        legacy([{'employeeNumber': 3, 'name': 'Ida', 'email': 'ida@x.dk'}]),
    ]  # fmt: skip
    client, _api = client_of(answers)
    term = client.fetch_references('payment_term').records[0]
    assert (term.kind, term.number, term.values['days_of_credit']) == ('payment_term', '1', 8)
    product = client.fetch_references('product').records[0]
    assert (product.number, product.values['sales_price']) == ('0042', Decimal(5))
    bad = client.fetch_references('product').rejected
    assert [row.code for row in bad] == ['type', 'missing', 'number']
    assert client.fetch_references('employee').records[0].values['email'] == 'ida@x.dk'


@pytest.mark.parametrize(
    'answer',
    ['[]', '7', {}, {'agreementNumber': '7'}, {'agreementNumber': 7, 'modules': {}},
     {'agreementNumber': 7, 'company': 'x'}, {'agreementNumber': 7, 'modules': [7]}],
)  # fmt: skip
def test_an_agreement_that_cannot_be_read(answer: Any) -> None:
    with pytest.raises(ContractError) as caught:
        client_of([answer])[0].fetch_agreement()
    assert (caught.value.code, caught.value.endpoint) == ('malformed', '/self')


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = [
    'customerNumber',
    'name',
    'balance',
    'barred',
    'lastUpdated',
    'vatZone',
    'address',
    'attention',
]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANY_JSON), max_size=5), ANY_JSON)
def test_whatever_comes_is_a_record_or_a_rejection(rows: list[Any], junk: Any) -> None:
    rows = [*rows, junk, {'customerNumber': 2**31 - 1, 'name': 5}]
    numbers = [row.get('customerNumber') for row in rows if isinstance(row, dict)]
    numbers = [number for number in numbers if type(number) is int and number < 2**31]
    if numbers != sorted({number for number in numbers if number > 0}):
        with pytest.raises(ContractError):
            customer_page(*rows)
        return
    page = customer_page(*rows)
    assert len(page.records) + len(page.rejected) == len(rows)
    assert {bad.code for bad in page.rejected} <= REJECTIONS.keys()
