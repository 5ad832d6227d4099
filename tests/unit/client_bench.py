"""A client against a server that follows a script, with a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from client_server import FaultServer, Reply, answer, page

from client import Credentials, EconomicError, HttpTransport, RestClient, Secret

APP, GRANT = 'app-canary-7Xk2', 'grant-canary-9Qz4'
CUSTOMERS = page([{'customerNumber': 1, 'name': "Jensen & Søn"}])
GOOD = answer(CUSTOMERS)
SELF = answer('{"agreementNumber": 7, "company": {"name": "Demo"}}')


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


class Bench:
    """A client against a server that follows a script."""

    def __init__(self, server: FaultServer, **limits: float) -> None:
        self.server = server
        self.time = Time()
        self.jitter = 0.5
        self.client = RestClient(
            Credentials(Secret(APP), Secret(GRANT)),
            HttpTransport(allow_loopback=True, **limits),
            legacy_url=server.url,
            open_url=server.url,
            clock=lambda: self.time.now,
            sleep=self.time.sleep,
            random=lambda: self.jitter,
        )

    def names(self, *script: Reply) -> list[str]:
        self.server.script[:] = script
        return [row.name for page in self.client.customers() for row in page.records]

    def failure(self, *script: Reply) -> EconomicError:
        with pytest.raises(EconomicError) as caught:
            self.names(*script)
        return caught.value


@pytest.fixture
def fault_server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def bench(fault_server: FaultServer) -> Bench:
    return Bench(fault_server)
