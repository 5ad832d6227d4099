"""What was asked: a log of requests and counters by resource."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass

_KEPT = 50_000


@dataclass(frozen=True)
class Entry:
    """Hold one request; of its tokens only whether they are valid, demo, wrong or none."""

    number: int
    at: str
    method: str
    path: str
    query: str
    resource: str
    status: int
    cost: int
    bytes: int
    tokens: str
    fault: int | None
    peer: str


class Journal:
    """Keep the latest requests, and count all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries: deque[Entry] = deque(maxlen=_KEPT)
            self._by_resource: Counter[str] = Counter()
            self._by_status: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        """Note a request."""
        with self._lock:
            self._entries.append(entry)
            self._by_resource[entry.resource] += 1
            self._by_status[str(entry.status)] += 1

    def entries(self, since: int = 0) -> list[dict[str, object]]:
        """Return the requests after number `since`."""
        with self._lock:
            return [asdict(entry) for entry in self._entries if entry.number > since]

    def counters(self) -> dict[str, object]:
        """Return how many requests there were, in all, by resource and by status."""
        with self._lock:
            return {
                'total': sum(self._by_resource.values()),
                'resources': dict(self._by_resource),
                'statuses': dict(self._by_status),
            }
