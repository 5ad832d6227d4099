"""Turn raw records into typed ones. One reader per kind; no reader looks at another record.

Source: the REST API documentation of e-conomic, the schemas of the lists named at each reader.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic

from .errors import printable
from .fields import (
    FieldError,
    Raw,
    amount,
    as_object,
    day,
    flag,
    integer,
    key_number,
    line,
    moment,
    nested,
    price,
    prose,
    required_amount,
    required_day,
)
from .records import (
    BookedInvoice,
    Contact,
    Customer,
    Delivery,
    DeliveryLocation,
    InvoiceLine,
    OpenAmount,
    Recipient,
    Record,
    Rejected,
)
from .strict_json import raw_text

MAX_CUSTOMER_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True)
class Kind(Generic[Record]):
    """A kind of record: its name, e-conomic's name of its number, and its reader."""

    name: str
    key: str
    read: Callable[[Raw], Record]


def read_rows(kind: Kind[Record], rows: Iterable[Any]) -> tuple[list[Record], list[Rejected]]:
    """Read all rows of a page; one that cannot be stored is set aside and the rest go on."""
    records: list[Record] = []
    rejected: list[Rejected] = []
    read = kind.read
    for raw in rows:
        try:
            records.append(read(as_object(raw)))
        except FieldError as exc:  # noqa: PERF203 - costs nothing unless it happens
            rejected.append(_rejected(kind, raw, exc))
    return records, rejected


def _rejected(kind: Kind[Any], raw: Any, exc: FieldError) -> Rejected:
    number = raw.get(kind.key) if isinstance(raw, dict) else None
    known = isinstance(number, (int, str)) and not isinstance(number, bool)
    return Rejected(
        kind=kind.name,
        number=printable(str(number), 60) if known else '',
        code=exc.code,
        field=exc.field,
        message=printable(exc.message),
        raw=raw_text(raw),
    )


def _read_customer(raw: Raw) -> Customer:
    notes: list[str] = []
    return Customer(
        number=key_number(raw, 'customerNumber', MAX_CUSTOMER_NUMBER),
        name=line(raw, 'name', notes),
        currency=line(raw, 'currency', notes),
        customer_group_number=integer(nested(raw, 'customerGroup'), 'customerGroupNumber'),
        payment_terms_number=integer(nested(raw, 'paymentTerms'), 'paymentTermsNumber'),
        vat_zone_number=integer(nested(raw, 'vatZone'), 'vatZoneNumber'),
        address=prose(raw, 'address', notes),
        zip=line(raw, 'zip', notes),
        city=line(raw, 'city', notes),
        country=line(raw, 'country', notes),
        email=line(raw, 'email', notes),
        phone=line(raw, 'telephoneAndFaxNumber', notes),
        mobile_phone=line(raw, 'mobilePhone', notes),
        website=line(raw, 'website', notes),
        cvr=line(raw, 'corporateIdentificationNumber', notes),
        p_number=line(raw, 'pNumber', notes),
        vat_number=line(raw, 'vatNumber', notes),
        ean=line(raw, 'ean', notes),
        public_entry_number=line(raw, 'publicEntryNumber', notes),
        barred=flag(raw, 'barred'),
        credit_limit=amount(raw, 'creditLimit'),
        balance=amount(raw, 'balance'),
        due_amount=amount(raw, 'dueAmount'),
        layout_number=integer(nested(raw, 'layout'), 'layoutNumber'),
        sales_person_number=integer(nested(raw, 'salesPerson'), 'employeeNumber'),
        attention_number=integer(nested(raw, 'attention'), 'customerContactNumber'),
        customer_contact_number=integer(nested(raw, 'customerContact'), 'customerContactNumber'),
        delivery_location_number=integer(
            nested(raw, 'defaultDeliveryLocation'), 'deliveryLocationNumber'
        ),
        e_invoicing_disabled=flag(raw, 'eInvoicingDisabledByDefault'),
        last_updated=moment(raw, 'lastUpdated'),
        notes=tuple(notes),
    )


def _read_recipient(raw: Raw, notes: list[str]) -> Recipient:
    prefix = 'recipient.'
    return Recipient(
        name=line(raw, 'name', notes, prefix),
        address=prose(raw, 'address', notes, prefix),
        zip=line(raw, 'zip', notes, prefix),
        city=line(raw, 'city', notes, prefix),
        country=line(raw, 'country', notes, prefix),
        ean=line(raw, 'ean', notes, prefix),
        public_entry_number=line(raw, 'publicEntryNumber', notes, prefix),
        cvr=line(raw, 'cvr', notes, prefix),
        attention_number=integer(nested(raw, 'attention'), 'customerContactNumber', prefix),
        vat_zone_number=integer(nested(raw, 'vatZone'), 'vatZoneNumber', prefix),
    )


def _read_delivery(raw: Raw, location: Raw, notes: list[str]) -> Delivery:
    prefix = 'delivery.'
    return Delivery(
        address=prose(raw, 'address', notes, prefix),
        zip=line(raw, 'zip', notes, prefix),
        city=line(raw, 'city', notes, prefix),
        country=line(raw, 'country', notes, prefix),
        terms=line(raw, 'deliveryTerms', notes, prefix),
        date=day(raw, 'deliveryDate', prefix),
        location_number=integer(location, 'deliveryLocationNumber'),
    )


def _read_booked_invoice(raw: Raw) -> BookedInvoice:
    notes: list[str] = []
    terms = nested(raw, 'paymentTerms')
    texts = nested(raw, 'notes')
    references = nested(raw, 'references')
    return BookedInvoice(
        number=key_number(raw, 'bookedInvoiceNumber'),
        date=required_day(raw, 'date'),
        due_date=day(raw, 'dueDate'),
        currency=_currency(raw, notes),
        exchange_rate=price(raw, 'exchangeRate', notes),
        net_amount=required_amount(raw, 'netAmount'),
        vat_amount=required_amount(raw, 'vatAmount'),
        gross_amount=required_amount(raw, 'grossAmount'),
        net_amount_in_base_currency=amount(raw, 'netAmountInBaseCurrency'),
        gross_amount_in_base_currency=amount(raw, 'grossAmountInBaseCurrency'),
        rounding_amount=amount(raw, 'roundingAmount'),
        remainder=required_amount(raw, 'remainder'),
        remainder_in_base_currency=amount(raw, 'remainderInBaseCurrency'),
        customer_number=_customer_number(raw),
        payment_terms_number=integer(terms, 'paymentTermsNumber'),
        payment_terms_type=line(terms, 'paymentTermsType', notes, 'paymentTerms.'),
        payment_terms_name=line(terms, 'name', notes, 'paymentTerms.'),
        order_number=integer(raw, 'orderNumber'),
        recipient=_read_recipient(nested(raw, 'recipient'), notes),
        delivery=_read_delivery(nested(raw, 'delivery'), nested(raw, 'deliveryLocation'), notes),
        heading=prose(texts, 'heading', notes, 'notes.'),
        text_line_1=prose(texts, 'textLine1', notes, 'notes.'),
        text_line_2=prose(texts, 'textLine2', notes, 'notes.'),
        other_reference=line(references, 'other', notes, 'references.'),
        customer_contact_number=integer(
            nested(references, 'customerContact'), 'customerContactNumber'
        ),
        sales_person_number=integer(nested(references, 'salesPerson'), 'employeeNumber'),
        vendor_reference_number=integer(nested(references, 'vendorReference'), 'employeeNumber'),
        layout_number=integer(nested(raw, 'layout'), 'layoutNumber'),
        project_number=integer(nested(raw, 'project'), 'projectNumber'),
        notes=tuple(notes),
    )


def _read_open_amount(raw: Raw) -> OpenAmount:
    return OpenAmount(
        number=key_number(raw, 'bookedInvoiceNumber'),
        customer_number=_customer_number(raw),
        currency=_currency(raw, []),
        remainder=required_amount(raw, 'remainder'),
        remainder_in_base_currency=amount(raw, 'remainderInBaseCurrency'),
        due_date=day(raw, 'dueDate'),
    )


def _read_invoice_line(raw: Raw) -> InvoiceLine:
    # By position, in the order of the class: by name costs a quarter more, a million times.
    notes: list[str] = []
    return InvoiceLine(
        key_number(raw, 'documentId'),
        key_number(raw, 'number'),
        integer(raw, 'userInterfaceNumber'),
        line(raw, 'productNumber', notes),
        prose(raw, 'description', notes),
        price(raw, 'quantity', notes),
        integer(raw, 'unitNumber'),
        price(raw, 'unitNetPrice', notes),
        price(raw, 'unitCostPrice', notes),
        price(raw, 'discountPercentage', notes),
        price(raw, 'vatRate', notes),
        amount(raw, 'vatAmount'),
        amount(raw, 'totalNetAmount'),
        integer(raw, 'departmentNumber'),
        integer(raw, 'bookedAccount'),
        tuple(notes),
    )


def _read_contact(raw: Raw) -> Contact:
    notes: list[str] = []
    return Contact(
        number=key_number(raw, 'number'),
        customer_number=key_number(raw, 'customerNumber', MAX_CUSTOMER_NUMBER),
        user_interface_number=integer(raw, 'userInterfaceNumber'),
        name=line(raw, 'name', notes),
        email=line(raw, 'email', notes),
        phone=line(raw, 'phone', notes),
        comment=prose(raw, 'notes', notes),
        e_invoice_id=line(raw, 'eInvoiceId', notes),
        deleted=flag(raw, 'isDeleted'),
        last_updated=moment(raw, 'lastUpdated'),
        notes=tuple(notes),
    )


def _read_delivery_location(raw: Raw) -> DeliveryLocation:
    notes: list[str] = []
    return DeliveryLocation(
        number=key_number(raw, 'number'),
        customer_number=key_number(raw, 'customerNumber', MAX_CUSTOMER_NUMBER),
        user_interface_number=integer(raw, 'userInterfaceNumber'),
        address=prose(raw, 'address', notes),
        zip=line(raw, 'postalCode', notes),
        city=line(raw, 'city', notes),
        country=line(raw, 'country', notes),
        terms=line(raw, 'termsOfDelivery', notes),
        e_invoice_id=line(raw, 'eInvoiceId', notes),
        barred=flag(raw, 'isBarred'),
        last_updated=moment(raw, 'lastUpdated'),
        notes=tuple(notes),
    )


def _customer_number(raw: Raw) -> int:
    return key_number(nested(raw, 'customer'), 'customerNumber', MAX_CUSTOMER_NUMBER, 'customer.')


def _currency(raw: Raw, notes: list[str]) -> str:
    value = line(raw, 'currency', notes)
    if not value:
        raise FieldError('missing', 'currency', "missing")
    return value


CUSTOMER = Kind('customer', 'customerNumber', _read_customer)
BOOKED_INVOICE = Kind('booked_invoice', 'bookedInvoiceNumber', _read_booked_invoice)
OPEN_AMOUNT = Kind('open_amount', 'bookedInvoiceNumber', _read_open_amount)
INVOICE_LINE = Kind('invoice_line', 'number', _read_invoice_line)
CONTACT = Kind('contact', 'number', _read_contact)
DELIVERY_LOCATION = Kind('delivery_location', 'number', _read_delivery_location)
