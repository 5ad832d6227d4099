"""The legacy API's single documents: its index, the agreement, the totals of invoices."""

from __future__ import annotations

import json
from collections.abc import Iterable

from .data.books import Books
from .data.catalogue import iso_day
from .wire import money, record

_INDEX = (
    'customers customer-groups payment-terms vat-zones currencies units layouts employees '
    'departments departmental-distributions products product-groups accounts invoices self'
).split()
_MODULES = ((3, 'Indscanning'), (14, 'Dimension (afdeling/kvantum)'), (15, 'Lager'))


def index(base: str) -> str:
    """Return the root document: every resource, all of them stable."""
    stable = {name: f'{base}/{name}' for name in _INDEX}
    return json.dumps(
        {'stable': stable, 'experimental': {}, 'deprecated': {}, 'self': base}, indent=2
    )


def invoice_index(base: str) -> str:
    """Return what `/invoices` is: an index of the lists below it."""
    url = f'{base}/invoices'
    names = ('drafts', 'booked', 'paid', 'unpaid', 'overdue', 'notDue', 'sent', 'totals')
    links = {name: f'{url}/{"not-due" if name == "notDue" else name}' for name in names}
    return json.dumps({**links, 'self': url})


def agreement(base: str, number: int, company: str) -> str:
    """Return `/self`: the agreement, its company, its app and modules."""
    return json.dumps(
        {
            'agreementNumber': number,
            'agreementType': {'agreementTypeNumber': 1, 'name': 'denmark'},
            'userName': 'SIM',
            'signupDate': '2004-01-02',
            'user': {
                'loginId': 'SIM',
                'email': 'bogholderi@simulator.example',
                'name': 'Kirsten Østergaard',
                'language': {
                    'languageNumber': 1,
                    'name': 'Danish',
                    'culture': 'da-DK',
                    'self': f'{base}/languages/1',
                },
                'agreementNumber': number,
            },
            'company': {
                'addressLine1': 'Ågade 1',
                'zip': '8000',
                'city': 'Aarhus C',
                'country': 'Danmark',
                'name': company,
                'phoneNumber': '+4586123456',
                'attention': 'Bogholderiet',
                'email': 'bogholderi@simulator.example',
                'companyIdentificationNumber': '12345674',
            },
            'bankInformation': {'bankName': 'Sparekassen', 'bankAccountNumber': '1234567'},
            'application': {
                'appNumber': 1,
                'name': 'economic_connector',
                'appPublicToken': 'simulator-public',
                'created': '2026-01-05',
                'requiredRoles': [{'roleNumber': 4, 'name': 'Sales'}],
                'self': f'{base}/apps/1',
            },
            'settings': {'baseCurrency': 'DKK'},
            'companyAffiliation': 'e-conomic',
            'canSendElectronicInvoice': True,
            'modules': [
                {'moduleNumber': module, 'name': name, 'self': f'{base}/modules/agreement/{module}'}
                for module, name in _MODULES
            ],
            'self': f'{base}/self',
        },
        ensure_ascii=False,
    )


class Totals:
    """Sum up invoices for the documents under `/invoices/totals`."""

    def __init__(self, books: Books, base: str) -> None:
        self.books = books
        self.url = f'{base}/invoices/totals'

    def _numbers(self, state: str) -> Iterable[int]:
        books = self.books
        if state in ('booked', 'booked/paid'):
            numbers = books.invoices.ranked()
            return numbers if state == 'booked' else (n for n in numbers if n not in books.open)
        today = books.clock().date().toordinal()
        late, in_time = state.endswith('/overdue'), state.endswith('/not-overdue')
        return [
            number
            for number in sorted(books.open)
            if (row := books.invoices.get(number))
            and not (late and row.due >= today)
            and not (in_time and row.due < today)
        ]

    def document(self, state: str, numbers: Iterable[int] | None = None) -> str:
        """Return the totals of a state: booked, booked/paid, booked/unpaid/overdue and so on."""
        net = open_gross = count = 0
        first, last = 1 << 62, 0
        for number in self._numbers(state) if numbers is None else numbers:
            invoice = self.books.invoices.get(number)
            if invoice is None:
                continue
            count += 1
            net += invoice.in_base(invoice.net)
            open_gross += invoice.in_base(self.books.open.get(number, 0))
            first, last = min(first, invoice.booked), max(last, invoice.booked)
        url = f'{self.url}/{state}'
        deeper = {
            'booked': ('paid', 'unpaid'),
            'booked/unpaid': ('overdue', 'notOverdue'),
        }.get(state, ())
        return record(
            f'"netAmountInBaseCurrency":{money(net)},"invoiceCount":{count}',
            f'"maxDate":"{iso_day(last)}","minDate":"{iso_day(first)}"' if count else '',
            f'"grossRemainderInBaseCurrency":{money(open_gross)}' if 'unpaid' in state else '',
            *(f'"{name}":"{url}/{_dashed(name)}"' for name in
              ('customers', 'accountingYears', 'periods', 'employees')),
            *(f'"{name}":"{url}/{_dashed(name)}"' for name in deeper),
            f'"self":"{url}"',
        )  # fmt: skip

    def overview(self) -> str:
        """Return `/invoices/totals`."""
        parts = {
            state: json.loads(self.document(state), parse_float=str)
            for state in ('booked', 'booked/paid', 'booked/unpaid', 'booked/unpaid/overdue',
                          'booked/unpaid/not-overdue')
        }  # fmt: skip

        def part(state: str, *inner: str) -> str:
            found = parts[state]
            left = found.get('grossRemainderInBaseCurrency')
            return record(
                f'"netAmountInBaseCurrency":{found["netAmountInBaseCurrency"]}',
                f'"grossRemainderInBaseCurrency":{left}'
                if left and not state.endswith('/not-overdue')
                else '',
                f'"invoiceCount":{found["invoiceCount"]}',
                f'"description":"The totals of {state} invoices."',
                *inner,
                f'"self":"{self.url}/{state}"',
            )

        late = f'"overdue":{part("booked/unpaid/overdue")}'
        in_time = f'"notOverdue":{part("booked/unpaid/not-overdue")}'
        unpaid = f'"unpaid":{part("booked/unpaid", late, in_time)}'
        paid = f'"paid":{part("booked/paid")}'
        return record(
            '"drafts":{"netAmountInBaseCurrency":0.00,"invoiceCount":0,'
            f'"description":"The totals of draft invoices.","self":"{self.url}/drafts"}}',
            f'"booked":{part("booked", paid, unpaid)}',
            f'"self":"{self.url}"',
        )


def _dashed(name: str) -> str:
    return ''.join(f'-{c.lower()}' if c.isupper() else c for c in name)
