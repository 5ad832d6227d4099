"""The small lists of the legacy API: reference data, products, and who we are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote as url_quote

from . import fields
from .data import catalogue
from .data.books import Books
from .grammar import Field
from .listing import Listing
from .wire import flag, money, quote, raw, record, text


class Table:
    """Hold the rows of a small list by the last part of their addresses."""

    def __init__(self, name: str, allowed: dict[str, Field], rows: dict[str, str]) -> None:
        self.name = name
        self.allowed = allowed
        self.rows = rows

    def listing(self) -> Listing:
        """Return it as a list."""
        texts = list(self.rows.values())
        keys: Sequence[int] = range(len(texts))
        return Listing(
            self.name, '', self.allowed, keys, lambda wanted: (texts[key] for key in wanted),
            lambda condition: keys,
        )  # fmt: skip


def tables(books: Books, base: str) -> dict[str, Table]:
    """Return the small lists by their path."""
    makers = {
        'accounts': (fields.ACCOUNTS, _accounts(base)),
        'customer-groups': (fields.CUSTOMER_GROUPS, _customer_groups(base)),
        'payment-terms': (fields.NONE, _payment_terms(base)),
        'vat-zones': (fields.NONE, _vat_zones(base)),
        'currencies': (fields.NONE, _currencies(base)),
        'units': (fields.NONE, _units(base)),
        'layouts': (fields.NONE, _layouts(base)),
        'employees': (fields.EMPLOYEES, _employees(base)),
        'departments': (fields.DEPARTMENTS, _departments(base)),
        'departmental-distributions': (fields.DISTRIBUTIONS, _distributions(base)),
        'departmental-distributions/departments': (fields.DISTRIBUTIONS, _distributions(base)),
        'departmental-distributions/distributions': (fields.DISTRIBUTIONS, {}),
        'products': (fields.PRODUCTS, _products(base, books)),
        'product-groups': (fields.NONE, _product_groups(base)),
        'invoices/drafts': (fields.PAYMENT_STATE, {}),
        'invoices/sent': (fields.NONE, {}),
    }
    return {name: Table(name, allowed, rows) for name, (allowed, rows) in makers.items()}


def _accounts(base: str) -> dict[str, str]:
    return {
        str(number): record(
            f'"accountNumber":{number},"accountType":"{kind}","balance":0.00',
            f'"blockDirectEntries":false,"debitCredit":"{side}","name":{quote(name)}',
            f'"accountingYears":"{base}/accounts/{number}/accounting-years"',
            f'"self":"{base}/accounts/{number}"',
        )
        for number, (name, kind, side) in catalogue.ACCOUNTS.items()
    }


def _customer_groups(base: str) -> dict[str, str]:
    account = _accounts(base)[str(catalogue.DEBTORS_ACCOUNT)]
    return {
        str(number): record(
            f'"customerGroupNumber":{number},"name":{quote(name)},"account":{account}',
            f'"layout":{{"layoutNumber":{layout},"name":{quote(catalogue.LAYOUTS[layout])},'
            f'"self":"{base}/layouts/{layout}"}}'
            if layout
            else '',
            f'"customers":"{base}/customer-groups/{number}/customers"',
            f'"self":"{base}/customer-groups/{number}"',
        )
        for number, (name, layout) in catalogue.GROUPS.items()
    }


def _payment_terms(base: str) -> dict[str, str]:
    return {
        str(terms.number): record(
            f'"paymentTermsNumber":{terms.number}',
            raw('daysOfCredit', terms.days),
            f'"name":{quote(terms.name)},"paymentTermsType":"{terms.kind}"',
            f'"self":"{base}/payment-terms/{terms.number}"',
        )
        for terms in catalogue.TERMS.values()
    }


def _vat_zones(base: str) -> dict[str, str]:
    return {
        str(zone.number): record(
            f'"name":{quote(zone.name)},"vatZoneNumber":{zone.number},"enabledForCustomer":true',
            flag('enabledForSupplier', zone.for_supplier),
            f'"self":"{base}/vat-zones/{zone.number}"',
        )
        for zone in catalogue.ZONES.values()
    }


def _currencies(base: str) -> dict[str, str]:
    return {
        code: record(
            f'"code":"{code}","isoNumber":"{currency.iso_number}","name":{quote(currency.name)}',
            f'"self":"{base}/currencies/{code}"',
        )
        for code, currency in catalogue.CURRENCIES.items()
    }


def _units(base: str) -> dict[str, str]:
    return {
        str(number): record(
            f'"unitNumber":{number},"name":{quote(name)},"products":"{base}/units/{number}/products"',
            f'"self":"{base}/units/{number}"',
        )
        for number, name in catalogue.UNITS.items()
    }


def _layouts(base: str) -> dict[str, str]:
    return {
        str(number): record(
            f'"layoutNumber":{number},"name":{quote(name)},"self":"{base}/layouts/{number}"'
        )
        for number, name in catalogue.LAYOUTS.items()
    }


def _employees(base: str) -> dict[str, str]:
    return {
        str(who.number): record(
            f'"employeeNumber":{who.number}',
            f'"employeeGroup":{{"employeeGroupNumber":{who.group},'
            f'"self":"{base}/employee-groups/{who.group}"}}',
            f'"name":{quote(who.name)}',
            text('email', who.email),
            text('phone', who.phone),
            '"barred":true' if who.barred else '',
            f'"customers":"{base}/employees/{who.number}/customers"',
            f'"draftInvoices":"{base}/employees/{who.number}/invoices/drafts"',
            f'"bookedInvoices":"{base}/employees/{who.number}/invoices/booked"',
            f'"self":"{base}/employees/{who.number}"',
        )
        for who in catalogue.EMPLOYEES.values()
    }


def _departments(base: str) -> dict[str, str]:
    return {
        str(number): record(
            f'"departmentNumber":{number},"name":{quote(name)},"self":"{base}/departments/{number}"'
        )
        for number, name in catalogue.DEPARTMENTS.items()
    }


def _distributions(base: str) -> dict[str, str]:
    return {
        str(number): record(
            f'"departmentalDistributionNumber":{number},"name":{quote(name)},"barred":false',
            '"distributionType":"department","distributions":[{"percentage":100.0,"department":'
            f'{{"departmentNumber":{number},"self":"{base}/departments/{number}"}}}}]',
            f'"self":"{base}/departmental-distributions/departments/{number}"',
        )
        for number, name in catalogue.DEPARTMENTS.items()
    }


def _product_group(number: int, base: str) -> str:
    url = f'{base}/product-groups/{number}'
    return record(
        f'"productGroupNumber":{number},"name":{quote(catalogue.PRODUCT_GROUPS[number])}',
        f'"salesAccounts":"{url}/sales-accounts","products":"{url}/products"',
        f'"inventoryEnabled":false,"self":"{url}"',
    )


def _product_groups(base: str) -> dict[str, str]:
    return {str(number): _product_group(number, base) for number in catalogue.PRODUCT_GROUPS}


def _products(base: str, books: Books) -> dict[str, str]:
    anchor = datetime(books.anchor.year, books.anchor.month, books.anchor.day)
    rows: dict[str, str] = {}
    for product in catalogue.PRODUCTS:
        url = f'{base}/products/{url_quote(product.number, safe="")}'
        changed = anchor - timedelta(seconds=product.changed * 60)
        unit = product.unit
        rows[product.number] = record(
            f'"productNumber":{quote(product.number)}',
            text('description', product.description),
            f'"name":{quote(product.name)}',
            raw('costPrice', None if product.cost is None else money(product.cost)),
            f'"recommendedPrice":{money(product.price * 6 // 5)}',
            f'"salesPrice":{money(product.price)}',
            flag('barred', product.barred),
            f'"lastUpdated":"{changed:%Y-%m-%dT%H:%M:00Z}"',
            f'"productGroup":{_product_group(product.group, base)}',
            f'"unit":{{"unitNumber":{unit},"name":{quote(catalogue.UNITS[unit])},'
            f'"products":"{base}/units/{unit}/products","self":"{base}/units/{unit}"}}'
            if unit
            else '',
            f'"departmentalDistribution":{{"departmentalDistributionNumber":{product.department},'
            '"distributionType":"department","self":'
            f'"{base}/departmental-distributions/departments/{product.department}"}}'
            if product.department
            else '',
            f'"invoices":{{"drafts":"{url}/invoices/drafts","booked":"{url}/invoices/booked",'
            f'"self":"{url}/invoices"}}',
            f'"pricing":{{"currencySpecificSalesPrices":"{url}/pricing/'
            'currency-specific-sales-prices"}',
            f'"self":"{url}"',
        )
    return rows
