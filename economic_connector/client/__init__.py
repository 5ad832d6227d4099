"""Speak to e-conomic. No Odoo in here.

``RestClient`` and ``SoapClient`` fetch with the same methods, records come out typed and checked,
and every failure is one of five kinds of ``EconomicError``. ``HttpTransport`` goes over the
network, ``WsgiTransport`` into an app in this process.
"""

from .credentials import Credentials, PasswordCredentials, Secret
from .errors import (
    CODES,
    REJECTIONS,
    AccessError,
    ContractError,
    DataError,
    EconomicError,
    RetryError,
    WaitError,
)
from .https import HttpTransport
from .records import (
    AgreementInfo,
    BookedInvoice,
    Contact,
    Customer,
    CustomerFilters,
    Delivery,
    DeliveryLocation,
    InvoiceLine,
    OpenAmount,
    Page,
    RateStatus,
    Recipient,
    Reference,
    Rejected,
)
from .rest import LEGACY_URL, OPEN_URL, RestClient
from .soap import SOAP_URL, SoapClient
from .transport import Answer, Transport, WsgiTransport

__all__ = [
    'CODES',
    'LEGACY_URL',
    'OPEN_URL',
    'REJECTIONS',
    'SOAP_URL',
    'AccessError',
    'AgreementInfo',
    'Answer',
    'BookedInvoice',
    'Contact',
    'ContractError',
    'Credentials',
    'Customer',
    'CustomerFilters',
    'DataError',
    'Delivery',
    'DeliveryLocation',
    'EconomicError',
    'HttpTransport',
    'InvoiceLine',
    'OpenAmount',
    'Page',
    'PasswordCredentials',
    'RateStatus',
    'Recipient',
    'Reference',
    'Rejected',
    'RestClient',
    'RetryError',
    'Secret',
    'SoapClient',
    'Transport',
    'WaitError',
    'WsgiTransport',
]
