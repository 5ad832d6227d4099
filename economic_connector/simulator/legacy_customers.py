"""Customers, contacts and delivery locations of the legacy REST API, as JSON text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .data.books import Books
from .data.customers import Customer
from .wire import flag, link, money, quote, raw, record, text


class CustomerRecords:
    """Write customers, contacts and delivery locations with links under one address."""

    def __init__(self, books: Books, base: str) -> None:
        self.books = books
        self.base = base

    def customers(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield customers of a list."""
        for number in numbers:
            found = self.books.customers.get(number)
            if found is not None:
                yield self.customer(found)

    def customer(self, who: Customer, *, single: bool = False) -> str:
        """Return one customer; a single one has its actions with it."""
        base, books = self.base, self.books
        url = f'{base}/customers/{who.number}'
        limit = who.credit_limit
        return record(
            f'"customerNumber":{who.number},"currency":"{who.currency}"',
            link('paymentTerms', 'paymentTermsNumber', who.terms, f'{base}/payment-terms'),
            link('customerGroup', 'customerGroupNumber', who.group, f'{base}/customer-groups'),
            text('address', who.address),
            f'"balance":{money(books.balance(who.key))}',
            f'"dueAmount":{money(books.balance(who.key, due_only=True))}',
            text('corporateIdentificationNumber', who.cvr),
            text('pNumber', who.p_number),
            text('city', who.city),
            text('country', who.country),
            raw('creditLimit', None if limit is None else money(limit)),
            text('ean', who.ean),
            text('email', who.email),
            f'"name":{quote(who.name)}',
            text('publicEntryNumber', who.public_entry),
            text('zip', who.zip),
            text('telephoneAndFaxNumber', who.phone),
            text('website', who.website),
            text('vatNumber', who.vat_number),
            '"barred":true' if who.barred else '',
            link('vatZone', 'vatZoneNumber', who.zone, f'{base}/vat-zones'),
            link('layout', 'layoutNumber', who.layout, f'{base}/layouts'),
            contact_link('attention', who.attention, who.number, base),
            contact_link('customerContact', who.contact, who.number, base),
            link('salesPerson', 'employeeNumber', who.sales_person, f'{base}/employees'),
            f'"lastUpdated":"{who.last_updated}"',
            f'"contacts":"{url}/contacts"',
            link(
                'defaultDeliveryLocation', 'deliveryLocationNumber', who.delivery,
                f'{url}/delivery-locations',
            ),
            f'"templates":{{"invoice":"{url}/templates/invoice",'
            f'"invoiceLine":"{url}/templates/invoiceline","self":"{url}/templates"}}',
            f'"totals":{{"drafts":"{base}/invoices/totals/drafts/customers/{who.number}",'
            f'"booked":"{base}/invoices/totals/booked/customers/{who.number}",'
            f'"self":"{url}/totals"}}',
            f'"deliveryLocations":"{url}/delivery-locations"',
            f'"invoices":{{"drafts":"{url}/invoices/drafts","booked":"{url}/invoices/booked",'
            f'"self":"{url}/invoices"}}',
            text('mobilePhone', who.mobile),
            flag('eInvoicingDisabledByDefault', who.no_e_invoice),
            actions(url) if single else '',
            f'"self":"{url}"',
        )  # fmt: skip

    def contacts(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield customer contacts."""
        for number in numbers:
            who = self.books.contacts.get(number)
            if who is None:
                continue
            owner = self.books.number_of(who.customer)
            url = f'{self.base}/customers/{owner}'
            wishes = (('invoices', who.invoices), ('reminders', who.reminders))
            notified = [f'"{word}"' for word, wished in wishes if wished]
            yield record(
                f'"customerContactNumber":{number}',
                text('email', who.email),
                text('name', who.name),
                text('phone', who.phone),
                text('eInvoiceId', who.e_invoice_id),
                text('notes', who.notes),
                f'"emailNotifications":[{",".join(notified)}]' if notified else '',
                '"deleted":true' if who.deleted else '',
                f'"customer":{{"customerNumber":{owner},"self":"{url}"}}',
                f'"sortKey":{who.position}',
                f'"self":"{url}/contacts/{number}"',
            )

    def deliveries(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield delivery locations."""
        for number in numbers:
            place = self.books.deliveries.get(number)
            if place is None:
                continue
            owner = self.books.number_of(place.customer)
            url = f'{self.base}/customers/{owner}'
            yield record(
                text('address', place.address),
                text('city', place.city),
                text('country', place.country),
                f'"deliveryLocationNumber":{number}',
                text('postalCode', place.zip),
                f'"sortKey":{place.position}',
                text('termsOfDelivery', place.terms),
                '"barred":true' if place.barred else '',
                f'"customer":{{"customerNumber":{owner},"self":"{url}"}}',
                f'"self":"{url}/delivery-locations/{number}"',
            )


def contact_link(key: str, contact: int, customer: int, base: str) -> str:
    """Return a member that refers to a customer's contact, nothing for contact 0."""
    if not contact:
        return ''
    url = f'{base}/customers/{customer}'
    return (
        f'"{key}":{{"customerContactNumber":{contact},"customer":{{"customerNumber":{customer},'
        f'"self":"{url}"}},"self":"{url}/contacts/{contact}"}}'
    )


def actions(url: str) -> str:
    """Return the member that tells what else can be done with a customer."""
    return (
        f'"metaData":{{"delete":{{"description":"Delete this customer.","href":"{url}",'
        f'"httpMethod":"delete"}},"replace":{{"description":"Replace this customer.",'
        f'"href":"{url}","httpMethod":"put"}}}}'
    )
