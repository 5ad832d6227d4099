"""What every way to an answer has in common, and the way that needs no network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from .body import read_body
from .errors import RetryError

MAX_BYTES = 32 * 2**20  # of one answer after decompression; a page of 1,000 customers has 1.5 MB
ANSWER_SECONDS = 60.0  # for one whole answer, and for all attempts at one

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are in lower case; the body is complete and decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Sends one GET request, once, and returns whatever the server says, error or not."""

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        max_bytes: int = MAX_BYTES,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer:
        """Return the answer.

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
        max_bytes: int = MAX_BYTES,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer:
        """Return the app's answer; there is no network to wait ``seconds`` for."""
        parts = urlsplit(url)
        environ: dict[str, Any] = {
            'REQUEST_METHOD': 'GET',
            'PATH_INFO': unquote(parts.path, 'latin-1'),
            'QUERY_STRING': parts.query,
            'HTTP_HOST': parts.netloc,
            'wsgi.url_scheme': parts.scheme,
        }
        for name, value in headers.items():
            environ['HTTP_' + name.upper().replace('-', '_')] = value
        setup_testing_defaults(environ)
        try:
            status, answered, pieces = self._call(environ)
        except ConnectionError as exc:  # how the simulator cuts an answer short in-process
            failure = RetryError('interrupted', type(exc).__name__)
        else:
            return Answer(status, answered, read_body(answered, pieces, max_bytes))
        raise failure

    def _call(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], list[bytes]]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, pairs: list[tuple[str, str]], *_exc_info: Any) -> None:
            started.append((status, pairs))

        chunks = self._app(environ, start_response)
        try:
            pieces = list(chunks)  # an app may call start_response as late as this
        finally:
            getattr(chunks, 'close', lambda: None)()
        status, pairs = started[-1]
        return int(status[:3]), {name.lower(): value for name, value in pairs}, pieces
