"""What can be done to the agreement from outside, and what its APIs then say."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from simulator_calls import ANCHOR, LINES, Clock, call, get, scroll, walk
from werkzeug.test import Client

from simulator import Simulator, create_app
from simulator.data.events import EventError


@pytest.fixture
def app() -> Simulator:
    return create_app(7, 120, 400, ANCHOR, clock=Clock())


def post(app: Simulator, name: str, /, **values: Any) -> Any:
    """Call the control path over HTTP."""
    answer = Client(app).post(f'/_control/{name}', json=values)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_booking_an_invoice_with_lines(app: Simulator) -> None:
    before = app.control.sums()
    product = {'productNumber': 'A 3', 'quantity': '2.5', 'unitNetPrice': '99.95',
               'discountPercentage': 10}  # fmt: skip
    lines = [product, {'description': 'Kun tekst'}]
    number = post(app, 'book', customer=1001, date='2026-11-23', lines=lines)['numbers'][0]
    invoice = get(app, f'/invoices/booked/{number}')
    assert invoice['date'] == '2026-11-23'
    assert invoice['netAmount'] == Decimal('224.89')
    assert invoice['grossAmount'] == invoice['remainder'] == Decimal('281.11')
    first, second = get(app, f'/q2capi/v5.3.0/invoices/booked/{number}/lines')
    assert (first['totalNetAmount'], first['unitNumber']) == (Decimal('224.89'), 6)
    assert 'productNumber' not in second
    assert second['number'] == get(app, f'{LINES}/count')
    after = app.control.sums()
    assert Decimal(after['net_base']) - Decimal(before['net_base']) == Decimal('224.89')
    assert after['lines'] == before['lines'] + 2
    assert list(scroll(app, LINES, filter=f'documentId$gt:{number - 1}')) == [first, second]
    assert next(walk(app, '/invoices/booked', sort='-bookedInvoiceNumber')) == {
        key: value for key, value in invoice.items() if key != 'lines'
    }


def test_booking_at_random_and_under_a_low_number(app: Simulator) -> None:
    made = post(app, 'book', count=5)['numbers']
    credit = post(app, 'book', number=17, credit=True)['numbers']
    assert credit == [17]
    assert get(app, '/invoices/booked/17')['netAmount'] < 0
    listed = [row['bookedInvoiceNumber'] for row in walk(app, '/invoices/booked?pagesize=1000')]
    assert listed[0] == 17
    assert listed[-5:] == made
    lines = list(scroll(app, LINES))
    assert [row['number'] for row in lines] == list(range(1, len(lines) + 1))
    assert {row['documentId'] for row in lines[-40:]} >= {17, *made}
    assert get(app, '/customers/1001')['balance'] == sum(
        row['remainderInBaseCurrency']
        for row in walk(app, '/customers/1001/invoices/booked?pagesize=1000')
    )
    with pytest.raises(EventError, match="booked already"):
        app.control.book(number=17)


def test_paying_and_taking_back(app: Simulator) -> None:
    number, open_amount = next(iter(app.books.open.items()))
    total = get(app, '/invoices/unpaid')['pagination']['results']
    rest = post(app, 'pay', number=number, amount='1.50')['remainder']
    assert Decimal(rest) == Decimal(open_amount - 150) / 100
    assert post(app, 'pay', number=number) == {'remainder': '0.00'}
    assert get(app, f'/invoices/booked/{number}')['remainder'] == 0
    assert get(app, '/invoices/unpaid')['pagination']['results'] == total - 1
    assert number in [r['bookedInvoiceNumber'] for r in walk(app, '/invoices/paid?pagesize=1000')]
    settled = next(n for n in app.books.invoices if n not in app.books.open)
    gross = get(app, f'/invoices/booked/{settled}')['grossAmount']
    assert Decimal(post(app, 'unpay', number=settled)['remainder']) == gross
    assert settled in [r['bookedInvoiceNumber'] for r in walk(app, '/invoices/unpaid')]


def test_due_dates_pass_with_the_clock(app: Simulator) -> None:
    waiting = get(app, '/invoices/not-due')['pagination']['results']
    late = get(app, '/invoices/overdue')['pagination']['results']
    assert waiting
    assert late
    post(app, 'advance', days=400)
    assert get(app, '/invoices/not-due')['pagination']['results'] == 0
    assert get(app, '/invoices/overdue')['pagination']['results'] == late + waiting


def test_editing_a_customer_moves_its_stamp(app: Simulator) -> None:
    stamp = '2026-11-24T12:00:00Z'
    assert get(app, '/customers', filter=f'lastUpdated$gte:{stamp}')['collection'] == []
    post(app, 'edit_customer', number=1002, name='Nyt navn', zip=None, creditLimit='12.5')
    changed = get(app, '/customers', filter=f'lastUpdated$gte:{stamp}')['collection']
    assert [row['customerNumber'] for row in changed] == [1002]
    assert changed[0]['name'] == 'Nyt navn'
    assert changed[0]['creditLimit'] == Decimal('12.50')
    assert 'zip' not in changed[0]
    # What is booked shows the debtor as it was.
    for row in walk(app, '/customers/1002/invoices/booked?pagesize=1000'):
        assert row['recipient']['name'] != 'Nyt navn'
    for unknown in ({'nome': 'x'}, {'currency': 'XXX'}):
        with pytest.raises(EventError):
            app.control.edit_customer(1002, **unknown)


def test_deleting_and_reusing_a_number(app: Simulator) -> None:
    books = app.books
    busy = next(n for n in books.customers if books.booked_of(books.customers.get(n).key))
    refused = Client(app).post('/_control/delete_customer', json={'number': busy})
    assert (refused.status_code, 'booked' in refused.get_json()['error']) == (409, True)
    number = post(app, 'create_customer', name='Den første', country='DK')['number']
    post(app, 'create_contact', customer=number, name='Åse')
    assert get(app, f'/customers/{number}/contacts')['collection'][0]['name'] == 'Åse'
    post(app, 'delete_customer', number=number)
    assert call(app, f'/customers/{number}').status_code == 404
    # As seen on the live service: the next new one gets the number of the deleted one.
    assert post(app, 'create_customer', name='Den anden')['number'] == number
    assert get(app, f'/customers/{number}')['name'] == 'Den anden'
    assert get(app, f'/customers/{number}/contacts')['collection'] == []


def test_renumbering_takes_the_invoices_along(app: Simulator) -> None:
    books = app.books
    old = next(n for n in books.customers if books.booked_of(books.customers.get(n).key))
    booked = [r['bookedInvoiceNumber'] for r in walk(app, f'/customers/{old}/invoices/booked')]
    post(app, 'renumber_customer', number=old, new_number=77)
    assert call(app, f'/customers/{old}').status_code == 404
    assert get(app, '/customers?pagesize=1')['collection'][0]['customerNumber'] == 77
    found = walk(app, '/invoices/booked', filter='customer.customerNumber$eq:77')
    assert [row['bookedInvoiceNumber'] for row in found] == booked
    # Its old number is free for somebody else, who gets none of the invoices.
    post(app, 'create_customer', number=old, name='En helt anden')
    assert get(app, f'/customers/{old}/invoices/booked')['collection'] == []
    post(app, 'book', customer=old)
    assert len(list(walk(app, f'/customers/{old}/invoices/booked'))) == 1


def test_contacts_and_delivery_locations(app: Simulator) -> None:
    contacts = '/customersapi/v3.1.0/Contacts'
    stamp = 'lastUpdated$gte:2026-11-24T12:00:00Z'
    made = post(app, 'create_contact', customer=1001, name='Ny', email='ny@x.example')['number']
    post(app, 'edit_contact', number=1, phone='12345678')
    post(app, 'delete_contact', number=2)
    changed = {row['number']: row for row in scroll(app, contacts, filter=stamp)}
    assert set(changed) == {1, 2, made}
    assert changed[1]['phone'] == '12345678'
    assert changed[2]['isDeleted'] is True
    assert 'active' not in changed[2]
    places = '/customersapi/v3.1.0/DeliveryLocations'
    before = get(app, f'{places}/count')
    added = post(app, 'create_delivery', customer=1001, address='Vej 1')['number']
    post(app, 'edit_delivery', number=added, city='Ribe', barred=True)
    assert get(app, f'{places}/{added}')['isBarred'] is True
    post(app, 'delete_delivery', number=1)
    assert call(app, f'{places}/1').status_code == 404
    assert get(app, f'{places}/count') == before


def test_readers_are_not_disturbed_by_writers(app: Simulator) -> None:
    paths = (
        '/invoices/unpaid?pagesize=1000',
        '/customers?pagesize=1000',
        '/invoices/booked?pagesize=100&sort=-bookedInvoiceNumber',
        '/invoices/totals',
        f'{LINES}/count',
    )
    app.control.configure(rate_limit=None)
    writing = threading.Event()
    writing.set()

    def read() -> set[int]:
        found: set[int] = set()
        while writing.is_set():
            found |= {call(app, path).status_code for path in paths}
        return found

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in app.control.book(count=30)['numbers']:
            app.control.pay(number, '1')
            app.control.edit_customer(1001, name=f'Navn {number}')
            app.control.create_customer(name='Ny')
        writing.clear()
        assert [reader.result() for reader in readers] == [{200}] * 3


def test_reset_puts_everything_back(app: Simulator) -> None:
    before, sums = get(app, '/customers?pagesize=1000'), app.control.sums()
    post(app, 'book', count=3)
    post(app, 'create_customer', name='X')
    post(app, 'revoke')
    post(app, 'fault', status=500)
    assert app.control.sums() != sums
    post(app, 'reset')
    assert get(app, '/customers?pagesize=1000') == before
    assert app.control.sums() == sums
    assert app.control.counters()['total'] == 1


def test_log_and_counters(app: Simulator) -> None:
    call(app, '/customers?pagesize=5')
    call(app, '/customers', headers={})
    call(app, f'{LINES}?cursor=5', headers={'X-AppSecretToken': 'secret-one'})
    log = Client(app).get('/_control/log').get_json()
    assert [(e['resource'], e['status'], e['tokens']) for e in log] == [
        ('customers', 200, 'valid'),
        ('customers', 401, 'none'),
        ('invoices/booked/lines', 401, 'wrong'),
    ]
    assert 'secret-one' not in str(log)
    assert Client(app).get(f'/_control/log?since={log[1]["number"]}').get_json() == log[2:]
    assert app.control.counters() == {
        'total': 3,
        'resources': {'customers': 2, 'invoices/booked/lines': 1},
        'statuses': {'200': 1, '401': 2},
    }


@pytest.mark.parametrize(
    'environ',
    [
        {'REMOTE_ADDR': '192.0.2.7'},
        {'REMOTE_ADDR': '127.0.0.1', 'HTTP_HOST': 'evil.example'},
        {'REMOTE_ADDR': '127.0.0.1', 'HTTP_HOST': '127.0.0.1.evil.example:80'},
    ],
)
def test_the_control_path_is_for_this_machine(app: Simulator, environ: dict[str, str]) -> None:
    answer = Client(app).post('/_control/reset', json={}, environ_overrides=environ)
    assert answer.status_code == 403


def test_the_control_path_has_no_other_doors(app: Simulator) -> None:
    client = Client(app)
    for name in ('serve', '_serve', '__init__', 'nothing', 'sums'):
        assert client.post(f'/_control/{name}', json={}).status_code == 404
    assert client.get('/_control/reset').status_code == 404
    assert client.post('/_control/pay', json={'number': 1, 'nonsense': 2}).status_code == 409
    assert client.post('/_control/pay', data='{', content_type='text/plain').status_code == 409


@pytest.mark.parametrize(
    ('name', 'values'),
    [
        ('advance', {'days': 1e12}),
        ('book', {'lines': [1]}),
        ('book', {'number': 0}),
        ('book', {'number': 2**31}),
        ('create_customer', {'number': 10**9}),
        ('create_customer', {'name': None}),
        ('edit_customer', {'number': 1001, 'name': 5}),
        ('edit_customer', {'number': 1001, 'barred': 'yes'}),
        ('renumber_customer', {'number': 1001, 'new_number': 0}),
        ('configure', {'rate_limit': 'x'}),
        ('configure', {'costs': {'self': 'x'}}),
        ('fault', {'status': 'x'}),
        ('fault', {'headers': 5}),
        ('fault', {'drip': 5}),
    ],
)
def test_what_makes_no_sense_is_refused_and_breaks_nothing(
    app: Simulator, name: str, values: dict[str, Any]
) -> None:
    before = app.control.sums()
    assert Client(app).post(f'/_control/{name}', json=values).status_code == 409
    assert app.control.sums() == before
    for path in ('/customers?pagesize=1000', '/invoices/booked?pagesize=1000'):
        assert get(app, path)['pagination']['results']


@pytest.mark.parametrize('seed', range(1, 6))
def test_the_truth_is_certain(seed: int) -> None:
    app = create_app(seed, 300, 0, ANCHOR)
    truth = app.control.truth()
    assert len({company['key'] for company in truth}) == len(truth) > 50
    assert {company['expect'] for company in truth} == {'sure', 'proposed', 'ambiguous', 'none'}
    wanted: dict[int, list[str]] = {}
    for company in truth:
        assert app.books.customers.get(company['debtor'] or 1001) is not None
        wanted.setdefault(company['debtor'], []).append(company['expect'])
    lone = wanted.pop(None)
    assert set(lone) == {'none'}
    for expected in wanted.values():
        # One sure company (and perhaps its archived twin), or one or two records to propose, or
        # two different companies.
        assert expected in (
            ['sure'], ['sure', 'none'], ['proposed'], ['proposed'] * 2, ['ambiguous'] * 2
        )  # fmt: skip
    assert any(not company['values']['active'] for company in truth)


def test_the_truth_does_not_move_with_the_agreement(app: Simulator) -> None:
    truth = app.control.truth()
    post(app, 'edit_customer', number=truth[0]['debtor'], name='Et andet navn')
    assert app.control.truth() == truth
