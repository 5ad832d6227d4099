"""Where the client goes and where it never goes: hosts, schemes, certificates, the environment."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from pathlib import Path

import pytest
import requests
from client_server import FaultServer, answer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from client import AccessError, ContractError, HttpTransport, RetryError

GOOD = [
    'https://restapi.e-conomic.com/customers?filter=customerNumber%24gt%3A0',
    'https://RESTAPI.e-conomic.com/self',
    'https://restapi.e-conomic.com:443/self',
    'https://apis.e-conomic.com/q2capi/v5.3.0/invoices/booked/lines',
]
TRICKS = [
    'http://restapi.e-conomic.com/self',
    'ftp://restapi.e-conomic.com/self',
    'file:///etc/passwd',
    '//restapi.e-conomic.com/self',
    'restapi.e-conomic.com/self',
    '',
    'https://',
    'https:///self',
    'https://restapi.e-conomic.com:8443/self',
    'https://restapi.e-conomic.com:443x/self',
    'https://restapi.e-conomic.com:99999/self',
    'https://user@restapi.e-conomic.com/self',
    'https://user:pass@restapi.e-conomic.com/self',
    'https://restapi.e-conomic.com@evil.example/self',
    'https://evil.example@restapi.e-conomic.com/self',
    'https://restapi.e-conomic.com%40evil.example/self',
    'https://restapi.e-conomic.com:443@evil.example/self',
    'https://evil.example/restapi.e-conomic.com',
    'https://evil.example?restapi.e-conomic.com',
    'https://evil.example#@restapi.e-conomic.com/',
    'https://restapi.e-conomic.com.evil.example/self',
    'https://restapi.e-conomic.com./self',
    'https://e-conomic.com/self',
    'https://secure.e-conomic.com/self',
    'https://restapi-e-conomic.com/self',
    'https://restapi.e-conomic.com\\@evil.example/self',
    'https://evil.example\\restapi.e-conomic.com/self',
    'https:\\\\restapi.e-conomic.com/self',
    'https://restapi.e-conomic.com/../self',
    'https://restapi.e-conomic.com/a/%2e%2e/self',
    'https://restapi.e-conomic.com/./self',
    'https://restapi.e-conomic.com/self\r\nX-Evil: 1',
    'https://restapi.e-conomic.com/self next',
    ' https://restapi.e-conomic.com/self',
    'https://restapi.e-conomic.com/\u0000',
    'https://rest\u0430pi.e-conomic.com/self',
    'https://restapi。e-conomic。com/self',
    'https://ｒestapi.e-conomic.com/self',
    'https://[::1]/self',
    'https://[restapi.e-conomic.com]/self',
    'https://restapi.e-conomic.com:443:443/self',
    'https://restapi.e-conomic.com:/self',
    'https://restapi.e-conomic.com:0443/self',
    'https://127.0.0.1/self',
    'https://localhost/self',
    'http://127.0.0.1:8091/self',
    'http://169.254.169.254/latest',
    'https://2130706433/self',
]
NOT_LOOPBACK = [
    'http://127.0.0.1.evil.example/self',
    'http://localhost.evil.example/self',
    'http://0.0.0.0:8091/self',
    'http://10.0.0.1/self',
    'http://[::ffff:10.0.0.1]/self',
    'http://127.0.0.1@evil.example/self',
    'http://2130706433/self',
    'http://restapi.e-conomic.com/self',
    'gopher://127.0.0.1/self',
    'http://[127.0.0.1]/self',
    'http://127.0.0.1:80@evil.example/self',
    'http://127.1/self',
    'http://127.0.0.1:8x/self',
    'http://127.0.0.1:999999/self',
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to look up or connect to anything a failure of its own kind."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError('the network was touched')

    monkeypatch.setattr(socket, 'getaddrinfo', refuse)
    monkeypatch.setattr(socket.socket, 'connect', refuse)


@pytest.mark.usefixtures('no_network')
@pytest.mark.parametrize('url', TRICKS)
def test_f22_a_foreign_address_is_refused_before_any_connection(url: str) -> None:
    with pytest.raises(ContractError) as caught:
        HttpTransport().send(url, {'X-AppSecretToken': 'canary'})
    assert caught.value.code == 'foreign_host'


@pytest.mark.usefixtures('no_network')
@pytest.mark.parametrize('url', NOT_LOOPBACK)
def test_loopback_means_this_machine_and_nothing_else(url: str) -> None:
    with pytest.raises(ContractError) as caught:
        HttpTransport(allow_loopback=True).send(url, {})
    assert caught.value.code == 'foreign_host'


@pytest.mark.usefixtures('no_network')
@pytest.mark.parametrize('url', GOOD)
def test_e_conomics_own_hosts_are_let_through(url: str) -> None:
    with pytest.raises(RetryError):  # that is, it tried to connect
        HttpTransport().send(url, {})


def test_proxies_and_netrc_of_the_environment_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / 'netrc'
    netrc.write_text('machine 127.0.0.1 login evil password evil\n')
    monkeypatch.setenv('NETRC', str(netrc))
    with FaultServer() as proxy, FaultServer() as server:
        proxy.script[:] = server.script[:] = [answer('{}')]
        for name in ('http_proxy', 'HTTP_PROXY', 'all_proxy', 'https_proxy'):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv('no_proxy', raising=False)
        monkeypatch.delenv('NO_PROXY', raising=False)
        got = HttpTransport(allow_loopback=True).send(f'{server.url}/self', {})
        assert got.status == 200
        assert proxy.connections == 0
        assert 'authorization' not in server.requests[0].headers


# --- certificates ----------------------------------------------------------------------------


class Authority:
    """A certificate authority of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'Test CA')])
        now = dt.datetime.now(dt.timezone.utc)
        self.bundle = folder / 'ca.pem'
        root = self._sign(self.name, self.key, now - dt.timedelta(1), now + dt.timedelta(1), True)
        self.bundle.write_bytes(root)

    def server(self, *, address: str = '127.0.0.1', days: int = 1) -> ssl.SSLContext:
        """Return what a server needs to answer as ``address`` until some days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
        pem = self._sign(name, key, until - dt.timedelta(30), until, False, address)
        pem += key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file = self.folder / f'{address}-{days}.pem'
        file.write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        start: dt.datetime,
        end: dt.datetime,
        authority: bool,
        address: str | None = None,
    ) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                True,
            )
        )
        if address:
            names = [x509.IPAddress(ipaddress.ip_address(address))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Lend an authority that the HTTP library trusts in place of the real ones."""
    made = Authority(tmp_path)
    monkeypatch.setattr(requests.adapters, 'DEFAULT_CA_BUNDLE_PATH', str(made.bundle))
    if hasattr(requests.adapters, '_preloaded_ssl_context'):  # requests 2.32.0 to 2.32.2
        monkeypatch.setattr(requests.adapters, '_preloaded_ssl_context', None)
    return made


def test_a_good_certificate_is_taken(authority: Authority) -> None:
    with FaultServer(tls=authority.server()) as server:
        server.script[:] = [answer('{"a": 1}')]
        transport = HttpTransport(allow_loopback=True)
        for _ in range(2):
            assert transport.send(f'{server.url}/self', {}).body == b'{"a": 1}'
        assert server.connections == 1


@pytest.mark.parametrize('what', ['another name', 'expired', 'unknown authority'])
def test_a11_a_bad_certificate_is_never_overlooked(
    authority: Authority, tmp_path: Path, what: str
) -> None:
    if what == 'another name':
        tls = authority.server(address='127.0.0.2')
    elif what == 'expired':
        tls = authority.server(days=-1)
    else:
        (tmp_path / 'other').mkdir()
        tls = Authority(tmp_path / 'other').server()
    with FaultServer(tls=tls) as server:
        server.script[:] = [answer('{}')]
        with pytest.raises(AccessError) as caught:
            HttpTransport(allow_loopback=True).send(f'{server.url}/self', {})
        assert caught.value.code == 'insecure'
        assert caught.value.reason
        assert server.requests == []  # no token left this machine


def test_a10_a_failed_handshake_is_worth_another_try() -> None:
    def speak_no_tls(listener: socket.socket) -> None:
        with listener.accept()[0] as sock:
            sock.recv(1)
            sock.sendall(b'220 mail.example ESMTP\r\n')

    with socket.create_server(('127.0.0.1', 0)) as listener:
        threading.Thread(target=speak_no_tls, args=(listener,), daemon=True).start()
        with pytest.raises(RetryError) as caught:
            HttpTransport(allow_loopback=True).send(
                f'https://127.0.0.1:{listener.getsockname()[1]}/self', {}
            )
    assert caught.value.code == 'unreachable'


def test_the_deadline_holds_over_tls_too(authority: Authority) -> None:
    from client_server import Wire, head

    def drip(wire: Wire) -> None:
        wire.send(head(200, {'Content-Length': '99'}))
        wire.drip(b'x' * 99, 0.05)

    with FaultServer(tls=authority.server()) as server:
        server.script[:] = [drip]
        with pytest.raises(RetryError) as caught:
            HttpTransport(allow_loopback=True, answer_seconds=0.5).send(f'{server.url}/self', {})
    assert caught.value.code == 'timed_out'
