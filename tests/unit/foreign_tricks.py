"""The tricks that `test_foreign_hosts` plays: what could lead a client to a foreign place."""

from __future__ import annotations

from client_server import answer

# {evil} is the foreign place: host and port of the listener.
BASE_ADDRESSES = [
    'http://{evil}',
    'https://{evil}',
    '//{evil}',
    '{evil}',
    'ftp://{evil}',
    'https://{evil}/restapi.e-conomic.com',
    'https://{evil}?restapi.e-conomic.com',
    'https://{evil}#@restapi.e-conomic.com',
    'https://restapi.e-conomic.com@{evil}',
    'https://restapi.e-conomic.com:443@{evil}',
    'https://restapi.e-conomic.com%40{evil}',
    'https://restapi.e-conomic.com%00@{evil}',
    'https://restapi.e-conomic.com\\@{evil}',
    'https://{evil}\\@restapi.e-conomic.com',
    'https://{evil}\\.e-conomic.com',
    'https://restapi.e-conomic.com\n@{evil}',
    'https://user:pass@restapi.e-conomic.com@{evil}',
    'https://localhost:{port}',
    'https://2130706433:{port}',
    'https://0x7f.1:{port}',
    'https://127.1:{port}',
    'https://[::ffff:127.0.0.1]:{port}',
    'https://restapi.e-conomic.com.127.0.0.1.nip.io:{port}',
    'https://restapi.e-conomic.com:{port}',
    'https://restapi.e-conomic.com:443:{port}',
    'https://rest\u0430pi.e-conomic.com',
    'https://restapi\u3002e-conomic\u3002com',
]
LINKS = [
    'http://{evil}/customers?skippages=1',
    '//{evil}/',
    '@{evil}/',
    '\\\\{evil}\\x',
    '../{evil}',
]
CURSORS = [
    'http://{evil}/',
    '//{evil}/',
    '@{evil}',
    '#@{evil}/',
    'x HTTP/1.1\r\nHost: {evil}\r\n\r\nGET http://{evil}/',
    '\\\\{evil}\\x',
    '&cursor=http://{evil}/',
    '/../../../{evil}',
]
REDIRECTS = {
    **{
        f'{status} to {place}': answer('{{}}', status, Location=place)
        for status in (300, 301, 302, 303, 307, 308)
        for place in ('http://{evil}/self', '//{evil}/self')
    },
    'a place where it was created': answer('{{}}', 201, Location='http://{evil}/'),
    'nothing new': answer('', 304, Location='http://{evil}/'),
    'refresh': answer('{{}}', 200, Refresh='0; url=http://{evil}/'),
    'link': answer('{{}}', 200, Link='<http://{evil}/>; rel="next", <//{evil}>; rel=preconnect'),
    'another service': answer('{{}}', 200, Alt_Svc='http/1.1="{evil}"; ma=99'),
    'content elsewhere': answer('{{}}', 200, Content_Location='http://{evil}/self'),
    'a page that moves on': answer(
        '<meta http-equiv="refresh" content="0; url=http://{evil}/">', 200, 'text/html'
    ),
    'use a proxy': answer('{{}}', 305, Location='http://{evil}'),
    'a proxy wants a login': answer('{{}}', 407, Proxy_Authenticate='Basic realm="http://{evil}"'),
    'a login elsewhere': answer('{{}}', 401, WWW_Authenticate='Bearer realm="http://{evil}/"'),
}
GROUPS = (
    '<DebtorGroup_GetAllResponse xmlns="http://e-conomic.com"><DebtorGroup_GetAllResult>{inside}'
    '</DebtorGroup_GetAllResult></DebtorGroup_GetAllResponse>'
)
HANDLE = '<DebtorGroupHandle><Number>{number}</Number></DebtorGroupHandle>'
ENVELOPES = {
    'a DTD': ('<!DOCTYPE a SYSTEM "http://{evil}/x.dtd">', '1'),
    'a public DTD': ('<!DOCTYPE a PUBLIC "-//W3C//DTD" "http://{evil}/x.dtd">', '1'),
    'an entity': ('<!DOCTYPE a [<!ENTITY e SYSTEM "http://{evil}/">]>', '&e;'),
    'a parameter': ('<!DOCTYPE a [<!ENTITY % p SYSTEM "http://{evil}/"> %p;]>', '1'),
    'a style sheet': ('<?xml-stylesheet href="http://{evil}/x.xsl" type="text/xsl"?>', '1'),
    'an inclusion': (
        '',
        '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="http://{evil}/"/>',
    ),
    'an attachment': (
        '',
        '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="http://{evil}/"/>',
    ),
    'a schema': (
        '',
        '<Number xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
        'x:schemaLocation="http://e-conomic.com http://{evil}/x.xsd"/>',
    ),
}
# What is put in the place of a mark in our WSDL.
WSDLS = {
    'an address': ('location="https://api.e-conomic.com', 'location="http://{evil}'),
    'an import of a WSDL': (
        '<wsdl:types>',
        '<wsdl:import namespace="urn:x" location="http://{evil}/x.wsdl"/><wsdl:types>',
    ),
    'an import of a schema': (
        '<wsdl:types>',
        '<wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:import namespace="urn:x" schemaLocation="http://{evil}/x.xsd"/></xs:schema>',
    ),
    'an inclusion': (
        '<wsdl:types>',
        '<wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:include schemaLocation="http://{evil}/x.xsd"/></xs:schema>',
    ),
    'a DTD': ('<wsdl:definitions', '<!DOCTYPE a SYSTEM "http://{evil}/x.dtd"><wsdl:definitions'),
    'an entity': (
        '<wsdl:definitions',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://{evil}/"> %p;]><wsdl:definitions',
    ),
}
