"""Put SOAP data into the form that REST has it in, so that one reader checks and cleans both.

What SOAP does not carry stays out: of a debtor its mobile number, amount due and time of change; of
an invoice its exchange rate, gross amount in base currency, the recipient's CVR number and VAT
zone, type and name of its payment terms; of a line its account. Where SOAP has to give a value,
zero stands for none: order numbers, cost prices.

Source: the descriptions of the data types in e-conomic's WSDL and in the comments of its .NET
library.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

Row = dict[str, Any]
Data = Mapping[str, Any]  # a value of zeep's: names as in the WSDL, None for what is absent

VAT_ZONES: Final = {'HomeCountry': 1, 'EU': 2, 'Abroad': 3}
_SIX_DECIMALS = Decimal('0.000001')


def customer_row(data: Data) -> Row:
    """Return a debtor."""
    zone = _whole(_key(data, 'ExtendedVatZone'))
    return {
        'customerNumber': _whole(data['Number']),
        'name': data['Name'],
        'currency': _key(data, 'CurrencyHandle', 'Code'),
        'customerGroup': {'customerGroupNumber': _key(data, 'DebtorGroupHandle')},
        'paymentTerms': {'paymentTermsNumber': _key(data, 'TermOfPaymentHandle', 'Id')},
        'vatZone': {'vatZoneNumber': zone or VAT_ZONES.get(data['VatZone'])},
        'address': data['Address'],
        'zip': data['PostalCode'],
        'city': data['City'],
        'country': data['Country'],
        'email': data['Email'],
        'telephoneAndFaxNumber': data['TelephoneAndFaxNumber'],
        'website': data['Website'],
        'corporateIdentificationNumber': data['CINumber'],
        'pNumber': data['PNumber'],
        'vatNumber': data['VatNumber'],
        'ean': data['Ean'],
        'publicEntryNumber': data['PublicEntryNumber'],
        'barred': data['IsAccessible'] is False,
        'creditLimit': _number(data['CreditMaximum']),
        'balance': _number(data['Balance']),
        'layout': {'layoutNumber': _key(data, 'LayoutHandle', 'Id')},
        'salesPerson': {'employeeNumber': _key(data, 'OurReferenceHandle')},
        'attention': {'customerContactNumber': _key(data, 'AttentionHandle', 'Id')},
        'customerContact': {'customerContactNumber': _key(data, 'YourReferenceHandle', 'Id')},
        'defaultDeliveryLocation': {
            'deliveryLocationNumber': _key(data, 'DefaultDeliveryLocationHandle', 'Id')
        },
    }


def invoice_row(data: Data) -> Row:
    """Return the header of a booked invoice."""
    return {
        'bookedInvoiceNumber': data['Number'],
        'date': _day(data['Date']),
        'dueDate': _day(data['DueDate']),
        'currency': _key(data, 'CurrencyHandle', 'Code'),
        'exchangeRate': _rate(data),
        'netAmount': _number(data['NetAmount']),
        'vatAmount': _number(data['VatAmount']),
        'grossAmount': _number(data['GrossAmount']),
        'netAmountInBaseCurrency': _number(data['NetAmountDefaultCurrency']),
        'roundingAmount': _number(data['RoundingAmount']),
        'remainder': _number(data['Remainder']),
        'remainderInBaseCurrency': _number(data['RemainderDefaultCurrency']),
        'customer': {'customerNumber': _whole(_key(data, 'DebtorHandle'))},
        'paymentTerms': {'paymentTermsNumber': _key(data, 'TermOfPaymentHandle', 'Id')},
        'orderNumber': data['OrderNumber'] or None,
        'recipient': {
            'name': data['DebtorName'],
            'address': data['DebtorAddress'],
            'zip': data['DebtorPostalCode'],
            'city': data['DebtorCity'],
            'country': data['DebtorCountry'],
            'ean': data['DebtorEan'],
            'publicEntryNumber': data['PublicEntryNumber'],
            'attention': {'customerContactNumber': _key(data, 'AttentionHandle', 'Id')},
        },
        'delivery': {
            'address': data['DeliveryAddress'],
            'zip': data['DeliveryPostalCode'],
            'city': data['DeliveryCity'],
            'country': data['DeliveryCountry'],
            'deliveryTerms': data['TermsOfDelivery'],
            'deliveryDate': _day(data['DeliveryDate']),
        },
        'deliveryLocation': {'deliveryLocationNumber': _key(data, 'DeliveryLocationHandle', 'Id')},
        'notes': {
            'heading': data['Heading'],
            'textLine1': data['TextLine1'],
            'textLine2': data['TextLine2'],
        },
        'references': {
            'other': data['OtherReference'],
            'customerContact': {'customerContactNumber': _key(data, 'YourReferenceHandle', 'Id')},
            'salesPerson': {'employeeNumber': _key(data, 'OurReferenceHandle')},
            'vendorReference': {'employeeNumber': _key(data, 'OurReference2Handle')},
        },
        'layout': {'layoutNumber': _key(data, 'LayoutHandle', 'Id')},
        'project': {'projectNumber': _key(data, 'ProjectHandle')},
    }


def line_row(data: Data) -> Row:
    """Return a line of a booked invoice; its cost price is in base currency."""
    return {
        'documentId': _key(data, 'InvoiceHandle'),
        'number': data['Id'],
        'userInterfaceNumber': data['Number'],
        'productNumber': _key(data, 'ProductHandle'),
        'description': data['Description'],
        'quantity': _number(data['Quantity']),
        'unitNumber': _key(data, 'UnitHandle'),
        'unitNetPrice': _number(data['UnitNetPrice']),
        'discountPercentage': _number(data['DiscountAsPercent']),
        'unitCostPriceInBaseCurrency': _number(data['UnitCostPrice']) or None,
        'vatRate': _number(data['VatRate']),
        'vatAmount': _number(data['VatAmount']),
        'totalNetAmount': _number(data['TotalNetAmount']),
        'departmentNumber': _key(data, 'DepartmentHandle'),
    }


def open_amount_row(data: Data) -> Row:
    """Return an open entry of a booked invoice."""
    return {
        'bookedInvoiceNumber': data['InvoiceNumber'],
        'customer': {'customerNumber': _whole(_key(data, 'DebtorHandle'))},
        'currency': _key(data, 'CurrencyHandle', 'Code'),
        'remainder': _number(data['Remainder']),
        'remainderInBaseCurrency': _number(data['RemainderDefaultCurrency']),
        'dueDate': _day(data['DueDate']),
    }


def contact_row(data: Data) -> Row:
    """Return a contact person."""
    return {
        'number': data['Id'],
        'customerNumber': _whole(_key(data, 'DebtorHandle')),
        'userInterfaceNumber': data['Number'],
        'name': data['Name'],
        'email': data['Email'],
        'phone': data['TelephoneNumber'],
        'notes': data['Comments'],
    }


def delivery_location_row(data: Data) -> Row:
    """Return a delivery location."""
    return {
        'number': data['Id'],
        'customerNumber': _whole(_key(data, 'DebtorHandle')),
        'userInterfaceNumber': data['Number'],
        'address': data['Address'],
        'postalCode': data['PostalCode'],
        'city': data['City'],
        'country': data['Country'],
        'termsOfDelivery': data['TermsOfDelivery'],
        'isBarred': data['IsAccessible'] is False,
    }


def agreement_row(data: Data, user: str) -> Row:
    """Return whose books these are."""
    return {
        'agreementNumber': _whole(data['Number']),
        'userName': user,
        'company': {
            'name': data['Name'],
            'companyIdentificationNumber': data['CINumber'],
            'vatNumber': data['VatNumber'],
        },
        'settings': {'baseCurrency': _key(data, 'BaseCurrencyHandle', 'Code')},
    }


# Of each kind of reference data, SOAP's name of it and the form of REST.
REFERENCE_ROWS: Final[Mapping[str, tuple[str, Callable[[Data], Row]]]] = {
    'customer_group': (
        'DebtorGroup',
        lambda data: {'customerGroupNumber': data['Number'], 'name': data['Name']},
    ),
    'payment_term': (
        'TermOfPayment',
        lambda data: {
            'paymentTermsNumber': data['Id'],
            'name': data['Name'],
            'daysOfCredit': data['Days'],
            # REST writes the same words with a small first letter.
            'paymentTermsType': data['Type'] and data['Type'][0].lower() + data['Type'][1:],
        },
    ),
    'employee': (
        'Employee',
        lambda data: {'employeeNumber': data['Number'], 'name': data['Name']},
    ),
    'unit': ('Unit', lambda data: {'unitNumber': data['Number'], 'name': data['Name']}),
    'product_group': (
        'ProductGroup',
        lambda data: {'productGroupNumber': data['Number'], 'name': data['Name']},
    ),
    'product': (
        'Product',
        lambda data: {
            'productNumber': data['Number'],
            'name': data['Name'],
            'description': data['Description'],
            'salesPrice': _number(data['SalesPrice']),
            'unit': {'unitNumber': _key(data, 'UnitHandle')},
            'productGroup': {'productGroupNumber': _key(data, 'ProductGroupHandle')},
            'barred': data['IsAccessible'] is False,
        },
    ),
}


def _key(data: Data, name: str, key: str = 'Number') -> Any:
    handle = data[name]
    return None if handle is None else handle[key]


def _whole(value: Any) -> Any:
    """Return a number that SOAP has as text; what is none is left for the reader to refuse."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        return int(value)
    return value


def _number(value: Any) -> Any:
    """Return a decimal as it is; NaN and infinity as text, which the reader refuses."""
    return str(value) if isinstance(value, Decimal) and not value.is_finite() else value


def _day(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value


def _rate(data: Data) -> Any:
    """Return the price of 100 units, as exactly as two amounts tell; None if all are zero."""
    pairs = (
        (data['NetAmount'], data['NetAmountDefaultCurrency']),
        (data['Remainder'], data['RemainderDefaultCurrency']),
    )
    amount, in_base = next((pair for pair in pairs if all(pair)), (None, None))
    if amount is None or in_base is None:
        return None
    try:
        return _number((in_base * 100 / amount).quantize(_SIX_DECIMALS))
    except ArithmeticError:  # amounts beyond all measure, which the reader refuses
        return None
