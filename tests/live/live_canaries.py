"""Canaries: made-up secrets, and the search for what is left of them in a place."""

from __future__ import annotations

import base64
import secrets
import socketserver
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

# Both quotes, and what is written otherwise in an address, in XML, in JSON and by Python.
AROUND = "'\"%26&<\\"
REFUSAL = b'HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'


class Canary:
    """A made-up secret; its middle is looked for, which no way of writing text changes.

    :param str around: what stands before and after the middle
    """

    def __init__(self, name: str, around: str = AROUND) -> None:
        self.name = name
        self.middle = f'canary{secrets.token_hex(10)}'
        self.text = f'{around}{self.middle}{around}'

    def traces(self) -> Iterator[bytes]:
        """Yield the forms in which it might be found: as it is, in hex, in base64 at any place."""
        middle = self.middle.encode()
        yield middle
        yield middle.hex().encode()
        for shift in range(3):
            whole = base64.b64encode(bytes(shift) + middle)
            # Its first and last characters depend on what stands around it.
            yield whole[4:-4]


class Key(Canary):
    """The key that the stored secrets are encrypted with."""

    def __init__(self) -> None:
        super().__init__('key')
        self.raw = secrets.token_bytes(32)
        self.text = base64.urlsafe_b64encode(self.raw).decode()
        self.middle = self.text[4:-4]

    def traces(self) -> Iterator[bytes]:
        """Yield also the forms of what it means."""
        yield from super().traces()
        yield self.raw
        yield self.raw.hex().encode()
        yield base64.b64encode(self.raw)[4:-4]


class Canaries:
    """All canaries by name; one of them is `public`, not secret, to show that the search finds."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_name: dict[str, Canary] = {name: Canary(name) for name in names}
        self.by_name['key'] = Key()
        self.by_name['public'] = Canary('public', '')

    def __getitem__(self, name: str) -> str:
        """Return the text of a canary."""
        return self.by_name[name].text

    def found(self, place: bytes) -> dict[str, str]:
        """Return the canaries that something is left of, with what stands around it."""
        return {
            name: around
            for name, canary in self.by_name.items()
            for around in [_first(place, canary.traces())]
            if around
        }


def _first(place: bytes, traces: Iterable[bytes]) -> str:
    for trace in traces:
        if (start := place.find(trace)) >= 0:
            return repr(place[max(start - 300, 0) : start + 100])
    return ''


class Witness(socketserver.ThreadingTCPServer):
    """Stands for all other hosts, as the proxy to them; notes what it is told, answers no."""

    daemon_threads = True

    def __init__(self) -> None:
        self.told: list[bytes] = []
        super().__init__(('127.0.0.1', 0), _Listen)

    @property
    def url(self) -> str:
        """Return its address."""
        return f'http://127.0.0.1:{self.server_address[1]}'

    def environment(self) -> Mapping[str, str]:
        """Return the settings that send requests to other hosts here."""
        names = ('http_proxy', 'https_proxy', 'all_proxy')
        both = [*names, *map(str.upper, names)]
        return dict.fromkeys(both, self.url) | {'no_proxy': '', 'NO_PROXY': ''}


class _Listen(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Note the beginning of a request."""
        assert isinstance(self.server, Witness)
        self.server.told.append(self.request.recv(1 << 16))
        self.request.sendall(REFUSAL)


@contextmanager
def listening() -> Iterator[Witness]:
    """Lend a witness."""
    with Witness() as witness:
        thread = threading.Thread(target=witness.serve_forever, daemon=True)
        thread.start()
        try:
            yield witness
        finally:
            witness.shutdown()
            thread.join()
