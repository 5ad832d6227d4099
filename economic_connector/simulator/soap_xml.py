"""SOAP on paper: the WSDL, envelopes, faults, and the schema that both ways are held against."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from .answer import Answer

NAMESPACE = 'http://e-conomic.com'
XML = 'text/xml; charset=utf-8'
_WSDL = Path(__file__).parents[1] / 'wsdl' / 'economic.wsdl'
_SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
_SCHEMA = '{http://www.w3.org/2001/XMLSchema}schema'
_ADDRESS = re.compile(r'(<soap:address location=")[^"]*')
_NO_XML = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
# The texts that .NET puts around an answer.
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>'
    f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
_FOOT = '</soap:Body></soap:Envelope>'


class SoapFault(Exception):
    """Carry a fault up to where it is sent.

    :param kind: the name of e-conomic's exception
    """

    def __init__(self, kind: str, code: str, text: str) -> None:
        super().__init__(code)
        self.kind, self.code, self.text = kind, code, text


def wsdl(address: str) -> str:
    """Return the WSDL with this address in it."""
    return _ADDRESS.sub(lambda match: match[1] + escape(address), _WSDL.read_text('utf-8'))


def fault(kind: str, code: str, text: str, status: int = 500) -> Answer:
    """Return a fault as e-conomic writes them; without a kind the text stands alone."""
    if kind:
        text = f'Economic.Api.Exceptions.{kind}({code}): {text} (id={uuid.uuid4()})'
    body = (
        f'<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{escape(text)}</faultstring>'
        '<detail/></soap:Fault>'
    )
    return Answer(f'{_HEAD}{body}{_FOOT}', status, XML)


def request_in(body: bytes) -> etree._Element:
    """Return what stands in the envelope of a request.

    :raise SoapFault: it is no envelope, or its content does not match the schema
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        found = etree.fromstring(body, parser).find(f'{{{_SOAP}}}Body')
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SoapFault('SchemaException', 'E00000', str(error)) from None
    inside: list[etree._Element] = [] if found is None else list(found)
    if len(inside) != 1:
        raise SoapFault('SchemaException', 'E00000', "one element is expected in the body")
    problem = _problem(inside[0])
    if problem:
        raise SoapFault('SchemaException', 'E00000', problem)
    return inside[0]


def answer_with(operation: str, result: str) -> Answer:
    """Return an answer with a result, which is nothing or an element.

    :raise AssertionError: it does not match the schema
    """
    inside = f'<{operation}Response xmlns="{NAMESPACE}">{result}</{operation}Response>'
    whole = f'{_HEAD}{inside}{_FOOT}'
    parser = etree.XMLParser(huge_tree=True)
    problem = _problem(etree.fromstring(whole.encode(), parser)[0][0])
    assert not problem, problem
    return Answer(whole, 200, XML)


@cache
def _schema() -> etree.XMLSchema:
    node = next(etree.parse(str(_WSDL)).iter(_SCHEMA))
    return etree.XMLSchema(etree.fromstring(etree.tostring(node)))


def _problem(node: etree._Element) -> str:
    try:
        _schema().assertValid(etree.ElementTree(node))
    except etree.DocumentInvalid as error:
        return str(error)
    return ''


def element(name: str, *parts: str) -> str:
    """Return an element with parts in it, also if there are none."""
    return f'<{name}>{"".join(parts)}</{name}>'


def text(name: str, value: str) -> str:
    """Return an element with a text, nothing for an empty one."""
    # A bare carriage return would be read as a line feed.
    clean = escape(_NO_XML.sub('', value), {'\r': '&#13;'})
    return f'<{name}>{clean}</{name}>' if value else ''


def value(name: str, value: object) -> str:
    """Return an element with a number or word."""
    return f'<{name}>{value}</{name}>'


def flag(name: str, value: bool) -> str:
    """Return an element with true or false."""
    return f'<{name}>{"true" if value else "false"}</{name}>'


def handle(name: str, number: int | str, key: str = 'Number') -> str:
    """Return a handle with a key, nothing for 0 and an empty text."""
    return f'<{name}>{text(key, str(number))}</{name}>' if number else ''


def nothing(name: str) -> str:
    """Return an element that is nil."""
    return f'<{name} xsi:nil="true"/>'


def listed(name: str, parts: Iterable[str]) -> str:
    """Return a list; an empty one is an empty element."""
    return element(name, *parts)
