"""The simulator's SOAP API: by e-conomic's own description, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from soap_bench import AGREEMENT, ANCHOR, served
from werkzeug.test import Client, TestResponse
from zeep import Client as Zeep
from zeep.exceptions import Fault

from client.soap_service import OPERATIONS, WSDL
from simulator import APP_SECRET, GRANT, PASSWORD, USER, Simulator, create_app, soap_records

PATH = '/secure/api1/EconomicWebService.asmx'
BINDING = '{http://e-conomic.com}EconomicWebServiceSoap'
SOAP = '{http://schemas.xmlsoap.org/soap/envelope/}'
APP = {'X-EconomicAppIdentifier': 'test/1.0 (https://example.org; a@example.org) none/0'}


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(9, 40, 70, ANCHOR, rate_limit=None)


@pytest.fixture(autouse=True)
def _fresh(app: Simulator) -> None:
    app.control.reset()
    app.control.configure(password_login=True)


@pytest.fixture(scope='module')
def address(app: Simulator) -> Iterator[str]:
    with served(app) as place:
        yield f'{place}{PATH}'


# e-conomic's own description


@pytest.fixture(scope='module')
def theirs(reference: Path) -> Path:
    return reference / 'economic-soap' / 'EconomicWebService.wsdl'


@pytest.fixture(scope='module')
def stranger(theirs: Path, address: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return zeep as anybody would use it, with e-conomic's WSDL and the simulator's address."""
    moved = tmp_path_factory.mktemp('wsdl') / 'moved.wsdl'
    text = theirs.read_text()
    moved.write_text(re.sub(r'(address location=")[^"]*', rf'\g<1>{address}', text))
    client: Any = Zeep(str(moved))
    return client.service


ENTITIES = {
    'Debtor': 'DebtorHandle', 'DebtorContact': 'DebtorContactHandle',
    'DebtorGroup': 'DebtorGroupHandle', 'DeliveryLocation': 'DeliveryLocationHandle',
    'Employee': 'EmployeeHandle', 'Product': 'ProductHandle',
    'ProductGroup': 'ProductGroupHandle', 'TermOfPayment': 'TermOfPaymentHandle',
    'Unit': 'UnitHandle',
}  # fmt: skip


def test_an_unmodified_zeep_with_their_description_reads_everything(
    stranger: Any, app: Simulator
) -> None:
    assert stranger.ConnectWithToken(GRANT, APP_SECRET) == str(AGREEMENT)
    number = stranger.Company_Get()
    assert stranger.Company_GetData({'Number': number}).BaseCurrencyHandle.Code == 'DKK'
    for entity, handle in ENTITIES.items():
        handles = stranger[f'{entity}_GetAll']()
        rows = stranger[f'{entity}_GetDataArray']({handle: handles})
        assert len(rows) == len(handles) > 0
        assert [row.Handle for row in rows] == handles
    invoices = stranger.Invoice_FindByNumberInterval(1, 2**31 - 1)
    rows = stranger.Invoice_GetDataArray({'InvoiceHandle': invoices})
    lines = stranger.InvoiceLine_FindByInvoiceNumberInterval(1, 2**31 - 1)
    details = stranger.InvoiceLine_GetDataArray({'InvoiceLineHandle': lines})
    sums = app.control.sums()
    assert (len(rows), len(details)) == (len(app.books.invoices), sums['lines'])
    assert sum(row.NetAmountDefaultCurrency for row in rows) == Decimal(sums['net_base'])
    days = [row.Date for row in rows]
    dated = stranger.Invoice_FindByDateInterval(min(days), max(days))
    assert {handle.Number for handle in dated} == {handle.Number for handle in invoices}
    entries = stranger.DebtorEntry_GetAllOpenEntries()
    opened = stranger.DebtorEntry_GetDataArray({'DebtorEntryHandle': entries})
    assert sum(
        row.RemainderDefaultCurrency for row in opened if row.Type == 'DebtorInvoice'
    ) == Decimal(sums['unpaid']['remainder_base'])
    assert stranger.Debtor_GetAllUpdated('2004-01-01T00:00:00', False)
    assert stranger.Invoice_GetPdf({'Number': rows[0].Number}).startswith(b'%PDF-')
    stranger.Disconnect()
    resources = {name.removeprefix('soap/') for name in app.control.counters()['resources']}
    assert resources == OPERATIONS - {'Connect'}


def what_zeep_reads(client: Any, binding: Any, name: str, reply: Any) -> str:
    try:
        return repr(binding.process_reply(client, binding.get(name), reply))
    except ArithmeticError as error:  # the example says "decimal" where one should be
        return type(error).__name__


def test_examples_from_elsewhere_parse(theirs: Path) -> None:
    """Parse typed examples of answers by both descriptions, if these know the operation."""
    documents: list[Any] = []
    for path in (theirs, WSDL):
        client: Any = Zeep(str(path))
        documents.append((client, client.wsdl.bindings[BINDING]))
    parsed = 0
    for path in sorted((theirs.parent / 'fixtures').rglob('*.xml')):
        tree = etree.fromstring(path.read_bytes())
        answer = tree[-1][0]
        name = etree.QName(answer).localname.removesuffix('Response')
        if name not in OPERATIONS or not tree.tag.startswith(SOAP):
            continue
        reply = SimpleNamespace(
            status_code=200, headers={}, content=path.read_bytes(), encoding='utf-8'
        )
        results = [what_zeep_reads(*document, name, reply) for document in documents]
        assert results[0] == results[1]
        parsed += 1
    assert parsed >= 8


# Requests as bytes


class Caller:
    """Sends operations as text, with cookies as a browser keeps them."""

    def __init__(self, app: Simulator) -> None:
        self.http = Client(app)

    def __call__(self, operation: str, inside: str = '', **options: Any) -> TestResponse:
        headers = {
            'SOAPAction': f'"http://e-conomic.com/{options.pop("action", operation)}"',
            'Content-Type': options.pop('content_type', 'text/xml; charset=utf-8'),
            **options.pop('headers', APP),
        }
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<{operation} xmlns="http://e-conomic.com">{inside}</{operation}></s:Body></s:Envelope>'
        )
        return self.http.post(PATH, data=options.pop('body', body), headers=headers)

    def log_in(self, number: object = AGREEMENT, user: str = USER, password: str = PASSWORD,
               **options: Any) -> TestResponse:  # fmt: skip
        return self(
            'Connect',
            f'<agreementNumber>{number}</agreementNumber><userName>{user}</userName>'
            f'<password>{password}</password>',
            **options,
        )


@pytest.fixture
def send(app: Simulator) -> Caller:
    return Caller(app)


def fault_of(answer: TestResponse) -> str:
    assert answer.status_code == 500
    assert answer.content_type == 'text/xml; charset=utf-8'
    tree = etree.fromstring(answer.data)
    fault = tree[0][0]
    assert fault.tag == f'{SOAP}Fault'
    assert fault.findtext('faultcode') == 'soap:Client'
    return str(fault.findtext('faultstring'))


def test_the_description_names_the_address_it_was_asked_at(app: Simulator) -> None:
    for path in (f'{PATH}?WSDL', f'{PATH.lower()}?wsdl'):
        answer = Client(app).get(path, base_url='http://127.0.0.1:8091')
        place = path.partition('?')[0]
        assert f'<soap:address location="http://127.0.0.1:8091{place}"/>' in answer.text
        assert 'api.e-conomic.com' not in answer.text
    assert Client(app).get(PATH).status_code == 200
    assert Client(app).put(PATH).status_code == 405


def test_a_session_is_three_cookies(send: Caller) -> None:
    answer = send.log_in()
    assert answer.status_code == 200
    cookies = answer.headers.getlist('Set-Cookie')
    assert [cookie.partition('=')[0] for cookie in cookies] == ['SS', 'SC', 'SSID']
    assert send('Company_Get').status_code == 200
    for name in ('SS', 'SC', 'SSID'):
        held = send.http.get_cookie(name)
        assert held is not None
        send.http.delete_cookie(name)
        assert 'AuthenticationException(E02250): Not logged in' in fault_of(send('Company_Get'))
        send.http.set_cookie(name, held.value)
    assert send('Company_Get').status_code == 200
    assert send('Disconnect').status_code == 200
    assert 'E02250' in fault_of(send('Company_Get'))


def test_sessions_end_and_are_of_one_agreement(send: Caller, app: Simulator) -> None:
    send.log_in()
    other = Caller(create_app(9, 20, 20, ANCHOR, agreement=7))
    for name in ('SS', 'SC', 'SSID'):
        held = send.http.get_cookie(name)
        assert held is not None
        other.http.set_cookie(name, held.value)
    assert 'E02250' in fault_of(other('Debtor_GetAll'))
    app.control.expire()
    assert 'E02250' in fault_of(send('Company_Get'))


def test_connect_is_refused_as_by_e_conomic(send: Caller, app: Simulator) -> None:
    app.control.configure(password_login=False)
    assert re.fullmatch(
        r'Economic\.Api\.Exceptions\.UserException\(E00410\): Connect method has been deprecated, '
        r'please migrate to ConnectWithToken instead\. \(id=[0-9a-f-]{36}\)',
        fault_of(send.log_in()),
    )


def test_a_login_needs_all_three_and_a_name_of_the_app(send: Caller) -> None:
    for wrong in ({'number': AGREEMENT + 1}, {'user': 'x'}, {'password': 'x'}):
        assert 'AuthenticationException' in fault_of(send.log_in(**wrong))
    assert 'X-EconomicAppIdentifier' in fault_of(send.log_in(headers={}))
    token = f'<token>{GRANT}</token><appToken>{APP_SECRET}</appToken>'
    assert send('ConnectWithToken', token, headers={}).status_code == 200


def test_requests_are_held_against_the_schema(send: Caller) -> None:
    send.log_in()
    for operation, inside in (
        ('Invoice_FindByNumberInterval', '<maxNumber>1</maxNumber><minNumber>1</minNumber>'),
        ('Invoice_FindByNumberInterval', '<minNumber>1</minNumber>'),
        ('Invoice_FindByNumberInterval', '<minNumber>x</minNumber><maxNumber>1</maxNumber>'),
        ('Debtor_GetAll', '<more/>'),
        ('Debtor_GetDataArray', '<entityHandles><InvoiceHandle/></entityHandles>'),
    ):
        assert 'SchemaException' in fault_of(send(operation, inside))
    assert 'SchemaException' in fault_of(send('Debtor_GetAll', body='<a>'))
    assert 'SOAPAction' in fault_of(send('Debtor_GetAll', action='Unit_GetAll'))
    assert 'SchemaException' in fault_of(send('Debtor_GetEverything'))
    assert send('Debtor_GetAll', content_type='application/json').status_code == 415


def test_its_own_answers_are_held_against_the_schema(
    send: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    send.log_in()
    monkeypatch.setattr(soap_records.SoapRecords, 'company', lambda _self: '<Number>1</Number>')
    asked = f'<entityHandle><Number>{AGREEMENT}</Number></entityHandle>'
    with pytest.raises(AssertionError, match='Missing child element'):
        send('Company_GetData', asked)


def test_one_unknown_handle_fails_the_whole_array(send: Caller, app: Simulator) -> None:
    send.log_in()
    numbers = list(app.books.customers)[:3]
    for numbered in ([*numbers, 5], [5]):
        inside = ''.join(f'<DebtorHandle><Number>{n}</Number></DebtorHandle>' for n in numbered)
        text = fault_of(send('Debtor_GetDataArray', f'<entityHandles>{inside}</entityHandles>'))
        assert 'The following entities does not exist: 5 (id=' in text


def test_faults_on_request(send: Caller, app: Simulator) -> None:
    send.log_in()
    fault = {'kind': 'AuthorizationException', 'code': 'E0', 'text': 'Stock & more'}
    app.control.fault(path='#Unit_GetAll$', soap=fault)
    assert send('Debtor_GetAll').status_code == 200
    assert 'AuthorizationException(E0): Stock & more' in fault_of(send('Unit_GetAll'))
    assert send('Unit_GetAll').status_code == 200


def test_rest_and_soap_tell_of_the_same_books(send: Caller, app: Simulator) -> None:
    send.log_in()
    number = app.control.create_customer(name="Søn & <Far> A/S\r\nLinje 2")['number']
    inside = (
        f'<entityHandles><DebtorHandle><Number>{number}</Number></DebtorHandle></entityHandles>'
    )
    answer = send('Debtor_GetDataArray', inside)
    name = etree.fromstring(answer.data).findtext('.//{http://e-conomic.com}Name')
    assert name == "Søn & <Far> A/S\r\nLinje 2"
    assert answer.headers['Date'].startswith('Tue, 24 Nov 2026')


def test_a_fault_is_raised_by_zeep(address: str) -> None:
    client: Any = Zeep(f'{address}?WSDL')
    with pytest.raises(Fault, match='E02250'):
        client.service.Debtor_GetAll()
