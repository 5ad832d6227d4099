"""The way over the network: one session, with every limit that a hostile answer could break.

What the HTTP libraries do not do by themselves, in the versions Odoo 19 pins and in today's:
notice a body shorter than announced (urllib3 1.26), hold a deadline against an answer that drips
in byte by byte, stop at a size after decompression, keep our headers from a redirect's target.
"""

import http.client
import http.cookiejar
import io
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import requests
import urllib3.connection
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .address import check_address
from .body import announced_size, read_body
from .errors import AccessError, EconomicError, RetryError
from .transport import ANSWER_SECONDS, MAX_BYTES, Answer

CONNECT_SECONDS = 5.0
FIRST_BYTE_SECONDS = 30.0
_CHUNK = 65536  # bytes
_BODILESS = (204, 304)  # statuses that never have a body, whatever length they announce
# When the answer that is being read must be whole, on the monotonic clock.
_DEADLINE: ContextVar[float] = ContextVar('deadline')


class HttpTransport:
    """Sends requests to e-conomic's hosts and nowhere else. One instance serves one thread.

    :param allow_loopback: also speak to this machine, with or without TLS, for the simulator
    :param connect_seconds: for the connection, TLS handshake included
    :param first_byte_seconds: from the request to the first byte of the answer
    :param answer_seconds: for the whole answer
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        first_byte_seconds: float = FIRST_BYTE_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._connect_seconds = connect_seconds
        self._first_byte_seconds = first_byte_seconds
        self._answer_seconds = answer_seconds
        self._session = _Session()

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer:
        """Send one request; see ``Transport.send``."""
        check_address(url, allow_loopback=self._allow_loopback)
        seconds = min(seconds, self._answer_seconds)
        token = _DEADLINE.set(time.monotonic() + seconds)
        try:
            with self._session.request(
                'GET' if body is None else 'POST',
                url,
                data=body,
                headers={**headers, 'Accept-Encoding': 'gzip'},
                stream=True,
                allow_redirects=False,
                timeout=(min(self._connect_seconds, seconds), self._first_byte_seconds),
            ) as response:
                answered = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
                if status in _BODILESS:
                    return Answer(status, answered, b'')
                chunks = _chunks(answered, response.raw)
                whole = read_body(answered, chunks, max_bytes)
                cookies = tuple(response.raw.headers.getlist('Set-Cookie'))
                return Answer(status, answered, whole, cookies)
        except (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException) as exc:
            failure = _failure(exc)
        finally:
            _DEADLINE.reset(token)
        # Raised here and not above: the library's exception holds the request with its headers,
        # and would hang on ours as its context.
        raise failure

    def close(self) -> None:
        """Close the connections that are kept open between requests."""
        self._session.close()


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no proxy, no .netrc and no other CA bundle from the environment
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=()))
        adapter = _Adapter(max_retries=0)
        self.mount('https://', adapter)
        self.mount('http://', adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        # Asked even when redirects are off, and then reads the body without a limit.
        return None


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {'http': _HttpPool, 'https': _HttpsPool}


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _TimedSocket(self.sock)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _TimedSocket(self.sock)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _TimedSocket:
    """A socket whose answers have a deadline; everything else goes to the real one."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Open one answer for reading; called once for each request on the connection."""
        return io.BufferedReader(_TimedReader(self._sock))


class _TimedReader(io.RawIOBase):
    """Reads one answer, headers and body, from a socket.

    A socket's own timeout starts anew with every byte. Here each read gets what is left: of the
    time for the first byte, which is the timeout that urllib3 has set on the socket, and of the
    time for the whole answer.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # The file counts itself at the socket: http.client closes that before it reads the body.
        self._file = sock.makefile('rb', buffering=0)
        self._deadline = _DEADLINE.get()
        self._first = time.monotonic() + (sock.gettimeout() or 0.0)
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        until = self._deadline if self._begun else min(self._first, self._deadline)
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the answer is over")
        self._sock.settimeout(left)
        count = self._file.readinto(buffer)
        self._begun = True
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _chunks(headers: Mapping[str, str], raw: Any) -> Iterator[bytes]:
    """Yield the body as it comes over the wire.

    A chunked body is held to its last chunk by http.client, any other to its announced size. One
    that ends when the connection does cannot be told from one that was cut, so it is refused.
    """
    if (
        headers.get('transfer-encoding', '').lower() != 'chunked'
        and announced_size(headers) is None
    ):
        raise RetryError('interrupted', "no way to tell where the answer ends")
    while chunk := raw.read(_CHUNK, decode_content=False):
        yield chunk


def _failure(exc: Exception) -> EconomicError:
    """Say what went wrong on the way, without a word of what the libraries put into their text."""
    causes = list(_causes(exc))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return AccessError('insecure', cause.verify_message)
        if isinstance(cause, _WRONG_NAME):
            return AccessError('insecure', str(cause))
    names = ' < '.join(type(cause).__name__ for cause in causes)
    if any(isinstance(cause, _UNREACHABLE) for cause in causes):
        return RetryError('unreachable', names)
    if any(isinstance(cause, _TIMED_OUT) for cause in causes):
        return RetryError('timed_out', names)
    return RetryError('interrupted', names)


# It has moved twice, but every version imports it where the connection is.
_WRONG_NAME: type[Exception] = urllib3.connection.CertificateError  # type: ignore[attr-defined]
_UNREACHABLE = (
    requests.ConnectTimeout,
    requests.exceptions.SSLError,
    urllib3.exceptions.NewConnectionError,
)
_TIMED_OUT = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)


def _causes(exc: BaseException) -> Iterable[BaseException]:
    """Yield an exception and all that it was made from; the libraries wrap theirs in four ways."""
    found: list[BaseException] = []
    waiting: list[object] = [exc]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            waiting += [cause.__cause__, cause.__context__, getattr(cause, 'reason', None)]
            waiting += cause.args
    return found
