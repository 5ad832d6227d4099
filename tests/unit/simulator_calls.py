"""Call a simulator in-process, for its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug.test import Client, TestResponse

from simulator import APP_SECRET, GRANT, Simulator

ANCHOR = date(2026, 11, 24)
TOKENS = {'X-AppSecretToken': APP_SECRET, 'X-AgreementGrantToken': GRANT}
LINES = '/q2capi/v5.3.0/invoices/booked/lines'


class Clock:
    """Tell a time that only moves when it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day, 12)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self.now += timedelta(seconds=seconds)


def call(app: Simulator, path: str, **options: Any) -> TestResponse:
    """Send a GET with the right tokens, or whatever the options say."""
    options.setdefault('headers', TOKENS)
    method = options.pop('method', 'GET')
    return Client(app).open(path, method=method, **options)


def get(app: Simulator, path: str, filter: str = '', sort: str = '') -> Any:
    """Return the document of an answer that must be a success; numbers are Decimals."""
    for name, value in (('filter', filter), ('sort', sort)):
        if value:
            path += f'{"&" if "?" in path else "?"}{name}={quote(value, safe="")}'
    answer = call(app, path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.loads(answer.get_data(), parse_float=Decimal)


def walk(app: Simulator, path: str, **query: str) -> Iterator[dict[str, Any]]:
    """Yield all rows of a legacy list, following nextPage."""
    page = get(app, path, **query)
    while True:
        yield from page['collection']
        following = page['pagination'].get('nextPage')
        if not following:
            return
        parts = urlsplit(following)
        page = get(app, f'{parts.path}?{parts.query}')


def scroll(app: Simulator, path: str, filter: str = '') -> Iterator[dict[str, Any]]:
    """Yield all rows of an open list, following the cursor."""
    page = get(app, path, filter=filter)
    while True:
        yield from page['items']
        if 'cursor' not in page:
            return
        page = get(app, f'{path}?cursor={page["cursor"]}', filter=filter)


def words_of(app: Simulator) -> dict[str, Any]:
    """Return numbers of things that have much to show, for addresses."""
    books = app.books
    owner = next(
        key
        for key in range(200)
        if books.contacts_of(key) and books.deliveries_of(key) and books.booked_of(key)
    )
    invoices = (books.invoices.get(number) for number in books.invoices)
    return {
        'customer': books.number_of(owner),
        'contact': books.contacts_of(owner)[0],
        'place': books.deliveries_of(owner)[0],
        'invoice': max(invoices, key=lambda row: row.line_count).number,
        'credit_note': next(
            number for number in books.invoices if books.invoices.get(number).net < 0
        ),
    }
