"""e-conomic's SOAP API with the methods of ``RestClient``, so that nobody need know which it is.

Lists come in two steps: the handles of everything in one call, then the data of 500 at a time.

Source: the descriptions in e-conomic's WSDL; its advice to integrators on bulk use.
"""

import random as random_module
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from .credentials import Credentials, PasswordCredentials
from .errors import ContractError, DataError
from .fields import MAX_NUMBER
from .readers import (
    BOOKED_INVOICE,
    CONTACT,
    CUSTOMER,
    DELIVERY_LOCATION,
    OPEN_AMOUNT,
    Kind,
    read_rows,
)
from .records import (
    AgreementInfo,
    BookedInvoice,
    Contact,
    Customer,
    CustomerFilters,
    DeliveryLocation,
    InvoiceLine,
    OpenAmount,
    Page,
    Record,
    Reference,
    Rejected,
)
from .references import REFERENCES, read_agreement
from .rights import refused_kinds
from .soap_caller import SoapCaller
from .soap_handles import Handle, Handles
from .soap_lines import line_pages
from .soap_rows import (
    REFERENCE_ROWS,
    Data,
    Row,
    agreement_row,
    contact_row,
    customer_row,
    delivery_location_row,
    invoice_row,
    open_amount_row,
)
from .transport import Transport

SOAP_URL: Final = 'https://api.e-conomic.com'
_PATH: Final = '/secure/api1/EconomicWebService.asmx'
BATCH: Final = 500  # handles in one call; e-conomic advised 500 or 1,000
_LAST_DAY = datetime(2100, 12, 31)


class SoapClient:
    """Reads one agreement over SOAP. One instance serves one thread; close it to log out.

    :param credentials: tokens for ``ConnectWithToken``, or a user's login for ``Connect``
    :param batch: how many records one call fetches
    :param clock, sleep, random: as of ``RestClient``
    """

    rate = None  # SOAP reports none
    careful = False  # records are asked for by their handles

    def __init__(
        self,
        credentials: Credentials | PasswordCredentials,
        transport: Transport,
        *,
        url: str = SOAP_URL,
        batch: int = BATCH,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        address = url.rstrip('/') + _PATH
        self._caller = SoapCaller(
            credentials, transport, address, clock=clock, sleep=sleep, random=random
        )
        self._handles = Handles(self._caller.call, batch)
        self._user = ''
        if isinstance(credentials, PasswordCredentials):
            self._user = credentials.masked_user()

    @property
    def requests(self) -> int:
        """How many calls were made so far, logins and repeated ones included."""
        return self._caller.requests

    def close(self) -> None:
        """Log out."""
        self._caller.close()

    def fetch_agreement(self) -> AgreementInfo:
        """Tell whose books the login opens. Two calls; the connection test."""
        number = self._caller.call('Company_Get')
        data = self._caller.call('Company_GetData', entityHandle={'Number': number})
        if data is None:
            raise ContractError('malformed', "no company", endpoint='Company_GetData')
        return read_agreement(agreement_row(data, self._user))

    def missing_rights(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Return those of the kinds of records that may not be read; see ``RestClient``."""
        call, listed = self._caller.call, self._handles.all_of
        none = {'fromDate': _LAST_DAY, 'includeCalculatedProperties': False}
        probes: dict[str, Callable[[], Any]] = {
            'debtor': partial(call, 'Debtor_GetAllUpdated', **none),
            'contact': partial(listed, 'DebtorContact'),
            'delivery': partial(listed, 'DeliveryLocation'),
            'invoice': partial(call, 'Invoice_FindByNumberInterval', minNumber=1, maxNumber=1),
            'line': partial(self._handles.of_lines, 0, 1),
            'open': partial(listed, 'DebtorEntry', 'GetAllOpenEntries'),
        }
        return refused_kinds(kinds, probes)

    def fetch_references(self, kind: str) -> Page[Reference]:
        """Fetch a whole list of reference data as one page; see ``RestClient``."""
        entity, to_row = REFERENCE_ROWS[kind]
        handles = self._handles.all_of(entity)
        rows = [to_row(data) for data in self._handles.data(entity, handles)]
        records, rejected = read_rows(REFERENCES[kind][1], rows)
        return Page(tuple(records), tuple(rejected), None, len(rows), len(rows), True)

    def customers(
        self,
        after: int = 0,
        *,
        updated_since: datetime | None = None,
        filters: CustomerFilters | None = None,
    ) -> Iterator[Page[Customer]]:
        """Walk the customers with numbers above ``after``, in the order of their number.

        The records tell no time of change; the pages' ``as_of`` is what to ask for next time.

        :param updated_since: only those changed at or after this time; without zone it is UTC
        """
        everything = self._handles.all_of('Debtor')
        as_of = self._caller.server_time
        found = everything
        if updated_since is not None:
            found = self._handles.listed(
                'Debtor_GetAllUpdated',
                'Debtor',
                fromDate=to_cet(updated_since),
                includeCalculatedProperties=False,
            )
        numbers = {int(text): (text,) for (text,) in found if _is_number(text)}
        odd = [text for (text,) in found if not _is_number(text)] if not after else []
        rejected = [
            Rejected('customer', text[:60], 'number', 'Number', "not a number", '') for text in odd
        ]
        for page in self._pages(CUSTOMER, 'Debtor', customer_row, numbers, after):
            yield Page(
                tuple(row for row in page.records if _matches(row, filters)),
                (*rejected, *page.rejected),
                page.position,
                page.matching,
                len(everything),
                page.last,
                as_of,
            )
            rejected = []

    def booked_invoices(
        self, after: int = 0, *, since: date | None = None
    ) -> Iterator[Page[BookedInvoice]]:
        """Walk the headers of all booked invoices with numbers above ``after``.

        How many there are below ``after`` is not asked: ``total`` is only known from the start.

        :param since: only those dated on or after this day
        """
        if since is None:
            handles = self._handles.in_intervals(
                'Invoice_FindByNumberInterval', 'Invoice', ('minNumber', 'maxNumber'),
                after + 1, MAX_NUMBER,
            )  # fmt: skip
        else:
            first = datetime(since.year, since.month, since.day)
            handles = self._handles.listed(
                'Invoice_FindByDateInterval', 'Invoice', first=first, last=_LAST_DAY
            )
        total = len(handles) if since is None and not after else None
        numbers = {number: (number,) for (number,) in handles}
        return self._pages(BOOKED_INVOICE, 'Invoice', invoice_row, numbers, after, total)

    def booked_invoices_by_number(self, numbers: Iterable[int]) -> Iterator[Page[BookedInvoice]]:
        """Fetch the named booked invoices; what is not there stays out."""
        wanted = {number: (number,) for number in numbers}
        if wanted:
            yield from self._pages(BOOKED_INVOICE, 'Invoice', invoice_row, wanted, 0)

    def booked_invoice(self, number: int) -> BookedInvoice:
        """Fetch one booked invoice; see ``RestClient``."""
        (page,) = self.booked_invoices_by_number([number])
        if page.rejected:
            bad = page.rejected[0]
            raise DataError(bad.code, f"{bad.field}: {bad.message}", endpoint='Invoice_GetData')
        if not page.records:
            raise DataError('not_found', f"invoice {number}", endpoint='Invoice_GetData')
        return page.records[0]

    def unpaid_invoices(self, after: int = 0) -> Iterator[Page[OpenAmount]]:
        """Walk all booked invoices that are not settled, in the order of their number.

        All open entries are fetched first: they come in another order.
        """
        handles = self._handles.all_of('DebtorEntry', 'GetAllOpenEntries')
        rows = [
            row
            for data in self._handles.data('DebtorEntry', handles)
            if data['Type'] == 'DebtorInvoice' and data['Remainder']
            if ((row := open_amount_row(data))['bookedInvoiceNumber'] or 0) > after
        ]
        rows.sort(key=lambda row: int(row['bookedInvoiceNumber']))
        return self._row_pages(OPEN_AMOUNT, 'bookedInvoiceNumber', rows, after)

    def invoice_lines(
        self, *, above: int, up_to: int, cursor: str | None = None
    ) -> Iterator[Page[InvoiceLine]]:
        """Walk the lines of the booked invoices numbered above ``above`` and up to ``up_to``.

        :param cursor: the position of an earlier page of the same range; lines of the invoice that
            the page ended in come again
        :raise ContractError: ``paging`` if a line of another invoice comes
        """
        start = max(above, int(cursor)) if cursor else above
        return line_pages(self._handles, start, up_to)

    def count_invoice_lines(self, *, above: int, up_to: int) -> int:
        """Count the lines that ``invoice_lines`` with the same range would walk."""
        return len(self._handles.of_lines(above, up_to))

    def contacts(
        self, cursor: str | None = None, *, updated_since: datetime | None = None
    ) -> Iterator[Page[Contact]]:
        """Walk the contact persons of all customers; SOAP cannot tell which have changed."""
        return self._by_cursor(CONTACT, 'DebtorContact', contact_row, cursor)

    def delivery_locations(
        self, cursor: str | None = None, *, updated_since: datetime | None = None
    ) -> Iterator[Page[DeliveryLocation]]:
        """Walk the delivery addresses of all customers; SOAP cannot tell which have changed."""
        return self._by_cursor(DELIVERY_LOCATION, 'DeliveryLocation', delivery_location_row, cursor)

    def invoice_pdf(self, number: int) -> bytes:
        """Fetch the PDF of a booked invoice.

        :raise DataError: ``not_found``
        """
        body = self._caller.call('Invoice_GetPdf', invoiceHandle={'Number': number})
        if not isinstance(body, bytes) or not body.startswith(b'%PDF-'):
            raise ContractError('malformed', "not a PDF", endpoint='Invoice_GetPdf')
        return body

    def _pages(
        self,
        kind: Kind[Record],
        entity: str,
        to_row: Callable[[Data], Row],
        handles: dict[int, Handle],
        after: int,
        total: int | None = None,
    ) -> Iterator[Page[Record]]:
        """Yield the records of handles numbered above ``after`` in the order of their number."""
        numbers = sorted(number for number in handles if number > after)
        for chunk, left in self._handles.chunks(numbers):
            found = self._handles.data(entity, [handles[number] for number in chunk])
            records, rejected = read_rows(kind, map(to_row, found))
            yield Page(
                tuple(records), tuple(rejected), chunk[-1] if chunk else after,
                len(chunk) + left, total, not left,
            )  # fmt: skip

    def _row_pages(
        self, kind: Kind[Record], key: str, rows: Sequence[Row], after: int
    ) -> Iterator[Page[Record]]:
        for chunk, left in self._handles.chunks(rows):
            records, rejected = read_rows(kind, chunk)
            position = chunk[-1][key] if chunk else after
            count = len(chunk) + left
            yield Page(tuple(records), tuple(rejected), position, count, None, not left)

    def _by_cursor(
        self,
        kind: Kind[Record],
        entity: str,
        to_row: Callable[[Data], Row],
        cursor: str | None,
    ) -> Iterator[Page[Record]]:
        handles = {number: (number,) for (number,) in self._handles.all_of(entity)}
        for page in self._pages(kind, entity, to_row, handles, int(cursor or 0)):
            position = None if page.last else str(page.position)
            yield Page(page.records, page.rejected, position, None, None, page.last)


def to_cet(moment: datetime) -> datetime:
    """Return a time as SOAP wants it: Central European, without zone.

    In the hour that comes twice in October it is the hour before, so that nothing is left out.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    local = moment.astimezone(ZoneInfo('Europe/Copenhagen'))
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        local -= timedelta(hours=1)
    return local.replace(tzinfo=None, fold=0)


def _is_number(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 10


def _matches(row: Customer, filters: CustomerFilters | None) -> bool:
    if filters is None:
        return True
    wanted = (
        (filters.customer_group_number, row.customer_group_number),
        (filters.currency, row.currency),
        (filters.country and filters.country.casefold(), row.country.casefold()),
        (filters.barred, row.barred),
    )
    return all(value is None or value == found for value, found in wanted)
