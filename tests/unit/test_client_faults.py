"""What the client does when the other side misbehaves: one row for each fault we know of.

Every row is a server on a raw socket, a real connection, and what must come of it: the error's
class and code, how many requests were spent, and what was slept in between.
"""

from __future__ import annotations

import gzip
import itertools
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from client_server import FaultServer, Reply, Wire, answer, head, page, raw

from client import (
    AccessError,
    ContractError,
    Credentials,
    DataError,
    EconomicError,
    HttpTransport,
    RestClient,
    Secret,
    WaitError,
)

APP, GRANT = 'app-canary-7Xk2', 'grant-canary-9Qz4'
CUSTOMERS = page([{'customerNumber': 1, 'name': "Jensen & Søn"}])
GOOD = answer(CUSTOMERS)
SELF = answer('{"agreementNumber": 7, "company": {"name": "Demo"}}')


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


class Bench:
    """A client against a server that follows a script."""

    def __init__(self, server: FaultServer, **limits: float) -> None:
        self.server = server
        self.time = Time()
        self.jitter = 0.5
        self.client = RestClient(
            Credentials(Secret(APP), Secret(GRANT)),
            HttpTransport(allow_loopback=True, **limits),
            legacy_url=server.url,
            open_url=server.url,
            clock=lambda: self.time.now,
            sleep=self.time.sleep,
            random=lambda: self.jitter,
        )

    def names(self, *script: Reply) -> list[str]:
        self.server.script[:] = script
        return [row.name for page in self.client.customers() for row in page.records]

    def failure(self, *script: Reply) -> EconomicError:
        with pytest.raises(EconomicError) as caught:
            self.names(*script)
        return caught.value


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def bench(server: FaultServer) -> Bench:
    return Bench(server)


def test_the_tokens_go_in_the_headers_and_nowhere_else(bench: Bench) -> None:
    assert bench.names(GOOD) == ["Jensen & Søn"]
    (request,) = bench.server.requests
    assert request.headers['x-appsecrettoken'] == APP
    assert request.headers['x-agreementgranttoken'] == GRANT
    assert 'canary' not in request.target
    assert request.headers['accept-encoding'] == 'gzip'
    assert 'cookie' not in request.headers
    assert 'authorization' not in request.headers


# --- statuses --------------------------------------------------------------------------------

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


# --- rate limits -----------------------------------------------------------------------------


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


# --- bodies that are not what they should be -------------------------------------------------

LATIN = '{"collection": "Søn"}'.encode('latin-1')
BODIES: dict[str, tuple[Reply, type[EconomicError], str]] = {
    'A16 web page': (answer('<html>Back soon</html>', 200, 'text/html'), WaitError, 'web_page'),
    'A16 web page that claims to be JSON': (answer(' \n<!DOCTYPE>'), WaitError, 'web_page'),
    'A16 web page with tokens valid': (
        answer('x', 200, 'TEXT/HTML; charset=x'),
        WaitError,
        'web_page',
    ),
    'A17 empty': (answer(''), ContractError, 'malformed'),
    'A17 null': (answer('null'), ContractError, 'malformed'),
    'A17 list': (answer('[]'), ContractError, 'malformed'),
    'A17 no pagination': (answer('{"collection": []}'), ContractError, 'malformed'),
    'A17 plain text': (answer('{}', 200, 'text/plain'), ContractError, 'malformed'),
    'A17 no type': (answer('{}', 200, ''), ContractError, 'malformed'),
    'A18 latin-1': (answer(LATIN), ContractError, 'malformed'),
    'A18 declared latin-1': (
        answer(CUSTOMERS, 200, 'application/json; charset=iso-8859-1'),
        ContractError,
        'malformed',
    ),
    'A18 BOM': (answer(b'\xef\xbb\xbf' + CUSTOMERS.encode()), ContractError, 'malformed'),
    'A18 UTF-16': (answer(CUSTOMERS.encode('utf-16')), ContractError, 'malformed'),
    'A19 NaN': (answer('{"a": NaN}'), ContractError, 'malformed'),
    'A19 infinity': (answer('{"a": -Infinity}'), ContractError, 'malformed'),
    'A19 same key twice': (answer('{"a": 1, "\\u0061": 2}'), ContractError, 'malformed'),
    'A19 same key twice, deep': (answer('[{"x": {"a": 1, "a": 1}}]'), ContractError, 'malformed'),
    'A19 100,000 levels': (answer('[' * 100_000), ContractError, 'malformed'),
    'A19 levels that close': (answer('[' * 99_999 + ']' * 99_999), ContractError, 'malformed'),
    'A19 two texts': (answer('{} {}'), ContractError, 'malformed'),
    'A20 gzip bomb': (answer(b'0' * 200_000_000, packed=True), ContractError, 'too_large'),
    'A20 33 MiB': (answer(b'[' + b' ' * 33 * 2**20 + b']'), ContractError, 'too_large'),
    'unknown encoding': (answer('x', Content_Encoding='br'), ContractError, 'malformed'),
    'two encodings': (answer('x', Content_Encoding='gzip, gzip'), ContractError, 'malformed'),
}


@pytest.mark.parametrize('name', BODIES)
def test_a_body_that_is_not_data(bench: Bench, name: str) -> None:
    reply, kind, code = BODIES[name]
    error = bench.failure(reply)
    assert (type(error), error.code) == (kind, code)
    assert len(bench.server.requests) == 1


def test_a20_a_gigabyte_is_not_taken_in(bench: Bench) -> None:
    sent = 0

    def pour(wire: Wire) -> None:
        nonlocal sent
        wire.send(head(200, {'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked'}))
        for _ in range(1024):
            wire.send(b'100000\r\n' + b' ' * 2**20 + b'\r\n')
            sent += 1

    assert bench.failure(pour).code == 'too_large'
    assert sent < 64


@pytest.mark.parametrize('packed', [False, True])
def test_danish_letters_and_gzip_arrive(bench: Bench, packed: bool) -> None:
    assert bench.names(answer(CUSTOMERS.encode(), packed=packed)) == ["Jensen & Søn"]


# --- the connection --------------------------------------------------------------------------

JSON = {'Content-Type': 'application/json'}
FULL = CUSTOMERS.encode()
ZIPPED = gzip.compress(FULL)
BAD_CRC = ZIPPED[:-8] + b'\0\0\0\0' + ZIPPED[-4:]
CHUNKED = {**JSON, 'Transfer-Encoding': 'chunked'}


def _zip(body: bytes, length: int | None = None) -> bytes:
    size = str(len(body) if length is None else length)
    return head(200, {**JSON, 'Content-Encoding': 'gzip', 'Content-Length': size}) + body


BROKEN = {
    'A12 closed before the headers': raw(b''),
    'A12 closed inside the headers': raw(b'HTTP/1.1 200 OK\r\nContent-'),
    'A12 reset before the headers': raw(b'', reset=True),
    'A12 reset inside the body': raw(
        head(200, {**JSON, 'Content-Length': '999'}) + FULL, reset=True
    ),
    'A13 short body': raw(head(200, {**JSON, 'Content-Length': '999'}) + FULL),
    'A13 short body, whole JSON': raw(
        head(200, {**JSON, 'Content-Length': str(len(FULL) + 1)}) + FULL
    ),
    'A13 short zipped body': raw(_zip(ZIPPED[:40], len(ZIPPED))),
    'A13 gzip cut, length right': raw(_zip(ZIPPED[:-9])),
    'A13 gzip without its trailer': raw(_zip(ZIPPED[:-8])),
    'A13 gzip with half a trailer': raw(_zip(ZIPPED[:-4])),
    'A13 gzip with a wrong sum': raw(_zip(BAD_CRC)),
    'A13 gzip that is none': raw(_zip(FULL)),
    'A13 gzip with more behind': raw(_zip(ZIPPED + b'x')),
    'A13 chunk cut': raw(head(200, CHUNKED) + b'ff\r\n' + FULL),
    'A13 no last chunk': raw(head(200, CHUNKED) + b'%x\r\n%b\r\n' % (len(FULL), FULL)),
    'A13 no length at all': raw(head(200, JSON) + FULL),
    'A13 two lengths': raw(
        head(200, JSON)[:-2] + b'Content-Length: 3\r\nContent-Length: 4\r\n\r\n' + FULL
    ),
    'not HTTP': raw(b'SSH-2.0-OpenSSH_9.2\r\n'),
    'headers without end': raw(b'HTTP/1.1 200 OK\r\n' + b'X: y\r\n' * 200_000),
    'a header line without end': raw(b'HTTP/1.1 200 OK\r\nX: ' + b'y' * 200_000),
}


@pytest.mark.parametrize('name', BROKEN)
def test_a_broken_answer_is_asked_for_again(bench: Bench, name: str) -> None:
    assert bench.names(BROKEN[name], GOOD) == ["Jensen & Søn"]
    assert len(bench.server.requests) == 2


@pytest.mark.parametrize('name', BROKEN)
def test_a_broken_answer_for_ever_becomes_a_wait(bench: Bench, name: str) -> None:
    error = bench.failure(BROKEN[name])
    assert isinstance(error, WaitError)
    assert error.code == 'interrupted'
    # Counted here and not at the server: one sent down a connection that is just closing is lost.
    assert bench.client.requests == 5


def test_whole_answers_in_every_framing_are_taken(bench: Bench) -> None:
    sizes = head(200, JSON, '1.0')[:-2] + b'Content-Length: %d\r\n\r\n' % len(FULL)
    chunks = b'%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n' % (9, FULL[:9], len(FULL) - 9, FULL[9:])
    zipped = b'%x\r\n%b\r\n0\r\n\r\n' % (len(ZIPPED), ZIPPED)
    for reply in (
        raw(sizes + FULL),
        raw(head(200, CHUNKED) + chunks, close=False),
        raw(head(200, {**CHUNKED, 'Content-Encoding': 'gzip'}) + zipped, close=False),
    ):
        assert bench.names(reply) == ["Jensen & Søn"]


def test_a10_nobody_listens(server: FaultServer) -> None:
    bench = Bench(server)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        client = RestClient(
            Credentials(Secret(APP), Secret(GRANT)),
            HttpTransport(allow_loopback=True),
            legacy_url=f'http://127.0.0.1:{free.getsockname()[1]}',
            clock=lambda: bench.time.now,
            sleep=bench.time.sleep,
        )
        with pytest.raises(WaitError) as caught:
            client.fetch_agreement()
    assert caught.value.code == 'unreachable'
    assert client.requests == 5


def _silence(_wire: Wire) -> None:
    time.sleep(1.5)


def _drip_body(wire: Wire) -> None:
    wire.send(head(200, {**JSON, 'Content-Length': str(len(FULL))}))
    wire.drip(FULL, 0.05)


def _drip_chunks(wire: Wire) -> None:
    wire.send(head(200, CHUNKED))
    for byte in FULL:
        time.sleep(0.05)
        wire.send(b'1\r\n%c\r\n' % byte)


def _drip_headers(wire: Wire) -> None:
    wire.drip(b'HTTP/1.1 200 OK\r\nContent-Type: ' + b'x' * 100, 0.05)


@pytest.mark.parametrize('slow', [_silence, _drip_body, _drip_chunks, _drip_headers])
def test_a14_a15_silence_and_dripping_end_at_the_deadline(server: FaultServer, slow: Reply) -> None:
    bench = Bench(server, first_byte_seconds=0.3, answer_seconds=0.6)
    error = bench.failure(slow)
    assert isinstance(error, WaitError)
    assert error.code == 'timed_out'
    assert len(server.requests) == 5


def test_an_answer_that_starts_late_has_the_whole_time(server: FaultServer) -> None:
    def late(wire: Wire) -> None:
        wire.send(head(200, {**JSON, 'Content-Length': str(len(FULL))}))
        time.sleep(0.6)
        wire.send(FULL)

    assert Bench(server, first_byte_seconds=0.3, answer_seconds=30).names(late) == ["Jensen & Søn"]


def test_the_time_for_one_request_covers_all_attempts(bench: Bench) -> None:
    def slow(wire: Wire) -> None:
        bench.time.now += 25
        GOOD_LATER(wire)

    assert isinstance(bench.failure(slow), WaitError)
    assert len(bench.server.requests) <= 3


GOOD_LATER = answer('{}', 500)


def test_connections_are_used_again(bench: Bench) -> None:
    bench.server.script[:] = [SELF]
    for _ in range(4):
        bench.client.fetch_agreement()
    assert bench.server.connections == 1


def test_a_closed_transport_lets_go_of_its_connections(server: FaultServer) -> None:
    server.script[:] = [SELF]
    transport = HttpTransport(allow_loopback=True)
    transport.send(f'{server.url}/self', {})
    transport.close()
    transport.send(f'{server.url}/self', {})
    assert server.connections == 2


def test_an_answer_left_unread_does_not_spill_into_the_next(bench: Bench) -> None:
    bench.failure(answer(b' ' * 33 * 2**20))
    assert bench.names(GOOD) == ["Jensen & Søn"]


def test_a22_cookies_and_odd_headers_change_nothing(bench: Bench) -> None:
    bench.names(answer(CUSTOMERS, Set_Cookie='id=1; Path=/', X_Odd='\xe6\x01\x7f'), GOOD)
    bench.names(GOOD)
    assert all('cookie' not in request.headers for request in bench.server.requests)


def test_a21_no_redirect_reaches_another_server(bench: Bench) -> None:
    with FaultServer() as other:
        other.script[:] = [GOOD]
        for status, to in itertools.product((301, 302, 303, 307, 308), (other.url, '/customers')):
            bench.failure(answer('', status, Location=to))
        assert other.connections == 0
    assert len(bench.server.requests) == 10


# --- what must never show --------------------------------------------------------------------


def test_f20_no_token_in_errors_logs_or_reprs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({'message': f'bad token {APP} {GRANT}', 'detail': GRANT})
    replies = [answer(echo, status) for status in (400, 401, 403, 404, 429, 500)]
    replies += [reply for reply, _kind, _code in BODIES.values()] + list(BROKEN.values())[:4]
    for reply in replies:
        error = bench.failure(reply)
        while error is not None:
            seen = f'{error} {error!r} {vars(error)} {error.args}'
            assert 'canary' not in seen
            error = error.__cause__ or error.__context__  # type: ignore[assignment]
    credentials = Credentials(Secret(APP), Secret(GRANT))
    assert 'canary' not in f'{credentials} {credentials!r} {bench.client!r} {Secret(APP)}'
    assert 'canary' not in caplog.text


def test_the_public_demo_tokens_need_no_hiding() -> None:
    demo = Credentials(Secret('demo'), Secret('demo'))
    assert demo.scrub('the demo agreement') == 'the demo agreement'


def test_foreign_text_cannot_break_a_log_line(bench: Bench) -> None:
    body = json.dumps({'message': "a\r\nERROR root\x1b[2J\u202e\u2028" + 'x' * 5000})
    error = bench.failure(answer(body, 400))
    assert error.reason.isprintable()
    assert len(error.reason) < 500
    assert '\\u000d\\u000aERROR' in error.reason


@pytest.mark.parametrize('token', ['', ' ', 'a b', 'a\nX-Evil: 1', 'å', 'x' * 600, 'a\x00'])
def test_a_token_that_cannot_be_one_is_refused_before_anything_is_sent(token: str) -> None:
    for pair in ((token, 'good'), ('good', token)):
        with pytest.raises(AccessError) as caught:
            Credentials(Secret(pair[0]), Secret(pair[1]))
        assert caught.value.code == 'tokens_malformed'
        assert not token.strip() or token not in str(caught.value)


def test_a_secret_is_not_copied() -> None:
    import copy
    import pickle

    for spread in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            spread(Secret(APP))  # type: ignore[operator]
    assert Secret(APP) == Secret(APP)
    assert Secret(APP) != Secret(GRANT)
    assert Secret(APP) != APP


def test_pdf(bench: Bench) -> None:
    bench.server.script[:] = [answer(b'%PDF-1.4 \xff\x00', 200, 'application/pdf')]
    assert bench.client.invoice_pdf(3) == b'%PDF-1.4 \xff\x00'
    assert bench.server.requests[0].target == '/invoices/booked/3/pdf'
    for body, media in ((b'%PDF-', 'application/json'), (b'PK', 'application/pdf')):
        bench.server.script[:] = [answer(body, 200, media)]
        with pytest.raises(ContractError) as caught:
            bench.client.invoice_pdf(3)
        assert caught.value.code == 'malformed'


def test_errors_are_all_listed() -> None:
    from client import CODES, REJECTIONS

    rows: list[Any] = [*STATUSES.values(), *BODIES.values()]
    assert {row[2] for row in rows} <= CODES.keys()
    assert not CODES.keys() & REJECTIONS.keys()
