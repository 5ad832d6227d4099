"""The open API: versioned services with cursor, paged and count endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from . import lists
from .answer import NUMBER, Answer, Call, ErrorAnswer, Route, problem
from .data.books import Books
from .grammar import Condition, Order, QueryError, parse_filter, parse_sort
from .listing import Listing
from .open_records import OpenRecords

CURSOR_PAGE = 1000
MAX_PAGE = 100
MAX_SKIP = 100
# Items beyond these are out of reach of the paged endpoints.
REACH = 10_000
# The major versions that are served.
VERSIONS = {'customersapi': '3', 'q2capi': '5'}
_SERVICE = re.compile(r'/(\w+api)/v(\d+)\.\d+\.\d+(/.*)', re.IGNORECASE)


class Open:
    """Answer requests to the open API."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._records = OpenRecords(books)
        self._lists: dict[tuple[str, str], Callable[[Books, OpenRecords], Listing]] = {
            ('customersapi', 'customers'): lists.open_customers,
            ('customersapi', 'contacts'): lists.open_contacts,
            ('customersapi', 'deliverylocations'): lists.open_deliveries,
            ('q2capi', 'invoices/booked/lines'): lists.open_lines,
        }

    @staticmethod
    def serves(path: str) -> bool:
        """Tell whether a path is one of the open API."""
        return _SERVICE.fullmatch(path) is not None

    def route(self, call: Call) -> Route | None:
        """Return what answers a request, None if there is no such resource."""
        found = _SERVICE.fullmatch(call.path)
        if found is None or VERSIONS.get(found[1].lower()) != found[2]:
            return None
        service, path = found[1].lower(), found[3].strip('/').lower()
        if (service, path) == ('customersapi', 'setup'):
            setup = '{"defaultCustomerGroupNumber":1,"defaultLayoutNumber":19,"objectVersion":"1"}'
            return Route('Setup', lambda: Answer(setup))
        name, _, last = path.rpartition('/')
        if (service, path) in self._lists:
            return self._list_route(call, (service, path), self._cursor)
        if (service, name) in self._lists and last in ('paged', 'count'):
            return self._list_route(
                call, (service, name), self._paged if last == 'paged' else self._count
            )
        if (
            service == 'customersapi'
            and (service, name) in self._lists
            and re.fullmatch(NUMBER, last)
        ):
            return self._list_route(call, (service, name), partial(self._one, int(last)))
        scoped = re.fullmatch(f'invoices/booked/{NUMBER}/lines(?:/{NUMBER})?', path)
        if service == 'q2capi' and scoped:
            listing = lists.open_lines_of(self.books, self._records, int(scoped[1]))
            answer = partial(self._line, int(scoped[2])) if scoped[2] else self._all
            return Route(listing.name, partial(answer, call, listing))
        return None

    def _list_route(
        self, call: Call, key: tuple[str, str], answer: Callable[[Call, Listing], Answer]
    ) -> Route:
        listing = self._lists[key](self.books, self._records)
        return Route(listing.name, partial(answer, call, listing))

    @staticmethod
    def _cursor(call: Call, listing: Listing) -> Answer:
        """Return a page of the cursor endpoint; pageSize, skipPages and sort do nothing here."""
        cursor = call.parameter('cursor') or '0'
        if not re.fullmatch(r'[0-9]{1,10}', cursor):
            raise ErrorAnswer(problem(call, 400, 'BadCursor', "The cursor is not valid."))
        keys, following = listing.after(_filter(call, listing), int(cursor), CURSOR_PAGE)
        head = '' if following is None else f'"cursor":"{following}",'
        return Answer(f'{{{head}"items":[{",".join(listing.texts(keys))}]}}')

    @staticmethod
    def _paged(call: Call, listing: Listing) -> Answer:
        size = _whole(call, 'PageSize', 20, 1, MAX_PAGE)
        skip = _whole(call, 'SkipPages', 0, 0, MAX_SKIP)
        keys = listing.select(_filter(call, listing), _sort(call, listing))
        rows = listing.texts(keys[skip * size : min((skip + 1) * size, REACH)])
        return Answer(f'[{",".join(rows)}]')

    @staticmethod
    def _all(call: Call, listing: Listing) -> Answer:
        rows = listing.texts(listing.select(_filter(call, listing), _sort(call, listing)))
        return Answer(f'[{",".join(rows)}]')

    @staticmethod
    def _count(call: Call, listing: Listing) -> Answer:
        return Answer(str(len(listing.select(_filter(call, listing)))))

    @staticmethod
    def _one(number: int, call: Call, listing: Listing) -> Answer:
        for text in listing.texts([number]):
            return Answer(text)
        return not_found(call)

    @staticmethod
    def _line(number: int, call: Call, listing: Listing) -> Answer:
        if number not in listing.keys:
            return not_found(call)
        return Answer(next(listing.texts([number])))


def not_found(call: Call) -> Answer:
    """Return the open API's 404."""
    return problem(
        call, 404, 'ResourceNotFound', "Resource not found.",
        "The resource you have been looking for does not exist.",
    )  # fmt: skip


def _filter(call: Call, listing: Listing) -> Condition | None:
    wanted = call.parameter('filter')
    if not wanted:
        return None
    try:
        return parse_filter(wanted, listing.fields)
    except QueryError as error:
        text = str(error)
        if error.reason == 'property' and error.field in listing.fields:
            # A property that it knows, and on which no operator works.
            text = f"Operator ${error.operator}: not supported on property {error.field}"
        raise _refused(call, 'BadFilterRequest', "The filter is not valid.", error, text) from error


def _sort(call: Call, listing: Listing) -> tuple[Order, ...]:
    order = call.parameter('sort')
    try:
        return parse_sort(order, listing.fields) if order else ()
    except QueryError as error:
        raise _refused(call, 'BadSortRequest', "The sort is not valid.", error) from error


def _refused(call: Call, code: str, title: str, error: QueryError, text: str = '') -> ErrorAnswer:
    detail = {'message': text or str(error), 'errorCode': code}
    if error.field:
        detail['property'] = error.field
    return ErrorAnswer(problem(call, 400, code, title, text or str(error), errors=[detail]))


def _whole(call: Call, name: str, default: int, least: int, most: int) -> int:
    found = call.parameter(name.lower())
    if found is None:
        return default
    if not re.fullmatch(r'[0-9]{1,9}', found) or not least <= int(found) <= most:
        detail = f"The field {name} must be between {least} and {most}."
        raise ErrorAnswer(
            problem(call, 400, 'ValidationError', "One or more validation errors occurred.", detail)
        )
    return int(found)
