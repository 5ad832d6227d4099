"""What the client hands out: e-conomic's records, checked and typed, with e-conomic's names.

All records are frozen. Money and prices are Decimal as the source wrote them, dates are
``date``, time stamps are ``datetime`` in UTC without zone. Text that the source has not is ``''``,
a number or date that it has not is ``None``.

``notes`` tells what was changed to make a value storable, one ``'<field>:<what>'`` each; what is
one of ``control`` (control characters removed), ``surrogate`` (half characters replaced), ``bidi``
(direction marks removed), ``clamped`` (cut to length), ``rounded`` (to six decimals).

Source: the REST API documentation of e-conomic (schemas of /customers, /invoices/booked,
/invoices/unpaid, /self; OpenAPI documents of customersapi 3.1.0 and q2capi 5.3.0).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Record = TypeVar('Record')
Value = str | int | bool | Decimal | None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer ("debitor") of the legacy API, ``/customers``."""

    number: int
    name: str
    currency: str
    customer_group_number: int | None
    payment_terms_number: int | None
    vat_zone_number: int | None
    address: str  # may have several lines, parted by \n
    zip: str
    city: str
    country: str  # free text
    email: str  # may hold several addresses
    phone: str
    mobile_phone: str
    website: str
    cvr: str  # as typed in, with or without DK
    p_number: str
    vat_number: str
    ean: str
    public_entry_number: str
    barred: bool
    credit_limit: Decimal | None
    balance: Decimal | None
    due_amount: Decimal | None
    layout_number: int | None
    sales_person_number: int | None
    attention_number: int | None  # a contact
    customer_contact_number: int | None
    delivery_location_number: int | None
    e_invoicing_disabled: bool
    last_updated: dt.datetime | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a booked invoice was made out to, as it was on the day of booking."""

    name: str
    address: str
    zip: str
    city: str
    country: str
    ean: str
    public_entry_number: str
    cvr: str
    attention_number: int | None
    vat_zone_number: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the goods of a booked invoice went."""

    address: str
    zip: str
    city: str
    country: str
    terms: str
    date: dt.date | None
    location_number: int | None


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """Header of a booked invoice or, with negative amounts, a credit note."""

    number: int
    date: dt.date
    due_date: dt.date | None
    currency: str
    exchange_rate: Decimal | None  # base currency for 100 of the invoice's currency
    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    net_amount_in_base_currency: Decimal | None
    gross_amount_in_base_currency: Decimal | None
    rounding_amount: Decimal | None
    remainder: Decimal  # still owed
    remainder_in_base_currency: Decimal | None
    customer_number: int
    payment_terms_number: int | None
    payment_terms_type: str
    payment_terms_name: str
    order_number: int | None
    recipient: Recipient
    delivery: Delivery
    heading: str
    text_line_1: str
    text_line_2: str
    other_reference: str
    customer_contact_number: int | None
    sales_person_number: int | None
    vendor_reference_number: int | None
    layout_number: int | None
    project_number: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """What is still owed on a booked invoice, from ``/invoices/unpaid``."""

    number: int
    customer_number: int
    currency: str
    remainder: Decimal
    remainder_in_base_currency: Decimal | None
    due_date: dt.date | None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of a booked invoice, from q2capi. Text lines have no product, quantity or price."""

    document_id: int  # the number of the booked invoice
    number: int  # unique over the agreement
    user_interface_number: int | None  # 1, 2, 3 … within the invoice
    product_number: str
    description: str
    quantity: Decimal | None
    unit_number: int | None
    unit_net_price: Decimal | None
    unit_cost_price: Decimal | None
    discount_percentage: Decimal | None
    vat_rate: Decimal | None
    vat_amount: Decimal | None
    total_net_amount: Decimal | None  # after the discount
    department_number: int | None
    booked_account: int | None
    notes: tuple[str, ...] = ()
    unit_cost_price_in_base_currency: Decimal | None = None  # SOAP has this one instead


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact person of a customer, from customersapi."""

    number: int
    customer_number: int
    user_interface_number: int | None
    name: str
    email: str
    phone: str
    comment: str
    e_invoice_id: str
    deleted: bool
    last_updated: dt.datetime | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryLocation:
    """A delivery address of a customer, from customersapi."""

    number: int
    customer_number: int
    user_interface_number: int | None
    address: str
    zip: str
    city: str
    country: str
    terms: str
    e_invoice_id: str
    barred: bool
    last_updated: dt.datetime | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of one of the small lists that customers and invoices point into.

    ``values`` holds what else is worth showing: payment terms have ``days_of_credit`` and ``type``,
    employees ``email``, ``phone`` and ``barred``, products ``description``, ``sales_price``,
    ``unit_number``, ``group_number`` and ``barred``.
    """

    kind: str
    number: str
    name: str
    values: Mapping[str, Value]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementInfo:
    """Whose books the tokens open, from ``/self``."""

    agreement_number: int
    company_name: str
    base_currency: str
    user_name: str
    cvr: str
    vat_number: str
    application_name: str
    roles: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that cannot be stored. It never stops the others.

    :param kind: the name of the record class in snake case, such as ``'customer'``
    :param number: the record's own number if that much could be read, else ``''``
    :param code: a word out of ``errors.REJECTIONS``
    :param field: e-conomic's name of the field, with dots for nested ones
    :param message: what was found, in English, safe to log
    :param raw: the record as JSON, cut to a sensible length
    """

    kind: str
    number: str
    code: str
    field: str
    message: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """One answer of a list.

    :param position: give it back as ``after=`` or ``cursor=`` to go on after this page
    :param matching: how many rows the filter finds from this page on; None where the API is silent
    :param total: how many rows there are without any filter; None where the API is silent
    :param last: True on the last page, also if that one is empty
    :param as_of: e-conomic's time at the start of the list, in UTC without zone, where records
        have no time of change of their own (SOAP)
    """

    records: tuple[Record, ...]
    rejected: tuple[Rejected, ...]
    position: int | str | None
    matching: int | None
    total: int | None
    last: bool
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerFilters:
    """Which customers to load; None means all."""

    customer_group_number: int | None = None
    currency: str | None = None
    country: str | None = None  # compared without regard to case
    barred: bool | None = None


@dataclass(frozen=True, slots=True)
class RateStatus:
    """The token bucket as the server last reported it: ``used`` of ``limit`` in the window."""

    used: int
    limit: int
    window_seconds: int
