"""The simulator as a WSGI application: tokens, rate limit, faults and log around all its APIs."""

from __future__ import annotations

import gzip
import itertools
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from hmac import compare_digest

from .answer import (
    Answer,
    Call,
    Environ,
    ErrorAnswer,
    Route,
    StartResponse,
    legacy_error,
    legacy_not_found,
    problem,
    trace_id,
)
from .bucket import COSTS, LIMIT, Bucket
from .control import Control
from .data.books import Books
from .faults import Faults, Script
from .grant import Grant
from .journal import Entry, Journal
from .legacy import Legacy
from .openapi import Open, not_found
from .soap import PATH as SOAP_PATH
from .soap import Soap

APP_SECRET = 'simulator-app-secret'
GRANT = 'simulator-grant'
PUBLIC = 'simulator-public'
USER = 'SIM'
PASSWORD = 'simulator-password'
AGREEMENT = 1100042
_GZIP_FROM = 1024
_LOOK = 0.25  # seconds after which a waiting answer looks whether it still has to wait
_JSON_TYPE = re.compile(r'(application/(.+\+)?json|text/json)\b', re.IGNORECASE)
_ACCEPTED = re.compile(r'json|\*/\*|application/\*|pdf', re.IGNORECASE)
REASONS = {200: 'OK', 302: 'Found', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden',
           404: 'Not Found',
           405: 'Method Not Allowed', 415: 'Unsupported Media Type', 429: 'Too Many Requests',
           500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable',
           504: 'Gateway Timeout'}  # fmt: skip


class Simulator:
    """Answer as an e-conomic agreement would; see `create_app` for the parameters."""

    def __init__(
        self,
        books: Books,
        *,
        app_secret: str,
        grant: str,
        bucket: Bucket,
        latency: float,
        demo_tokens: bool,
        retry_after: bool,
        agreement: int,
        company: str,
        login: tuple[str, str],
        public: str,
        sleep: Callable[[float], None],
    ) -> None:
        self.books = books
        self.bucket = bucket
        self.latency = latency
        self.retry_after = retry_after
        self.demo_tokens = demo_tokens
        self.revoked = False
        self.journal = Journal()
        self.faults = Faults()
        self.control = Control(self)
        self.sleep = sleep
        self._tokens = (app_secret.encode(), grant.encode())
        self._numbers = itertools.count(1)
        self._open = Open(books)
        self._grant = Grant(self, public, grant, agreement, company)
        self.soap = Soap(self, agreement, company, *login)
        self._legacy = lru_cache(maxsize=8)(lambda base: Legacy(books, base, agreement, company))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if str(environ.get('PATH_INFO', '')).startswith('/_control'):
            return self.control.serve(environ, start_response)
        call = Call.of(next(self._numbers), environ, self.books.clock())
        soap = SOAP_PATH.fullmatch(call.path) is not None
        # SOAP has one address for everything; a script can name the operation after a #.
        place = f'{call.path}#{Soap.operation(environ)}' if soap else call.path
        script = self.faults.take(call.method, place, call.query)
        self._wait()
        tokens = self.soap.tokens(environ) if soap else self._tokens_of(environ, call)
        route = self.soap.route(call, environ) if soap else self._route(call)
        resource = route.resource if route else 'unknown'
        cost = 0 if soap else self.bucket.cost(resource)
        answer = script.answer_instead(call) if script else None
        if answer is None:
            answer = self._answer(environ, call, route, tokens, cost)
            if script:
                answer = script.change(call, answer)
        headers = {} if soap else self._rest_headers(call, cost)
        body = (
            answer.body.encode('utf-8', 'surrogatepass')
            if isinstance(answer.body, str)
            else answer.body
        )
        self.journal.add(
            Entry(
                call.number, f'{call.now:%Y-%m-%dT%H:%M:%SZ}', call.method, call.path, call.query,
                resource, answer.status, cost, len(body), tokens, script.id if script else None,
                f'{environ.get("REMOTE_ADDR", "")}:{environ.get("REMOTE_PORT", "")}',
            )
        )  # fmt: skip
        headers |= {'Content-Type': answer.content_type, **answer.headers}
        cookies = [('Set-Cookie', cookie) for cookie in answer.cookies]

        def start(line: str, pairs: list[tuple[str, str]]) -> object:
            return start_response(line, pairs + cookies)

        return self._send(environ, start, answer.status, headers, body, script)

    def _wait(self) -> None:
        """Wait for as long as the latency says; one that is cut short meanwhile ends soon."""
        waited = 0.0
        while waited < self.latency:
            self.sleep(min(_LOOK, self.latency - waited))
            waited += _LOOK

    def _rest_headers(self, call: Call, cost: int) -> dict[str, str]:
        return {
            'X-CallCost': str(cost),
            'X-RateLimiting': self.bucket.header,
            'X-RequestId': trace_id(call),
            'X-EconomicVersion': '1.0',
        }

    def opens(self, given: Sequence[str]) -> bool:
        """Tell whether app secret and grant are the ones of the agreement."""
        pairs = zip(given, self._tokens, strict=True)
        same = [compare_digest(text.encode(), held) for text, held in pairs]
        return all(same) and not self.revoked

    def _answer(
        self, environ: Environ, call: Call, route: Route | None, tokens: str, cost: int
    ) -> Answer:
        if route and route.resource.startswith(('soap/', 'grant')):
            return route.answer() if call.method in route.methods else Answer('', 405)
        try:
            self._check(environ, call, route, tokens, cost)
            if route is None:
                return not_found(call) if Open.serves(call.path) else legacy_not_found(call)
            answer = route.answer()
            return _asking_for_demo(call, answer) if call.parameter('demo') == 'true' else answer
        except ErrorAnswer as error:
            return error.answer

    def _route(self, call: Call) -> Route | None:
        if Open.serves(call.path):
            return self._open.route(call)
        return self._grant.route(call) or self._legacy(call.base).route(call)

    def _tokens_of(self, environ: Environ, call: Call) -> str:
        """Tell what the tokens of a request are worth: valid, demo, wrong or none."""
        given = [
            str(environ.get(f'HTTP_{name}', ''))
            for name in ('X_APPSECRETTOKEN', 'X_AGREEMENTGRANTTOKEN')
        ]
        if given == ['demo', 'demo'] or (
            not any(given) and call.parameter('demo') == 'true' and not Open.serves(call.path)
        ):
            return 'demo' if self.demo_tokens else 'wrong'
        if not any(given):
            return 'none'
        return 'valid' if self.opens(given) else 'wrong'

    def _check(
        self, environ: Environ, call: Call, route: Route | None, tokens: str, cost: int
    ) -> None:
        """Refuse what is refused before anything is looked up."""
        if tokens in ('wrong', 'none'):
            raise ErrorAnswer(self._refusal(call, 401, 'Unauthorized', "Unauthorized access."))
        if not self.bucket.charge(cost):
            answer = self._refusal(
                call, 429, 'TooManyRequests', "Too many requests. You are over your quota."
            )
            if self.retry_after:
                answer.headers['Retry-After'] = str(self.bucket.wait)
            raise ErrorAnswer(answer)
        if tokens == 'demo' and call.method not in ('GET', 'HEAD'):
            raise ErrorAnswer(
                self._refusal(call, 403, 'AccessDenied', "The demo agreement is read-only.")
            )
        sent, wanted = environ.get('CONTENT_TYPE', ''), environ.get('HTTP_ACCEPT', '')
        if (sent and not _JSON_TYPE.match(sent)) or (wanted and not _ACCEPTED.search(wanted)):
            raise ErrorAnswer(
                self._refusal(call, 415, 'UnsupportedMediaType', "This API speaks JSON only.")
            )
        if route and call.method not in (*route.methods, 'HEAD'):
            raise ErrorAnswer(self._refusal(call, 405, 'MethodNotAllowed', "Method not allowed."))

    @staticmethod
    def _refusal(call: Call, status: int, code: str, text: str) -> Answer:
        if Open.serves(call.path):
            return problem(call, status, code, text)
        hint = ''
        if status == 401:
            joint = '&' if call.query else '?'
            hint = (
                "The tokens are missing or not valid. Try the demo agreement: "
                f"{call.url}{joint}demo=true"
            )
        return legacy_error(call, status, text, hint=hint)

    def _send(
        self,
        environ: Environ,
        start_response: StartResponse,
        status: int,
        headers: dict[str, str],
        body: bytes,
        script: Script | None,
    ) -> Iterable[bytes]:
        zips = 'gzip' in environ.get('HTTP_ACCEPT_ENCODING', '')
        if zips and len(body) >= _GZIP_FROM and 'Content-Encoding' not in headers:
            body = gzip.compress(body, 1, mtime=0)
            headers |= {'Content-Encoding': 'gzip', 'Vary': 'Accept-Encoding'}
        line = f'{status} {REASONS.get(status, "Unknown")}'
        if script:
            return script.send(environ, start_response, line, headers, body, self.sleep)
        headers['Content-Length'] = str(len(body))
        start_response(line, list(headers.items()))
        return [b'' if environ['REQUEST_METHOD'] == 'HEAD' else body]


def _asking_for_demo(call: Call, answer: Answer) -> Answer:
    """Return an answer whose links ask for the demo agreement as its request did."""
    if not isinstance(answer.body, str) or Open.serves(call.path):
        return answer

    def ask(link: re.Match[str]) -> str:
        url = link[1]
        return f'"{url}"' if 'demo=true' in url else f'"{url}{"&" if "?" in url else "?"}demo=true"'

    return replace(answer, body=re.sub(f'"({re.escape(call.base)}[^"]*)"', ask, answer.body))


class Clock:
    """Tell the time in UTC, without zone; it can be set going from a date and moved on."""

    def __init__(self, today: date) -> None:
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        self._ahead = timedelta()
        if today != now.date():
            self._ahead = datetime(today.year, today.month, today.day, 12) - now

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc).replace(tzinfo=None) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._ahead += timedelta(seconds=seconds)


def create_app(
    seed: int = 7,
    debtors: int = 300,
    invoices: int = 4000,
    anchor: date | None = None,
    app_secret: str = APP_SECRET,
    grant: str = GRANT,
    *,
    public: str = PUBLIC,
    today: date | None = None,
    rate_limit: int | None = LIMIT,
    latency_ms: float = 0,
    demo_tokens: bool = True,
    retry_after: bool = True,
    costs: Mapping[str, int] = COSTS,
    agreement: int = AGREEMENT,
    company: str = 'Simulator A/S',
    user: str = USER,
    password: str = PASSWORD,
    password_login: bool = True,
    clock: Callable[[], datetime] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Simulator:
    """Return a simulated agreement as a WSGI application.

    Its data is a function of seed, sizes, anchor (the day on which it has just those sizes, this
    one if it is None) and `today` (the anchor if it is None): from the anchor on invoices are added
    and paid day by day, and what was there stays as it was. So one who keeps an agreement keeps its
    anchor. `rate_limit` is the size of the token bucket, None switches it off. `clock` returns the
    time in UTC without zone; without one, time goes on from noon of `today`. `public` names the
    app on the page that grants access. `user` and `password` are for SOAP's Connect, which answers
    as e-conomic's own does if `password_login` is false.
    """
    day = anchor or datetime.now(timezone.utc).date()
    books = Books(seed, debtors, invoices, day, today or day, clock or Clock(today or day))
    simulator = Simulator(
        books,
        app_secret=app_secret,
        grant=grant,
        bucket=Bucket(rate_limit, costs, monotonic),
        latency=latency_ms / 1000,
        demo_tokens=demo_tokens,
        retry_after=retry_after,
        agreement=agreement,
        company=company,
        login=(user, password),
        public=public,
        sleep=sleep,
    )
    simulator.soap.password_login = password_login
    return simulator
