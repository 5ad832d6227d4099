"""The token bucket that all calls of the agreement share, on both APIs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

WINDOW = 60
LIMIT = 10_000
# What a call costs; seen were 3 for a page and 13 for a PDF, the rest is not established.
COSTS: Mapping[str, int] = {'invoices/booked/pdf': 13}
DEFAULT_COST = 3


class Bucket:
    """Count used tokens; they flow out evenly over the window. No limit if it is None."""

    def __init__(
        self,
        limit: int | None = LIMIT,
        costs: Mapping[str, int] = COSTS,
        clock: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.limit = limit
        self.costs = dict(costs)
        self._clock = clock
        self._used = 0.0
        self._at = clock()
        self._lock = threading.Lock()

    def cost(self, resource: str) -> int:
        """Return what a call to a resource costs."""
        return self.costs.get(resource, self.costs.get('default', DEFAULT_COST))

    def charge(self, cost: int) -> bool:
        """Take tokens and tell whether the call may go on; a refused call is charged too."""
        with self._lock:
            now = self._clock()
            size = self.limit or LIMIT
            self._used = max(0.0, self._used - (now - self._at) * size / WINDOW)
            self._at = now
            fits = self.limit is None or self._used + cost <= size
            self._used = min(self._used + cost, float(size))
            return fits

    @property
    def wait(self) -> int:
        """Return the seconds until a usual call fits again, one at the least."""
        if not self.limit:
            return 1
        over = self._used + DEFAULT_COST - self.limit
        return max(1, -int(-over * WINDOW // self.limit))

    @property
    def header(self) -> str:
        """Return the value of X-RateLimiting: used of limit."""
        limit = self.limit or LIMIT
        return f'token-limit-{limit}-per-{WINDOW}-seconds: {int(self._used)}/{limit}'
