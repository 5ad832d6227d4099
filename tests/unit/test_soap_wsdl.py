"""Our hand-written WSDL against e-conomic's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from zeep import Settings
from zeep.wsdl import Document
from zeep.xsd import ComplexType

from client.soap_service import OPERATIONS, WSDL

NAMESPACE = 'http://e-conomic.com'
BINDING = f'{{{NAMESPACE}}}EconomicWebServiceSoap'
SCHEMA = '{http://www.w3.org/2001/XMLSchema}'


def load(path: Path) -> Document:
    with path.open('rb') as file:
        return Document(file, transport=None, settings=Settings(strict=True))


@pytest.fixture(scope='module')
def theirs_path(reference: Path) -> Path:
    return reference / 'economic-soap' / 'EconomicWebService.wsdl'


@pytest.fixture(scope='module')
def theirs(theirs_path: Path) -> Document:
    return load(theirs_path)


@pytest.fixture(scope='module')
def ours() -> Document:
    return load(WSDL)


def described(type_: Any, seen: dict[str, Any]) -> str:
    """Note a type and all types inside it under their names; return its name."""
    if type_.name is None or type_.name not in seen:
        inside = seen[type_.name or ''] = []
        if isinstance(type_, ComplexType):
            inside += [
                (name, part.min_occurs, part.max_occurs, part.nillable, part.is_optional,
                 part.qname, described(part.type, seen))
                for name, part in type_.elements
            ]  # fmt: skip
        else:
            inside.append([base.__name__ for base in type(type_).__mro__ if base.__name__])
    return str(type_.qname)


def operation_of(document: Document, name: str) -> dict[str, Any]:
    operation = document.bindings[BINDING].get(name)
    found: dict[str, Any] = {'action': operation.soapaction, 'style': operation.style}
    for way in (operation.input, operation.output):
        seen: dict[str, Any] = {}
        described(way.body.type, seen)
        found[str(way.body.qname)] = seen
    return found


@pytest.mark.parametrize('name', sorted(OPERATIONS))
def test_an_operation_is_theirs(ours: Document, theirs: Document, name: str) -> None:
    assert operation_of(ours, name) == operation_of(theirs, name)


def test_it_has_the_operations_that_are_used_and_no_other(ours: Document) -> None:
    assert set(ours.bindings[BINDING].all()) == OPERATIONS


def schema_parts(path: Path) -> dict[str, bytes]:
    """Return each type of a WSDL as canonical text, without the defaults that may be left out."""
    tree = etree.parse(path, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    parts = {}
    for kind in ('simpleType', 'complexType'):
        for node in tree.iter(f'{SCHEMA}{kind}'):
            if node.get('name') is None:
                continue
            for element in node.iter(f'{SCHEMA}element'):
                for place in ('minOccurs', 'maxOccurs'):
                    if element.get(place) == '1':
                        del element.attrib[place]
            etree.cleanup_namespaces(node)
            parts[node.get('name')] = etree.tostring(node, method='c14n2')
    return parts


def test_types_are_theirs_to_the_letter(theirs_path: Path) -> None:
    ours, theirs = schema_parts(WSDL), schema_parts(theirs_path)
    assert ours
    assert {name: theirs.get(name) for name in ours} == ours


def test_service_and_port_have_their_names(ours: Document, theirs: Document) -> None:
    for document in (ours, theirs):
        port = document.services['EconomicWebService'].ports['EconomicWebServiceSoap']
        assert port.binding.name == BINDING
        assert port.binding_options == {
            'address': 'https://api.e-conomic.com/secure/api1/EconomicWebService.asmx'
        }
