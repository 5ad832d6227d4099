"""The control path: what a test or a person can do to the agreement from outside.

Every public method here is also `POST /_control/<name>` with its arguments as a JSON object; the
ones in `_READS` are `GET`. Only callers on this machine are answered, and no tokens are needed.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .answer import Environ, StartResponse
from .data.events import EventError, Events
from .data.sums import Sums
from .truth import companies

if TYPE_CHECKING:
    from .app import Simulator

_PREFIX = '/_control/'
_READS = ('log', 'counters', 'sums', 'truth', 'faults')
_WRITES = (
    'book pay unpay create_customer edit_customer delete_customer renumber_customer create_contact '
    'edit_contact delete_contact create_delivery edit_delivery delete_delivery fault clear_faults '
    'revoke restore expire advance configure reset clear_log'
).split()
_MAX_BODY = 1 << 20
Answer = Any


class Control:
    """Do things to a simulated agreement."""

    def __init__(self, app: Simulator) -> None:
        self._app = app
        self._events = Events(app.books)
        self._sums = Sums(app.books)

    # What happens in the agreement

    def book(
        self,
        customer: int | None = None,
        number: int | None = None,
        date: str | None = None,
        lines: Sequence[Mapping[str, Any]] | None = None,
        credit: bool = False,
        count: int = 1,
    ) -> Answer:
        """Book invoices, or credit notes; returns their numbers."""
        day = None if date is None else datetime.date.fromisoformat(date)
        numbers = [
            self._events.book(customer, number, day, lines, credit=credit) for _ in range(count)
        ]
        return {'numbers': numbers}

    def pay(self, number: int, amount: str | None = None) -> Answer:
        """Pay an invoice, in part if an amount is given; returns what is left."""
        return {'remainder': str(self._events.pay(number, _amount(amount)))}

    def unpay(self, number: int, amount: str | None = None) -> Answer:
        """Undo the payments of an invoice, or an amount of them; returns what is open."""
        return {'remainder': str(self._events.unpay(number, _amount(amount)))}

    def create_customer(self, number: int | None = None, **values: Any) -> Answer:
        """Create a customer with values by their legacy names; returns its number."""
        return {'number': self._events.create_customer(values, number)}

    def edit_customer(self, number: int, **values: Any) -> Answer:
        """Edit a customer; lastUpdated moves."""
        self._events.edit_customer(number, values)
        return {}

    def delete_customer(self, number: int) -> Answer:
        """Delete a customer that has no booked invoices."""
        self._events.delete_customer(number)
        return {}

    def renumber_customer(self, number: int, new_number: int) -> Answer:
        """Give a customer another number."""
        self._events.renumber_customer(number, new_number)
        return {}

    def create_contact(self, customer: int, **values: Any) -> Answer:
        """Create a contact; returns its number."""
        return {'number': self._events.create_contact(customer, values)}

    def edit_contact(self, number: int, **values: Any) -> Answer:
        """Edit a contact."""
        self._events.edit_contact(number, values)
        return {}

    def delete_contact(self, number: int) -> Answer:
        """Delete a contact: it stays with a flag."""
        self._events.edit_contact(number, {}, deleted=True)
        return {}

    def create_delivery(self, customer: int, **values: Any) -> Answer:
        """Create a delivery location; returns its number."""
        return {'number': self._events.create_delivery(customer, values)}

    def edit_delivery(self, number: int, **values: Any) -> Answer:
        """Edit a delivery location."""
        self._events.edit_delivery(number, values)
        return {}

    def delete_delivery(self, number: int) -> Answer:
        """Delete a delivery location."""
        self._events.delete_delivery(number)
        return {}

    # What goes wrong

    def fault(self, **spec: Any) -> Answer:
        """Script a fault (see `faults.Script`); returns its id."""
        return {'id': self._app.faults.add(spec)}

    def faults(self) -> Answer:
        """Return the scripted faults and how often each has struck."""
        return self._app.faults.listed()

    def clear_faults(self) -> Answer:
        """Forget all scripted faults."""
        self._app.faults.clear()
        return {}

    def revoke(self) -> Answer:
        """Revoke the grant: its tokens get 401 from now on."""
        self._app.revoked = True
        return {}

    def restore(self) -> Answer:
        """Give the grant again."""
        self._app.revoked = False
        return {}

    def expire(self) -> Answer:
        """End all sessions of the SOAP API."""
        self._app.soap.sessions.clear()
        return {}

    # The machine itself

    def advance(self, seconds: float = 0, days: float = 0) -> Answer:
        """Move the agreement's clock on; returns its time."""
        clock = self._app.books.clock
        advance = getattr(clock, 'advance', None)
        if advance is None:
            raise EventError("the clock was given from outside")
        advance(float(seconds) + float(days) * 86400)
        return {'now': clock().strftime('%Y-%m-%dT%H:%M:%SZ')}

    def configure(self, **options: Any) -> Answer:
        """Set rate_limit (None = off), retry_after, latency_ms, demo_tokens, password_login or
        costs.
        """
        app = self._app
        for name, value in options.items():
            if name == 'rate_limit':
                app.bucket.limit = None if value is None else max(int(value), 1)
            elif name == 'costs':
                app.bucket.costs.update({str(key): int(cost) for key, cost in value.items()})
            elif name == 'latency_ms':
                app.latency = float(value) / 1000
            elif name == 'password_login':
                app.soap.password_login = bool(value)
            elif name in ('retry_after', 'demo_tokens'):
                setattr(app, name, bool(value))
            else:
                raise EventError(f"'{name}' cannot be configured")
        return {}

    def reset(self) -> Answer:
        """Put everything back to the anchor date: books, faults, grant and log."""
        self._app.books.reset()
        self._app.faults.clear()
        self._app.journal.clear()
        self._app.soap.sessions.clear()
        self._app.revoked = False
        return {}

    # What is there, and what was asked

    def log(self, since: int = 0) -> Answer:
        """Return the requests after number `since`."""
        return self._app.journal.entries(since)

    def clear_log(self) -> Answer:
        """Forget the requests so far."""
        self._app.journal.clear()
        return {}

    def counters(self) -> Answer:
        """Return the number of requests by resource and by status."""
        return self._app.journal.counters()

    def sums(self) -> Answer:
        """Return exact counts and amounts of the whole agreement."""
        return self._sums.of_all()

    def truth(self) -> Answer:
        """Return the companies for Odoo and which debtors they are."""
        return companies(self._app.books)

    # Over HTTP

    def serve(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to the control path (WSGI)."""
        status, answer = self._serve(environ)
        body = json.dumps(answer, ensure_ascii=False).encode()
        headers = [('Content-Type', 'application/json; charset=utf-8'),
                   ('Content-Length', str(len(body)))]  # fmt: skip
        start_response(status, headers)
        return [body]

    def _serve(self, environ: Environ) -> tuple[str, Answer]:
        if not _is_local(environ):
            return '403 Forbidden', {'error': "only callers on this machine are answered"}
        name = environ['PATH_INFO'].removeprefix(_PREFIX)
        reads = environ['REQUEST_METHOD'] == 'GET'
        if name not in (_READS if reads else _WRITES):
            return '404 Not Found', {
                'error': f"there is no '{name}'",
                'GET': _READS,
                'POST': _WRITES,
            }
        method: Callable[..., Answer] = getattr(self, name)
        try:
            if reads:
                pairs = parse_qsl(environ.get('QUERY_STRING', ''))
                return '200 OK', method(**{key: int(value) for key, value in pairs})
            size = min(int(environ.get('CONTENT_LENGTH') or 0), _MAX_BODY)
            values = json.loads(environ['wsgi.input'].read(size) or b'{}', parse_float=str)
            return '200 OK', method(**values)
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
            return '409 Conflict', {'error': str(error)}


def _is_local(environ: Environ) -> bool:
    """Tell whether a request comes from this machine, and from no page of another site."""
    peer = environ.get('REMOTE_ADDR')
    if peer is None:
        return True
    host = environ.get('HTTP_HOST', '').rpartition(':')[0] or environ.get('HTTP_HOST', '')
    return peer in ('127.0.0.1', '::1') and host in ('127.0.0.1', 'localhost', '[::1]')


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(str(text))
