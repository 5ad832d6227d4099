"""The SOAP API: its one address, sessions, logins, and the checks that come before an operation.

What e-conomic is known to do is done the same way; where nothing is known (the texts of refused
logins, how long a session lives), something plausible is done. Never compared with the live
service, which has refused passwords since 2018 and was announced to end in 2023.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import replace
from datetime import timezone
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from wsgiref.handlers import format_date_time

from lxml import etree

from .answer import Answer, Call, Environ, Route
from .soap_operations import Operations, argument
from .soap_xml import NAMESPACE, XML, SoapFault, answer_with, fault, request_in, value, wsdl

if TYPE_CHECKING:
    from .app import Simulator

PATH = re.compile(r'/secure/api1/economicwebservice\.asmx', re.IGNORECASE)
_COOKIES = ('SS', 'SC', 'SSID')
_ACTION = re.compile(rf'"?{re.escape(NAMESPACE)}/(\w+)"?')
_APP = re.compile(r'[^/]+/\S+ \(.+; .+\) .+')


class Sessions:
    """Remember who is logged in, by three cookies of which each has to come back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, ...], str] = {}

    def open(self, way: str) -> tuple[str, ...]:
        """Begin a session and return the values of Set-Cookie; `way` is the operation."""
        values = tuple(secrets.token_hex(12) for _ in _COOKIES)
        with self._lock:
            self._open[values] = way
        pairs = zip(_COOKIES, values, strict=True)
        return tuple(f'{name}={value}; path=/; HttpOnly' for name, value in pairs)

    def way(self, environ: Environ) -> str:
        """Return how the session of a request was begun, '' if there is none."""
        return self._open.get(self._values(environ), '')

    def close(self, environ: Environ) -> None:
        """End the session of a request."""
        with self._lock:
            self._open.pop(self._values(environ), None)

    def clear(self) -> None:
        """End all sessions."""
        with self._lock:
            self._open.clear()

    @staticmethod
    def _values(environ: Environ) -> tuple[str, ...]:
        try:
            sent = SimpleCookie(environ.get('HTTP_COOKIE', ''))
        except CookieError:
            return ()
        return tuple(sent[name].value if name in sent else '' for name in _COOKIES)


class Soap:
    """Answer what comes to the address of the SOAP API."""

    def __init__(
        self, app: Simulator, agreement: int, company: str, user: str, password: str
    ) -> None:
        self._app = app
        self._agreement = agreement
        self._login = (user, password)
        self._operations = Operations(app.books, agreement, company)
        self.sessions = Sessions()
        self.password_login = True

    @staticmethod
    def operation(environ: Environ) -> str:
        """Return the operation that a request names in its header."""
        match = _ACTION.fullmatch(str(environ.get('HTTP_SOAPACTION', '')))
        return match[1] if match else ''

    def tokens(self, environ: Environ) -> str:
        """Tell for the log whether a request comes in a session."""
        return 'valid' if self.sessions.way(environ) else 'none'

    def route(self, call: Call, environ: Environ) -> Route:
        """Return what answers a request."""
        if call.method == 'GET':
            return Route('soap/wsdl', lambda: self._wsdl(call))
        operation = self.operation(environ)
        name = f'soap/{operation or "unknown"}'
        return Route(name, lambda: self._answer(environ, operation), ('POST',))

    @staticmethod
    def _wsdl(call: Call) -> Answer:
        if call.query.lower() != 'wsdl':
            return Answer('The description is at ?WSDL.', 200, 'text/plain; charset=utf-8')
        return Answer(wsdl(f'{call.base}{call.path}'), 200, XML)

    def _answer(self, environ: Environ, operation: str) -> Answer:
        if not str(environ.get('CONTENT_TYPE', '')).lower().startswith('text/xml'):
            return Answer('', 415, 'text/plain; charset=utf-8')
        size = int(environ.get('CONTENT_LENGTH') or 0)
        try:
            request = request_in(environ['wsgi.input'].read(size))
            answer = self._call(environ, operation, request)
        except SoapFault as error:
            answer = fault(error.kind, error.code, error.text)
        now = self._app.books.clock().replace(tzinfo=timezone.utc).timestamp()
        return replace(answer, headers={'Date': format_date_time(now), **answer.headers})

    def _call(self, environ: Environ, operation: str, request: etree._Element) -> Answer:
        if request.tag != f'{{{NAMESPACE}}}{operation}':
            raise SoapFault('', '', "Server did not recognize the value of HTTP Header SOAPAction.")
        if operation in ('Connect', 'ConnectWithToken'):
            self._check_login(environ, operation, request)
            answer = answer_with(operation, value(f'{operation}Result', self._agreement))
            return replace(answer, cookies=self.sessions.open(operation))
        way = self.sessions.way(environ)
        if not way or (way == 'ConnectWithToken' and self._app.revoked):
            raise SoapFault(
                'AuthenticationException', 'E02250',
                "Not logged in - could not resolve authenticationContext",
            )  # fmt: skip
        if operation == 'Disconnect':
            self.sessions.close(environ)
            return answer_with(operation, value('DisconnectResult', 'OK'))
        return answer_with(operation, self._operations.by_name[operation](request))

    def _check_login(self, environ: Environ, operation: str, request: etree._Element) -> None:
        if operation == 'ConnectWithToken':
            given = (argument(request, 'appToken'), argument(request, 'token'))
            if not self._app.opens(given):
                raise SoapFault('AuthenticationException', 'E00000', "The tokens are not valid.")
            return
        if not self.password_login:
            raise SoapFault(
                'UserException', 'E00410',
                "Connect method has been deprecated, please migrate to ConnectWithToken instead.",
            )  # fmt: skip
        if not _APP.fullmatch(str(environ.get('HTTP_X_ECONOMICAPPIDENTIFIER', ''))):
            raise SoapFault('UserException', 'E00000', "X-EconomicAppIdentifier is missing.")
        sent = [argument(request, name) for name in ('agreementNumber', 'userName', 'password')]
        held = [str(self._agreement), *self._login]
        pairs = zip(sent, held, strict=True)
        same = [compare_digest(*map(str.encode, pair)) for pair in pairs]
        if not all(same):
            raise SoapFault(
                'AuthenticationException', 'E00000', "Agreement, user or password is not valid."
            )
