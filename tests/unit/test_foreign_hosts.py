"""Acceptance: whatever an address, a link, a cursor, a WSDL or a redirect says, nothing but the one
place that was meant is ever connected to.

Two witnesses: Python's own audit events, which see each connection and look-up of this process and
cannot be switched off, and a listener at the foreign place, which also sees what a C library does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from client_answers import legacy
from client_server import FaultServer, Reply, answer
from foreign_tricks import (
    BASE_ADDRESSES,
    CURSORS,
    ENVELOPES,
    GROUPS,
    HANDLE,
    LINKS,
    REDIRECTS,
    WSDLS,
)
from soap_bench import ENVELOPE

import client.soap_service
from client import (
    Credentials,
    EconomicError,
    HttpTransport,
    PasswordCredentials,
    RestClient,
    Secret,
    SoapClient,
)

TOKENS = Credentials(Secret('app-canary'), Secret('grant-canary'))
LOGIN = PasswordCredentials(7, 'ANN', Secret('password-canary'))


class Witness:
    """Notes each connection and look-up of this process while it listens."""

    def __init__(self) -> None:
        self.listening = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.listening and event in {'socket.connect', 'socket.sendto'}:
            self.seen.append(str(arguments[1]))
        elif self.listening and event in {'socket.getaddrinfo', 'socket.gethostbyname'}:
            self.seen.append(str(tuple(arguments[:2])))


WITNESS = Witness()  # a hook stays for as long as the process


@pytest.fixture
def good() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def evil(good: FaultServer) -> Iterator[FaultServer]:
    """Lend the foreign place; nobody may have come to it, nor to any other but the good one."""
    with FaultServer() as server:
        server.script[:] = [answer('{}')]
        WITNESS.seen.clear()
        WITNESS.listening = True
        try:
            yield server
        finally:
            WITNESS.listening = False
        assert server.connections == 0
        assert [place for place in WITNESS.seen if str(good.port) not in place] == []


def pointing(text: str, evil: FaultServer) -> str:
    place = f'127.0.0.1:{evil.port}'
    return text.replace('{evil}', place).replace('{port}', str(evil.port))


def scripted(reply: Reply, evil: FaultServer) -> Reply:
    """Return the reply, with the foreign place filled in."""

    class Filled:
        def __init__(self, wire: Any) -> None:
            self.wire = wire

        def send(self, data: bytes) -> None:
            filled = pointing(data.decode('latin-1').replace('{{}}', '{}'), evil)
            head, _, body = filled.partition('\r\n\r\n')
            lines = [line for line in head.split('\r\n') if 'content-length' not in line.lower()]
            lines.append(f'Content-Length: {len(body)}')
            self.wire.send(('\r\n'.join(lines) + '\r\n\r\n' + body).encode('latin-1'))

    return lambda wire: reply(Filled(wire))  # type: ignore[arg-type]


def rest(good: FaultServer, url: str | None = None, *, loopback: bool = True) -> RestClient:
    return RestClient(
        TOKENS,
        HttpTransport(allow_loopback=loopback),
        legacy_url=url or good.url,
        open_url=url or good.url,
        sleep=lambda _seconds: None,
    )


def soap(good: FaultServer, url: str | None = None, *, loopback: bool = True) -> SoapClient:
    return SoapClient(
        LOGIN,
        HttpTransport(allow_loopback=loopback),
        url=url or good.url,
        sleep=lambda _seconds: None,
        random=lambda: 0.0,
    )


def connected(operation: str, inside: str = '<Result>1</Result>') -> str:
    return ENVELOPE.format(
        dtd='',
        body=f'<{operation}Response xmlns="http://e-conomic.com">'
        f'{inside.replace("Result", f"{operation}Result")}</{operation}Response>',
    )


def xml(text: str, **headers: str) -> Reply:
    return answer(text, 200, 'text/xml; charset=utf-8', **headers)


LOGGED_IN = xml(connected('Connect', '<Result>token</Result>'), Set_Cookie='ASP.NET_SessionId=a')


@pytest.mark.parametrize('url', BASE_ADDRESSES)
@pytest.mark.parametrize('make', [rest, soap])
def test_base_address(good: FaultServer, evil: FaultServer, make: Any, url: str) -> None:
    with pytest.raises(EconomicError) as caught:
        make(good, pointing(url, evil), loopback=False).fetch_agreement()
    assert caught.value.code == 'foreign_host'
    assert WITNESS.seen == []


@pytest.mark.parametrize('link', LINKS)
@pytest.mark.parametrize('field', ['nextPage', 'lastPage', 'firstPage', 'self', 'rows'])
def test_link_in_a_page(good: FaultServer, evil: FaultServer, field: str, link: str) -> None:
    place = pointing(link, evil)
    rows: list[dict[str, Any]] = [{'customerNumber': 1, 'name': "Jensen", 'self': place}]
    if field == 'rows':
        rows[0] |= {'contacts': place, 'templates': {'self': place}, 'totals': {'drafts': place}}
    pages = []
    for number in (1, 2):
        rows[0]['customerNumber'] = number
        data = legacy(rows, results=3 - number)
        data[field] = data['pagination'][field] = place
        pages.append(answer(json.dumps(data)))
    good.script[:] = pages
    assert [row.number for page in rest(good).customers() for row in page.records] == [1, 2]
    assert len(WITNESS.seen) > 0


@pytest.mark.parametrize('cursor', CURSORS)
def test_cursor(good: FaultServer, evil: FaultServer, cursor: str) -> None:
    items = [{'number': number, 'documentId': 5} for number in (1, 2)]
    good.script[:] = [
        answer(json.dumps({'items': items[:1], 'cursor': pointing(cursor, evil)})),
        answer(json.dumps({'items': items[1:]})),
    ]
    list(rest(good).invoice_lines(above=4, up_to=9))
    assert len(good.requests) == 2
    assert {request.headers['host'] for request in good.requests} == {f'127.0.0.1:{good.port}'}


@pytest.mark.parametrize('name', REDIRECTS)
@pytest.mark.parametrize('make', [rest, soap])
def test_redirect(good: FaultServer, evil: FaultServer, make: Any, name: str) -> None:
    good.script[:] = [scripted(REDIRECTS[name], evil)]
    with suppress(EconomicError):
        make(good).fetch_agreement()
    assert good.requests


@pytest.mark.parametrize('name', ENVELOPES)
def test_answer_of_the_soap_api(good: FaultServer, evil: FaultServer, name: str) -> None:
    dtd, number = (pointing(part, evil) for part in ENVELOPES[name])
    body = GROUPS.format(inside=HANDLE.format(number=number))
    good.script[:] = [LOGGED_IN, xml(ENVELOPE.format(dtd=dtd, body=body))]
    with suppress(EconomicError):
        soap(good).fetch_references('customer_group')
    assert len(good.requests) >= 2


@pytest.mark.parametrize('name', WSDLS)
def test_wsdl(
    good: FaultServer,
    evil: FaultServer,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mark, instead = WSDLS[name]
    text = client.soap_service.WSDL.read_text()
    assert mark in text
    spoilt = tmp_path / 'economic.wsdl'
    spoilt.write_text(text.replace(mark, pointing(instead, evil), 1))
    good.script[:] = [LOGGED_IN, xml(connected('Company_Get'))]
    monkeypatch.setattr(client.soap_service, 'WSDL', spoilt)
    client.soap_service._document.cache_clear()
    try:
        with suppress(Exception):
            soap(good).fetch_agreement()
    finally:
        monkeypatch.undo()
        client.soap_service._document.cache_clear()


def test_there_are_more_than_forty_tricks() -> None:
    rounds = (2 * len(BASE_ADDRESSES), 5 * len(LINKS), len(CURSORS), 2 * len(REDIRECTS))
    assert sum(rounds) + len(ENVELOPES) + len(WSDLS) >= 40


def test_the_witnesses_see_who_does_go_elsewhere(good: FaultServer) -> None:
    """Proof that this test can fail: a library that follows what it is told."""
    import requests
    from lxml import etree

    with FaultServer() as elsewhere:
        elsewhere.script[:] = [answer('{}')]
        good.script[:] = [answer('{}', 302, Location=elsewhere.url)]
        WITNESS.seen.clear()
        WITNESS.listening = True
        requests.get(good.url, timeout=5)
        WITNESS.listening = False
        assert any(str(elsewhere.port) in place for place in WITNESS.seen)
        before = elsewhere.connections
        parser = etree.XMLParser(load_dtd=True, no_network=False)
        with suppress(etree.XMLSyntaxError):
            etree.fromstring(f'<!DOCTYPE a SYSTEM "{elsewhere.url}/x.dtd"><a/>'.encode(), parser)
        seen_by_c = elsewhere.connections > before
        # Newer versions of libxml2 have no network at all.
        assert seen_by_c or not etree.LIBXML_COMPILED_VERSION < (2, 13)
