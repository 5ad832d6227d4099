"""What every way to an answer has in common, and the way that needs no network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from .body import read_body
from .errors import RetryError

MAX_BYTES = 32 * 2**20  # of one answer after decompression; a page of 1,000 customers has 1.5 MB
ANSWER_SECONDS = 60.0  # for one whole answer, and for all attempts at one

Pairs = list[tuple[str, str]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are in lower case; the body is complete and decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    # The values of Set-Cookie one by one: they cannot be told apart once they are joined.
    cookies: tuple[str, ...] = field(default=(), repr=False)


class Transport(Protocol):
    """Sends one request, once, and returns whatever the server says, error or not."""

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer:
        """Return the answer.

        :param body: to be posted; without one it is a GET
        :param max_bytes: the largest body accepted, after decompression
        :param seconds: within this time the whole answer must be here
        :raise AccessError: ``insecure``
        :raise RetryError: ``unreachable``, ``timed_out`` or ``interrupted``
        :raise ContractError: ``foreign_host``, ``too_large`` or ``malformed``
        """


class WsgiTransport:
    """Calls a WSGI app in this process, for the demo agreement; the host in the URL is ignored."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer:
        """Return the app's answer; there is no network to wait ``seconds`` for."""
        parts = urlsplit(url)
        environ: dict[str, Any] = {
            'REQUEST_METHOD': 'GET' if body is None else 'POST',
            'PATH_INFO': unquote(parts.path, 'latin-1'),
            'QUERY_STRING': parts.query,
            'HTTP_HOST': parts.netloc,
            'wsgi.url_scheme': parts.scheme,
        }
        for name, value in headers.items():
            environ['HTTP_' + name.upper().replace('-', '_')] = value
        if body is not None:
            environ |= {
                'CONTENT_TYPE': environ.pop('HTTP_CONTENT_TYPE', ''),
                'CONTENT_LENGTH': str(len(body)),
                'wsgi.input': BytesIO(body),
            }
        setup_testing_defaults(environ)
        try:
            status, pairs, pieces = self._call(environ)
        except ConnectionError as exc:  # how the simulator cuts an answer short in-process
            failure = RetryError('interrupted', type(exc).__name__)
        else:
            answered = {name.lower(): value for name, value in pairs}
            cookies = tuple(value for name, value in pairs if name.lower() == 'set-cookie')
            return Answer(status, answered, read_body(answered, pieces, max_bytes), cookies)
        raise failure

    def _call(self, environ: dict[str, Any]) -> tuple[int, Pairs, list[bytes]]:
        started: list[tuple[str, Pairs]] = []

        def start_response(status: str, pairs: Pairs, *_exc_info: Any) -> None:
            started.append((status, pairs))

        chunks = self._app(environ, start_response)
        try:
            pieces = list(chunks)  # an app may call start_response as late as this
        finally:
            getattr(chunks, 'close', lambda: None)()
        status, pairs = started[-1]
        return int(status[:3]), pairs, pieces
