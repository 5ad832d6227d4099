"""The simulator as an HTTP server on loopback that keeps connections alive."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from .app import Simulator

HOST = '127.0.0.1'
# A request with a larger body is answered without reading it, and the connection is closed.
_MAX_BODY = 1 << 20


class Handler(WSGIRequestHandler):
    """Serve one connection: HTTP/1.1, many requests, an answer in one write where it can be.

    Werkzeug's own handler closes after every answer, which would cost a client's session its
    connection each time.
    """

    protocol_version = 'HTTP/1.1'
    # Without this a keep-alive answer waits for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    logs = False

    def run_wsgi(self) -> None:
        """Answer one request."""
        began = time.monotonic()
        environ = self.make_environ()
        size = int(environ.get('CONTENT_LENGTH') or 0)
        if size > _MAX_BODY or 'HTTP_TRANSFER_ENCODING' in environ:
            self.close_connection = True
            size = 0
        environ['wsgi.input'] = io.BytesIO(self.rfile.read(size))
        status = 'cut'
        start: list[Any] = []

        def start_response(line: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            start[:] = [line, headers]

        try:
            chunks = self.server.app(environ, start_response)
            status = start[0]
            self._write(start[0], start[1], chunks)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        if self.logs:
            took = (time.monotonic() - began) * 1000
            sys.stderr.write(f'{self.command} {self.path} {status[:3]} {took:.1f} ms\n')

    def _write(self, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        names = {name.lower(): value.lower() for name, value in headers}
        chunked = 'content-length' not in names
        head = [f'HTTP/1.1 {status}']
        if 'date' not in names:
            head.append(f'Date: {self.date_time_string()}')
        head += [f'{name}: {value}' for name, value in headers]
        if chunked:
            head.append('Transfer-Encoding: chunked')
        if names.get('connection') == 'close':
            self.close_connection = True
        elif self.close_connection:
            head.append('Connection: close')
        waiting = '\r\n'.join([*head, '', '']).encode('latin-1')
        for chunk in chunks:
            framed = b'%x\r\n%s\r\n' % (len(chunk), chunk) if chunked and chunk else chunk
            self.wfile.write(waiting + framed)
            waiting = b''
        self.wfile.write(waiting + (b'0\r\n\r\n' if chunked else b''))
        self.wfile.flush()


class LoggingHandler(Handler):
    """Serve one connection and log each request to standard error."""

    logs = True


def listen(app: Simulator, port: int = 0, *, log: bool = False) -> BaseWSGIServer:
    """Return a server on loopback that has bound its port; `serve_forever` runs it."""
    handler = LoggingHandler if log else Handler
    return make_server(HOST, port, app, threaded=True, request_handler=handler)
