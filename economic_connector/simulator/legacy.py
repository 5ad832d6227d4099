"""The legacy REST API: its addresses, envelopes, paging and errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import quote

from . import lists
from .answer import NUMBER, Answer, Call, ErrorAnswer, Route, legacy_error, legacy_not_found
from .data.books import Books
from .data.customers import Customer
from .grammar import Condition, Order, QueryError, parse_filter, parse_sort
from .legacy_about import Totals, agreement, index, invoice_index
from .legacy_customers import CustomerRecords
from .legacy_invoices import InvoiceRecords
from .legacy_tables import Table, tables
from .listing import Listing
from .pdf import invoice_pdf

MAX_PAGE = 1000
_STATES = ('paid', 'unpaid', 'overdue', 'not-due')
_CREATABLE = {'customers': 'customer', 'products': 'product', 'customer-groups': 'customer group'}


class Legacy:
    """Answer legacy requests under one address."""

    def __init__(self, books: Books, base: str, number: int, company: str) -> None:
        self.books = books
        self.base = base
        self._agreement = agreement(base, number, company)
        self._tables = tables(books, base)
        self._customers = CustomerRecords(books, base)
        self._invoices = InvoiceRecords(books, base)
        self._totals = Totals(books, base)
        self._held: tuple[tuple[object, ...], list[int]] | None = None
        self._patterns = [
            (re.compile(pattern.replace('#', NUMBER)), name, answer)
            for pattern, name, answer in (
                ('/customers', 'customers', self._all_customers),
                ('/customers/#', 'customer', self._one_customer),
                ('/customers/#/contacts', 'contacts', self._contacts),
                ('/customers/#/contacts/#', 'contact', self._contact),
                ('/customers/#/delivery-locations', 'delivery-locations', self._deliveries),
                ('/customers/#/delivery-locations/#', 'delivery-location', self._delivery),
                ('/customers/#/(invoices|totals)', 'customer/links', self._customer_links),
                ('/customers/#/invoices/booked', 'customers/invoices/booked', self._booked_of),
                ('/customers/#/invoices/drafts', 'customers/invoices/drafts', self._drafts_of),
                ('/invoices/booked', 'invoices/booked', self._booked),
                ('/invoices/booked/#', 'invoice', self._invoice),
                ('/invoices/booked/#/pdf', 'invoices/booked/pdf', self._pdf),
                ('/invoices/booked/#/sent', 'invoices/sent', self._sent),
                ('/invoices/totals/booked/customers/#', 'totals', self._customer_totals),
                ('/customer-groups/#/customers', 'customers', self._customers_of_group),
            )
        ]

    def route(self, call: Call) -> Route | None:
        """Return what answers a request, None if there is no such resource."""
        path = call.path
        single: dict[str, tuple[str, Callable[[], str]]] = {
            '/': ('index', partial(index, self.base)),
            '/self': ('self', lambda: self._agreement),
            '/invoices': ('invoices', partial(invoice_index, self.base)),
            '/invoices/totals': ('totals', self._totals.overview),
        }
        if path in single:
            name, document = single[path]
            return Route(name, lambda: Answer(document()))
        for pattern, name, answer in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return Route(name, partial(self._strictly, call, answer, *found.groups()))
        state = path.removeprefix('/invoices/')
        if state in _STATES:
            return Route(f'invoices/{state}', lambda: self._page(
                call, lists.by_state(self.books, self._invoices, state)))  # fmt: skip
        state = path.removeprefix('/invoices/totals/')
        if state in ('booked', 'booked/paid', 'booked/unpaid', 'booked/unpaid/overdue',
                     'booked/unpaid/not-overdue'):  # fmt: skip
            return Route('totals', lambda: Answer(self._totals.document(state)))
        return self._table_route(call)

    def _table_route(self, call: Call) -> Route | None:
        path = call.path.strip('/')
        table = self._tables.get(path)
        if table is not None:
            return Route(path, partial(self._whole_table, call, table))
        for name, table in self._tables.items():
            # A product's number may have a slash in it.
            row = table.rows.get(path.removeprefix(f'{name}/'))
            if row is not None and path.startswith(f'{name}/'):
                return Route(name, partial(Answer, row))
        return None

    def _whole_table(self, call: Call, table: Table) -> Answer:
        return self._page(call, table.listing())

    @staticmethod
    def _strictly(call: Call, answer: Callable[..., Answer | None], *parts: str) -> Answer:
        numbers = [int(part) if part.isdigit() else part for part in parts]
        return answer(call, *numbers) or legacy_not_found(call)

    # Customers

    def _all_customers(self, call: Call) -> Answer:
        return self._page(call, lists.legacy_customers(self.books, self.base))

    def _customers_of_group(self, call: Call, group: int) -> Answer | None:
        if f'{group}' not in self._tables['customer-groups'].rows:
            return None
        return self._page(call, lists.customers_of_group(self.books, self.base, group))

    def _one_customer(self, call: Call, number: int) -> Answer | None:
        who = self.books.customers.get(number)
        return None if who is None else Answer(self._customers.customer(who, single=True))

    def _contacts(self, call: Call, number: int) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None:
            return None
        return self._page(call, lists.legacy_contacts(self.books, self.base, who.key))

    def _contact(self, call: Call, number: int, contact: int) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None or contact not in self.books.contacts_of(who.key):
            return None
        return Answer(next(self._customers.contacts([contact])))

    def _deliveries(self, call: Call, number: int) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None:
            return None
        return self._page(call, lists.legacy_deliveries(self.books, self.base, who.key))

    def _delivery(self, call: Call, number: int, place: int) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None or place not in self.books.deliveries_of(who.key):
            return None
        return Answer(next(self._customers.deliveries([place])))

    def _customer_links(self, call: Call, number: int, what: str) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None:
            return None
        url = f'{self.base}/customers/{number}/{what}'
        inside = url if what == 'invoices' else f'{self.base}/invoices/totals'
        tail = '' if what == 'invoices' else f'/customers/{number}'
        return Answer(
            f'{{"drafts":"{inside}/drafts{tail}","booked":"{inside}/booked{tail}","self":"{url}"}}'
        )

    def _booked_of(self, call: Call, number: int) -> Answer | None:
        who = self.books.customers.get(number)
        if who is None:
            return None
        return self._page(call, lists.booked_of(self.books, self._invoices, who.key))

    def _drafts_of(self, call: Call, number: int) -> Answer | None:
        if self.books.customers.get(number) is None:
            return None
        return self._page(call, self._tables['invoices/drafts'].listing())

    def _customer_totals(self, call: Call, number: int) -> Answer | None:
        who: Customer | None = self.books.customers.get(number)
        if who is None:
            return None
        return Answer(self._totals.document('booked', self.books.booked_of(who.key)))

    # Invoices

    def _booked(self, call: Call) -> Answer:
        return self._page(call, lists.booked(self.books, self._invoices))

    def _invoice(self, call: Call, number: int) -> Answer | None:
        invoice = self.books.invoices.get(number)
        if invoice is None:
            return None
        lines = self._invoices.lines(self.books.lines_of(invoice))
        return Answer(self._invoices.invoice(invoice, lines=lines))

    def _pdf(self, call: Call, number: int) -> Answer | None:
        invoice = self.books.invoices.get(number)
        if invoice is None:
            return None
        pdf = invoice_pdf(invoice, self.books.recipient_of(invoice), self.books.lines_of(invoice))
        return Answer(pdf, content_type='application/pdf')

    def _sent(self, call: Call, number: int) -> Answer | None:
        if self.books.invoices.get(number) is None:
            return None
        return self._page(call, self._tables['invoices/sent'].listing())

    # Pages

    def _page(self, call: Call, listing: Listing) -> Answer:
        """Return a page of a list in the envelope of the legacy API."""
        size, skip = _whole(call, 'pagesize', 20, 1), _whole(call, 'skippages', 0, 0)
        if size > MAX_PAGE:
            raise ErrorAnswer(
                legacy_error(
                    call, 400, f"The maximum page size is {MAX_PAGE}.", code='E04810',
                    hint=f"Use a pagesize between 1 and {MAX_PAGE} and follow the page links.",
                )
            )  # fmt: skip
        keys = self._selected(call, listing)
        rows = list(listing.texts(keys[skip * size : (skip + 1) * size]))
        name = listing.name
        what = _CREATABLE.get(name)
        meta = (
            f'"metaData":{{"create":{{"description":"Create a new {what}",'
            f'"href":"{call.url}","httpMethod":"post"}}}},'
            if what
            else ''
        )
        if name == 'departmental-distributions':
            meta = (
                f'"subCollections":{{"distributions":"{self.base}/{name}/distributions",'
                f'"departments":"{self.base}/{name}/departments"}},'
            )
        return Answer(
            f'{{"collection":[{",".join(rows)}],"pagination":'
            f'{_pagination(call, size, skip, len(keys), len(listing.keys))},'
            f'{meta}"self":"{call.url}"}}'
        )

    def _selected(self, call: Call, listing: Listing) -> Sequence[int]:
        """Return the keys that a request asks for; a list made for one page serves the next."""
        today = self.books.clock().date()
        asked = (call.path, call.parameter('filter'), call.parameter('sort'),
                 self.books.revision, today)  # fmt: skip
        held = self._held
        if held is not None and held[0] == asked:
            return held[1]
        keys = listing.select(*_parsed(call, listing))
        if isinstance(keys, list):
            self._held = (asked, keys)
        return keys


def _whole(call: Call, name: str, default: int, least: int) -> int:
    found = call.parameter(name)
    if found is None:
        return default
    if not re.fullmatch(r'[0-9]{1,9}', found) or int(found) < least:
        raise ErrorAnswer(
            legacy_error(call, 400, f"Could not parse query string parameter {name}.",
                         errors=[f"The value '{found}' is not valid for {name}."])
        )  # fmt: skip
    return int(found)


def _parsed(call: Call, listing: Listing) -> tuple[Condition | None, tuple[Order, ...]]:
    """Return the filter and the sort of a request."""
    wanted, order = call.parameter('filter'), call.parameter('sort')
    try:
        condition = parse_filter(wanted, listing.fields) if wanted else None
    except QueryError as error:
        if error.reason == 'broken':
            raise ErrorAnswer(legacy_error(call, 500, str(error))) from error
        allowed = [name for name, field in listing.fields.items() if field.operators]
        hint = "Filtering on collections can be done using the querystring parameter 'filter'."
        raise ErrorAnswer(
            legacy_error(
                call, 400, "Could not parse query string filter.", hint=hint, errors=[str(error)],
                allowed=allowed,
            )
        ) from error  # fmt: skip
    try:
        return condition, parse_sort(order, listing.fields) if order else ()
    except QueryError as error:
        raise ErrorAnswer(
            legacy_error(
                call, 400, "Could not parse query string sort parameter.", errors=[str(error)]
            )
        ) from error


def _pagination(call: Call, size: int, skip: int, results: int, everything: int) -> str:
    pages = -(-results // size)
    members = (
        f'{{"skipPages":{skip},"pageSize":{size},"maxPageSizeAllowed":{MAX_PAGE},'
        f'"results":{results},"resultsWithoutFilter":{everything}'
    )
    if not results:
        hint = "Pagination links are suppressed when there are no results."
        return f'{members},"developerHint":"{hint}"}}'
    links = [('firstPage', 0)]
    if skip:
        links.append(('previousPage', min(skip, pages) - 1))
    if skip + 1 < pages:
        links.append(('nextPage', skip + 1))
    links.append(('lastPage', pages - 1))
    return members + ''.join(f',"{name}":"{_page_url(call, page)}"' for name, page in links) + '}'


def _page_url(call: Call, page: int) -> str:
    """Return the address of another page, spelled as the caller spells it."""
    pairs = list(call.pairs) or [('pagesize', '20')]
    camel = any(key == 'pageSize' for key, _ in pairs)
    parts = []
    seen = False
    for key, value in pairs:
        skips = key.lower() == 'skippages'
        seen = seen or skips
        parts.append(f'{quote(key)}={page if skips else quote(value, safe="")}')
    if not seen:
        parts.append(f'{"skipPages" if camel else "skippages"}={page}')
    return f'{call.base}{quote(call.path)}?{"&".join(parts)}'
