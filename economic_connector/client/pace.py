"""Keep within the rate limit by what the server itself reports.

Every answer of both APIs carries ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``,
the first number being what the agreement has used of its bucket. Other apps of the agreement drink
from the same bucket, so a tenth of it is left to them.

Source: headers observed on both hosts by several client authors; the documentation says only
"check the response headers". Hence the lenient reading: what cannot be read changes nothing.
"""

import re
from collections.abc import Callable, Mapping

from .records import RateStatus

_SHARE = 0.9  # of the bucket
_LONGEST_PAUSE = 30.0  # seconds
_USED = re.compile(r'(\d{1,9})\s*/\s*(\d{1,9})', re.ASCII)
_WINDOW = re.compile(r'per-(\d{1,5})-sec', re.ASCII | re.IGNORECASE)


class Pace:
    """Waits before a request as long as the bucket needs to run off below its mark."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._ready = clock()
        self.status: RateStatus | None = None

    def wait(self) -> None:
        """Sleep until the next request may go."""
        pause = self._ready - self._clock()
        if pause > 0:
            self._sleep(pause)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer reports."""
        status = _parse(headers.get('x-ratelimiting', ''))
        if status is None:
            return
        self.status = status
        over = status.used - _SHARE * status.limit
        pause = over * status.window_seconds / status.limit
        self._ready = self._clock() + min(max(pause, 0.0), _LONGEST_PAUSE)


def _parse(text: str) -> RateStatus | None:
    used, window = _USED.search(text), _WINDOW.search(text)
    if not used or int(used[2]) == 0:
        return None
    return RateStatus(int(used[1]), int(used[2]), int(window[1]) if window else 60)
