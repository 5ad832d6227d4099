"""Answers of e-conomic made by hand, served in-process: for tests of lists and records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from client import Credentials, RestClient, Secret, WsgiTransport

Script = Callable[[str, dict[str, str]], Any]


class Api:
    """A WSGI app whose answers come from a function of path and query."""

    def __init__(self, answer: Script) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ['QUERY_STRING']).items()}
        self.asked.append((environ['PATH_INFO'], query))
        data = self.answer(environ['PATH_INFO'], query)
        text = data if isinstance(data, str) else json.dumps(data)
        start_response('200 OK', [('Content-Type', 'application/json; charset=utf-8')])
        yield text.encode()


def client_of(answer: Script | list[Any]) -> tuple[RestClient, Api]:
    """Return a client of a function, or of a list of answers in their order; texts are JSON."""
    if isinstance(answer, list):
        answers = iter(answer)
        api = Api(lambda _path, _query: next(answers))
    else:
        api = Api(answer)
    return RestClient(Credentials(Secret('a'), Secret('g')), WsgiTransport(api)), api


def legacy(rows: list[Any], results: Any = None, total: Any = None) -> dict[str, Any]:
    """Return a page of a legacy list, with links that must not be followed."""
    matching = len(rows) if results is None else results
    return {
        'collection': rows,
        'pagination': {
            'results': matching,
            'resultsWithoutFilter': matching if total is None else total,
            'nextPage': 'https://evil.example/customers?skippages=1',
            'lastPage': '//evil.example/',
        },
        'self': 'https://evil.example/',
    }
