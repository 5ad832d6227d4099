"""Where SOAP requests go and what they leave behind: S06, S07, S09 and S10 of the fault matrix."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from soap_bench import ADDRESS, AGREEMENT, ANCHOR, LOGIN, TOKENS, all_of, served, soap_client
from zeep.exceptions import Error as ZeepError
from zeep.wsdl import Document

from client import (
    SOAP_URL,
    Answer,
    ContractError,
    EconomicError,
    HttpTransport,
    PasswordCredentials,
    Secret,
    SoapClient,
    WaitError,
    WsgiTransport,
)
from client.address import check_address
from client.soap_caller import Cookies
from client.soap_service import SETTINGS, WSDL, _Wire
from simulator import PASSWORD, USER, Simulator, create_app


@pytest.fixture
def app() -> Simulator:
    return create_app(5, 60, 90, ANCHOR, rate_limit=None)


@pytest.fixture
def address(app: Simulator) -> Iterator[str]:
    with served(app) as place:
        yield place


# S06, S07: addresses


class Recorder:
    """Notes where requests go, and sends them to the simulator."""

    def __init__(self, app: Simulator) -> None:
        self.urls: set[str] = set()
        self._to = WsgiTransport(app)

    def send(self, url: str, headers: Any, **options: Any) -> Answer:
        self.urls.add(url)
        return self._to.send(url, headers, **options)


def test_everything_goes_to_the_one_address(app: Simulator) -> None:
    recorder = Recorder(app)
    client = soap_client(app, transport=recorder)
    all_of(client.customers())
    client.close()
    assert recorder.urls == {f'{ADDRESS}/secure/api1/EconomicWebService.asmx'}
    assert {row['method'] for row in app.control.log()} == {'POST'}
    recorder = Recorder(app)
    SoapClient(LOGIN, recorder).fetch_agreement()
    assert recorder.urls == {'https://api.e-conomic.com/secure/api1/EconomicWebService.asmx'}


def test_e_conomics_own_host_may_be_spoken_to() -> None:
    check_address(f'{SOAP_URL}/secure/api1/EconomicWebService.asmx')


@pytest.mark.parametrize(
    'url',
    [
        'http://api.e-conomic.com', 'https://api.e-conomic.com.evil.example',
        'https://evil.example', 'https://api.e-conomic.com@evil.example',
        'https://api.e-conomic.com:444', 'https://127.0.0.1', 'http://127.0.0.1:1',
        'file:///etc/hostname', 'https://api.e-conomic.com/../evil', '',
    ],
)  # fmt: skip
def test_no_other_host_is_spoken_to(url: str) -> None:
    client = SoapClient(LOGIN, HttpTransport(), url=url)
    with pytest.raises(ContractError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'foreign_host'


@pytest.mark.parametrize(
    'element',
    [
        '<s:import namespace="urn:x" schemaLocation="{place}"/>',
        '<s:include schemaLocation="{place}"/>',
    ],
)
@pytest.mark.parametrize('place', ['{address}/x.xsd', 'file:///etc/hostname', '/etc/hostname'])
def test_a_wsdl_reads_nothing_else(app: Simulator, address: str, element: str, place: str) -> None:
    text = WSDL.read_text().replace(
        '<s:element name="Connect">',
        element.replace('{place}', place.replace('{address}', address))
        + '<s:element name="Connect">',
        1,
    )

    def refuse(_envelope: bytes, _headers: Any) -> bytes:
        raise AssertionError

    make: Any = Document
    with pytest.raises((ContractError, ZeepError)):
        make(io.BytesIO(text.encode()), _Wire(refuse), settings=SETTINGS)
    assert app.control.log() == []


# S09: secrets; S10: time

CANARY = 'canary-Qx7 password'


def test_no_secret_and_no_cookie_reaches_a_log(
    address: str, app: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent = PasswordCredentials(AGREEMENT, USER, Secret(CANARY))
    transport = HttpTransport(allow_loopback=True)
    app.control.fault(path='#Connect$', replace=[['ConnectResponse', 'Other']], count=1)
    texts = []
    for credentials in (sent, sent, TOKENS, LOGIN):
        client = soap_client(app, credentials, transport, address)
        if credentials is not sent:
            client.fetch_agreement()
            continue
        with pytest.raises(EconomicError) as caught:
            client.fetch_agreement()
        error = caught.value
        texts += [*traceback.format_exception(error), repr(error), str(vars(error))]
        assert error.__cause__ is None
        assert error.__context__ is None
    transport.close()
    texts += [repr(sent), str(sent), repr(TOKENS), caplog.text]
    secrets = [CANARY, PASSWORD, TOKENS.app_secret_token.reveal(), 'simulator-grant', 'SSID=']
    assert 'ConnectWithToken' in caplog.text
    assert not [secret for secret in secrets for text in texts if secret in text]


def test_an_answer_that_does_not_come_is_not_waited_for(app: Simulator, address: str) -> None:
    transport = HttpTransport(allow_loopback=True, first_byte_seconds=0.1)
    app.control.fault(path='#Connect', delay=1.0, count=None)
    client = soap_client(app, transport=transport, url=address)
    with pytest.raises(WaitError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'timed_out'
    assert client.requests == 5
    transport.close()


# Cookies


def test_cookies_are_given_back_as_they_came() -> None:
    cookies = Cookies()
    assert not cookies
    cookies.take(['SS=a1; path=/; HttpOnly', 'SC=b=2; expires=Wed, 01 Jan 2031 00:00:00 GMT'])
    cookies.take(['SSID=c3', 'ASP.NET_SessionId=d4; secure', 'none', '=x', 'a b=c', 'X=\r\nY: z'])
    assert cookies.header == 'SS=a1; SC=b=2; SSID=c3; ASP.NET_SessionId=d4'
    cookies.take(['SC=; path=/', 'SSID=c3; Max-Age=0', 'SS=new', f'BIG={"x" * 5000}'])
    assert cookies.header == 'SS=new; ASP.NET_SessionId=d4'
    cookies.take([f'C{number}=1' for number in range(100)])
    assert cookies.header.count('=') == 20
    cookies.clear()
    assert cookies.header == ''


def test_logging_out_never_fails(app: Simulator) -> None:
    client = soap_client(app)
    client.close()
    assert client.requests == 0
    client.fetch_agreement()
    app.control.fault(path='#Disconnect', status=503)
    client.close()
    client.close()
    assert client.requests == 4
