"""Scripted faults, seen from a client's side of real sockets."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from simulator_calls import ANCHOR, LINES, TOKENS, call

from simulator import Simulator, create_app
from simulator.server import listen


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(7, 60, 200, ANCHOR, rate_limit=None, sleep=lambda seconds: None)


@pytest.fixture(scope='module')
def port(app: Simulator) -> Iterator[int]:
    server = listen(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01})
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()


@pytest.fixture(autouse=True)
def _clean(app: Simulator) -> Iterator[None]:
    yield
    app.control.reset()


def fetch(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """Send one GET on a connection of its own."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    connection.request('GET', path, headers=TOKENS | headers)
    return connection.getresponse()


def document(port: int, path: str) -> Any:
    """Return the JSON of an answer."""
    return json.loads(fetch(port, path).read())


def test_a_connection_serves_many_requests(app: Simulator, port: int) -> None:
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    for path in ('/self', '/customers', '/nothing', f'{LINES}/count'):
        connection.request('GET', path, headers=TOKENS)
        answer = connection.getresponse()
        assert answer.version == 11
        assert answer.read()
    connection.request('POST', '/_control/fault', '{"status": 500}')
    assert connection.getresponse().read()
    connection.request('HEAD', '/self', headers=TOKENS)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (500, b'')
    assert len({entry['peer'] for entry in app.control.log()}) == 1


def test_a_large_body_costs_the_connection(port: int) -> None:
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    connection.putrequest('POST', '/customers')
    connection.putheader('Content-Length', str(5 << 20))
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.getheader('Connection')) == (401, 'close')


@pytest.mark.parametrize(
    ('body', 'content_type', 'start'),
    [
        ('json', 'application/json', b'{'),
        ('problem', 'application/problem+json', b'{'),
        ('html', 'text/html', b'<!DOCTYPE html>'),
        ('empty', 'application/json', b''),
        ('garbage', 'application/json', b'\x00\x01'),
        ('null', 'application/json', b'null'),
        ('list', 'application/json', b'[]'),
        ('deep', 'application/json', b'[[[['),
    ],
)
def test_other_bodies(
    app: Simulator, port: int, body: str, content_type: str, start: bytes
) -> None:
    for status in (200, 429, 503):
        app.control.fault(status=status, body=body, retry_after='soon', headers={'X-Odd': '1'})
        answer = fetch(port, '/customers')
        assert answer.status == status
        assert answer.getheader('Content-Type', '').split(';')[0] == content_type
        assert (answer.getheader('Retry-After'), answer.getheader('X-Odd')) == ('soon', '1')
        found = answer.read()
        assert found[: len(start) or None] == start
    assert fetch(port, '/customers').status == 200


def test_which_requests_are_struck(app: Simulator, port: int) -> None:
    app.control.fault(status=500, path=r'^/customers\?.*pagesize=2', nth=2, count=2)
    app.control.fault(status=401, path='/invoices', count=None)
    wanted = [200, 500, 500, 200]
    assert [fetch(port, '/customers?pagesize=2').status for _ in wanted] == wanted
    assert fetch(port, '/customers').status == 200
    assert [fetch(port, '/invoices/booked').status for _ in range(3)] == [401] * 3
    assert [(f['seen'], f['struck']) for f in app.control.faults()] == [(4, 2), (3, 3)]
    struck = [e['fault'] for e in app.control.log()]
    first, second = (f['id'] for f in app.control.faults())
    assert struck == [None, first, first, None, None, second, second, second]
    app.control.clear_faults()
    assert fetch(port, '/invoices/booked').status == 200


@pytest.mark.parametrize(
    'spec', [{'nonsense': 1}, {'cut': 'somewhere'}, {'path': '('}, {'body': 'nothing'}]
)
def test_scripts_that_are_refused(app: Simulator, spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r'.'):
        app.control.fault(**spec)


def test_a_connection_cut_before_the_headers(app: Simulator, port: int) -> None:
    app.control.fault(cut='before_headers')
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        fetch(port, '/customers')
    assert fetch(port, '/customers').status == 200
    app.control.fault(cut='before_headers')
    with pytest.raises(ConnectionResetError):
        call(app, '/customers')


@pytest.mark.parametrize('cut', ['mid_body', 'short', 'chunk'])
def test_a_body_that_is_cut(app: Simulator, port: int, cut: str) -> None:
    whole = fetch(port, '/customers').read()
    app.control.fault(cut=cut)
    answer = fetch(port, '/customers')
    length = answer.getheader('Content-Length')
    assert length == (None if cut == 'chunk' else str(len(whole)))
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()


def test_a_gzip_that_is_cut_or_wrong(app: Simulator, port: int) -> None:
    for cut, error in (('gzip', EOFError), ('crc', gzip.BadGzipFile)):
        app.control.fault(cut=cut)
        answer = fetch(port, '/customers')
        assert answer.getheader('Content-Encoding') == 'gzip'
        body = answer.read()
        with pytest.raises(error):
            gzip.decompress(body)


def test_a_bomb_and_a_huge_body(app: Simulator, port: int) -> None:
    app.control.fault(body='bomb', size_mb=40)
    answer = fetch(port, '/customers')
    packed = answer.read()
    assert len(packed) < 100_000
    assert len(zlib.decompress(packed, 31)) > 40 << 20
    app.control.fault(body='huge', size_mb=2)
    assert len(fetch(port, '/customers').read()) > 2 << 20


def test_dripping_and_waiting(port: int) -> None:
    slept: list[float] = []
    app = create_app(7, 5, 0, ANCHOR, sleep=slept.append)
    app.control.fault(delay=40, drip={'bytes': 100, 'seconds': 0.5})
    answer = call(app, '/self')
    assert answer.get_json()['agreementNumber']
    assert slept == [40.0] + [0.5] * -(-len(answer.get_data()) // 100)


def test_a_client_that_goes_away_does_not_hurt(app: Simulator, port: int) -> None:
    app.control.fault(drip={'bytes': 1, 'seconds': 0})
    with socket.create_connection(('127.0.0.1', port)) as connection:
        head = '\r\n'.join(['GET /customers HTTP/1.1', 'Host: x', *map(': '.join, TOKENS.items())])
        connection.sendall(f'{head}\r\n\r\n'.encode())
        connection.recv(10)
    assert fetch(port, '/customers').status == 200


def test_redirects(app: Simulator, port: int) -> None:
    for status in (301, 302, 307, 308):
        app.control.fault(redirect='http://evil.example/x', status=status)
        answer = fetch(port, '/customers')
        assert (answer.status, answer.getheader('Location')) == (status, 'http://evil.example/x')


def test_pages_that_lead_astray(app: Simulator, port: int) -> None:
    path = '/customers?pagesize=10&skippages=2'
    url = f'http://127.0.0.1:{port}{path}'
    for following, expected in (
        ('https://evil.example/customers', 'https://evil.example/customers'),
        ('{self}', url),
        ('{first}', url.replace('skippages=2', 'skippages=0')),
        (None, None),
    ):
        app.control.fault(page={'nextPage': following, 'results': -1})
        page = document(port, path)['pagination']
        assert (page.get('nextPage'), page['results']) == (expected, -1)
    app.control.fault(page={'cursor': '1'})
    assert document(port, f'{LINES}?cursor=400')['cursor'] == '1'


def test_records_out_of_order(app: Simulator, port: int) -> None:
    right = document(port, '/customers?pagesize=6')['collection']
    for how, expected in (
        ('empty', []),
        ('short', right[:3]),
        ('reverse', right[::-1]),
        ('repeat', [right[0], *right]),
    ):
        app.control.fault(records=how)
        assert document(port, '/customers?pagesize=6')['collection'] == expected


def test_values_that_are_wrong(app: Simulator, port: int) -> None:
    path = '/invoices/booked?pagesize=3'
    app.control.fault(
        patch=[
            {'record': 1, 'set': {'date': '2023-02-30', 'recipient.name': None, 'new.part': 'x'}},
            {'record': 2, 'drop': ['bookedInvoiceNumber', 'customer.self']},
            {'record': {'bookedInvoiceNumber': 10001}, 'raw': {'netAmount': '1,"netAmount":2'}},
            {'record': '*', 'set': {'currency': 'XXX'}, 'raw': {'remainder': 'NaN'}},
        ]
    )
    text = fetch(port, path).read().decode()
    assert '"netAmount":1,"netAmount":2' in text
    assert text.count('"remainder":NaN') == text.count('"currency":"XXX"') == 3
    first, second, third = json.loads(text)['collection']
    assert second['date'] == '2023-02-30'
    assert second['recipient']['name'] is None
    assert second['new'] == {'part': 'x'}
    assert not {'bookedInvoiceNumber'} & set(third)
    assert 'self' not in third['customer']
    # What is not patched keeps its text.
    assert '"exchangeRate":100.000000' in text
    assert first['bookedInvoiceNumber'] == 10001
    app.control.fault(path=LINES, patch={'set': {'description': '\ud800\x00'}})
    assert document(port, LINES)['items'][0]['description'] == '\ud800\x00'
    app.control.fault(replace=[['"collection"', '"collektion"']])
    assert 'collektion' in document(port, path)


@pytest.mark.parametrize(
    ('encoding', 'start'), [('utf-16', b'\xff\xfe'), ('utf-8-sig', b'\xef\xbb\xbf')]
)
def test_other_encodings(app: Simulator, port: int, encoding: str, start: bytes) -> None:
    app.control.fault(encoding=encoding)
    assert fetch(port, '/customers').read().startswith(start)


def test_bytes_that_are_not_utf8(app: Simulator, port: int) -> None:
    for encoding in ('latin-1', 'broken'):
        app.control.fault(encoding=encoding, content_type='application/json; charset=latin-1')
        answer = fetch(port, '/customers')
        assert answer.getheader('Content-Type', '').endswith('latin-1')
        with pytest.raises(UnicodeDecodeError):
            answer.read().decode()
