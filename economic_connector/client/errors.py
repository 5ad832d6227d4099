"""What can go wrong between us and e-conomic, sorted by what must happen next.

AccessError    access was refused or the connection cannot be trusted; a person must look, no retry.
WaitError      the other side is busy or down; go on from the checkpoint after ``seconds``.
RetryError     one attempt failed; try again now. The client retries by itself and turns the last
               failure into a WaitError, so only code that talks to a transport sees this one.
DataError      one record is missing or unusable; the others go on.
ContractError  the answer is not what the API promises; this list stops, others go on.
"""

import re
from typing import Final

# What each code means. Odoo turns the code into a translated sentence; ``reason`` is for the log.
CODES: Final[dict[str, str]] = {
    # AccessError
    'tokens_refused': "e-conomic did not accept the two access tokens (HTTP 401).",
    'tokens_malformed': "a token is empty or has characters that no token has; nothing was sent.",
    'login_malformed': "agreement number, user-ID or password cannot be one; nothing was sent.",
    'login_refused': "e-conomic's SOAP API did not accept the login.",
    'password_login_removed': "e-conomic refuses logins with a password (fault E00410).",
    'session_lost': "e-conomic ended the session again right after a new login.",
    'endpoint_refused': "the agreement or the role of the app does not allow this list (HTTP 403).",
    'insecure': "the certificate of the other side could not be verified.",
    # WaitError
    'rate_limited': "e-conomic asked us to wait (HTTP 429).",
    'web_page': "a web page came instead of data: maintenance, a login page, a captive portal.",
    # RetryError, and WaitError after the last attempt
    'server_error': "e-conomic answered with an error of its own (HTTP 5xx, 408).",
    'unreachable': "no connection: refused, unknown host, failed TLS handshake.",
    'timed_out': "no answer, or not a whole one, within the time allowed.",
    'interrupted': "the answer was cut short or damaged on the way.",
    # ContractError
    'too_large': "the answer is larger than any page of the API can be.",
    'malformed': "not the text, JSON or shape that the API documents.",
    'redirected': "the server wanted to send us elsewhere; redirects are never followed.",
    'foreign_host': "an address outside e-conomic's own hosts; no connection was made.",
    'retired': "nothing answers at the address of the SOAP API (HTTP 404, 410).",
    'paging': "pages repeat, run backwards, stay empty or never end.",
    'bad_request': "e-conomic did not understand the request (HTTP 400).",
    'unexpected_status': "an HTTP status that the API does not document for this request.",
    # DataError for one item, ContractError for a list
    'not_found': "what was asked for is not there (HTTP 404).",
}

# Codes of a ``Rejected`` record, with what they mean.
REJECTIONS: Final[dict[str, str]] = {
    'missing': "a field that every such record has is missing.",
    'type': "a field holds another kind of value than the API documents.",
    'number': "a number outside of what the API allows.",
    'amount': "an amount of 10^13 or more, or with more than 6 decimals.",
    'date': "not a date, or one outside of 1990 to 2100.",
    'unreadable': "e-conomic answers with an error of its own wherever this record is asked for.",
}

_CONTROL = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_REASON_LIMIT = 300  # characters of foreign text that a log line may carry


def printable(text: str, limit: int = _REASON_LIMIT) -> str:
    """Return foreign text that is safe in one log line: one line, no control characters, short."""
    if len(text) > limit:
        text = text[:limit] + '…'
    return _CONTROL.sub(lambda match: f'\\u{ord(match[0]):04x}', text)


class EconomicError(Exception):
    """Base of all errors of the client. Never holds a token.

    :param code: a stable word out of ``CODES``
    :param reason: technical detail in English for the log
    :param status: the HTTP status, where there was an answer
    :param endpoint: the path asked for, without host and query
    """

    def __init__(
        self, code: str, reason: str, *, status: int | None = None, endpoint: str = ''
    ) -> None:
        self.code = code
        self.reason = printable(reason)
        self.status = status
        self.endpoint = endpoint
        super().__init__(code, self.reason)

    def __str__(self) -> str:
        place = f' [{self.endpoint}]' if self.endpoint else ''
        return f'{self.code}: {self.reason}{place}'


class AccessError(EconomicError):
    """Access refused or connection not trusted. Not retried: a person has to look."""


class WaitError(EconomicError):
    """The other side is busy or down.

    :param seconds: how long to wait before the same request is worth another try, at most 3600
    """

    def __init__(
        self,
        code: str,
        reason: str,
        *,
        seconds: float,
        status: int | None = None,
        endpoint: str = '',
    ) -> None:
        super().__init__(code, reason, status=status, endpoint=endpoint)
        self.seconds = seconds


class RetryError(EconomicError):
    """One attempt failed in a way that the next may not."""


class DataError(EconomicError):
    """One record is missing or cannot be used."""


class ContractError(EconomicError):
    """The answer is not what the API promises."""
