"""Requests and answers, and the error bodies of both APIs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

# As WSGI defines them.
Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]

# A number in an address, as a regular expression: none has more digits.
NUMBER = '([0-9]{1,10})'
JSON = 'application/json; charset=utf-8'
PROBLEM = 'application/problem+json; charset=utf-8'
_HINT = (
    "The API tries to provide all the resource urls you need. If you have hard coded urls yourself,"
    " then try to look at the enclosing collection for hypermedia information on where the resource"
    " you are looking for could be."
)


@dataclass(frozen=True)
class Call:
    """Hold one request. `base` is the address of the server as the caller wrote it."""

    number: int
    method: str
    path: str
    query: str
    base: str
    now: datetime
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, number: int, environ: Environ, now: datetime) -> Call:
        """Read a WSGI environment."""
        host = str(environ.get('HTTP_HOST', ''))
        if not re.fullmatch(r'[A-Za-z0-9.:\[\]-]+', host):
            host = f'{environ["SERVER_NAME"]}:{environ["SERVER_PORT"]}'
        path = str(environ.get('PATH_INFO', '')).encode('latin-1').decode('utf-8', 'replace')
        query = str(environ.get('QUERY_STRING', ''))
        return cls(
            number,
            str(environ['REQUEST_METHOD']),
            path.rstrip('/') or '/',
            query,
            f'{environ["wsgi.url_scheme"]}://{host}',
            now,
            tuple(parse_qsl(query, keep_blank_values=True)),
        )

    def parameter(self, name: str) -> str | None:
        """Return a query parameter; names are not case-sensitive."""
        for key, value in self.pairs:
            if key.lower() == name:
                return value
        return None

    @property
    def url(self) -> str:
        """Return the whole address."""
        query = quote(self.query, safe="%&=?/:$,()[]*;+!'@~")
        return f'{self.base}{quote(self.path)}{"?" if query else ""}{query}'


@dataclass(frozen=True)
class Answer:
    """Hold one answer."""

    body: str | bytes = ''
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """Name the resource a request is for, and what answers it."""

    resource: str
    answer: Callable[[], Answer]
    methods: tuple[str, ...] = ('GET',)


class ErrorAnswer(Exception):
    """Carry an answer that is an error up to where it is sent."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def legacy_error(
    call: Call,
    status: int,
    message: str,
    *,
    hint: str = '',
    code: str = '',
    errors: Sequence[str] = (),
    allowed: Sequence[str] | None = None,
) -> Answer:
    """Return an error of the legacy API."""
    body: dict[str, object] = {'message': message}
    if hint:
        body['developerHint'] = hint
    if code:
        body['errorCode'] = code
    body |= {
        'logId': trace_id(call),
        'httpStatusCode': status,
        'logTime': call.now.strftime('%Y-%m-%dT%H:%M:%S'),
    }
    if errors:
        body['errors'] = list(errors)
    if allowed is not None:
        body['allowedFilteringFields'] = sorted(allowed)
    return Answer(json.dumps(body, ensure_ascii=False, indent=2), status)


def legacy_not_found(call: Call) -> Answer:
    """Return the legacy API's 404, as recorded."""
    return legacy_error(call, 404, "Resource not found.", hint=_HINT)


def problem(
    call: Call,
    status: int,
    code: str,
    title: str,
    detail: str = '',
    *,
    errors: Sequence[Mapping[str, str]] = (),
) -> Answer:
    """Return an error of the open API (RFC 7807)."""
    body: dict[str, object] = {'type': _standard(status), 'title': title, 'status': status}
    if detail:
        body['detail'] = detail
    body |= {
        'instance': call.path,
        'errors': list(errors),
        'traceId': trace_id(call),
        'errorCode': code,
        'traceTimeUtc': call.now.strftime('%Y-%m-%dT%H:%M:%S'),
    }
    return Answer(json.dumps(body, ensure_ascii=False), status, PROBLEM)


def _standard(status: int) -> str:
    """Return the address of the section that defines a status."""
    if status == 429:
        return 'https://tools.ietf.org/html/rfc6585#section-4'
    section = f'15.{status // 100 + 1}.{status % 100 + 1}'
    return f'https://tools.ietf.org/html/rfc9110#section-{section}'


def trace_id(call: Call) -> str:
    """Return the id of a request in log and headers."""
    return f'{call.number * 0x9E3779B97F4A7C15 & (1 << 64) - 1:016x}-CPH'
