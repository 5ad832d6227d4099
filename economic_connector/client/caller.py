"""One request with everything around it: tokens, pace, retries, and what each status means."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from .credentials import Credentials
from .errors import (
    AccessError,
    ContractError,
    DataError,
    EconomicError,
    RetryError,
    WaitError,
    printable,
)
from .pace import Pace
from .patience import AFTER_FAILURE, WINDOW, Patience
from .records import RateStatus
from .strict_json import parse_json
from .transport import MAX_BYTES, Answer, Transport

_logger = logging.getLogger(__name__)

LONGEST_WAIT = 3600.0  # seconds, whatever the server says


class Caller:
    """Sends requests for one agreement."""

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._patience = Patience(clock, sleep, random)
        self._pace = Pace(clock, sleep)
        self._welcome = clock()  # before that, e-conomic has asked not to come back
        self.requests = 0

    @property
    def rate(self) -> RateStatus | None:
        """The token bucket as last reported."""
        return self._pace.status

    def get_json(self, url: str, *, item: bool = False) -> Any:
        """Return the JSON at the address.

        :param item: one record, so that 404 is a DataError; for a list it is a ContractError
        """
        return self._get(url, 'application/json', item, _json)

    def get_pdf(self, url: str) -> bytes:
        """Return the PDF at the address."""
        body: bytes = self._get(url, 'application/pdf', True, _pdf)
        return body

    def _get(self, url: str, accept: str, item: bool, read: Callable[[Answer], Any]) -> Any:
        endpoint = urlsplit(url).path
        try:
            return read(self._answer(url, accept, item))
        except EconomicError as exc:
            exc.endpoint = endpoint
            raise

    def _answer(self, url: str, accept: str, item: bool) -> Answer:
        early = self._welcome - self._clock()
        if early > 0:
            raise WaitError('rate_limited', "it is too early to come back", seconds=early)
        try:
            return self._patience.try_on(
                lambda deadline: self._attempt(url, accept, item, deadline)
            )
        except WaitError as exc:
            if exc.code == 'rate_limited':
                self._welcome = self._clock() + exc.seconds
            raise

    def _attempt(self, url: str, accept: str, item: bool, deadline: float) -> Answer:
        self._pace.wait()
        self.requests += 1
        answer = self._transport.send(
            url,
            {
                **self._credentials.headers(),
                'Accept': accept,
                'Content-Type': 'application/json',  # the API wants it on every call
                'User-Agent': 'economic_connector',
            },
            max_bytes=MAX_BYTES,
            seconds=max(deadline - self._clock(), 1.0),
        )
        self._pace.note(answer.headers)
        _logger.debug("%s: %d, %d bytes", url, answer.status, len(answer.body))
        if answer.status != 200:
            raise self._refusal(answer, item)
        return answer

    def _refusal(self, answer: Answer, item: bool) -> EconomicError:
        """Say what an answer other than 200 means."""
        status = answer.status
        reason = self._credentials.scrub(f"HTTP {status}{_explanation(answer.body)}")
        if status == 401:
            return AccessError('tokens_refused', reason, status=status)
        if status == 403:
            return AccessError('endpoint_refused', reason, status=status)
        if status == 404:
            kind = DataError if item else ContractError
            return kind('not_found', reason, status=status)
        if status == 429 or (status == 503 and 'retry-after' in answer.headers):
            code = 'rate_limited' if status == 429 else 'server_error'
            return WaitError(code, reason, seconds=retry_after(answer.headers), status=status)
        if status >= 500 or status == 408:
            return RetryError('server_error', reason, status=status)
        if 300 <= status < 400:
            return ContractError('redirected', reason, status=status)
        code = 'bad_request' if status == 400 else 'unexpected_status'
        return ContractError(code, reason, status=status)


def _explanation(body: bytes) -> str:
    """Return what an error body says about itself: legacy has message, open has title."""
    try:
        data = parse_json(body)
    except ContractError:
        return ''
    if not isinstance(data, dict):
        return ''
    errors = data.get('errors')
    found = [data.get(name) for name in ('errorCode', 'message', 'title', 'detail')]
    found += errors if isinstance(errors, list) else []
    return ''.join(f': {text}' for text in found if isinstance(text, str) and text)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return how many seconds the server asks for; a minute if it does not say, or says nonsense.

    A date counts from the answer's own date, so that a wrong clock on either side does not matter.
    """
    text = headers.get('retry-after', '').strip()
    if text.isascii() and text.isdigit():
        return LONGEST_WAIT if len(text) > 4 else min(float(text), LONGEST_WAIT)
    until, now = http_date(text), http_date(headers.get('date', ''))
    if until is None or now is None:
        return WINDOW
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)


def http_date(text: str) -> datetime | None:
    """Return the time that a header such as Date tells, with its zone; None for nonsense."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else None


def _json(answer: Answer) -> Any:
    media, charset = _media_type(answer)
    if media != 'application/json' and not media.endswith('+json'):
        raise ContractError('malformed', f"content type {media or 'missing'}")
    if charset not in ('', 'utf-8', 'utf8'):
        raise ContractError('malformed', f"text in {charset}")
    return parse_json(answer.body)


def _pdf(answer: Answer) -> bytes:
    media, _charset = _media_type(answer)
    if media != 'application/pdf' or not answer.body.startswith(b'%PDF-'):
        raise ContractError('malformed', f"not a PDF but {media or 'nothing said'}")
    return answer.body


def _media_type(answer: Answer) -> tuple[str, str]:
    """Return media type and character set.

    :raise WaitError: ``web_page``, judged by the type and by the first character
    """
    header = answer.headers.get('content-type', '')
    media = header.partition(';')[0].strip().lower()
    if media in ('text/html', 'application/xhtml+xml') or answer.body[:64].lstrip()[:1] == b'<':
        raise WaitError('web_page', f"content type {printable(header)}", seconds=AFTER_FAILURE)
    charset = re.search(r'charset\s*=\s*"?([^\s;"]+)', header, re.IGNORECASE)
    return media, charset[1].lower() if charset else ''
