"""One call of a SOAP operation with everything around it: login, session, retries, faults."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, Final

from zeep import __version__ as zeep_version
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault

from .caller import http_date
from .credentials import Credentials, PasswordCredentials
from .errors import AccessError, ContractError, EconomicError
from .patience import Patience
from .soap_answer import SessionLostError, checked, meaning
from .soap_service import bind
from .transport import MAX_BYTES, Transport

_logger = logging.getLogger(__name__)

# Name/Version (url; e-mail) Library/Version, as e-conomic asked all its SOAP clients for.
APP: Final = f'economic_connector/1.0 (https://apps.odoo.com; none) zeep/{zeep_version}'
CALLS_BETWEEN_LOGINS = 10  # a session lost more often than that is not worth another login
_COOKIE = re.compile(r'([!#$%&\'*+.^_`|~0-9A-Za-z-]{1,100})=([\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]*)')
_ENDED = re.compile(r';\s*max-age\s*=\s*(0|-)', re.IGNORECASE)
_MAX_COOKIES = 20
_MAX_COOKIE = 4096  # characters


class Cookies:
    """The session: every cookie that the server set, given back to it and to nobody else."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def clear(self) -> None:
        """Forget the session."""
        self._values.clear()

    def take(self, headers: Iterable[str]) -> None:
        """Take in the values of Set-Cookie headers."""
        for header in headers:
            match = _COOKIE.match(header)
            if match is None or len(match[0]) > _MAX_COOKIE:
                continue
            if not match[2] or _ENDED.search(header):
                self._values.pop(match[1], None)
            elif match[1] in self._values or len(self._values) < _MAX_COOKIES:
                self._values[match[1]] = match[2]

    @property
    def header(self) -> str:
        """The value of the header Cookie."""
        return '; '.join(f'{name}={value}' for name, value in self._values.items())


class SoapCaller:
    """Calls operations for one agreement, in a session that it opens when it is needed."""

    def __init__(
        self,
        credentials: Credentials | PasswordCredentials,
        transport: Transport,
        url: str,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._credentials = credentials
        self._transport = transport
        self._url = url
        self._clock = clock
        self._patience = Patience(clock, sleep, random)
        self._service = bind(url, self._send)
        self._cookies = Cookies()
        self._operation = ''
        self._deadline = 0.0
        self._answered = False
        self._calls = 0
        self._next_login = 0  # the number of calls from which on a lost session is opened again
        self.requests = 0
        self.server_time: datetime | None = None  # of the last answer, UTC without zone

    def call(self, operation: str, **arguments: Any) -> Any:
        """Return what an operation answers; a lost session is opened again, silently and once."""
        self._calls += 1
        if not self._cookies:
            self._log_in()
        try:
            return self._try_on(operation, arguments)
        except SessionLostError:
            if self._calls < self._next_login:
                raise self._lost(operation) from None
        self._next_login = self._calls + CALLS_BETWEEN_LOGINS
        self._log_in()
        try:
            return self._try_on(operation, arguments)
        except SessionLostError:
            raise self._lost(operation) from None

    def close(self) -> None:
        """Log out; a server that does not answer to that is left alone."""
        if self._cookies:
            try:
                self._attempt('Disconnect', {}, self._clock() + 1)
            except (EconomicError, SessionLostError) as exc:
                _logger.info("Disconnect: %s", exc)
            self._cookies.clear()

    def _log_in(self) -> None:
        self._cookies.clear()
        login = self._credentials
        if isinstance(login, PasswordCredentials):
            arguments: dict[str, Any] = {
                'agreementNumber': login.agreement_number,
                'userName': login.user,
                'password': login.password.reveal(),
            }
            self._try_on('Connect', arguments)
            return
        self._try_on(
            'ConnectWithToken',
            {
                'token': login.agreement_grant_token.reveal(),
                'appToken': login.app_secret_token.reveal(),
            },
        )

    def _lost(self, operation: str) -> AccessError:
        self._cookies.clear()
        return AccessError('session_lost', "the session ended again", endpoint=operation)

    def _try_on(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        try:
            return self._patience.try_on(
                lambda deadline: self._attempt(operation, arguments, deadline)
            )
        except EconomicError as exc:
            exc.endpoint = operation
            raise

    def _attempt(self, operation: str, arguments: Mapping[str, Any], deadline: float) -> Any:
        self.requests += 1
        self._operation, self._deadline, self._answered = operation, deadline, False
        failure: Exception
        try:
            return self._service[operation](**arguments)
        except Fault as exc:
            login = operation.startswith('Connect')
            failure = meaning(exc, login=login, scrub=self._credentials.scrub)
        except (
            ZeepError,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as exc:
            if not self._answered:  # no answer to blame
                raise
            # Its text may quote what was sent, which may be the password.
            failure = ContractError('malformed', f"cannot be read: {type(exc).__name__}")
        # Raised here and not above, so that nothing of the library's hangs on it as its context.
        raise failure

    def _send(self, envelope: bytes, headers: Mapping[str, str]) -> bytes:
        extra = {'Cookie': self._cookies.header} if self._cookies else {}
        answer = self._transport.send(
            self._url,
            {
                **headers,
                **extra,
                'Accept': 'text/xml',
                'User-Agent': 'economic_connector',
                'X-EconomicAppIdentifier': APP,
            },
            body=envelope,
            max_bytes=MAX_BYTES,
            seconds=max(self._deadline - self._clock(), 1.0),
        )
        _logger.debug("%s: %d, %d bytes", self._operation, answer.status, len(answer.body))
        self._cookies.take(answer.cookies)
        now = http_date(answer.headers.get('date', ''))
        self.server_time = now and now.astimezone(timezone.utc).replace(tzinfo=None)
        body = checked(answer, self._operation)
        self._answered = True
        return body
