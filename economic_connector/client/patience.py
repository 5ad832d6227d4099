"""Try one request again where that may help, within 5 attempts and 60 seconds."""

import logging
from collections.abc import Callable
from typing import TypeVar

from .errors import EconomicError, RetryError, WaitError
from .transport import ANSWER_SECONDS

_logger = logging.getLogger(__name__)

ATTEMPTS = 5
SHORT_WAIT = 30.0  # seconds; a longer one is not slept, the caller gets it as a WaitError
WINDOW = 60.0  # seconds; e-conomic's rate limit is counted over a minute
AFTER_FAILURE = 300.0  # seconds to stay away from a server that failed for a minute
_JITTER = 2.0  # seconds on top of what the server asked for, so that not all come back at once

Result = TypeVar('Result')


class Patience:
    """Knows how often and how long to try.

    :param clock: seconds that only grow
    :param sleep: waits for so many seconds
    :param random: a number from 0 up to 1, for jitter
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._random = random

    def try_on(self, attempt: Callable[[float], Result]) -> Result:
        """Return the result of the first attempt that has one.

        :param attempt: makes one attempt; it gets the time by which it must be through
        :raise WaitError: none of them got an answer, or the server asks for a long pause
        """
        deadline = self._clock() + ANSWER_SECONDS
        failure: EconomicError
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt(deadline)
            except RetryError as exc:
                failure, pause, stay_away = exc, self._random() * 2**number, AFTER_FAILURE
            except WaitError as exc:
                if exc.seconds > SHORT_WAIT:
                    raise
                failure, pause = exc, exc.seconds + self._random() * _JITTER
                stay_away = max(WINDOW, exc.seconds)
            _logger.info("attempt %d of %s: %s", number, ATTEMPTS, failure)
            if number == ATTEMPTS or self._clock() + pause >= deadline:
                break
            self._sleep(pause)
        raise WaitError(failure.code, failure.reason, seconds=stay_away, status=failure.status)
