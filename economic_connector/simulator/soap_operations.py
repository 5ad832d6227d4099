"""What each SOAP operation answers: lists of handles, and the data of handles."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from .data.books import Books, LineReader
from .data.catalogue import EMPLOYEES, GROUPS, PRODUCT_GROUPS, PRODUCTS, TERMS, UNITS
from .data.invoices import Invoice
from .pdf import invoice_pdf
from .soap_records import (
    FIRST_ENTRY,
    SoapRecords,
    employee_data,
    group_data,
    product_data,
    product_group_data,
    terms_data,
    unit_data,
)
from .soap_xml import NAMESPACE, SoapFault, element, text, value

Operation = Callable[[etree._Element], str]
_PLACE = ZoneInfo('Europe/Copenhagen')


class Operations:
    """Answer the operations that need a session; each gets the request and returns its result."""

    def __init__(self, books: Books, agreement: int, company: str) -> None:
        self.books = books
        self.records = SoapRecords(books, agreement, company)
        self._agreement = agreement
        self.by_name: Mapping[str, Operation] = {
            'Company_Get': lambda _request: element(
                'Company_GetResult', value('Number', agreement)
            ),
            'Company_GetData': self._company_data,
            'Debtor_GetAllUpdated': self._debtors_updated,
            'DebtorEntry_GetAllOpenEntries': self._open_entries,
            'Invoice_FindByNumberInterval': self._invoices_by_number,
            'Invoice_FindByDateInterval': self._invoices_by_date,
            'Invoice_GetPdf': self._pdf,
            'InvoiceLine_FindByInvoiceNumberInterval': self._lines_by_number,
            **self._get_all('Debtor', self._keys('customers')),
            **self._get_all('DebtorContact', self._contacts, 'Id'),
            **self._get_all('DebtorGroup', lambda: GROUPS),
            **self._get_all('DeliveryLocation', self._keys('deliveries'), 'Id'),
            **self._get_all('Employee', lambda: EMPLOYEES),
            **self._get_all('Product', lambda: (product.number for product in PRODUCTS)),
            **self._get_all('ProductGroup', lambda: PRODUCT_GROUPS),
            **self._get_all('TermOfPayment', lambda: TERMS, 'Id'),
            **self._get_all('Unit', lambda: UNITS),
            **self._get_data('Debtor', self._found('customers', self.records.debtor)),
            **self._get_data('DebtorContact', self._found('contacts', self.records.contact)),
            **self._get_data('DebtorEntry', self._entry),
            **self._get_data('DebtorGroup', group_data),
            **self._get_data('DeliveryLocation', self._found('deliveries', self.records.delivery)),
            **self._get_data('Employee', employee_data),
            **self._get_data('Invoice', self._found('invoices', self.records.invoice)),
            **self._get_data('Product', product_data, str),
            **self._get_data('ProductGroup', product_group_data),
            **self._get_data('TermOfPayment', terms_data),
            **self._get_data('Unit', unit_data),
            'InvoiceLine_GetDataArray': self._line_data,
        }

    # How lists are made

    def _get_all(
        self, entity: str, keys: Callable[[], Iterable[int | str]], key: str = 'Number'
    ) -> dict[str, Operation]:
        name = f'{entity}_GetAll'
        return {name: lambda _request: handles(name, entity, keys(), key)}

    def _get_data(
        self, entity: str, make: Callable[[Any], str], kind: Callable[[str], Any] = int
    ) -> dict[str, Operation]:
        name = f'{entity}_GetDataArray'

        def answer(request: etree._Element) -> str:
            made: list[str] = []
            missing: list[str] = []
            for asked in request.iter(f'{{{NAMESPACE}}}{entity}Handle'):
                key = ''.join(map(str, asked.itertext())).strip()
                try:
                    made.append(make(kind(key)))
                except (KeyError, ValueError):
                    missing.append(key)
            if missing:
                raise not_there(missing)
            return element(f'{name}Result', *made)

        return {name: answer}

    def _keys(self, layer: str) -> Callable[[], Iterable[int]]:
        # Looked up each time: a reset puts another in its place.
        return lambda: iter(getattr(self.books, layer))

    def _found(self, layer: str, make: Callable[[Any], str]) -> Callable[[int], str]:
        def data(number: int) -> str:
            row = getattr(self.books, layer).get(number)
            if row is None:
                raise KeyError(number)
            return make(row)

        return data

    # Company and debtors

    def _company_data(self, request: etree._Element) -> str:
        if argument(request, 'Number') != str(self._agreement):
            raise not_there([argument(request, 'Number')])
        return element('Company_GetDataResult', self.records.company())

    def _debtors_updated(self, request: etree._Element) -> str:
        if argument(request, 'includeCalculatedProperties') not in ('false', '0'):
            raise SoapFault('UserException', 'E00000', "includeCalculatedProperties must be false")
        local = _moment(argument(request, 'fromDate')).replace(tzinfo=_PLACE)
        since = local.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
        layer = self.books.customers
        changed = (n for n in layer if (who := layer.get(n)) and who.last_updated >= since)
        return handles('Debtor_GetAllUpdated', 'Debtor', changed)

    def _contacts(self) -> Iterator[int]:
        """Yield the contacts that were not deleted; SOAP has no flag for it."""
        for number in self.books.contacts:
            who = self.books.contacts.get(number)
            if who is not None and not who.deleted:
                yield number

    # Entries

    def _open_entries(self, _request: etree._Element) -> str:
        serials = [FIRST_ENTRY + number for number in sorted(self.books.open, reverse=True)]
        return handles(
            'DebtorEntry_GetAllOpenEntries', 'DebtorEntry', [FIRST_ENTRY, *serials], 'SerialNumber'
        )

    def _entry(self, serial: int) -> str:
        if serial == FIRST_ENTRY:
            return self.records.payment()
        invoice = self.books.invoices.get(serial - FIRST_ENTRY)
        if invoice is None:
            raise KeyError(serial)
        return self.records.entry(invoice)

    # Invoices and lines

    def _between(self, first: int, last: int) -> Sequence[int]:
        layer = self.books.invoices
        return layer.ranked(layer.rank(first), layer.rank(last + 1))

    def _invoices_by_number(self, request: etree._Element) -> str:
        interval = (int(argument(request, 'minNumber')), int(argument(request, 'maxNumber')))
        return handles('Invoice_FindByNumberInterval', 'Invoice', self._between(*interval))

    def _invoices_by_date(self, request: etree._Element) -> str:
        first, last = (_moment(argument(request, name)).toordinal() for name in ('first', 'last'))
        books = self.books
        numbers = (n for n in books.invoices if first <= books.booked_day(n) <= last)
        return handles('Invoice_FindByDateInterval', 'Invoice', numbers)

    def _pdf(self, request: etree._Element) -> str:
        invoice = self.books.invoices.get(int(argument(request, 'Number')))
        if invoice is None:
            raise not_there([argument(request, 'Number')])
        debtor = self.books.recipient_of(invoice)
        pdf = invoice_pdf(invoice, debtor, self.books.lines_of(invoice))
        return value('Invoice_GetPdfResult', base64.b64encode(pdf).decode())

    def _lines_by_number(self, request: etree._Element) -> str:
        first = int(argument(request, 'fromInvoiceNumber'))
        last = int(argument(request, 'toInvoiceNumber'))
        read = LineReader(self.books)
        lines = [read(number) for span in self.books.line_ranges(first, last) for number in span]
        lines.sort(key=lambda line: (line.invoice, line.position))
        return element(
            'InvoiceLine_FindByInvoiceNumberIntervalResult',
            *(
                element('InvoiceLineHandle', value('Id', row.number), value('Number', row.position))
                for row in lines
            ),
        )

    def _line_data(self, request: etree._Element) -> str:
        made: list[str] = []
        missing: list[str] = []
        invoice: Invoice | None = None
        read = LineReader(self.books)
        for asked in request.iter(f'{{{NAMESPACE}}}InvoiceLineHandle'):
            key, place = int(argument(asked, 'Id')), int(argument(asked, 'Number'))
            line = read(key) if 0 < key <= self.books.line_count else None
            if line is None or line.position != place:
                missing.append(str(key))
                continue
            if invoice is None or invoice.number != line.invoice:
                invoice = self.books.invoices.get(line.invoice)
                assert invoice is not None
            made.append(self.records.line(line, invoice))
        if missing:
            raise not_there(missing)
        return element('InvoiceLine_GetDataArrayResult', *made)


def handles(operation: str, entity: str, keys: Iterable[int | str], key: str = 'Number') -> str:
    """Return the handles that an operation found."""
    return element(
        f'{operation}Result', *(element(f'{entity}Handle', text(key, str(k))) for k in keys)
    )


def not_there(missing: Sequence[str]) -> SoapFault:
    """Return the fault about records that are not there."""
    names = ', '.join(missing)
    return SoapFault(
        'IntegrityException', 'E06000', f"The following entities does not exist: {names}"
    )


def argument(request: etree._Element, name: str) -> str:
    """Return the text of an argument, wherever it stands; '' if there is none."""
    for found in request.iter(f'{{{NAMESPACE}}}{name}'):
        return found.text or ''
    return ''


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.removesuffix('Z')).replace(tzinfo=None)
