"""What goes wrong between us and the SOAP API: S01 to S10 of the fault matrix, and secrets."""

from __future__ import annotations

import io
import logging
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from soap_bench import ADDRESS, AGREEMENT, ANCHOR, LOGIN, TOKENS, all_of, calls, soap_client
from zeep.exceptions import ExternalReferenceForbidden
from zeep.wsdl import Document

from client import (
    AccessError,
    Answer,
    ContractError,
    Credentials,
    DataError,
    EconomicError,
    HttpTransport,
    PasswordCredentials,
    Secret,
    SoapClient,
    WaitError,
    WsgiTransport,
)
from client.soap_caller import Cookies
from client.soap_service import SETTINGS, WSDL, _Wire
from simulator import PASSWORD, USER, Simulator, create_app
from simulator.server import listen

NOT_LOGGED_IN = {
    'kind': 'AuthenticationException',
    'code': 'E02250',
    'text': 'Not logged in - could not resolve authenticationContext',
}
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>{dtd}'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{body}'
    '</soap:Body></soap:Envelope>'
)
GROUPS = (
    '<DebtorGroup_GetAllResponse xmlns="http://e-conomic.com"><DebtorGroup_GetAllResult>{inside}'
    '</DebtorGroup_GetAllResult></DebtorGroup_GetAllResponse>'
)
GROUP = '<DebtorGroupHandle><Number>1</Number></DebtorGroupHandle>'


@pytest.fixture
def app() -> Simulator:
    return create_app(5, 60, 90, ANCHOR, rate_limit=None)


@pytest.fixture
def address(app: Simulator) -> Iterator[str]:
    server = listen(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f'http://127.0.0.1:{server.port}'
    server.shutdown()
    thread.join(10)
    server.server_close()


def failure(client: SoapClient, app: Simulator, **fault: Any) -> EconomicError:
    """Return what becomes of a list of groups under a fault."""
    app.control.fault(**{'path': '#DebtorGroup_GetAll$', 'count': None, **fault})
    with pytest.raises(EconomicError) as caught:
        client.fetch_references('customer_group')
    app.control.clear_faults()
    return caught.value


# S01, S02: sessions


@pytest.mark.parametrize('credentials', [LOGIN, TOKENS])
def test_a_session_that_ends_is_opened_again_in_silence(
    app: Simulator, credentials: Credentials | PasswordCredentials
) -> None:
    client = soap_client(app, credentials, batch=20)
    pages = client.customers()
    found = list(next(pages).records)
    app.control.expire()
    found += [row for page in pages for row in page.records]
    assert len(found) == 60
    assert calls(app)['Connect'] + calls(app)['ConnectWithToken'] == 2


def test_a_session_that_is_lost_every_time_is_given_up(app: Simulator) -> None:
    client = soap_client(app)
    error = failure(client, app, soap=NOT_LOGGED_IN)
    assert (type(error), error.code) == (AccessError, 'session_lost')
    assert (calls(app)['Connect'], calls(app)['DebtorGroup_GetAll']) == (2, 2)
    assert client.requests == 4
    assert client.fetch_references('customer_group').records


def test_no_more_than_one_new_login_in_ten_calls(app: Simulator) -> None:
    client = soap_client(app, batch=1)
    pages = client.customers()
    next(pages)
    app.control.expire()
    next(pages)
    for _ in range(8):
        next(pages)
    app.control.expire()
    with pytest.raises(AccessError) as caught:
        next(pages)
    assert caught.value.code == 'session_lost'
    client.fetch_agreement()
    for _ in range(3):
        client.fetch_references('unit')
        client.fetch_references('employee')
    app.control.expire()
    assert client.fetch_agreement().agreement_number == AGREEMENT


def test_a_revoked_grant_is_an_access_error(app: Simulator) -> None:
    client = soap_client(app, TOKENS)
    client.fetch_agreement()
    app.control.revoke()
    with pytest.raises(AccessError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'login_refused'


# S03: faults

FAULTS = [
    ('AuthorizationException', 'E00000', "Not allowed", AccessError, 'endpoint_refused'),
    ('AccessException', 'E00000', "No access", AccessError, 'endpoint_refused'),
    ('UserException', 'E00410', "Connect is gone", AccessError, 'password_login_removed'),
    ('UserException', 'E00000', "Something", ContractError, 'bad_request'),
    ('SchemaException', 'E00000', "Wrong", ContractError, 'bad_request'),
    ('IntegrityException', 'E06000', "The debtor does not exist.", DataError, 'not_found'),
    ('ServerException', 'E00000', "Failed", WaitError, 'server_error'),
    ('', '', "Server was unable to process request.", WaitError, 'server_error'),
]


@pytest.mark.parametrize('status', [500, 200])
@pytest.mark.parametrize(('kind', 'code', 'text', 'expected', 'word'), FAULTS)
def test_a_fault_has_its_meaning(
    app: Simulator,
    status: int,
    kind: str,
    code: str,
    text: str,
    expected: type[EconomicError],
    word: str,
) -> None:
    fault = {'kind': kind, 'code': code, 'text': text}
    error = failure(soap_client(app), app, soap=fault, status=status)
    assert (type(error), error.code) == (expected, word)
    assert text in error.reason
    assert error.endpoint == 'DebtorGroup_GetAll'
    tries = 5 if not kind else 1
    assert len([row for row in app.control.log() if row['fault']]) == tries


def test_a_fault_inside_others_is_found(app: Simulator) -> None:
    text = (
        "System.Web.Services.Protocols.SoapException: Server was unable to process it. ---&gt; "
        "Economic.Api.Exceptions.AuthorizationException(E01234): Not yours (id=5e7-a)"
    )
    body = (
        '<soap:Fault><faultcode>soap:Server</faultcode>'
        f'<faultstring>{text}</faultstring><detail/></soap:Fault>'
    )
    error = failure(
        soap_client(app),
        app,
        status=500,
        text=ENVELOPE.format(dtd='', body=body),
        content_type='text/xml',
    )
    assert (error.code, error.reason) == ('endpoint_refused', 'E01234: Not yours')


def test_secrets_in_a_fault_are_taken_out(app: Simulator) -> None:
    for credentials, secrets in (
        (LOGIN, [PASSWORD]),
        (TOKENS, [TOKENS.app_secret_token.reveal(), TOKENS.agreement_grant_token.reveal()]),
    ):
        for secret in secrets:
            fault = {'kind': 'UserException', 'code': 'E00000', 'text': f'no {secret} here'}
            error = failure(soap_client(app, credentials), app, soap=fault)
            assert error.reason == 'E00000: no *** here'


def test_password_login_is_refused_as_e_conomic_does(app: Simulator) -> None:
    app.control.configure(password_login=False)
    with pytest.raises(AccessError) as caught:
        soap_client(app).fetch_agreement()
    assert caught.value.code == 'password_login_removed'
    assert soap_client(app, TOKENS).fetch_agreement().agreement_number == AGREEMENT


@pytest.mark.parametrize(
    'wrong',
    [
        PasswordCredentials(AGREEMENT, USER, Secret('another')),
        PasswordCredentials(AGREEMENT, 'another', Secret(PASSWORD)),
        PasswordCredentials(AGREEMENT + 1, USER, Secret(PASSWORD)),
        Credentials(Secret('another'), TOKENS.agreement_grant_token),
        Credentials(TOKENS.app_secret_token, Secret('another')),
    ],
)
def test_a_wrong_login_is_refused(app: Simulator, wrong: Credentials | PasswordCredentials) -> None:
    client = soap_client(app, wrong)
    with pytest.raises(AccessError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'login_refused'
    assert client.requests == 1


@pytest.mark.parametrize(
    ('number', 'user', 'password'),
    [(0, 'a', 'b'), (2**31, 'a', 'b'), (1, '', 'b'), (1, 'a', ''), (1, 'a\0', 'b'),
     (1, 'a', 'b\n'), (1, 'a', '\ud800'), (1, 'a', 'x' * 513)],
)  # fmt: skip
def test_what_cannot_be_a_login_is_not_sent(number: int, user: str, password: str) -> None:
    with pytest.raises(AccessError) as caught:
        PasswordCredentials(number, user, Secret(password))
    assert caught.value.code == 'login_malformed'


def test_a_password_of_danish_and_markup_goes_through() -> None:
    password = 'Æ<&"\'>]]> ø  å\\€ 😀'
    app = create_app(5, 20, 20, ANCHOR, rate_limit=None, password=password)
    credentials = PasswordCredentials(AGREEMENT, USER, Secret(password))
    assert soap_client(app, credentials).fetch_agreement().user_name == USER


# S04, S05, S08: bodies

BODIES = {
    'a plain DTD': ENVELOPE.format(
        dtd='<!DOCTYPE soap:Envelope>', body=GROUPS.format(inside=GROUP)
    ),
    'an entity bomb': ENVELOPE.format(
        dtd='<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        body=GROUPS.format(inside=GROUP.replace('>1<', '>&b;<')),
    ),
    'a file as an entity': ENVELOPE.format(
        dtd='<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        body=GROUPS.format(inside=GROUP.replace('>1<', '>&a;<')),
    ),
    'a DTD elsewhere': ENVELOPE.format(
        dtd='<!DOCTYPE a SYSTEM "{elsewhere}/x.dtd">', body=GROUPS.format(inside=GROUP)
    ),
    'four hundred levels': ENVELOPE.format(dtd='', body='<a>' * 400 + '</a>' * 400),
    'a text of eleven million': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP.replace('>1<', f'>{"1" * 11_000_000}<'))
    ),
    'an empty body': ENVELOPE.format(dtd='', body=''),
    'two results': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP) * 2),
    'the answer to another question': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP).replace('DebtorGroup_', 'Debtor_')
    ),
    'another namespace': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP).replace('e-conomic.com', 'e-conomic.dk')
    ),
    'an unknown element': ENVELOPE.format(dtd='', body=GROUPS.format(inside=f'{GROUP}<Surprise/>')),
    'an empty handle': ENVELOPE.format(dtd='', body=GROUPS.format(inside='<DebtorGroupHandle/>')),
    'a nil handle': ENVELOPE.format(
        dtd='',
        body=GROUPS.format(
            inside='<DebtorGroupHandle xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
            'x:nil="true"/>'
        ),
    ),
    'no envelope': GROUPS.format(inside=GROUP),
    'half of it': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP))[:-30],
    'JSON': '{"collection": []}',
    'nothing': '',
    'latin letters': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP)).replace(
        'utf-8', 'iso-8859-1'
    ),
}


@pytest.mark.parametrize('name', BODIES)
def test_a_body_that_is_no_answer_is_refused(app: Simulator, address: str, name: str) -> None:
    text = BODIES[name].replace('{elsewhere}', address)
    client = soap_client(app)
    error = failure(client, app, text=text, content_type='text/xml; charset=utf-8')
    assert (type(error), error.code) == (ContractError, 'malformed')
    assert not [row for row in app.control.log() if 'x.dtd' in str(row['path'])]
    assert client.fetch_references('customer_group').records


@pytest.mark.parametrize(
    ('fault', 'expected', 'code'),
    [
        ({'content_type': 'text/xml; charset=utf-16'}, ContractError, 'malformed'),
        ({'content_type': 'application/json'}, ContractError, 'malformed'),
        ({'content_type': ''}, ContractError, 'malformed'),
        (
            {'content_type': 'multipart/related; boundary=x; type="application/xop+xml"'},
            ContractError,
            'malformed',
        ),
        ({'encoding': 'utf-16'}, ContractError, 'malformed'),
        ({'body': 'html'}, WaitError, 'web_page'),
        ({'body': 'html', 'status': 503}, WaitError, 'server_error'),
        ({'body': 'html', 'status': 500}, WaitError, 'server_error'),
        ({'body': 'html', 'status': 503, 'retry_after': 600}, WaitError, 'server_error'),
        ({'status': 429, 'retry_after': 600}, WaitError, 'rate_limited'),
        ({'status': 404, 'body': 'html'}, ContractError, 'retired'),
        ({'status': 410, 'body': 'empty'}, ContractError, 'retired'),
        ({'status': 403, 'body': 'html'}, AccessError, 'endpoint_refused'),
        ({'status': 400, 'body': 'html'}, ContractError, 'unexpected_status'),
        ({'redirect': 'http://127.0.0.1:1/evil'}, ContractError, 'redirected'),
        ({'body': 'huge', 'content_type': 'text/xml'}, ContractError, 'too_large'),
        ({'body': 'bomb', 'content_type': 'text/xml'}, ContractError, 'too_large'),
        ({'cut': 'mid_body'}, WaitError, 'interrupted'),
    ],
)
def test_an_answer_that_is_none_is_not_read(
    app: Simulator, fault: dict[str, Any], expected: type[EconomicError], code: str
) -> None:
    error = failure(soap_client(app), app, **fault)
    assert (type(error), error.code) == (expected, code)


@pytest.mark.parametrize('cut', ['before_headers', 'mid_body', 'short', 'gzip', 'crc'])
def test_a_cut_answer_is_fetched_again(app: Simulator, address: str, cut: str) -> None:
    transport = HttpTransport(allow_loopback=True)
    client = soap_client(app, transport=transport, url=address)
    app.control.fault(path='#Debtor_GetDataArray', cut=cut)
    assert len(all_of(client.customers())) == 60
    assert client.requests == 4
    transport.close()


def test_fewer_records_than_asked_for_are_no_answer(app: Simulator) -> None:
    client = soap_client(app)
    app.control.fault(
        path='#DebtorGroup_GetDataArray', replace=[['<Number>2</Number>', '<Number>3</Number>']]
    )
    with pytest.raises(ContractError) as caught:
        client.fetch_references('customer_group')
    assert caught.value.code == 'paging'


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
    with pytest.raises((ContractError, ExternalReferenceForbidden)):
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
