"""Bodies that are not data, and some that are."""

from __future__ import annotations

import pytest
from client_bench import CUSTOMERS, Bench
from client_server import Reply, Wire, answer, head

from client import CODES, REJECTIONS, ContractError, EconomicError, WaitError

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


def test_pdf(bench: Bench) -> None:
    bench.server.script[:] = [answer(b'%PDF-1.4 \xff\x00', 200, 'application/pdf')]
    assert bench.client.invoice_pdf(3) == b'%PDF-1.4 \xff\x00'
    assert bench.server.requests[0].target == '/invoices/booked/3/pdf'
    for body, media in ((b'%PDF-', 'application/json'), (b'PK', 'application/pdf')):
        bench.server.script[:] = [answer(body, 200, media)]
        with pytest.raises(ContractError) as caught:
            bench.client.invoice_pdf(3)
        assert caught.value.code == 'malformed'


def test_codes_of_errors_and_of_rejections_are_apart() -> None:
    assert {code for _reply, _kind, code in BODIES.values()} <= CODES.keys()
    assert not CODES.keys() & REJECTIONS.keys()
