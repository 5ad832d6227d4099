"""A SOAP client against the simulator, for the tests of both."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from client import (
    Credentials,
    EconomicError,
    Page,
    PasswordCredentials,
    RestClient,
    Secret,
    SoapClient,
    Transport,
    WsgiTransport,
)
from simulator import APP_SECRET, GRANT, PASSWORD, USER, Simulator
from simulator.server import listen

ANCHOR = dt.date(2026, 11, 24)
AGREEMENT = 1100042
ADDRESS = 'http://127.0.0.1'
LOGIN = PasswordCredentials(AGREEMENT, USER, Secret(PASSWORD))
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>{dtd}'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{body}'
    '</soap:Body></soap:Envelope>'
)
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


@contextmanager
def served(app: Simulator) -> Iterator[str]:
    """Serve a simulator over HTTP and yield its address."""
    server = listen(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.port}'
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def failure(client: SoapClient, app: Simulator, **fault: Any) -> EconomicError:
    """Return what becomes of a list of groups under a fault."""
    app.control.fault(**{'path': '#DebtorGroup_GetAll$', 'count': None, **fault})
    with pytest.raises(EconomicError) as caught:
        client.fetch_references('customer_group')
    app.control.clear_faults()
    return caught.value
