"""What happens in the agreement after the anchor date: bookings, payments, edits.

The values of debtors, contacts and delivery locations have the names that the legacy API gives
them; None clears a value.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Mapping, Sequence
from dataclasses import MISSING, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from .books import Books
from .catalogue import (
    CURRENCIES,
    GROUPS,
    PRODUCT_BY_NUMBER,
    SALES_ACCOUNTS,
    TERMS,
    ZONES,
    exchange_rate,
)
from .contacts import Contact, Delivery
from .customers import Customer
from .invoices import Line, bill
from .mixing import halves_up

Values = Mapping[str, Any]
_CUSTOMER = {
    'name': 'name', 'currency': 'currency', 'customerGroup': 'group', 'paymentTerms': 'terms',
    'vatZone': 'zone', 'address': 'address', 'zip': 'zip', 'city': 'city', 'country': 'country',
    'email': 'email', 'telephoneAndFaxNumber': 'phone', 'mobilePhone': 'mobile',
    'website': 'website', 'corporateIdentificationNumber': 'cvr', 'pNumber': 'p_number',
    'vatNumber': 'vat_number', 'ean': 'ean', 'publicEntryNumber': 'public_entry',
    'barred': 'barred', 'creditLimit': 'credit_limit', 'layout': 'layout',
    'salesPerson': 'sales_person', 'lastUpdated': 'last_updated',
}  # fmt: skip
_CONTACT = {
    'name': 'name', 'email': 'email', 'phone': 'phone', 'notes': 'notes',
    'eInvoiceId': 'e_invoice_id', 'lastUpdated': 'last_updated',
}  # fmt: skip
_DELIVERY = {
    'address': 'address', 'postalCode': 'zip', 'city': 'city', 'country': 'country',
    'termsOfDelivery': 'terms', 'barred': 'barred', 'lastUpdated': 'last_updated',
}  # fmt: skip
_KNOWN: dict[str, Container[Any]] = {
    'currency': CURRENCIES,
    'group': GROUPS,
    'terms': TERMS,
    'zone': ZONES,
}
_HIGHEST_SHORT = 100_000_000
MAX_INVOICE = 2**31 - 1
MAX_CUSTOMER = 999_999_999
RowT = TypeVar('RowT', Customer, Contact, Delivery)


class EventError(ValueError):
    """Say why something cannot happen."""


class Events:
    """Change the books."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._lock = threading.RLock()

    # Invoices

    def book(
        self,
        customer: int | None = None,
        number: int | None = None,
        day: date | None = None,
        lines: Sequence[Values] | None = None,
        *,
        credit: bool = False,
    ) -> int:
        """Book an invoice and return its number; what is not given is made up."""
        books, sales = self.books, self.books.sales
        with self._lock:
            layer = books.invoices
            if number is None:
                number = layer.at(len(layer) - 1) + 1 if len(layer) else 1
            elif not 0 < number <= MAX_INVOICE:
                raise EventError(f"no invoice has the number {number}")
            elif layer.get(number) is not None:
                raise EventError(f"invoice {number} is booked already")
            bits = sales.bits_of(1 << 40 | books.line_count)
            who = self._anybody(bits) if customer is None else self.customer(customer)
            booked = (day or books.clock().date()).toordinal()
            rate = exchange_rate(who.currency, booked)
            vat_rate = ZONES[who.zone].rate
            start = books.line_count
            if lines is None:
                run = sales.line_run(
                    (start, start + 1 + bits % 4), number, rate, vat_rate, credit=credit,
                    returns=False,
                )  # fmt: skip
            else:
                run = (
                    _line(values, start + place, place, number, vat_rate)
                    for place, values in enumerate(lines, 1)
                )
            made = tuple(run)
            invoice = bill(number, who, booked, made, (start, start + len(made)), bits)
            books.new_lines[number] = made
            books.new_recipients[number] = who
            if made:
                books.new_order.append((start + 1, number))
            books.line_count += len(made)
            layer.put(number, invoice)
            if invoice.gross and not TERMS[invoice.terms].at_once:
                books.set_open(number, invoice.gross)
            books.revision += 1
            return number

    def _anybody(self, bits: int) -> Customer:
        layer = self.books.customers
        if not len(layer):
            raise EventError("there are no debtors")
        return self.customer(layer.at((bits >> 8) % len(layer)))

    def pay(self, number: int, amount: Decimal | None = None) -> Decimal:
        """Take a payment off an invoice, all that is open if no amount is given."""
        return self._move(number, None if amount is None else -_hundredths(amount), 0)

    def unpay(self, number: int, amount: Decimal | None = None) -> Decimal:
        """Undo payments of an invoice, all of them if no amount is given."""
        return self._move(number, None if amount is None else _hundredths(amount), None)

    def _move(self, number: int, change: int | None, rest: int | None) -> Decimal:
        books = self.books
        with self._lock:
            invoice = books.invoices.get(number)
            if invoice is None:
                raise EventError(f"there is no invoice {number}")
            left = invoice.gross if rest is None else rest
            if change is not None:
                left = books.open.get(number, 0) + change
            books.set_open(number, left)
            books.revision += 1
            return Decimal(left).scaleb(-2)

    # Debtors

    def customer(self, number: int) -> Customer:
        """Return a debtor; raises EventError if there is none."""
        found = self.books.customers.get(number)
        if found is None:
            raise EventError(f"there is no customer {number}")
        return found

    def create_customer(self, values: Values, number: int | None = None) -> int:
        """Add a debtor and return its number: the one given or the next."""
        layer = self.books.customers
        with self._lock:
            if number is None:
                below = layer.rank(_HIGHEST_SHORT)
                number = layer.at(below - 1) + 1 if below else 1
            elif not 0 < number <= MAX_CUSTOMER:
                raise EventError(f"no customer has the number {number}")
            elif layer.get(number) is not None:
                raise EventError(f"customer {number} exists already")
            key = self.books.new_key()
            fresh = Customer(key, number, 'Ny debitor', last_updated=self._now())
            layer.put(number, _changed(fresh, values, _CUSTOMER))
            self.books.numbers[key] = number
            self.books.revision += 1
            return number

    def edit_customer(self, number: int, values: Values) -> None:
        """Change a debtor; even without values it counts as updated."""
        with self._lock:
            who = self.customer(number)
            touched = replace(who, last_updated=self._now(), version=who.version + 1)
            self.books.customers.put(number, _changed(touched, values, _CUSTOMER))
            self.books.revision += 1

    def delete_customer(self, number: int) -> None:
        """Take a debtor away; one that has booked invoices cannot be deleted."""
        books = self.books
        with self._lock:
            who = self.customer(number)
            if books.booked_of(who.key):
                raise EventError(f"customer {number} has booked invoices")
            for contact in books.contacts_of(who.key):
                books.contacts.drop(contact)
            for place in books.deliveries_of(who.key):
                books.deliveries.drop(place)
            books.customers.drop(number)
            books.revision += 1

    def renumber_customer(self, number: int, new_number: int) -> None:
        """Give a debtor another number; its invoices go with it."""
        books = self.books
        with self._lock:
            who = self.customer(number)
            if not 0 < new_number <= MAX_CUSTOMER:
                raise EventError(f"no customer has the number {new_number}")
            if books.customers.get(new_number) is not None:
                raise EventError(f"customer {new_number} exists already")
            books.customers.drop(number)
            moved = replace(
                who, number=new_number, last_updated=self._now(), version=who.version + 1
            )
            books.customers.put(new_number, moved)
            books.numbers[who.key] = new_number
            books.revision += 1

    # Contacts and delivery locations

    def create_contact(self, customer: int, values: Values) -> int:
        """Add a contact to a debtor and return its number."""
        with self._lock:
            key, layer = self.customer(customer).key, self.books.contacts
            number = layer.at(len(layer) - 1) + 1 if len(layer) else 1
            position = len(self.books.contacts_of(key)) + 1
            fresh = Contact(number, key, position, 'Ny kontakt', last_updated=self._now())
            layer.put(number, _changed(fresh, values, _CONTACT))
            self.books.revision += 1
            return number

    def edit_contact(self, number: int, values: Values, *, deleted: bool = False) -> None:
        """Change a contact; a deleted one stays, with a flag."""
        with self._lock:
            who = self.books.contacts.get(number)
            if who is None:
                raise EventError(f"there is no contact {number}")
            touched = replace(
                who, deleted=deleted, last_updated=self._now(), version=who.version + 1
            )
            self.books.contacts.put(number, _changed(touched, values, _CONTACT))
            self.books.revision += 1

    def create_delivery(self, customer: int, values: Values) -> int:
        """Add a delivery location to a debtor and return its number."""
        with self._lock:
            key, layer = self.customer(customer).key, self.books.deliveries
            number = layer.at(len(layer) - 1) + 1 if len(layer) else 1
            position = len(self.books.deliveries_of(key)) + 1
            fresh = Delivery(number, key, position, last_updated=self._now())
            layer.put(number, _changed(fresh, values, _DELIVERY))
            self.books.revision += 1
            return number

    def edit_delivery(self, number: int, values: Values) -> None:
        """Change a delivery location."""
        with self._lock:
            place = self.books.deliveries.get(number)
            if place is None:
                raise EventError(f"there is no delivery location {number}")
            touched = replace(place, last_updated=self._now(), version=place.version + 1)
            self.books.deliveries.put(number, _changed(touched, values, _DELIVERY))
            self.books.revision += 1

    def delete_delivery(self, number: int) -> None:
        """Take a delivery location away."""
        with self._lock:
            if self.books.deliveries.get(number) is None:
                raise EventError(f"there is no delivery location {number}")
            self.books.deliveries.drop(number)
            self.books.revision += 1

    def _now(self) -> str:
        return self.books.clock().strftime('%Y-%m-%dT%H:%M:%SZ')


def _changed(row: RowT, values: Values, names: Mapping[str, str]) -> RowT:
    """Return a row with values set by their API names."""
    new: dict[str, Any] = {}
    for name, given in values.items():
        attribute = names.get(name)
        if attribute is None:
            raise EventError(f"'{name}' cannot be set")
        known = _KNOWN.get(attribute)
        if known is not None and given not in known:
            raise EventError(f"{name} {given!r} does not exist")
        if given is None:
            new[attribute] = type(row).__dataclass_fields__[attribute].default
            if new[attribute] is MISSING:
                raise EventError(f"{name} cannot be empty")
        elif attribute == 'credit_limit':
            new[attribute] = _hundredths(Decimal(str(given)))
        elif isinstance(given, type(getattr(row, attribute))):
            new[attribute] = given
        else:
            raise EventError(f"{name} is another kind of value than {given!r}")
    return replace(row, **new)


def _hundredths(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _line(values: Values, item: int, position: int, number: int, vat_rate: int) -> Line:
    """Return a line as given: quantity, unitNetPrice and so on, by their API names."""

    def amount(name: str) -> int | None:
        value = values.get(name)
        return None if value is None else _hundredths(Decimal(str(value)))

    product = PRODUCT_BY_NUMBER.get(values.get('productNumber', ''))
    quantity, price = amount('quantity'), amount('unitNetPrice')
    if product is not None:
        quantity = 100 if quantity is None else quantity
        price = product.price if price is None else price
    discount = amount('discountPercentage') or 0
    total = amount('totalNetAmount')
    if total is None:
        total = halves_up((quantity or 0) * (price or 0) * (10000 - discount), 1_000_000)
    name = product.name if product else ''
    return Line(
        item, number, position, values.get('description', name), values.get('productNumber'),
        quantity, product.unit if product else None, price, discount, amount('unitCostPrice'),
        values.get('vatRate', vat_rate), total, values.get('departmentNumber'),
        SALES_ACCOUNTS[product.group] if product else None,
    )  # fmt: skip
