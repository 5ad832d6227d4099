"""e-conomic's REST APIs as methods: legacy for customers and invoices, open for lines and contacts.

Source: the REST API documentation of e-conomic; OpenAPI documents customersapi 3.1.0, q2capi 5.3.0.
"""

import random as random_module
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timezone
from functools import partial
from typing import Any

from .caller import Caller
from .credentials import Credentials
from .errors import ContractError, DataError
from .pages import (
    IN_LIMIT,
    PAGE_SIZE,
    both,
    careful_pages,
    cursor_pages,
    keyset_pages,
    whole_list,
    with_query,
)
from .readers import (
    BOOKED_INVOICE,
    CONTACT,
    CUSTOMER,
    DELIVERY_LOCATION,
    INVOICE_LINE,
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
    RateStatus,
    Record,
    Reference,
)
from .references import REFERENCES, read_agreement
from .rights import refused_kinds
from .transport import Transport

LEGACY_URL = 'https://restapi.e-conomic.com'
OPEN_URL = 'https://apis.e-conomic.com'
# The open services are versioned one by one in the address, and old versions are withdrawn.
CUSTOMERS_API = '/customersapi/v3.1.0'
Q2C_API = '/q2capi/v5.3.0'


class RestClient:
    """Reads one agreement. One instance serves one thread; all its requests share one pace.

    :param clock: seconds that only grow, for deadlines and pacing
    :param sleep: waits for so many seconds
    :param random: a number from 0 up to 1, for jitter
    :ivar careful: a list is one on which e-conomic keeps failing: look for the record it fails on
    """

    careful = False

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        *,
        legacy_url: str = LEGACY_URL,
        open_url: str = OPEN_URL,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        self._caller = Caller(credentials, transport, clock=clock, sleep=sleep, random=random)
        self._legacy = legacy_url.rstrip('/')
        self._open = open_url.rstrip('/')

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._caller.requests

    @property
    def rate(self) -> RateStatus | None:
        """The token bucket as last reported; None before the first answer that tells."""
        return self._caller.rate

    def fetch_agreement(self) -> AgreementInfo:
        """Tell whose books the tokens open. One request; the connection test."""
        return read_agreement(self._get(f'{self._legacy}/self'))

    def missing_rights(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Return those of the kinds of records that the app may not read. One request each.

        :param kinds: of debtor, contact, delivery, invoice, line and open
        """
        addresses = {
            'debtor': f'{self._legacy}/customers?pagesize=1',
            'contact': f'{self._open}{CUSTOMERS_API}/Contacts/count',
            'delivery': f'{self._open}{CUSTOMERS_API}/DeliveryLocations/count',
            'invoice': f'{self._legacy}/invoices/booked?pagesize=1',
            'line': f'{self._open}{Q2C_API}/invoices/booked/lines/count',
            'open': f'{self._legacy}/invoices/unpaid?pagesize=1',
        }
        return refused_kinds(
            kinds, {kind: partial(self._get, url) for kind, url in addresses.items()}
        )

    def fetch_references(self, kind: str) -> Page[Reference]:
        """Fetch a whole list of reference data as one page.

        :param kind: customer_group, payment_term, employee, unit or product
        """
        path, reader = REFERENCES[kind]
        return whole_list(self._get, self._legacy + path, reader)

    def customers(
        self,
        after: int = 0,
        *,
        updated_since: datetime | None = None,
        filters: CustomerFilters | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Page[Customer]]:
        """Walk the customers with numbers above ``after``, in the order of their number.

        :param updated_since: only those changed at or after this time; without zone it is UTC
        """
        return self._numbered(
            '/customers',
            CUSTOMER,
            after=after,
            condition=both(_since('lastUpdated', updated_since), _customer_condition(filters)),
            page_size=page_size,
        )

    def booked_invoices(
        self, after: int = 0, *, since: date | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[Page[BookedInvoice]]:
        """Walk the booked invoices with numbers above ``after``, in the order of their number.

        :param since: only those dated this day or later
        """
        return self._numbered(
            '/invoices/booked',
            BOOKED_INVOICE,
            after=after,
            condition=f'date$gte:{since.isoformat()}' if since else '',
            page_size=page_size,
        )

    def booked_invoices_by_number(self, numbers: Iterable[int]) -> Iterator[Page[BookedInvoice]]:
        """Fetch the named booked invoices, 200 in a request; what is not there stays out."""
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), IN_LIMIT):
            chunk = wanted[start : start + IN_LIMIT]
            yield from self._numbered(
                '/invoices/booked',
                BOOKED_INVOICE,
                page_size=PAGE_SIZE,
                condition=f'bookedInvoiceNumber$in:[{",".join(map(str, chunk))}]',
            )

    def booked_invoice(self, number: int) -> BookedInvoice:
        """Fetch one booked invoice.

        :raise DataError: ``not_found``, or a word out of ``REJECTIONS`` if it cannot be stored
        """
        endpoint = f'/invoices/booked/{number:d}'
        raw = self._get(self._legacy + endpoint, item=True)
        records, rejected = read_rows(BOOKED_INVOICE, [raw])
        if rejected:
            bad = rejected[0]
            raise DataError(bad.code, f"{bad.field}: {bad.message}", endpoint=endpoint)
        return records[0]

    def unpaid_invoices(
        self, after: int = 0, *, page_size: int = PAGE_SIZE
    ) -> Iterator[Page[OpenAmount]]:
        """Walk all booked invoices that are not settled, in the order of their number."""
        return self._numbered('/invoices/unpaid', OPEN_AMOUNT, after=after, page_size=page_size)

    def invoice_lines(
        self, *, above: int, up_to: int, cursor: str | None = None
    ) -> Iterator[Page[InvoiceLine]]:
        """Walk the lines of the booked invoices numbered above ``above`` and up to ``up_to``.

        :param cursor: the position of an earlier page of the same range
        :raise ContractError: ``paging`` if a line of another invoice comes
        """
        pages = cursor_pages(
            self._get,
            f'{self._open}{Q2C_API}/invoices/booked/lines',
            INVOICE_LINE,
            cursor=cursor,
            condition=_range('documentId', above, up_to),
        )
        for page in pages:
            if not all(above < line.document_id <= up_to for line in page.records):
                raise ContractError('paging', "lines of invoices that were not asked for")
            yield page

    def count_invoice_lines(self, *, above: int, up_to: int) -> int:
        """Count the lines that ``invoice_lines`` with the same range would walk."""
        count = self._get(
            with_query(
                f'{self._open}{Q2C_API}/invoices/booked/lines/count',
                filter=_range('documentId', above, up_to),
            )
        )
        if count.__class__ is not int or count < 0:
            raise ContractError('malformed', "a count that is none")
        return count

    def contacts(
        self, cursor: str | None = None, *, updated_since: datetime | None = None
    ) -> Iterator[Page[Contact]]:
        """Walk the contact persons of all customers."""
        return cursor_pages(
            self._get,
            f'{self._open}{CUSTOMERS_API}/Contacts',
            CONTACT,
            cursor=cursor,
            condition=_since('lastUpdated', updated_since),
        )

    def delivery_locations(
        self, cursor: str | None = None, *, updated_since: datetime | None = None
    ) -> Iterator[Page[DeliveryLocation]]:
        """Walk the delivery addresses of all customers."""
        return cursor_pages(
            self._get,
            f'{self._open}{CUSTOMERS_API}/DeliveryLocations',
            DELIVERY_LOCATION,
            cursor=cursor,
            condition=_since('lastUpdated', updated_since),
        )

    def invoice_pdf(self, number: int) -> bytes:
        """Fetch the PDF of a booked invoice.

        :raise DataError: ``not_found``
        """
        return self._caller.get_pdf(f'{self._legacy}/invoices/booked/{number:d}/pdf')

    def _numbered(
        self, path: str, kind: Kind[Record], *, page_size: int, **options: Any
    ) -> Iterator[Page[Record]]:
        if self.careful:
            return careful_pages(self._get, self._legacy + path, kind, **options)
        return keyset_pages(self._get, self._legacy + path, kind, page_size=page_size, **options)

    def _get(self, url: str, *, item: bool = False) -> Any:
        return self._caller.get_json(url, item=item)


def _since(field: str, moment: datetime | None) -> str:
    if moment is None:
        return ''
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc)
    # The API documents a plain Z; an offset such as +00:00 does not survive every query parser.
    return f'{field}$gte:{moment:%Y-%m-%dT%H:%M:%S}Z'


def _range(field: str, above: int, up_to: int) -> str:
    return both(f'{field}$gt:{above:d}', f'{field}$lte:{up_to:d}')


def _customer_condition(filters: CustomerFilters | None) -> str:
    if filters is None:
        return ''
    group, barred = filters.customer_group_number, filters.barred
    return both(
        f'customerGroup.customerGroupNumber$eq:{group:d}' if group is not None else '',
        f'currency$eq:{_escaped(filters.currency)}' if filters.currency else '',
        f'country$eq:{_escaped(filters.country)}' if filters.country else '',
        f'barred$eq:{str(barred).lower()}' if barred is not None else '',
    )


def _escaped(text: str) -> str:
    # Brackets stay as they are: against the documentation, an escaped one matches nothing.
    return ''.join(f'${char}' if char in '$()*,' else char for char in text)
