"""The other side of the client's tests: a server on a raw socket that misbehaves on request.

No HTTP library: none can cut a body, drip bytes or lie about a length.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

Reply = Callable[['Wire'], None]


@dataclass
class Request:
    """What a client sent: the request line's target and the headers, names in lower case."""

    target: str
    headers: dict[str, str]


class Wire:
    """One connection, as a reply sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.open = True

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send byte by byte with a pause before each, until the client has had enough."""
        for byte in data:
            time.sleep(seconds)
            self.send(bytes([byte]))

    def close(self) -> None:
        self.open = False

    def reset(self) -> None:
        """Break the connection with RST instead of an orderly end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.open = False


def head(status: int, headers: Mapping[str, str], version: str = '1.1') -> bytes:
    lines = [f'HTTP/{version} {status} Whatever', *(f'{k}: {v}' for k, v in headers.items())]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')


def answer(
    body: bytes | str = b'',
    status: int = 200,
    content_type: str = 'application/json',
    *,
    packed: bool = False,
    **headers: str,
) -> Reply:
    """Return a reply that is right in form; underscores in header names stand for dashes."""
    data = body.encode() if isinstance(body, str) else body
    if packed:
        data = gzip.compress(data)
        headers['Content_Encoding'] = 'gzip'
    headers.setdefault('Content_Length', str(len(data)))
    named = {name.replace('_', '-'): value for name, value in headers.items()}

    def reply(wire: Wire) -> None:
        wire.send(head(status, {'Content-Type': content_type, **named}) + data)

    return reply


def raw(data: bytes, *, close: bool = True, reset: bool = False) -> Reply:
    """Return a reply that sends exactly this, then ends the connection."""

    def reply(wire: Wire) -> None:
        wire.send(data)
        if reset:
            wire.reset()
        elif close:
            wire.close()

    return reply


def page(rows: list[Any], *, results: int | None = None, total: int | None = None) -> str:
    """Return a page of a legacy list as JSON text."""
    count = len(rows) if results is None else results
    pagination = {
        'results': count,
        'resultsWithoutFilter': count if total is None else total,
        'nextPage': 'http://127.0.0.1:1/evil',
    }
    return json.dumps({'collection': rows, 'pagination': pagination})


@dataclass
class FaultServer:
    """Answers each request with the next reply of ``script``; the last one is for ever."""

    tls: ssl.SSLContext | None = None
    script: list[Reply] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopped = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stopped = True
        # Closing does not wake accept(); a connection does.
        with contextlib.suppress(OSError):
            socket.create_connection(('127.0.0.1', self.port), timeout=1).close()
        self._thread.join(5)
        self._listener.close()

    @property
    def url(self) -> str:
        return f'{"https" if self.tls else "http"}://127.0.0.1:{self.port}'

    def _accept(self) -> None:
        while True:
            sock, _address = self._listener.accept()
            if self._stopped:
                sock.close()
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        # Clients that give up break the connection: nothing to report.
        with contextlib.suppress(OSError), sock:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            wire = Wire(sock)
            with sock, sock.makefile('rb') as stream:
                while wire.open and (request := _read_request(stream)):
                    self.requests.append(request)
                    reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                    reply(wire)


def _read_request(stream: Any) -> Request | None:
    first = stream.readline()
    if not first:
        return None
    headers: dict[str, str] = {}
    while (line := stream.readline().decode('latin-1').strip()) != '':
        name, _colon, value = line.partition(':')
        headers[name.lower()] = value.strip()
    return Request(first.split()[1].decode('latin-1'), headers)
