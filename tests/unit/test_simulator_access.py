"""Tokens, rate limit, methods, content types and headers around both APIs."""

from __future__ import annotations

import gzip
import json

import pytest
from simulator_calls import ANCHOR, LINES, TOKENS, call

from simulator import Simulator, create_app

DEMO = {'X-AppSecretToken': 'demo', 'X-AgreementGrantToken': 'demo'}


class Timer:
    """Stand in for a clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def app() -> Simulator:
    return create_app(7, 20, 60, ANCHOR)


@pytest.mark.parametrize(
    ('headers', 'status'),
    [
        (TOKENS, 200),
        (DEMO, 200),
        ({}, 401),
        ({**TOKENS, 'X-AppSecretToken': 'wrong'}, 401),
        ({**TOKENS, 'X-AgreementGrantToken': 'wrong'}, 401),
        ({**TOKENS, 'X-AgreementGrantToken': 'dømo'}, 401),
        ({**DEMO, 'X-AgreementGrantToken': TOKENS['X-AgreementGrantToken']}, 401),
    ],
)
def test_tokens(app: Simulator, headers: dict[str, str], status: int) -> None:
    sent = {name: value.encode().decode('latin-1') for name, value in headers.items()}
    legacy = call(app, '/customers', headers=sent)
    assert legacy.status_code == status
    answer = call(app, LINES, headers=sent)
    assert answer.status_code == status
    if status == 401:
        assert legacy.get_json()['httpStatusCode'] == 401
        assert 'http://localhost/customers?demo=true' in legacy.get_json()['developerHint']
        assert answer.mimetype == 'application/problem+json'
        assert answer.get_json()['errorCode'] == 'Unauthorized'


def test_the_demo_tokens_read_only_and_can_be_off(app: Simulator) -> None:
    assert call(app, '/customers?demo=true', headers={}).status_code == 200
    assert call(app, f'{LINES}?demo=true', headers={}).status_code == 401
    assert call(app, '/customers', headers=DEMO, method='POST', json={}).status_code == 403
    strict = create_app(7, 20, 60, ANCHOR, demo_tokens=False)
    assert call(strict, '/customers', headers=DEMO).status_code == 401
    assert call(strict, '/customers?demo=true', headers={}).status_code == 401


def test_links_ask_for_the_demo_agreement_as_the_request_did(app: Simulator) -> None:
    waiting = ['/customers?demo=true&pagesize=1', '/invoices/booked?pagesize=1&demo=true']
    for path in waiting:
        answer = call(app, path, headers={})
        assert answer.status_code == 200
        document = answer.get_json()
        row = document['collection'][0]
        for url in (document['pagination']['nextPage'], document['self'], row['self']):
            assert url.count('demo=true') == 1
            assert call(app, url.removeprefix('http://localhost'), headers={}).status_code == 200
        assert row['paymentTerms']['self'].endswith('?demo=true')
    # Who asks with the tokens gets the plain ones.
    assert 'demo=true' not in call(app, '/customers', headers=DEMO).get_data(as_text=True)


def test_a_revoked_grant(app: Simulator) -> None:
    app.control.revoke()
    assert call(app, '/customers').status_code == 401
    app.control.restore()
    assert call(app, '/customers').status_code == 200


@pytest.mark.parametrize('path', ['/customers', '/self', '/payment-terms', LINES])
@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE', 'PATCH'])
def test_methods_that_are_refused(app: Simulator, path: str, method: str) -> None:
    assert call(app, path, method=method).status_code == 405


@pytest.mark.parametrize(
    ('headers', 'status'),
    [
        ({'Content-Type': 'application/json'}, 200),
        ({'Content-Type': 'application/json; charset=utf-8'}, 200),
        ({'Content-Type': 'text/xml'}, 415),
        ({'Accept': 'application/json'}, 200),
        ({'Accept': 'text/html, */*;q=0.1'}, 200),
        ({'Accept': 'text/xml'}, 415),
    ],
)
def test_content_types(app: Simulator, headers: dict[str, str], status: int) -> None:
    assert call(app, '/customers', headers=TOKENS | headers).status_code == status


@pytest.mark.parametrize(
    'path',
    [
        '/nothing', '/customers/999', '/customers/1001/nothing', '/customers/1001/contacts/99999',
        '/invoices/booked/1', '/invoices/booked/x', '/invoices/booked/1/pdf', '/payment-terms/99',
        '/customersapi/v2.0.0/Customers', '/customersapi/v3.1.0/Suppliers',
        '/otherapi/v1.0.0/things', '/q2capi/v5.3.0/invoices/booked',
        '/customers/²', '/customersapi/v3.1.0/Customers/²',
    ],
)  # fmt: skip
def test_what_is_not_there(app: Simulator, path: str) -> None:
    answer = call(app, path)
    assert answer.status_code == 404
    if 'api/' in path:
        assert answer.get_json()['errorCode'] == 'ResourceNotFound'
    else:
        assert answer.get_json()['message'] == "Resource not found."


def test_numbers_beyond_measure_are_not_there(app: Simulator) -> None:
    many = '9' * 5000
    for path in ('/customers/{}', '/invoices/booked/{}/pdf', f'{LINES[:-6]}/{{}}/lines'):
        assert call(app, path.format(many)).status_code == 404


def test_paths_of_the_open_api_have_no_case(app: Simulator) -> None:
    assert call(app, '/CustomersApi/v3.0.1/customers/PAGED').status_code == 200


@pytest.mark.parametrize('path', ['/customers', '/nothing', LINES, '/customers?filter=x'])
@pytest.mark.parametrize('headers', [TOKENS, {}])
def test_headers_on_every_answer(app: Simulator, path: str, headers: dict[str, str]) -> None:
    answer = call(app, path, headers=headers)
    assert answer.headers['X-CallCost'] == '3'
    assert answer.headers['X-RateLimiting'].startswith('token-limit-10000-per-60-seconds: ')
    assert answer.headers['X-RequestId']
    assert answer.headers['X-EconomicVersion']


def test_the_bucket_is_shared_and_flows_out() -> None:
    timer = Timer()
    app = create_app(7, 20, 60, ANCHOR, rate_limit=60, monotonic=timer)
    number = app.books.invoices.at(0)
    assert call(app, '/customers').headers['X-RateLimiting'].endswith(' 3/60')
    assert call(app, LINES).headers['X-RateLimiting'].endswith(' 6/60')
    pdf = call(app, f'/invoices/booked/{number}/pdf')
    assert (pdf.headers['X-CallCost'], pdf.headers['X-RateLimiting'][-5:]) == ('13', '19/60')
    # Refused calls are charged as well, bad ones too.
    call(app, '/customers?filter=x')
    assert call(app, '/nothing').headers['X-RateLimiting'].endswith(' 25/60')
    statuses = [call(app, '/customers').status_code for _ in range(13)]
    assert statuses == [200] * 11 + [429] * 2
    refused = call(app, LINES)
    assert refused.get_json()['errorCode'] == 'TooManyRequests'
    wait = int(refused.headers['Retry-After'])
    timer.now += wait
    assert call(app, '/customers').status_code == 200
    timer.now += 60
    assert call(app, '/customers').headers['X-RateLimiting'].endswith(' 3/60')


def test_the_bucket_can_be_set() -> None:
    app = create_app(7, 20, 60, ANCHOR, rate_limit=3, costs={'self': 1}, retry_after=False)
    assert call(app, '/self').headers['X-CallCost'] == '1'
    refused = call(app, '/customers')
    assert refused.status_code == 429
    assert 'Retry-After' not in refused.headers
    app.control.configure(rate_limit=None)
    assert all(call(app, '/customers').status_code == 200 for _ in range(9))


def test_latency() -> None:
    slept: list[float] = []
    app = create_app(7, 20, 60, ANCHOR, latency_ms=250, sleep=slept.append)
    call(app, '/customers')
    assert slept == [0.25]


def test_a_latency_that_is_cut_short_ends() -> None:
    def sleep(_seconds: float) -> None:
        app.control.configure(latency_ms=0)

    app = create_app(7, 20, 60, ANCHOR, latency_ms=3_600_000, sleep=sleep)
    assert call(app, '/customers').status_code == 200


def test_gzip_for_those_who_accept_it(app: Simulator) -> None:
    plain = call(app, '/customers')
    packed = call(app, '/customers', headers={**TOKENS, 'Accept-Encoding': 'gzip, deflate'})
    assert 'Content-Encoding' not in plain.headers
    assert packed.headers['Content-Encoding'] == 'gzip'
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    small = call(app, '/units/1', headers={**TOKENS, 'Accept-Encoding': 'gzip'})
    assert 'Content-Encoding' not in small.headers


def test_links_name_the_server_as_the_caller_does(app: Simulator) -> None:
    answer = call(app, '/customers?pagesize=1', base_url='https://restapi.e-conomic.com')
    assert answer.get_json()['self'] == 'https://restapi.e-conomic.com/customers?pagesize=1'
    assert answer.get_json()['collection'][0]['self'].startswith('https://restapi.e-conomic.com/')
    hostile = call(app, '/customers?pagesize=1', environ_overrides={'HTTP_HOST': 'a"b'})
    assert hostile.get_json()['self'].startswith('http://localhost')
    quoted = call(app, '/customers', environ_overrides={'QUERY_STRING': 'pagesize=1&x="'})
    assert json.loads(quoted.get_data())['self'].endswith('x=%22')


def test_a_pdf_of_an_invoice(app: Simulator) -> None:
    number = app.books.invoices.at(5)
    answer = call(app, f'/invoices/booked/{number}/pdf')
    assert answer.mimetype == 'application/pdf'
    pdf = answer.get_data()
    assert pdf.startswith(b'%PDF-1.4')
    assert str(number).encode() in pdf
    # The table of objects points at the objects.
    start = int(pdf.split(b'startxref\n')[1].split()[0])
    places = [int(row[:10]) for row in pdf[start:].split(b'\n')[3:] if row.endswith(b' n ')]
    for place, offset in enumerate(places, 1):
        assert pdf[offset:].startswith(b'%d 0 obj' % place)


def test_self_links_of_products_work(app: Simulator) -> None:
    for row in call(app, '/products?pagesize=1000').get_json()['collection']:
        url = row['self'].removeprefix('http://localhost')
        assert call(app, url).get_json() == row


def test_the_index_leads_to_everything(app: Simulator) -> None:
    index = call(app, '/').get_json()
    for url in index['stable'].values():
        assert call(app, url.removeprefix('http://localhost')).status_code == 200
    for name, url in call(app, '/invoices').get_json().items():
        assert call(app, url.removeprefix('http://localhost')).status_code == 200, name
