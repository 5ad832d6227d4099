"""What each status and each word about the rate limit makes the client do."""

from __future__ import annotations

import json

import pytest
from client_bench import APP, GOOD, GRANT, Bench
from client_server import answer, page

from client import AccessError, ContractError, DataError, WaitError


def test_the_tokens_go_in_the_headers_and_nowhere_else(bench: Bench) -> None:
    assert bench.names(GOOD) == ["Jensen & Søn"]
    (request,) = bench.server.requests
    assert request.headers['x-appsecrettoken'] == APP
    assert request.headers['x-agreementgranttoken'] == GRANT
    assert 'canary' not in request.target
    assert request.headers['accept-encoding'] == 'gzip'
    assert 'cookie' not in request.headers
    assert 'authorization' not in request.headers


PROBLEM = 'application/problem+json'
STATUSES = {
    'A01 refused tokens': (401, AccessError, 'tokens_refused'),
    'A03 refused list': (403, AccessError, 'endpoint_refused'),
    'A04 list not found': (404, ContractError, 'not_found'),
    'bad filter': (400, ContractError, 'bad_request'),
    'wrong method': (405, ContractError, 'unexpected_status'),
    'conflict': (409, ContractError, 'unexpected_status'),
    'no content': (204, ContractError, 'unexpected_status'),
    'created': (201, ContractError, 'unexpected_status'),
    'A21 moved': (301, ContractError, 'redirected'),
    'A21 found': (302, ContractError, 'redirected'),
    'A21 temporary': (307, ContractError, 'redirected'),
    'A21 permanent': (308, ContractError, 'redirected'),
}


@pytest.mark.parametrize('name', STATUSES)
def test_a_status_that_no_retry_can_help(bench: Bench, name: str) -> None:
    status, kind, code = STATUSES[name]
    error = bench.failure(answer('{"message": "Not so."}', status, Location='http://127.0.0.1:1/'))
    assert (type(error), error.code, error.status) == (kind, code, status)
    assert error.endpoint == '/customers'
    assert len(bench.server.requests) == 1
    assert bench.time.slept == []


@pytest.mark.parametrize('status', [500, 502, 503, 504, 408])
def test_a08_a_server_error_that_passes_is_not_seen(bench: Bench, status: int) -> None:
    assert bench.names(answer('<html>', status, 'text/html'), GOOD) == ["Jensen & Søn"]
    assert bench.client.requests == len(bench.server.requests) == 2
    assert bench.time.slept == [1.0]  # half of two seconds


@pytest.mark.parametrize('status', [500, 502, 503, 504])
def test_a09_a_server_error_that_stays_becomes_a_wait(bench: Bench, status: int) -> None:
    error = bench.failure(answer('{"message": "Oops"}', status))
    assert isinstance(error, WaitError)
    assert (error.code, error.status) == ('server_error', status)
    assert 60 <= error.seconds <= 3600
    assert "Oops" in error.reason
    assert len(bench.server.requests) == 5
    assert bench.time.slept == [1.0, 2.0, 4.0, 8.0]  # full jitter over 2, 4, 8, 16 s


def test_a04_one_record_that_is_gone_is_a_data_error(bench: Bench) -> None:
    bench.server.script[:] = [answer('{"message": "Resource not found."}', 404)]
    with pytest.raises(DataError) as caught:
        bench.client.booked_invoice(7)
    assert caught.value.code == 'not_found'
    assert caught.value.endpoint == '/invoices/booked/7'
    with pytest.raises(DataError):
        bench.client.invoice_pdf(7)


def test_a02_refused_in_the_middle_keeps_what_came_before(bench: Bench) -> None:
    rows = [{'customerNumber': number} for number in range(1, 4)]
    bench.server.script[:] = [answer(page(rows, results=5)), answer('{}', 401)]
    pages = bench.client.customers()
    assert next(pages).position == 3
    with pytest.raises(AccessError):
        next(pages)


@pytest.mark.parametrize(
    'body', ['', 'nonsense', '[1]', '7', '{"message": 7}', '{"errors": {"a": 1}}']
)
def test_an_error_that_explains_nothing_is_still_told(bench: Bench, body: str) -> None:
    assert bench.failure(answer(body, 400)).reason == 'HTTP 400'


def test_legacy_says_which_filter_it_refused(bench: Bench) -> None:
    body = {
        'message': 'Could not parse query string filter.',
        'errors': ["Filtering is not allowed on property 'x'."],
        'allowedFilteringFields': ['name'],
    }
    assert "not allowed on property 'x'" in bench.failure(answer(json.dumps(body), 400)).reason


def test_a03_the_missing_module_is_named(bench: Bench) -> None:
    body = {
        'title': 'Access denied, agreement is missing modules: Dimension',
        'errorCode': 'AccessDeniedAgreementMissingModules',
    }
    error = bench.failure(answer(json.dumps(body), 403, PROBLEM))
    assert error.code == 'endpoint_refused'
    assert 'missing modules: Dimension' in error.reason
    assert 'AccessDeniedAgreementMissingModules' in error.reason


def test_a05_a_short_wait_is_slept(bench: Bench) -> None:
    assert bench.names(answer('', 429, Retry_After='2'), GOOD) == ["Jensen & Søn"]
    assert bench.time.slept == [3.0]  # what was asked for, and up to two seconds of jitter


DATE = 'Tue, 24 Nov 2026 12:00:00 GMT'
WAITS = {
    'an hour': ({'Retry_After': '3600'}, 3600),
    'a day': ({'Retry_After': '86400'}, 3600),
    'more digits than a number should have': ({'Retry_After': '9' * 5000}, 3600),
    'half a minute and one': ({'Retry_After': '31'}, 31),
    'a date': ({'Retry_After': 'Tue, 24 Nov 2026 12:02:00 GMT', 'Date': DATE}, 120),
    'a date a year on': ({'Retry_After': 'Wed, 24 Nov 2027 12:00:00 GMT', 'Date': DATE}, 3600),
    'a date, but no date to count from': ({'Retry_After': DATE}, 60),
    'junk': ({'Retry_After': 'soon'}, 60),
    'other digits': ({'Retry_After': '\xb2\xb3'}, 60),
    'negative': ({'Retry_After': '-5'}, 60),
    'nothing': ({}, 60),
}


@pytest.mark.parametrize('name', WAITS)
def test_a06_a_long_wait_is_handed_to_the_caller(bench: Bench, name: str) -> None:
    headers, seconds = WAITS[name]
    error = bench.failure(answer('slow down', 429, 'text/plain', **headers))
    assert isinstance(error, WaitError)
    assert (error.code, error.seconds) == ('rate_limited', seconds)
    assert len(bench.server.requests) == 1
    assert bench.time.slept == []


@pytest.mark.parametrize('asked', ['0', '1', '10', '30'])
def test_a07_a_rate_limit_for_ever_ends(bench: Bench, asked: str) -> None:
    error = bench.failure(answer('', 429, Retry_After=asked))
    assert isinstance(error, WaitError)
    assert error.code == 'rate_limited'
    assert 60 <= error.seconds <= 3600
    assert len(bench.server.requests) <= 5
    assert sum(bench.time.slept) <= 60
    assert all(pause >= int(asked) for pause in bench.time.slept)


def test_f12_nothing_is_asked_before_the_wait_is_over(bench: Bench) -> None:
    bench.failure(answer('', 429, Retry_After='120'))
    bench.time.sleep(100)
    bench.server.script[:] = [GOOD]
    with pytest.raises(WaitError) as early:
        next(bench.client.unpaid_invoices())
    assert (early.value.code, early.value.seconds) == ('rate_limited', 20)
    assert early.value.endpoint == '/invoices/unpaid'
    assert len(bench.server.requests) == 1
    bench.time.sleep(20)
    assert bench.names(GOOD) == ["Jensen & Søn"]


def test_a_date_in_the_past_does_not_wait_long(bench: Bench) -> None:
    past = answer('', 429, Retry_After='Tue, 24 Nov 2026 11:00:00 GMT', Date=DATE)
    assert bench.names(past, GOOD) == ["Jensen & Søn"]
    assert sum(bench.time.slept) <= 2


def test_a_server_that_says_when_it_is_back_is_believed(bench: Bench) -> None:
    error = bench.failure(answer('', 503, Retry_After='600'))
    assert isinstance(error, WaitError)
    assert (error.code, error.seconds) == ('server_error', 600)


def test_pace_follows_the_bucket_the_server_reports(bench: Bench) -> None:
    rate = 'token-limit-10000-per-60-seconds: {}/10000'
    bench.server.script[:] = [
        answer(SELF_TEXT, X_RateLimiting=rate.format(147)),
        answer(SELF_TEXT, X_RateLimiting=rate.format(9500)),
        answer(SELF_TEXT, X_RateLimiting=rate.format(100)),
        answer(SELF_TEXT),
    ]
    bench.client.fetch_agreement()
    assert bench.client.rate is not None
    assert (bench.client.rate.used, bench.client.rate.limit) == (147, 10000)
    assert bench.client.rate.window_seconds == 60
    bench.client.fetch_agreement()
    assert bench.time.slept == []
    bench.client.fetch_agreement()  # 500 above nine tenths run off in three seconds
    assert bench.time.slept == [pytest.approx(3.0)]
    bench.client.fetch_agreement()
    assert len(bench.time.slept) == 1


SELF_TEXT = '{"agreementNumber": 7}'


@pytest.mark.parametrize(
    'header', ['L', '', '147', 'x/y', '5/0', '-1/0', '1' * 3000 + '/1', 'per-0-seconds: 99/9']
)
def test_a_bucket_that_cannot_be_read_changes_nothing_much(bench: Bench, header: str) -> None:
    bench.server.script[:] = [answer(SELF_TEXT, X_RateLimiting=header, X_CallCost='L')]
    for _ in range(3):
        bench.client.fetch_agreement()
    assert sum(bench.time.slept) <= 60
