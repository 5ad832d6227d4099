"""Every answer of the simulator against e-conomic's own schemas, specs and recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft3Validator, Draft4Validator
from simulator_calls import ANCHOR, LINES, call, walk, words_of

from simulator import Simulator, create_app

# Legacy address and the schema of what it answers; {words} are filled in from the data.
LEGACY = {
    '/self': 'self',
    '/customers?pagesize=1000': 'customers',
    '/customers/{customer}': 'customers.customerNumber',
    '/customers/{customer}/contacts': 'customers.customerNumber.contacts',
    '/customers/{customer}/contacts/{contact}': 'customers.customerNumber.contacts.contactNumber',
    '/customers/{customer}/delivery-locations': 'customers.customerNumber.delivery-locations',
    '/customers/{customer}/delivery-locations/{place}': 'customers.customerNumber'
    '.delivery-locations.deliveryLocationNumber',
    '/customers/{customer}/invoices': 'customers.customerNumber.invoices',
    '/customers/{customer}/invoices/booked?pagesize=1000': 'customers.customerNumber'
    '.invoices.booked',
    '/customers/{customer}/invoices/drafts': 'customers.customerNumber.invoices.drafts',
    '/customers/{customer}/totals': 'customers.customerNumber.totals',
    '/customer-groups': 'customer-groups',
    '/customer-groups/2': 'customer-groups.customerGroupNumber',
    '/customer-groups/1/customers': 'customer-groups.customerGroupNumber.customers',
    '/payment-terms': 'payment-terms',
    '/payment-terms/7': 'payment-terms.paymentTermsNumber',
    '/vat-zones': 'vat-zones',
    '/vat-zones/4': 'vat-zones.vatZoneNumber',
    '/currencies': 'currencies',
    '/currencies/EUR': 'currencies.code',
    '/units': 'units',
    '/units/2': 'units.unitNumber',
    '/layouts': 'layouts',
    '/layouts/19': 'layouts.layoutNumber',
    '/employees': 'employees',
    '/employees/1': 'employees.employeeNumber',
    '/departments': 'departments',
    '/departments/1': 'departments.departmentNumber',
    '/departmental-distributions': 'departmental-distributions',
    '/departmental-distributions/departments': 'departmental-distributions.departments',
    '/departmental-distributions/departments/1': 'departmental-distributions.departments'
    '.departmentalDistributionNumber',
    '/departmental-distributions/distributions': 'departmental-distributions.distributions',
    '/products?pagesize=1000': 'products',
    '/products/A%203': 'products.productNumber',
    '/product-groups': 'product-groups',
    '/invoices': 'invoices',
    '/invoices/booked?pagesize=1000': 'invoices.booked',
    '/invoices/booked/{invoice}': 'invoices.booked.bookedInvoiceNumber',
    '/invoices/booked/{credit_note}': 'invoices.booked.bookedInvoiceNumber',
    '/invoices/paid?pagesize=1000': 'invoices.paid',
    '/invoices/unpaid?pagesize=1000': 'invoices.unpaid',
    '/invoices/overdue?pagesize=1000': 'invoices.overdue',
    '/invoices/not-due?pagesize=1000': 'invoices.not-due',
    '/invoices/sent': 'invoices.sent',
    '/invoices/drafts': 'invoices.drafts',
    '/invoices/totals': 'invoices.totals',
    '/invoices/totals/booked': 'invoices.totals.booked',
    '/invoices/totals/booked/paid': 'invoices.totals.booked.paid',
    '/invoices/totals/booked/unpaid': 'invoices.totals.booked.unpaid',
    '/invoices/totals/booked/unpaid/overdue': 'invoices.totals.booked.unpaid.overdue',
    '/invoices/totals/booked/unpaid/not-overdue': 'invoices.totals.booked.unpaid.not-overdue',
}
# What recorded answers have and the schemas do not know. The recordings win.
RECORDED = {
    'orderNumber': "set on invoices that came from an order",
    'recipient.vatZone.name': "written out on invoices",
    'recipient.vatZone.enabledForCustomer': "written out on invoices",
    'recipient.vatZone.enabledForSupplier': "written out on invoices",
    'attention.customer': "a contact link names its customer",
    'customerContact.customer': "a contact link names its customer",
    'recipient.attention.customer': "a contact link names its customer",
    'references.customerContact.customer': "a contact link names its customer",
    'unit.products': "units carry a link to their products",
    'lines.unit.products': "units carry a link to their products",
    'products': "units carry a link to their products",
    'pricing': "products carry it",
    'invoices.self': "products carry it",
    'sent': "every booked invoice has it, also in the lists by customer",
    'self': "the schema of delivery locations has it inside the collection",
    'barred': "recorded distributions have it, also in the list of all",
    'pagination': "missing in the schemas of delivery locations and distributions",
}
# Only on lists of customers of a group, whose schema is older than that of customers.
CUSTOMER_ONLY = (
    'dueAmount lastUpdated contacts templates totals deliveryLocations invoices website '
    'eInvoicingDisabledByDefault defaultDeliveryLocation metaData'
).split()


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(7, 200, 900, ANCHOR, rate_limit=None)


@pytest.fixture(scope='module')
def words(app: Simulator) -> dict[str, Any]:
    return words_of(app)


def schema(reference: Path, name: str) -> Any:
    """Return a legacy schema."""
    path = reference / 'economic-rest' / 'legacy-schema' / f'{name}.get.schema.json'
    return json.loads(path.read_text(encoding='utf-8'))


@pytest.mark.parametrize('path', LEGACY)
def test_legacy_answers_validate(
    reference: Path, app: Simulator, words: dict[str, Any], path: str
) -> None:
    document = json.loads(call(app, path.format(**words)).get_data())
    found = schema(reference, LEGACY[path])
    errors = [
        f'{".".join(map(str, error.absolute_path))}: {error.message[:200]}'
        for error in Draft3Validator(found).iter_errors(document)
    ]
    assert not errors
    unknown = set(unknown_members(found, document)) - RECORDED.keys()
    if path.startswith('/customer-groups/1/'):
        unknown = {name for name in unknown if name.split('.')[0] not in CUSTOMER_ONLY}
    assert not unknown


def unknown_members(found: Any, document: Any, place: str = '') -> Iterator[str]:
    """Yield the dotted names of members that a schema does not have."""
    if isinstance(document, list):
        for row in document:
            yield from unknown_members(found.get('items', {}), row, place)
        return
    if not isinstance(document, dict) or 'properties' not in found:
        return
    for name, value in document.items():
        inside = '' if name == 'collection' else f'{place}{name}'
        if name not in found['properties']:
            yield inside
            continue
        deeper = f'{inside}.' if inside else ''
        yield from unknown_members(found['properties'][name], value, deeper)


def test_all_optional_members_occur(reference: Path, app: Simulator, words: dict[str, Any]) -> None:
    # A client that was only tested on answers without them would not have been tested.
    rare = {'project', 'vatNumber', 'mobilePhone.', 'deleted'}
    wanted = set(members(schema(reference, 'customers')['properties']['collection']['items']))
    there = {name for row in walk(app, '/customers?pagesize=1000') for name in names(row)}
    assert wanted - there <= rare
    wanted = set(members(schema(reference, 'invoices.booked')['properties']['collection']['items']))
    there = {name for row in walk(app, '/invoices/booked?pagesize=1000') for name in names(row)}
    assert {name for name in wanted - there if name.split('.')[0] not in rare} == set()


def members(found: Any, place: str = '') -> Iterator[str]:
    """Yield the dotted names of all members in a schema."""
    for name, value in found.get('properties', {}).items():
        yield f'{place}{name}'
        yield from members(value, f'{place}{name}.')


def names(document: dict[str, Any], place: str = '') -> Iterator[str]:
    """Yield the dotted names of all members in a document."""
    for name, value in document.items():
        yield f'{place}{name}'
        if isinstance(value, dict):
            yield from names(value, f'{place}{name}.')


OPEN = {
    '/customersapi/v3.1.0/Customers': ('Customers', 'Customer'),
    '/customersapi/v3.1.0/Contacts': ('Customers', 'Contact'),
    '/customersapi/v3.1.0/DeliveryLocations': ('Customers', 'DeliveryLocation'),
    LINES: ('Q2C', 'BookedInvoiceLine'),
}


def spec(reference: Path, service: str, name: str) -> Any:
    """Return a schema of an OpenAPI document."""
    path = reference / 'economic-rest' / 'openapi' / f'openapi-{service}.json'
    document = json.loads(path.read_text(encoding='utf-8'))
    return resolved(document, document['components']['schemas'][name])


def resolved(document: Any, value: Any) -> Any:
    """Return a part of an OpenAPI document with its references put in."""
    if isinstance(value, dict):
        if '$ref' in value:
            return resolved(
                document, document['components']['schemas'][value['$ref'].split('/')[-1]]
            )
        return {key: resolved(document, inner) for key, inner in value.items()}
    return [resolved(document, inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize('service', ['Customers', 'Q2C'])
def test_open_answers_validate(reference: Path, app: Simulator, service: str) -> None:
    path = reference / 'economic-rest' / 'openapi' / f'openapi-{service}.json'
    document = json.loads(path.read_text(encoding='utf-8'))
    base = '/' + document['servers'][0]['url'].split('/', 3)[3].rstrip('/')
    asked = 0
    for published, operations in document['paths'].items():
        # Of the sales documents only the booked ones are in scope.
        if 'get' not in operations or (service == 'Q2C' and 'booked' not in published):
            continue
        asked += 1
        numbers = {'number': 1001 if 'Customers' in published else 1, 'documentId': 10001}
        answer = call(app, base + published.format(**numbers))
        assert answer.status_code == 200, published
        content = operations['get']['responses']['200']['content']['application/json']
        found = json.loads(answer.get_data())
        assert list(Draft4Validator(resolved(document, content['schema'])).iter_errors(found)) == []
        rows = found.get('items', [found]) if isinstance(found, dict) else found
        for row in rows if isinstance(rows, list) else ():
            assert all(value is not None and value is not False for value in row.values())
    assert asked == {'Customers': 13, 'Q2C': 5}[service]


@pytest.mark.parametrize('path', ['/Customers/9', '/Customers?filter=name$eq:x', '/Nothing'])
def test_open_errors_validate(reference: Path, app: Simulator, path: str) -> None:
    answer = call(app, f'/customersapi/v3.1.0{path}')
    assert answer.status_code in (400, 404)
    assert answer.mimetype == 'application/problem+json'
    found = spec(reference, 'Customers', 'ProblemDetails')
    assert list(Draft4Validator(found).iter_errors(answer.get_json())) == []


def test_allow_lists_of_the_open_api(reference: Path, app: Simulator) -> None:
    for path, (service, name) in OPEN.items():
        for member, value in spec(reference, service, name)['properties'].items():
            allowed = value.get('x-filterable', 'not filterable').split(', ')
            sample = {'boolean': 'true', 'string': '2026-01-01'}.get(value['type'], '1')
            for operator in ('eq', 'gt', 'in', 'like'):
                literal = f'[{sample}]' if operator == 'in' else sample
                answer = call(app, f'{path}/count?filter={member}${operator}:{literal}')
                expected = 200 if operator in allowed else 400
                assert answer.status_code == expected, (path, member, operator)
            answer = call(app, f'{path}/paged?sort={member}')
            assert answer.status_code == (200 if value.get('x-sortable') else 400), (path, member)


@pytest.mark.parametrize(
    'path', ['/customers', '/invoices/booked', '/invoices/unpaid', '/products', '/employees']
)
def test_allow_lists_of_the_legacy_api(reference: Path, app: Simulator, path: str) -> None:
    # The server allows pNumber, and refuses the contact's customer, whatever the schema says.
    found = schema(reference, LEGACY.get(path) or LEGACY[f'{path}?pagesize=1000'])
    items = found['properties']['collection']['items']
    marked = dict(marks(items))
    answer = call(app, f'{path}?filter=nothing$eq:1').get_json()
    allowed = set(answer['allowedFilteringFields'])
    skipped = {'references.customerContact.customer.customerNumber'}
    assert allowed - {'pNumber'} == {
        name for name, (filterable, _) in marked.items() if filterable and name not in skipped
    }
    for name, (_, sortable) in marked.items():
        if name not in skipped:
            status = call(app, f'{path}?pagesize=1&sort={name}').status_code
            assert status == (200 if sortable else 400), name


def marks(found: Any, place: str = '') -> Iterator[tuple[str, tuple[bool, bool]]]:
    """Yield the dotted names of plain members, with whether one may filter and sort by them."""
    for name, value in found.get('properties', {}).items():
        if value.get('type') == 'object':
            yield from marks(value, f'{place}{name}.')
        elif value.get('type') != 'array':
            yield (
                f'{place}{name}',
                (bool(value.get('filterable')), bool(value.get('sortable'))),
            )
