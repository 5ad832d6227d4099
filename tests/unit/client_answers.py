"""Answers of e-conomic made by hand, served in-process: for tests of lists and records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from client import (
    BookedInvoice,
    Credentials,
    Customer,
    InvoiceLine,
    Page,
    Rejected,
    RestClient,
    Secret,
    WsgiTransport,
)

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


DAY = '2026-02-28'
INVOICE: dict[str, Any] = {
    'bookedInvoiceNumber': 300,
    'date': DAY,
    'currency': 'DKK',
    'netAmount': 500.0,
    'vatAmount': 125.0,
    'grossAmount': 625.0,
    'remainder': 0.0,
    'customer': {'customerNumber': 12},
}
LINE: dict[str, Any] = {'documentId': 300, 'number': 5012}


def text_of(rows: list[Any], **spelled: str) -> str:
    """Return a page as JSON text with numbers spelled exactly as given."""
    text = json.dumps(legacy(rows))
    for mark, spelling in spelled.items():
        text = text.replace(f'"{mark}"', spelling)
    return text


def customer_page(*rows: Any) -> Page[Customer]:
    (page,) = client_of([legacy(list(rows))])[0].customers()
    return page


def read_customer(**raw: Any) -> Customer:
    page = customer_page({'customerNumber': 1, **raw})
    assert not page.rejected, page.rejected
    return page.records[0]


def reject_customer(**raw: Any) -> Rejected:
    page = customer_page({'customerNumber': 1, **raw})
    assert not page.records
    return page.rejected[0]


def read_invoice(**raw: Any) -> BookedInvoice:
    return client_of([{**INVOICE, **raw}])[0].booked_invoice(300)


def line_page(*rows: Any) -> Page[InvoiceLine]:
    (page,) = client_of([{'items': list(rows)}])[0].invoice_lines(above=0, up_to=2**31)
    return page


def with_number(spelling: str, field: str = 'balance') -> Page[Customer]:
    """Read a customer whose amount is spelled like this in the JSON."""
    rows = [{'customerNumber': 1, field: 'here'}, {'customerNumber': 2}]
    (page,) = client_of([text_of(rows, here=spelling)])[0].customers()
    return page
