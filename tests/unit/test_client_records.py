"""Records of every kind: recorded ones, whole ones, and what is set aside."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from client_answers import (
    DAY,
    INVOICE,
    LINE,
    client_of,
    customer_page,
    legacy,
    line_page,
    read_customer,
    read_invoice,
)
from hypothesis import given
from hypothesis import strategies as st

from client import REJECTIONS, ContractError, OpenAmount


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
        Decimal(25), Decimal('-382.5'), Decimal(-1530), 4, 1010, (), None,
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
