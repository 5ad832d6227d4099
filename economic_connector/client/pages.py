"""Walk e-conomic's lists page by page.

Two kinds of list. Legacy: ``collection`` and ``pagination`` and a filter language, so we ask for
"the thousand lowest numbers above the last one seen" and can neither skip nor repeat a row while
others insert and delete. Open: ``items`` and a ``cursor`` that is absent on the last page. The
links that come with a page are never followed: every address is built here from a key.

Source: the REST API documentation of e-conomic, "Pagination" and "Filtering", and the OpenAPI
documents of customersapi and q2capi, "Pagination".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from .errors import ContractError, WaitError
from .fields import MAX_NUMBER
from .readers import Kind, read_rows
from .records import Page, Record, Reference, Rejected

PAGE_SIZE = 1000  # the most that both APIs give in one answer
SMALLER = (100, 10, 1)  # pages around a record that e-conomic fails on
IN_LIMIT = 200  # values that one $in: may name
_SHORT_PAGES = 10  # that one walk may have before its end; full pages are limited by the numbers
_LIST_PAGES = 1000  # of reference data, where only products are many
_CURSOR_PAGES = 100_000  # no cursor list tells its length; a hundred million rows is none we know
_CURSOR_LIMIT = 200  # characters; the API documents 50

Fetch = Callable[[str], Any]


def with_query(url: str, **parameters: str | int | None) -> str:
    """Return url with a query string; parameters that are None or empty are left out."""
    given = {name: value for name, value in parameters.items() if value not in (None, '')}
    return f'{url}?{urlencode(given, quote_via=quote, safe="")}' if given else url


def both(*conditions: str) -> str:
    """Join filter conditions; empty ones are left out."""
    return '$and:'.join(condition for condition in conditions if condition)


def keyset_pages(
    fetch: Fetch,
    url: str,
    kind: Kind[Record],
    *,
    after: int = 0,
    condition: str = '',
    page_size: int = PAGE_SIZE,
) -> Iterator[Page[Record]]:
    """Yield the pages of a legacy list in the order of its number, from above ``after`` on.

    Ends with the page that holds all the filter still finds, so no request is spent on an empty
    last page. A page shorter than asked for is not taken as the end unless the count agrees.

    :raise ContractError: ``paging`` if numbers do not grow, pages are empty before the end, the
        whole list is suddenly empty, or page after page is short
    """
    seen, short = 0, 0
    while True:
        data = fetch(
            with_query(
                url,
                pagesize=page_size,
                sort=kind.key,
                filter=both(f'{kind.key}$gt:{after}', condition),
            )
        )
        rows, matching, total = _legacy_page(data)
        if not rows and (matching or (seen and not total)):
            raise ContractError('paging', f"an empty page where {matching} of {total} rows remain")
        after = _grown(rows, kind.key, after)
        seen += len(rows)
        short += len(rows) < page_size
        # A full page ends the list only if the count says exactly so: a count may lag behind.
        last = len(rows) == matching if len(rows) >= page_size else len(rows) >= matching
        records, rejected = read_rows(kind, rows)
        yield Page(tuple(records), tuple(rejected), after, matching, total, last)
        if last:
            return
        if short > _SHORT_PAGES:
            raise ContractError('paging', f"{short} pages shorter than asked for")


def careful_pages(
    fetch: Fetch, url: str, kind: Kind[Record], *, after: int = 0, condition: str = ''
) -> Iterator[Page[Record]]:
    """Walk a legacy list as ``keyset_pages`` does, around a record that e-conomic fails on.

    Ever smaller pages lead up to that record; it comes as rejected, ``unreadable``. Behind it, or
    where e-conomic has recovered, pages have their usual size again.

    :raise WaitError: e-conomic fails with the next record too, so it is not about one record
    """
    larger = PAGE_SIZE
    for size in SMALLER:
        pages = keyset_pages(fetch, url, kind, after=after, condition=condition, page_size=size)
        try:
            for page in islice(pages, larger // size):
                yield page
                after = int(page.position or after)
                if page.last:
                    return
        except WaitError as error:
            if error.code != 'server_error':
                raise
            larger = size
        else:
            break
    else:
        page = _page_of_unreadable(fetch, url, kind, after, condition)
        yield page
        after = int(page.position or after)
        if page.last:
            return
    yield from keyset_pages(fetch, url, kind, after=after, condition=condition)


def _page_of_unreadable(
    fetch: Fetch, url: str, kind: Kind[Record], after: int, condition: str
) -> Page[Record]:
    """Return the first record above ``after`` as rejected; the one behind it tells its number."""
    data = fetch(
        with_query(
            url,
            pagesize=1,
            skippages=1,
            sort=kind.key,
            filter=both(f'{kind.key}$gt:{after}', condition),
        )
    )
    rows, matching, total = _legacy_page(data)
    position = _grown(rows, kind.key, after + 1) - 1 if rows else after + 1
    number = str(position) if rows and position == after + 1 else ''
    place = number or (f'{after + 1}–{position}' if rows else f'> {after}')
    rejected = Rejected(kind.name, number, 'unreadable', kind.key, place, place)
    # Where nothing is left the record went away meanwhile.
    return Page((), (rejected,) if matching else (), position, matching, total, matching <= 1)


def cursor_pages(
    fetch: Fetch, url: str, kind: Kind[Record], *, cursor: str | None = None, condition: str = ''
) -> Iterator[Page[Record]]:
    """Yield the pages of an open list; the server decides on order and size.

    :raise ContractError: ``paging`` if a cursor comes twice, is no cursor, or pages do not end
    """
    seen = {cursor}
    for _page in range(_CURSOR_PAGES):
        rows, cursor = _open_page(fetch(with_query(url, cursor=cursor, filter=condition)))
        if cursor in seen and cursor is not None:
            raise ContractError('paging', "the same cursor came twice")
        if cursor is not None and not rows:
            raise ContractError('paging', "an empty page with a cursor to go on")
        seen.add(cursor)
        records, rejected = read_rows(kind, rows)
        yield Page(tuple(records), tuple(rejected), cursor, None, None, cursor is None)
        if cursor is None:
            return
    raise ContractError('paging', f"no end after {_CURSOR_PAGES} pages")


def whole_list(fetch: Fetch, url: str, kind: Kind[Reference]) -> Page[Reference]:
    """Return a small legacy list as one page, read by page numbers.

    Not every one of these lists can be sorted or filtered by its number (payment terms answer 400),
    so the count is checked at the end and the list read once more if it moved meanwhile.

    :raise ContractError: ``paging`` if the rows do not add up to the count twice
    """
    for _attempt in range(2):
        rows, counts = _by_page_number(fetch, url)
        records, rejected = read_rows(kind, rows)
        distinct = {record.number for record in records}
        if counts == {len(rows)} and len(distinct) == len(records):
            return Page(tuple(records), tuple(rejected), None, len(rows), len(rows), True)
    raise ContractError('paging', f"{len(rows)} rows where {sorted(counts)} were announced")


def _by_page_number(fetch: Fetch, url: str) -> tuple[list[Any], set[int]]:
    """Return all rows, and every count that a page announced: more than one if they moved."""
    rows: list[Any] = []
    counts: set[int] = set()
    for number in range(_LIST_PAGES):
        found, matching, _total = _legacy_page(
            fetch(with_query(url, pagesize=PAGE_SIZE, skippages=number))
        )
        rows += found
        counts.add(matching)
        if not found or len(rows) >= matching:
            break
    return rows, counts


def _legacy_page(data: Any) -> tuple[Sequence[Any], int, int]:
    if isinstance(data, dict):
        rows, pagination = data.get('collection'), data.get('pagination')
        if isinstance(rows, list) and isinstance(pagination, dict):
            return rows, _count(pagination, 'results'), _count(pagination, 'resultsWithoutFilter')
    raise ContractError('malformed', "a list without collection and pagination")


def _open_page(data: Any) -> tuple[Sequence[Any], str | None]:
    if not isinstance(data, dict) or not isinstance(data.get('items'), list):
        raise ContractError('malformed', "a list without items")
    cursor = data.get('cursor')
    if cursor is not None and not (isinstance(cursor, str) and 0 < len(cursor) <= _CURSOR_LIMIT):
        raise ContractError('paging', "a cursor that is none")
    return data['items'], cursor


def _count(pagination: Mapping[str, Any], name: str) -> int:
    value = pagination.get(name)
    if value.__class__ is int and value >= 0:
        return value
    raise ContractError('paging', f"{name} is no count")


def _grown(rows: Sequence[Any], key: str, after: int) -> int:
    """Return the highest number on the page; every number must be above the one before."""
    start = after
    for row in rows:
        number = row.get(key) if isinstance(row, dict) else None
        if number.__class__ is not int or number > MAX_NUMBER:
            continue  # a row without a usable number is rejected when it is read
        if number <= after:
            raise ContractError('paging', f"{key} {number} came after {after}")
        after = number
    if rows and after == start:
        raise ContractError('paging', f"a page without one usable {key}")
    return after
