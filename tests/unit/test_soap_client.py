"""The SOAP client against the simulator: REST's records, in the calls that e-conomic asks for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from soap_bench import ANCHOR, LOGIN, TOKENS, all_of, calls, rest_client, served, soap_client

from client import (
    Credentials,
    CustomerFilters,
    DataError,
    HttpTransport,
    PasswordCredentials,
    SoapClient,
    soap_caller,
)
from client.soap import to_cet
from simulator import Simulator, create_app

DEBTORS, INVOICES = 210, 520
KINDS = ('customer_group', 'payment_term', 'employee', 'unit', 'product', 'product_group')
# What SOAP does not carry, or only in another form.
CUSTOMER = {'mobile_phone', 'due_amount', 'e_invoicing_disabled', 'last_updated'}
INVOICE = {
    'exchange_rate', 'gross_amount_in_base_currency', 'payment_terms_type', 'payment_terms_name',
}  # fmt: skip
RECIPIENT = {'cvr', 'vat_zone_number'}
LINE = {'unit_cost_price', 'unit_cost_price_in_base_currency', 'booked_account'}
# Where a line of text has no number in REST, SOAP has to say zero.
ZERO = {'quantity', 'unit_net_price', 'discount_percentage'}


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(5, DEBTORS, INVOICES, ANCHOR, rate_limit=None)


@pytest.fixture(autouse=True)
def _fresh(app: Simulator) -> None:
    app.control.reset()


@pytest.fixture(params=['password', 'tokens', 'HTTP'])
def client(request: pytest.FixtureRequest, app: Simulator) -> Iterator[SoapClient]:
    credentials: Credentials | PasswordCredentials = TOKENS if request.param == 'tokens' else LOGIN
    if request.param != 'HTTP':
        yield soap_client(app, credentials)
        return
    transport = HttpTransport(allow_loopback=True)
    with served(app) as address:
        yield soap_client(app, credentials, transport, address)
    transport.close()


def plain(record: Any, left_out: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    values = dataclasses.asdict(record)
    values = {name: value for name, value in values.items() if name not in left_out}
    return {name: value or 0 if name in ZERO else value for name, value in values.items()}


def test_a_whole_import_has_rests_records(client: SoapClient, app: Simulator) -> None:
    rest = rest_client(app)
    info, known = client.fetch_agreement(), rest.fetch_agreement()
    assert (info.agreement_number, info.company_name) == (
        known.agreement_number, known.company_name,
    )  # fmt: skip
    assert (info.base_currency, info.cvr) == (known.base_currency, known.cvr)
    for kind in KINDS:
        ours, theirs = (c.fetch_references(kind).records for c in (client, rest))
        assert {row.number: row.name for row in ours} == {row.number: row.name for row in theirs}
    ours, theirs = (all_of(c.customers()) for c in (client, rest))
    assert [plain(row, CUSTOMER) for row in ours] == [plain(row, CUSTOMER) for row in theirs]
    ours, theirs = (all_of(c.booked_invoices()) for c in (client, rest))
    for row, same in zip(ours, theirs, strict=True):
        first, second = plain(row, INVOICE), plain(same, INVOICE)
        for name in RECIPIENT:
            del first['recipient'][name], second['recipient'][name]
        assert first == second
        assert_rate(row.exchange_rate, same)
    highest = ours[-1].number
    ours, theirs = (all_of(c.invoice_lines(above=0, up_to=highest)) for c in (client, rest))
    theirs.sort(key=lambda row: (row.document_id, row.user_interface_number))
    assert [plain(row, LINE) for row in ours] == [plain(row, LINE) for row in theirs]
    ours, theirs = (all_of(c.unpaid_invoices()) for c in (client, rest))
    assert ours == theirs
    client.close()


def assert_rate(rate: Decimal | None, invoice: Any) -> None:
    """Hold a rate worked out from two rounded amounts against the real one."""
    if invoice.net_amount:
        assert rate is not None
        error = Decimal('0.51') / abs(invoice.net_amount)
        assert abs(rate - invoice.exchange_rate) <= error + Decimal('0.000001')


def test_an_import_takes_the_calls_of_e_conomics_formula(app: Simulator) -> None:
    client = soap_client(app)
    customers = all_of(client.customers())
    invoices = all_of(client.booked_invoices())
    lines = all_of(client.invoice_lines(above=0, up_to=invoices[-1].number))
    unpaid = all_of(client.unpaid_invoices())
    client.close()

    def batches(count: int) -> int:
        return -(-count // 500)

    assert dict(calls(app)) == {
        'Connect': 1,
        'Debtor_GetAll': 1,
        'Debtor_GetDataArray': batches(len(customers)),
        'Invoice_FindByNumberInterval': 1,
        'Invoice_GetDataArray': batches(len(invoices)),
        'InvoiceLine_FindByInvoiceNumberInterval': 1,
        'InvoiceLine_GetDataArray': batches(len(lines)),
        'DebtorEntry_GetAllOpenEntries': 1,
        # One more open entry is a payment.
        'DebtorEntry_GetDataArray': batches(len(unpaid) + 1),
        'Disconnect': 1,
    }
    assert client.requests == sum(calls(app).values())
    assert (len(customers), len(invoices)) == (DEBTORS, INVOICES)


def test_every_page_is_a_place_to_go_on_from(app: Simulator) -> None:
    client = soap_client(app, batch=100)
    walks: list[tuple[Any, str]] = [
        (client.customers, 'number'), (client.booked_invoices, 'number'),
        (client.unpaid_invoices, 'number'),
    ]  # fmt: skip
    for walk, name in walks:
        whole = all_of(walk())
        done: list[Any] = []
        for page in walk():
            done += page.records
            rest = [] if page.last else all_of(walk(page.position))
            assert [getattr(row, name) for row in done + rest] == [
                getattr(row, name) for row in whole
            ]
            assert page.matching == len(page.records) + len(rest)
    for contacts in (client.contacts, client.delivery_locations):
        everything = all_of(contacts())
        first = next(contacts())
        assert [*first.records, *all_of(contacts(first.position))] == everything


def test_lines_go_on_from_a_page_without_a_gap(app: Simulator) -> None:
    client = soap_client(app, batch=150)
    numbers = [row.number for row in all_of(client.booked_invoices())]
    above, up_to = numbers[100], numbers[400]
    whole = {row.number: row for row in all_of(client.invoice_lines(above=above, up_to=up_to))}
    assert {row.document_id for row in whole.values()} == set(numbers[101:401])
    assert client.count_invoice_lines(above=above, up_to=up_to) == len(whole)
    seen: dict[int, Any] = {}
    for page in client.invoice_lines(above=above, up_to=up_to):
        seen |= {row.number: row for row in page.records}
        if not page.last:
            later = all_of(
                client.invoice_lines(above=above, up_to=up_to, cursor=str(page.position))
            )
            assert seen | {row.number: row for row in later} == whole
            assert len(later) < len(whole) - len(seen) + 40


def test_lines_out_of_order_still_leave_no_gap(app: Simulator) -> None:
    client = soap_client(app, batch=50)
    numbers = [row.number for row in all_of(client.booked_invoices())]
    found = client._handles.of_lines(0, numbers[60])
    client._handles.of_lines = lambda _above, _up_to: found[::-1]  # type: ignore[method-assign]
    pages = list(client.invoice_lines(above=0, up_to=numbers[60]))
    assert sum(len(page.records) for page in pages) == len(found)
    assert {page.position for page in pages[:-1]} == {'0'}


def test_only_what_changed(app: Simulator) -> None:
    client = soap_client(app)
    pages = list(client.customers())
    as_of = pages[0].as_of
    assert as_of is not None
    assert pages[0].total == DEBTORS
    one = pages[0].records[40].number
    app.control.advance(days=1)
    app.control.edit_customer(one, name="Ny & større A/S (Århus)")
    number = app.control.create_customer(name="Helt ny")['number']
    (changed,) = client.customers(updated_since=as_of)
    assert [row.number for row in changed.records] == sorted([one, number])
    assert changed.total == DEBTORS + 1
    (later,) = client.customers(updated_since=changed.as_of and changed.as_of + dt.timedelta(1))
    assert (later.records, later.last) == ((), True)


def test_new_invoices_are_found_by_an_interval_of_numbers(app: Simulator) -> None:
    client = soap_client(app)
    invoices = all_of(client.booked_invoices())
    highest = invoices[-1].number
    assert all_of(client.booked_invoices(highest)) == []
    booked = app.control.book(count=2)['numbers']
    app.control.clear_log()
    (page,) = client.booked_invoices(highest)
    assert [row.number for row in page.records] == booked
    assert page.total is None
    assert dict(calls(app)) == {'Invoice_FindByNumberInterval': 1, 'Invoice_GetDataArray': 1}
    since = invoices[-1].date - dt.timedelta(300)
    found = all_of(client.booked_invoices(since=since))
    assert [row.number for row in found] == [
        row.number for row in all_of(client.booked_invoices()) if row.date >= since
    ]


def test_one_and_some_invoices(app: Simulator) -> None:
    client = soap_client(app)
    invoices = all_of(client.booked_invoices())
    some = invoices[5:220:2]
    assert client.booked_invoice(some[0].number) == some[0]
    numbers = [row.number for row in some]
    assert all_of(client.booked_invoices_by_number([*numbers, 2**31 - 1])) == some
    assert list(client.booked_invoices_by_number([])) == []
    assert client.invoice_pdf(numbers[0]).startswith(b'%PDF-')
    for wrong in (client.booked_invoice, client.invoice_pdf):
        with pytest.raises(DataError) as caught:
            wrong(2**31 - 1)
        assert caught.value.code == 'not_found'


def test_filters_find_what_they_say(app: Simulator) -> None:
    client, rest = soap_client(app), rest_client(app)
    for filters in (
        CustomerFilters(4), CustomerFilters(barred=True), CustomerFilters(currency='EUR'),
        CustomerFilters(country='danmark'),
    ):  # fmt: skip
        ours, theirs = (all_of(c.customers(filters=filters)) for c in (client, rest))
        assert [row.number for row in ours] == [row.number for row in theirs]
        assert ours


def test_a_record_that_vanishes_meanwhile_costs_only_itself(app: Simulator) -> None:
    client = soap_client(app, batch=64)
    numbers = [app.control.create_customer(name=f"Ny {n}")['number'] for n in range(20)]
    before = len(app.books.customers)
    pages = client.customers()
    found = list(next(pages).records)
    app.control.delete_customer(numbers[7])
    app.control.clear_log()
    found += [row for page in pages for row in page.records]
    assert len(found) == before - 1
    assert numbers[7] not in {row.number for row in found}
    # Halving 64 down to one: two calls for each of six steps.
    full = -(-before // 64) - 1
    assert calls(app)['Debtor_GetDataArray'] <= full + 2 * 6


def test_a_debtor_whose_number_is_none_is_set_aside(app: Simulator) -> None:
    client = soap_client(app)
    first = next(iter(app.books.customers))
    app.control.fault(path='#Debtor_GetAll$', replace=[[f'>{first}<', '>D-17<']])
    pages = list(client.customers())
    (rejected,) = pages[0].rejected
    assert (rejected.kind, rejected.number, rejected.code) == ('customer', 'D-17', 'number')
    assert sum(len(page.records) for page in pages) == DEBTORS - 1


def test_a_bad_record_does_not_stop_the_others(app: Simulator) -> None:
    client = soap_client(app)
    app.control.fault(
        path='#Invoice_GetDataArray',
        replace=[['<Date>2004', '<Date>1804'], ['>EUR<', '>E\u202eUR<']],
    )
    pages = list(client.booked_invoices())
    rejected = [row for page in pages for row in page.rejected]
    assert {row.code for row in rejected} == {'date'}
    assert sum(len(page.records) for page in pages) == INVOICES - len(rejected)
    assert any('currency:bidi' in row.notes for row in pages[0].records)


@pytest.mark.parametrize('amount', ['NaN', 'Infinity', '1e20', '0.1234567'])
def test_an_amount_that_is_none_is_set_aside(app: Simulator, amount: str) -> None:
    client = soap_client(app)
    first = next(iter(app.books.invoices))
    vat = next(client.booked_invoices()).records[0].vat_amount
    app.control.fault(
        path='#Invoice_GetDataArray',
        replace=[[f'<VatAmount>{vat}</VatAmount>', f'<VatAmount>{amount}</VatAmount>']],
    )
    rejected = [row for page in client.booked_invoices() for row in page.rejected]
    assert str(first) in {row.number for row in rejected}
    assert {row.field for row in rejected} == {'vatAmount'}


def test_more_handles_than_one_answer_holds(
    app: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = soap_client(app, batch=5)
    monkeypatch.setattr(soap_caller, 'MAX_BYTES', 18_000)
    numbers = [row.number for row in all_of(client.booked_invoices())]
    assert numbers == list(app.books.invoices)
    assert 3 < calls(app)['Invoice_FindByNumberInterval'] < 60


@pytest.mark.parametrize(
    ('utc', 'cet'),
    [
        ('2026-01-15T12:00', '2026-01-15T13:00'),
        ('2026-07-15T12:00', '2026-07-15T14:00'),
        ('2026-03-29T00:59', '2026-03-29T01:59'),
        ('2026-03-29T01:00', '2026-03-29T03:00'),
        # In the hour that comes twice, from before its first time.
        ('2026-10-25T00:30', '2026-10-25T01:30'),
        ('2026-10-25T01:30', '2026-10-25T01:30'),
        ('2026-10-25T02:30', '2026-10-25T03:30'),
        ('2026-07-15T14:00+02:00', '2026-07-15T14:00'),
    ],
)
def test_times_are_asked_for_in_central_european_time(utc: str, cet: str) -> None:
    assert to_cet(dt.datetime.fromisoformat(utc)) == dt.datetime.fromisoformat(cet)
