"""Scripted faults: what goes wrong, for which request, how often.

A script is a JSON object:

Which requests: `method`, `path` (a regular expression, searched in `path?query`, of SOAP in
    `path#operation`), `nth` (from the
    n-th such request on, default 1), `count` (for so many, default 1; null = for ever).
Another answer: `status`, `body` (one of `spoilt.BODIES`), `text` (a body as it is), `size_mb` (for
    huge, bomb), `content_type`, `headers`, `retry_after`, `redirect` (an address), `soap` ({"kind",
    "code", "text"} of a fault).
`holding`: {name: value}; another or a spoilt answer only where the right one has such a record.
A spoilt answer: `patch`, `records`, `page`, `replace`, `encoding` (see `spoilt.spoil`).
The way it is sent: `delay` (seconds before it), `drip` ({"bytes": 1, "seconds": 0.5}), `cut` (one
    of `CUTS`).
"""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .answer import Answer, Call, Environ, StartResponse
from .soap_xml import fault
from .spoilt import BODIES, another_body, holds, spoil

CUTS = ('before_headers', 'mid_body', 'short', 'chunk', 'gzip', 'crc')
_PARTS = frozenset(
    'method path nth count status body text size_mb content_type headers retry_after redirect '
    'holding patch records page replace encoding delay drip cut soap'.split()
)
_SPOILING = ('patch', 'records', 'page', 'replace', 'encoding')


@dataclass(frozen=True)
class Script:
    """Hold one scripted fault."""

    id: int
    spec: Mapping[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, method: str, address: str) -> bool:
        """Tell whether a request is of the kind that is meant."""
        return self.spec.get('method', method) == method and bool(
            re.search(self.spec.get('path', ''), address)
        )

    def answer_instead(self, call: Call) -> Answer | None:
        """Return the answer given without looking at the right one, None if there is none."""
        return None if 'holding' in self.spec else self._another(call)

    def _another(self, call: Call) -> Answer | None:
        spec = self.spec
        if 'redirect' in spec:
            return Answer('', spec.get('status', 302), headers={'Location': spec['redirect']})
        if 'soap' in spec:
            return fault(**spec['soap'], status=int(spec.get('status', 500)))
        if not {'status', 'body', 'text'} & set(spec):
            return None
        answer = another_body(call, spec)
        return replace(answer, headers=self.headers | answer.headers)

    def change(self, call: Call, answer: Answer) -> Answer:
        """Return the right answer, spoilt, or another one in its place."""
        spec = self.spec
        if 'holding' in spec:
            if answer.status != 200 or not holds(answer.body, spec['holding']):
                return answer
            answer = self._another(call) or answer
        if answer.status == 200 and any(name in spec for name in _SPOILING):
            assert isinstance(answer.body, str)
            answer = replace(answer, body=spoil(call, answer.body, spec))
        return replace(
            answer,
            content_type=spec.get('content_type', answer.content_type),
            headers=answer.headers | self.headers,
        )

    def send(
        self,
        environ: Environ,
        start_response: StartResponse,
        status: str,
        headers: dict[str, str],
        body: bytes,
        sleep: Callable[[float], None],
    ) -> Iterable[bytes]:
        """Send the answer in the way that is scripted."""
        sleep(float(self.spec.get('delay', 0)))
        cut = self.spec.get('cut')
        if cut == 'before_headers':
            _reset(environ)
        if cut in ('gzip', 'crc'):
            if headers.get('Content-Encoding') != 'gzip':
                body = gzip.compress(body, 1, mtime=0)
            headers['Content-Encoding'] = 'gzip'
            body = body[: len(body) // 2] if cut == 'gzip' else body[:-8] + bytes(8)
        if cut != 'chunk':
            headers['Content-Length'] = str(len(body))
        if cut == 'short':
            headers['Connection'] = 'close'
            body = body[: len(body) // 2]
        start_response(status, list(headers.items()))
        return self._chunks(environ, body, sleep, cut in ('mid_body', 'chunk'))

    def _chunks(
        self,
        environ: Environ,
        body: bytes,
        sleep: Callable[[float], None],
        cut: bool,
    ) -> Iterator[bytes]:
        drip = self.spec.get('drip')
        end = len(body) // 2 if cut else len(body)
        step = int(drip.get('bytes', 1)) if drip else max(end, 1)
        for start in range(0, end, step):
            if drip:
                sleep(float(drip.get('seconds', 0.5)))
            yield body[start : min(start + step, end)]
        if cut:
            _reset(environ)


def _reset(environ: Environ) -> None:
    """Break the connection off; without one (in-process) only raise what a client would see."""
    connection = environ.get('werkzeug.socket')
    if isinstance(connection, socket.socket):
        # Lingering for no time at all makes the close a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.shutdown(socket.SHUT_RD)
        connection.close()
    raise ConnectionResetError("the connection was cut by a scripted fault")


class Faults:
    """Hold the scripted faults and decide which one strikes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self.clear()

    def clear(self) -> None:
        """Forget all scripts."""
        with self._lock:
            self._scripts: list[Script] = []
            self._seen: dict[int, int] = {}
            self._struck: dict[int, int] = {}

    def add(self, spec: Mapping[str, Any]) -> int:
        """Add a script and return its id; raises ValueError for one that makes no sense."""
        unknown = set(spec) - _PARTS
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        if spec.get('cut') not in (None, *CUTS):
            raise ValueError(f"cut is one of {', '.join(CUTS)}")
        if spec.get('body') not in (None, *BODIES):
            raise ValueError(f"body is one of {', '.join(BODIES)}")
        try:
            re.compile(spec.get('path', ''))
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error
        if not all(
            isinstance(spec.get(name, {}), Mapping)
            for name in ('soap', 'drip', 'headers', 'holding')
        ):
            raise ValueError("soap, drip, headers and holding are objects")
        for name in ('status', 'nth', 'count', 'size_mb', 'delay'):
            if float(spec.get(name) or 0) < 0:
                raise ValueError(f"{name} is not below 0")
        headers = {str(name): str(value) for name, value in spec.get('headers', {}).items()}
        if 'retry_after' in spec:
            headers['Retry-After'] = str(spec['retry_after'])
        with self._lock:
            self._last += 1
            self._scripts.append(Script(self._last, dict(spec), headers))
            self._seen[self._last] = self._struck[self._last] = 0
            return self._last

    def take(self, method: str, path: str, query: str) -> Script | None:
        """Return the script that strikes a request, and count it."""
        address = f'{path}?{query}' if query else path
        with self._lock:
            for script in self._scripts:
                if not script.matches(method, address):
                    continue
                self._seen[script.id] += 1
                count = script.spec.get('count', 1)
                due = self._seen[script.id] >= script.spec.get('nth', 1)
                if due and (count is None or self._struck[script.id] < count):
                    self._struck[script.id] += 1
                    return script
        return None

    def listed(self) -> list[dict[str, Any]]:
        """Return the scripts with how many requests each has seen and struck."""
        with self._lock:
            return [
                {'id': s.id, 'seen': self._seen[s.id], 'struck': self._struck[s.id], **s.spec}
                for s in self._scripts
            ]
