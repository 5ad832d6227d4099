"""The simulator's answers beside recorded ones: members, types, how numbers are written, errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from simulator_calls import ANCHOR, call, get, words_of

from simulator import Simulator, create_app

# Decimals each number has, as recorded.
DECIMALS = {'exchangeRate': 6, 'vatRate': 8, 'vatAmount': 4, 'percentage': 1}


@pytest.fixture(scope='module')
def app() -> Simulator:
    return create_app(7, 200, 900, ANCHOR, rate_limit=None)


@pytest.fixture(scope='module')
def words(app: Simulator) -> dict[str, Any]:
    return words_of(app)


def test_numbers_are_written_as_recorded(app: Simulator, words: dict[str, Any]) -> None:
    for path in ('/invoices/booked?pagesize=100', '/invoices/booked/{invoice}', '/customers'):
        text = call(app, path.format(**words)).get_data(as_text=True)
        for name, number in re.findall(r'"(\w+)":(-?[0-9]+\.[0-9]+)', text):
            header_vat = name == 'vatAmount' and '"lines"' not in text
            decimals = 2 if header_vat else DECIMALS.get(name, 2)
            if name == 'vatAmount' and '"lines"' in text:
                assert len(number.split('.')[1]) in (2, 4)
                continue
            assert len(number.split('.')[1]) == decimals, (name, number)


@pytest.mark.parametrize(
    ('recorded', 'path'),
    [
        ('morning-train/invoice-booked.book-response.json', '/invoices/booked/{invoice}'),
        ('traels-it/customer.json', '/customers/{customer}'),
        ('traels-it/self.json', '/self'),
        ('traels-it/404.json', '/nothing'),
        ('traels-it/vat_zones.json', '/vat-zones?skippages=0&pagesize=1000'),
        ('traels-it/payment_terms.json', '/payment-terms?skippages=0&pagesize=1000'),
        ('traels-it/customer_groups.json', '/customer-groups?skippages=0&pagesize=1000'),
        ('traels-it/layouts.json', '/layouts?skippages=0&pagesize=1000'),
        ('traels-it/product_groups.json', '/product-groups?skippages=0&pagesize=1000'),
        ('pogoe/products.collection.json', '/products?pagesize=2'),
        ('pogoe/customers.collection.json', '/customers?pagesize=2'),
        ('traels-it/customer_contacts.json', '/customers/{customer}/contacts?skippages=0'),
        (
            'traels-it/departmental_distributions_multiple_departments.json',
            '/departmental-distributions/distributions?skippages=0&pagesize=1000',
        ),
        (
            'traels-it/departmental_distributions.json',
            '/departmental-distributions?skippages=0&pagesize=1000',
        ),
    ],
)
def test_shapes_are_as_recorded(
    reference: Path, app: Simulator, words: dict[str, Any], recorded: str, path: str
) -> None:
    file = reference / 'economic-rest' / 'recorded' / recorded
    theirs = types(json.loads(file.read_text(encoding='utf-8')))
    ours = types(json.loads(call(app, path.format(**words)).get_data()))
    assert {name: kind for name, kind in ours.items() if theirs.get(name, kind) != kind} == {}
    # What belongs to every row must be in ours as well.
    always = {name for name in theirs if re.search(r'(self|Number|name|pagination\.\w+)$', name)}
    varying = ('Page', 'vatAccount', 'orderNumber', 'faxNumber', 'barred', 'unit', 'ibanNumber',
               'eInvoic', 'pbsCustomer', 'giro', 'layout', 'salesPerson', 'attention', 'dueDate',
               'customerContact.', 'defaultDelivery', 'telephone', 'requiredRoles', 'product.',
               'corporate', 'bankAccount')  # fmt: skip
    assert {n for n in always - ours.keys() if not any(word in n for word in varying)} == set()


def types(document: Any, place: str = '') -> dict[str, str]:
    """Return the JSON type of every member by its dotted name."""
    found: dict[str, str] = {}
    if isinstance(document, list):
        for row in document:
            found |= types(row, place)
    elif isinstance(document, dict):
        for name, value in document.items():
            kind = 'number' if isinstance(value, int | float) else type(value).__name__
            found[f'{place}{name}'] = 'bool' if isinstance(value, bool) else kind
            found |= types(value, f'{place}{name}.')
    return found


def test_error_bodies(app: Simulator) -> None:
    refused = call(app, '/customers?filter=dueAmount$gt:1')
    assert refused.status_code == 400
    assert refused.get_json()['message'] == "Could not parse query string filter."
    assert refused.get_json()['errors'] == ["Filtering is not allowed on property 'dueAmount'."]
    assert 'pNumber' in refused.get_json()['allowedFilteringFields']
    assert 'querystring parameter' in refused.get_json()['developerHint']
    unsortable = call(app, '/customers?sort=barred').get_json()
    assert unsortable['message'] == "Could not parse query string sort parameter."
    large = call(app, '/customers?pagesize=1001')
    assert (large.status_code, large.get_json()['errorCode']) == (400, 'E04810')
    paged = call(app, '/customersapi/v3.1.0/Customers/paged?pageSize=101').get_json()
    assert 'PageSize must be between 1 and 100' in paged['detail']
    assert get(app, '/customersapi/v3.1.0/Customers/count') == 200
    # The service itself fails over this one.
    assert call(app, '/products?filter=barred$eq:true').status_code == 200
    assert call(app, '/products?filter=barred$ne:true').status_code == 500


def test_error_bodies_of_the_open_api(app: Simulator) -> None:
    base = '/customersapi/v3.1.0/Customers'
    missing = call(app, f'{base}/999').get_json()
    assert missing['title'] == "Resource not found."
    assert missing['type'] == 'https://tools.ietf.org/html/rfc9110#section-15.5.5'
    assert missing['traceId'].endswith('-CPH')
    assert missing['errors'] == []
    for name, said in (
        ('nothing', "Filtering is not allowed on property 'nothing'."),
        ('name', "Operator $eq: not supported on property name"),
    ):
        (error,) = call(app, f'{base}?filter={name}$eq:1').get_json()['errors']
        assert error == {'message': said, 'errorCode': 'BadFilterRequest', 'property': name}
    app.control.fault(path='customersapi', status=503)
    struck = call(app, base)
    assert struck.mimetype == 'application/problem+json'
    assert struck.get_json()['type'].endswith('section-15.6.4')
