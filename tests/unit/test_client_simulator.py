"""The client against the simulator, in-process and over HTTP: same answers, fewest requests."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from client import (
    AccessError,
    BookedInvoice,
    Credentials,
    CustomerFilters,
    EconomicError,
    HttpTransport,
    Page,
    RestClient,
    Secret,
    Transport,
    WaitError,
    WsgiTransport,
)
from simulator import APP_SECRET, GRANT, Simulator, create_app
from simulator.server import listen

KINDS = ('customer_group', 'payment_term', 'employee', 'unit', 'product_group', 'product')
ANCHOR = dt.date(2026, 11, 24)
DEBTORS, INVOICES = 1100, 2300


@pytest.fixture(scope='module')
def simulator() -> Simulator:
    return create_app(3, DEBTORS, INVOICES, ANCHOR, rate_limit=None)


@pytest.fixture(scope='module')
def address(simulator: Simulator) -> Iterator[str]:
    server = listen(simulator)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f'http://127.0.0.1:{server.port}'
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(params=['in-process', 'HTTP'])
def transport(
    request: pytest.FixtureRequest, simulator: Simulator, address: str
) -> Iterator[Transport]:
    simulator.control.reset()
    if request.param == 'HTTP':
        over_http = HttpTransport(allow_loopback=True)
        yield over_http
        over_http.close()
    else:
        yield WsgiTransport(simulator)


@pytest.fixture
def client(transport: Transport, address: str) -> RestClient:
    return client_with(transport, address)


def client_with(transport: Transport, address: str, grant: str = GRANT) -> RestClient:
    return RestClient(
        Credentials(Secret(APP_SECRET), Secret(grant)),
        transport,
        legacy_url=address,
        open_url=address,
        sleep=lambda _seconds: None,
    )


def all_of(pages: Iterator[Page[Any]]) -> list[Any]:
    found: list[Any] = []
    for page in pages:
        assert page.rejected == ()
        found += page.records
    return found


def test_a_whole_import_takes_the_fewest_requests_and_adds_up(
    client: RestClient, simulator: Simulator
) -> None:
    info = client.fetch_agreement()
    assert (info.agreement_number, info.base_currency) == (1100042, 'DKK')
    for kind in KINDS:
        assert client.fetch_references(kind).records
    customers = all_of(client.customers())
    invoices = all_of(client.booked_invoices())
    highest = invoices[-1].number
    lines = all_of(client.invoice_lines(above=0, up_to=highest))
    unpaid = all_of(client.unpaid_invoices())

    pages = sum(-(-len(rows) // 1000) for rows in (customers, invoices, lines, unpaid))
    assert client.requests == 1 + len(KINDS) + pages
    assert simulator.control.counters()['total'] == client.requests

    assert (len(customers), len(invoices)) == (DEBTORS, INVOICES)
    assert client.count_invoice_lines(above=0, up_to=highest) == len(lines)
    assert {invoice.number for invoice in unpaid} == {
        invoice.number for invoice in invoices if invoice.remainder
    }
    assert {invoice.customer_number for invoice in invoices} <= {row.number for row in customers}
    assert_lines_add_up(invoices, lines)


def assert_lines_add_up(invoices: list[BookedInvoice], lines: list[Any]) -> None:
    nets: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        nets[line.document_id] += line.total_net_amount or 0
    assert all(nets[invoice.number] == invoice.net_amount for invoice in invoices)
    assert len({line.number for line in lines}) == len(lines)
    assert any(invoice.net_amount < 0 for invoice in invoices)
    assert len({invoice.currency for invoice in invoices}) > 1


def test_both_ways_give_the_same(simulator: Simulator, address: str) -> None:
    over_http = HttpTransport(allow_loopback=True)
    pair = [client_with(way, address) for way in (over_http, WsgiTransport(simulator))]
    for method in ('customers', 'booked_invoices', 'unpaid_invoices', 'contacts'):
        first, second = (list(getattr(client, method)()) for client in pair)
        assert first == second
    over_http.close()


def test_one_and_some_invoices(client: RestClient) -> None:
    invoices = all_of(client.booked_invoices())
    some = invoices[5:420:2]
    assert client.booked_invoice(some[0].number) == some[0]
    numbers = [invoice.number for invoice in some]
    assert all_of(client.booked_invoices_by_number([*numbers, 2**31 - 1])) == some
    assert client.invoice_pdf(numbers[0]).startswith(b'%PDF-')
    since = invoices[-1].date - dt.timedelta(100)
    assert all_of(client.booked_invoices(since=since)) == [
        invoice for invoice in invoices if invoice.date >= since
    ]


def test_lines_of_a_range(client: RestClient) -> None:
    numbers = [invoice.number for invoice in all_of(client.booked_invoices())]
    above, up_to = numbers[100], numbers[900]
    lines = all_of(client.invoice_lines(above=above, up_to=up_to))
    assert {line.document_id for line in lines} == set(numbers[101:901])
    first = next(client.invoice_lines(above=above, up_to=up_to))
    rest = all_of(client.invoice_lines(above=above, up_to=up_to, cursor=str(first.position)))
    assert [*first.records, *rest] == lines


def test_filters_find_what_they_say(client: RestClient) -> None:
    customers = all_of(client.customers())
    group = Counter(row.customer_group_number for row in customers).most_common()[-1][0]
    for filters, is_wanted in (
        (CustomerFilters(group), lambda row: row.customer_group_number == group),
        (CustomerFilters(barred=True), lambda row: row.barred),
        (CustomerFilters(currency='EUR'), lambda row: row.currency == 'EUR'),
        (CustomerFilters(country='danmark'), lambda row: row.country.lower() == 'danmark'),
    ):
        wanted = list(filter(is_wanted, customers))
        assert all_of(client.customers(filters=filters)) == wanted
        assert wanted


def test_only_what_changed(client: RestClient, simulator: Simulator) -> None:
    customers = all_of(client.customers())
    newest = max(row.last_updated for row in customers)
    one = customers[40].number
    simulator.control.advance(days=1)
    simulator.control.edit_customer(one, name="Ny & større A/S (Århus)")
    number = simulator.control.create_customer(name="Helt ny")['number']
    changed = all_of(client.customers(updated_since=newest + dt.timedelta(seconds=1)))
    assert [row.number for row in changed] == sorted([one, number])
    booked = simulator.control.book(customer=one)['numbers']
    highest = all_of(client.booked_invoices())[-1].number
    assert highest == booked[-1]
    assert [row.number for row in all_of(client.booked_invoices(highest - 1))] == booked
    simulator.control.pay(booked[0])
    assert client.booked_invoice(booked[0]).remainder == 0


def test_contacts_and_delivery_locations(client: RestClient) -> None:
    assert all_of(client.contacts())
    assert all_of(client.delivery_locations())


def test_a_grant_revoked_in_the_middle(client: RestClient, simulator: Simulator) -> None:
    pages = client.customers()
    next(pages)
    simulator.control.revoke()
    with pytest.raises(AccessError) as caught:
        next(pages)
    assert caught.value.code == 'tokens_refused'
    simulator.control.restore()
    wrong = client_with(WsgiTransport(simulator), 'http://127.0.0.1', 'another')
    with pytest.raises(AccessError):
        wrong.fetch_agreement()


def test_the_rate_limit_is_kept_without_being_told_off() -> None:
    now = [0.0]
    app = create_app(3, 50, 50, ANCHOR, rate_limit=300, monotonic=lambda: now[0])

    def sleep(seconds: float) -> None:
        now[0] += seconds

    client = RestClient(
        Credentials(Secret(APP_SECRET), Secret(GRANT)),
        WsgiTransport(app),
        clock=lambda: now[0],
        sleep=sleep,
    )
    for _ in range(1000):
        client.fetch_agreement()
    assert app.control.counters()['statuses'] == {'200': 1000}
    assert client.rate is not None
    assert client.rate.limit == 300


def test_an_exhausted_bucket_is_waited_for() -> None:
    app = create_app(3, 50, 50, ANCHOR, rate_limit=2)
    client = client_with(WsgiTransport(app), 'http://127.0.0.1')
    with pytest.raises(WaitError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'rate_limited'


CUTS = ('before_headers', 'mid_body', 'chunk', 'short', 'gzip', 'crc')


@pytest.mark.parametrize('cut', CUTS)
def test_a_cut_answer_is_fetched_again(client: RestClient, simulator: Simulator, cut: str) -> None:
    simulator.control.fault(cut=cut)
    assert client.fetch_agreement().agreement_number == 1100042
    assert client.requests == 2


SPOILT = {
    'html': 'web_page',
    'empty': 'malformed',
    'garbage': 'malformed',
    'null': 'malformed',
    'list': 'malformed',
    'deep': 'malformed',
    'huge': 'too_large',
    'bomb': 'too_large',
}


@pytest.mark.parametrize('body', SPOILT)
def test_a_spoilt_answer_is_not_taken_for_data(
    client: RestClient, simulator: Simulator, body: str
) -> None:
    simulator.control.fault(body=body, path='/customers')
    with pytest.raises(EconomicError) as caught:
        next(client.customers())
    assert caught.value.code == SPOILT[body]
    assert len(next(client.customers()).records) == 1000
