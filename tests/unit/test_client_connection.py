"""Connections that break, stall or lead elsewhere."""

from __future__ import annotations

import gzip
import itertools
import socket
import time

import pytest
from client_bench import APP, CUSTOMERS, GOOD, GRANT, SELF, Bench
from client_server import FaultServer, Reply, Wire, answer, head, raw

from client import Credentials, HttpTransport, RestClient, Secret, WaitError

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


def test_a10_nobody_listens(fault_server: FaultServer) -> None:
    bench = Bench(fault_server)
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
def test_a14_a15_silence_and_dripping_end_at_the_deadline(
    fault_server: FaultServer, slow: Reply
) -> None:
    bench = Bench(fault_server, first_byte_seconds=0.3, answer_seconds=0.6)
    error = bench.failure(slow)
    assert isinstance(error, WaitError)
    assert error.code == 'timed_out'
    assert len(fault_server.requests) == 5


def test_an_answer_that_starts_late_has_the_whole_time(fault_server: FaultServer) -> None:
    def late(wire: Wire) -> None:
        wire.send(head(200, {**JSON, 'Content-Length': str(len(FULL))}))
        time.sleep(0.6)
        wire.send(FULL)

    assert Bench(fault_server, first_byte_seconds=0.3, answer_seconds=30).names(late) == [
        "Jensen & Søn"
    ]


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


def test_a_closed_transport_lets_go_of_its_connections(fault_server: FaultServer) -> None:
    fault_server.script[:] = [SELF]
    transport = HttpTransport(allow_loopback=True)
    transport.send(f'{fault_server.url}/self', {})
    transport.close()
    transport.send(f'{fault_server.url}/self', {})
    assert fault_server.connections == 2


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
