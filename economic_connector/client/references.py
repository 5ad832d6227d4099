"""Read ``/self`` and the small lists that customers and invoices point into.

Source: the REST API documentation of e-conomic, schemas of /self, /customer-groups,
/payment-terms, /employees, /units, /product-groups and /products.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .errors import ContractError
from .fields import (
    FieldError,
    Raw,
    amount,
    as_object,
    flag,
    integer,
    key_number,
    line,
    nested,
    prose,
)
from .readers import Kind
from .records import AgreementInfo, Reference, Value


def _nothing_more(_raw: Raw, _notes: list[str]) -> Mapping[str, Value]:
    return {}


def _payment_term(raw: Raw, notes: list[str]) -> Mapping[str, Value]:
    return {
        'days_of_credit': integer(raw, 'daysOfCredit'),
        'type': line(raw, 'paymentTermsType', notes),
    }


def _employee(raw: Raw, notes: list[str]) -> Mapping[str, Value]:
    return {
        'email': line(raw, 'email', notes),
        'phone': line(raw, 'phone', notes),
        'barred': flag(raw, 'barred'),
    }


def _product(raw: Raw, notes: list[str]) -> Mapping[str, Value]:
    return {
        'description': prose(raw, 'description', notes),
        'sales_price': amount(raw, 'salesPrice'),
        'unit_number': integer(nested(raw, 'unit'), 'unitNumber'),
        'group_number': integer(nested(raw, 'productGroup'), 'productGroupNumber'),
        'barred': flag(raw, 'barred'),
    }


def _kind(
    name: str, key: str, values: Callable[[Raw, list[str]], Mapping[str, Value]]
) -> Kind[Reference]:
    def read(raw: Raw) -> Reference:
        notes: list[str] = []
        number = str(key_number(raw, key, low=0)) if key != 'productNumber' else _text_key(raw, key)
        return Reference(name, number, line(raw, 'name', notes), values(raw, notes), tuple(notes))

    return Kind(name, key, read)


def _text_key(raw: Raw, key: str) -> str:
    # A cleaned or cut number would name another product.
    notes: list[str] = []
    value = line(raw, key, notes)
    if not value:
        raise FieldError('missing', key, "missing")
    if notes:
        raise FieldError('number', key, f"not a product number: {value[:60]!r}")
    return value


# Path and reader of each list.
REFERENCES: Final[Mapping[str, tuple[str, Kind[Reference]]]] = {
    'customer_group': (
        '/customer-groups',
        _kind('customer_group', 'customerGroupNumber', _nothing_more),
    ),
    'payment_term': (
        '/payment-terms',
        _kind('payment_term', 'paymentTermsNumber', _payment_term),
    ),
    'employee': ('/employees', _kind('employee', 'employeeNumber', _employee)),
    'unit': ('/units', _kind('unit', 'unitNumber', _nothing_more)),
    'product_group': (
        '/product-groups',
        _kind('product_group', 'productGroupNumber', _nothing_more),
    ),
    'product': ('/products', _kind('product', 'productNumber', _product)),
}


def read_agreement(raw: Any) -> AgreementInfo:
    """Read the answer of ``/self``.

    :raise ContractError: ``malformed``, as nothing can go on without knowing whose books these are
    """
    notes: list[str] = []
    try:
        raw = as_object(raw)
        company = nested(raw, 'company')
        application = nested(raw, 'application')
        return AgreementInfo(
            agreement_number=key_number(raw, 'agreementNumber'),
            company_name=line(company, 'name', notes),
            base_currency=line(nested(raw, 'settings'), 'baseCurrency', notes),
            user_name=line(raw, 'userName', notes),
            cvr=line(company, 'companyIdentificationNumber', notes),
            vat_number=line(company, 'vatNumber', notes),
            application_name=line(application, 'name', notes),
            roles=_names(application, 'requiredRoles'),
            modules=_names(raw, 'modules'),
        )
    except FieldError as exc:
        reason = f"{exc.field}: {exc.message}"
    raise ContractError('malformed', reason, endpoint='/self')


def _names(raw: Raw, key: str) -> tuple[str, ...]:
    rows = raw.get(key)
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise FieldError('type', key, "not a list")
    return tuple(line(as_object(row), 'name', []) for row in rows)
