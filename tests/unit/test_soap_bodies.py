"""Answers of the SOAP API that are none: S04, S05 and S08 of the fault matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from soap_bench import ANCHOR, ENVELOPE, all_of, failure, served, soap_client

from client import AccessError, ContractError, EconomicError, HttpTransport, WaitError
from simulator import Simulator, create_app

GROUPS = (
    '<DebtorGroup_GetAllResponse xmlns="http://e-conomic.com"><DebtorGroup_GetAllResult>{inside}'
    '</DebtorGroup_GetAllResult></DebtorGroup_GetAllResponse>'
)
GROUP = '<DebtorGroupHandle><Number>1</Number></DebtorGroupHandle>'


@pytest.fixture
def app() -> Simulator:
    return create_app(5, 60, 90, ANCHOR, rate_limit=None)


@pytest.fixture
def address(app: Simulator) -> Iterator[str]:
    with served(app) as place:
        yield place


BODIES = {
    'a plain DTD': ENVELOPE.format(
        dtd='<!DOCTYPE soap:Envelope>', body=GROUPS.format(inside=GROUP)
    ),
    'an entity bomb': ENVELOPE.format(
        dtd='<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        body=GROUPS.format(inside=GROUP.replace('>1<', '>&b;<')),
    ),
    'a file as an entity': ENVELOPE.format(
        dtd='<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        body=GROUPS.format(inside=GROUP.replace('>1<', '>&a;<')),
    ),
    'a DTD elsewhere': ENVELOPE.format(
        dtd='<!DOCTYPE a SYSTEM "{elsewhere}/x.dtd">', body=GROUPS.format(inside=GROUP)
    ),
    'four hundred levels': ENVELOPE.format(dtd='', body='<a>' * 400 + '</a>' * 400),
    'a text of eleven million': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP.replace('>1<', f'>{"1" * 11_000_000}<'))
    ),
    'an empty body': ENVELOPE.format(dtd='', body=''),
    'two results': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP) * 2),
    'the answer to another question': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP).replace('DebtorGroup_', 'Debtor_')
    ),
    'another namespace': ENVELOPE.format(
        dtd='', body=GROUPS.format(inside=GROUP).replace('e-conomic.com', 'e-conomic.dk')
    ),
    'an unknown element': ENVELOPE.format(dtd='', body=GROUPS.format(inside=f'{GROUP}<Surprise/>')),
    'an empty handle': ENVELOPE.format(dtd='', body=GROUPS.format(inside='<DebtorGroupHandle/>')),
    'a nil handle': ENVELOPE.format(
        dtd='',
        body=GROUPS.format(
            inside='<DebtorGroupHandle xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
            'x:nil="true"/>'
        ),
    ),
    'no envelope': GROUPS.format(inside=GROUP),
    'half of it': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP))[:-30],
    'JSON': '{"collection": []}',
    'nothing': '',
    'latin letters': ENVELOPE.format(dtd='', body=GROUPS.format(inside=GROUP)).replace(
        'utf-8', 'iso-8859-1'
    ),
}


@pytest.mark.parametrize('name', BODIES)
def test_a_body_that_is_no_answer_is_refused(app: Simulator, address: str, name: str) -> None:
    text = BODIES[name].replace('{elsewhere}', address)
    client = soap_client(app)
    error = failure(client, app, text=text, content_type='text/xml; charset=utf-8')
    assert (type(error), error.code) == (ContractError, 'malformed')
    assert not [row for row in app.control.log() if 'x.dtd' in str(row['path'])]
    assert client.fetch_references('customer_group').records


@pytest.mark.parametrize(
    ('fault', 'expected', 'code'),
    [
        ({'content_type': 'text/xml; charset=utf-16'}, ContractError, 'malformed'),
        ({'content_type': 'application/json'}, ContractError, 'malformed'),
        ({'content_type': ''}, ContractError, 'malformed'),
        (
            {'content_type': 'multipart/related; boundary=x; type="application/xop+xml"'},
            ContractError,
            'malformed',
        ),
        ({'encoding': 'utf-16'}, ContractError, 'malformed'),
        ({'encoding': 'utf-16-le'}, ContractError, 'malformed'),
        ({'encoding': 'broken'}, ContractError, 'malformed'),
        ({'body': 'html'}, WaitError, 'web_page'),
        ({'body': 'html', 'status': 503}, WaitError, 'server_error'),
        ({'body': 'html', 'status': 500}, WaitError, 'server_error'),
        ({'body': 'html', 'status': 503, 'retry_after': 600}, WaitError, 'server_error'),
        ({'status': 429, 'retry_after': 600}, WaitError, 'rate_limited'),
        ({'status': 404, 'body': 'html'}, ContractError, 'retired'),
        ({'status': 410, 'body': 'empty'}, ContractError, 'retired'),
        ({'status': 403, 'body': 'html'}, AccessError, 'endpoint_refused'),
        ({'status': 400, 'body': 'html'}, ContractError, 'unexpected_status'),
        ({'redirect': 'http://127.0.0.1:1/evil'}, ContractError, 'redirected'),
        ({'body': 'huge', 'content_type': 'text/xml'}, ContractError, 'too_large'),
        ({'body': 'bomb', 'content_type': 'text/xml'}, ContractError, 'too_large'),
        ({'cut': 'mid_body'}, WaitError, 'interrupted'),
    ],
)
def test_an_answer_that_is_none_is_not_read(
    app: Simulator, fault: dict[str, Any], expected: type[EconomicError], code: str
) -> None:
    error = failure(soap_client(app), app, **fault)
    assert (type(error), error.code) == (expected, code)


@pytest.mark.parametrize('cut', ['before_headers', 'mid_body', 'short', 'gzip', 'crc'])
def test_a_cut_answer_is_fetched_again(app: Simulator, address: str, cut: str) -> None:
    transport = HttpTransport(allow_loopback=True)
    client = soap_client(app, transport=transport, url=address)
    app.control.fault(path='#Debtor_GetDataArray', cut=cut)
    assert len(all_of(client.customers())) == 60
    assert client.requests == 4
    transport.close()


def test_fewer_records_than_asked_for_are_no_answer(app: Simulator) -> None:
    client = soap_client(app)
    app.control.fault(
        path='#DebtorGroup_GetDataArray', replace=[['<Number>2</Number>', '<Number>3</Number>']]
    )
    with pytest.raises(ContractError) as caught:
        client.fetch_references('customer_group')
    assert caught.value.code == 'paging'
