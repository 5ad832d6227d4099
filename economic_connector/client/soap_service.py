"""Our WSDL, read once in a process and bound to an address of our choice.

Source: ``wsdl/economic.wsdl`` beside this package; a test holds it against e-conomic's own.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, NoReturn

from lxml import etree
from zeep import Client, Settings
from zeep.wsdl import Document

from .errors import ContractError

WSDL: Final = Path(__file__).parents[1] / 'wsdl' / 'economic.wsdl'
NAMESPACE: Final = 'http://e-conomic.com'
OPERATIONS: Final = frozenset(
    'Connect ConnectWithToken Disconnect Company_Get Company_GetData Debtor_GetAll '
    'Debtor_GetAllUpdated Debtor_GetDataArray DebtorContact_GetAll DebtorContact_GetDataArray '
    'DebtorEntry_GetAllOpenEntries DebtorEntry_GetDataArray DebtorGroup_GetAll '
    'DebtorGroup_GetDataArray DeliveryLocation_GetAll DeliveryLocation_GetDataArray '
    'Employee_GetAll Employee_GetDataArray Invoice_FindByDateInterval '
    'Invoice_FindByNumberInterval Invoice_GetDataArray Invoice_GetPdf '
    'InvoiceLine_FindByInvoiceNumberInterval InvoiceLine_GetDataArray Product_GetAll '
    'Product_GetDataArray ProductGroup_GetAll ProductGroup_GetDataArray TermOfPayment_GetAll '
    'TermOfPayment_GetDataArray Unit_GetAll '
    'Unit_GetDataArray'.split()
)
# All that zeep can be told to refuse; what its versions do by default differs.
SETTINGS: Final = Settings(
    strict=True,
    xml_huge_tree=False,
    forbid_dtd=True,
    forbid_entities=True,
    forbid_external=True,
)

# Sends an envelope with its headers and returns the envelope of the answer.
Send = Callable[[bytes, Mapping[str, str]], bytes]


def bind(address: str, send: Send) -> Any:
    """Return what calls an operation: ``service[operation](**arguments)``."""
    make: Any = Client  # zeep has no types
    client = make(_document(), transport=_Wire(send), settings=SETTINGS)
    return client.create_service(f'{{{NAMESPACE}}}EconomicWebServiceSoap', address)


@cache
def _document() -> Any:
    make: Any = Document
    with WSDL.open('rb') as file:
        return make(file, _Wire(_refuse), settings=SETTINGS)


def _refuse(_envelope: bytes, _headers: Mapping[str, str]) -> NoReturn:
    raise ContractError('foreign_host', "nothing is sent while the WSDL is read")


class _Wire:
    """Stands where zeep has its HTTP transport, which would log tokens and read any address."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def load(self, url: str) -> NoReturn:
        raise ContractError('foreign_host', f"a document outside of ours: {str(url)[:100]}")

    def post_xml(
        self, _address: str, envelope: etree._Element, headers: Mapping[str, str]
    ) -> SimpleNamespace:
        sent = etree.tostring(envelope, xml_declaration=True, encoding='utf-8')
        return SimpleNamespace(
            # A fault is known by its element, whatever the status.
            status_code=200,
            headers={'Content-Type': 'text/xml; charset=utf-8'},
            content=self._send(sent, headers),
            encoding='utf-8',
        )
