"""A SOAP client against the simulator, for the tests of both."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from client import (
    Credentials,
    Page,
    PasswordCredentials,
    RestClient,
    Secret,
    SoapClient,
    Transport,
    WsgiTransport,
)
from simulator import APP_SECRET, GRANT, PASSWORD, USER, Simulator

ANCHOR = dt.date(2026, 11, 24)
AGREEMENT = 1100042
ADDRESS = 'http://127.0.0.1'
LOGIN = PasswordCredentials(AGREEMENT, USER, Secret(PASSWORD))
TOKENS = Credentials(Secret(APP_SECRET), Secret(GRANT))


def soap_client(
    app: Simulator,
    credentials: Credentials | PasswordCredentials = LOGIN,
    transport: Transport | None = None,
    url: str = ADDRESS,
    batch: int = 500,
) -> SoapClient:
    """Return a client that never really sleeps."""
    return SoapClient(
        credentials,
        transport or WsgiTransport(app),
        url=url,
        batch=batch,
        sleep=lambda _seconds: None,
        random=lambda: 0.0,
    )


def rest_client(app: Simulator) -> RestClient:
    return RestClient(TOKENS, WsgiTransport(app), legacy_url=ADDRESS, open_url=ADDRESS)


def all_of(pages: Iterator[Page[Any]]) -> list[Any]:
    """Return the records of all pages; none may be rejected, and only the last one is the last."""
    found: list[Any] = []
    last = False
    for page in pages:
        assert page.rejected == ()
        assert not last
        found += page.records
        last = page.last
    assert last
    return found


def calls(app: Simulator) -> Counter[str]:
    """Return how often each operation was called."""
    resources = app.journal.counters()['resources']
    assert isinstance(resources, dict)
    return Counter({name.removeprefix('soap/'): count for name, count in resources.items()})
