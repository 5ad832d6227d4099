"""Judge an answer of the SOAP API before it is read: status, type, shape, and what faults mean."""

import re
from collections.abc import Callable
from typing import Final

from lxml import etree
from zeep.exceptions import Fault

from .caller import retry_after
from .errors import (
    AccessError,
    ContractError,
    DataError,
    EconomicError,
    RetryError,
    WaitError,
    printable,
)
from .patience import AFTER_FAILURE
from .soap_service import NAMESPACE
from .transport import Answer

_ENVELOPE: Final = '{http://schemas.xmlsoap.org/soap/envelope/}'
_XML_TYPES = ('text/xml', 'application/xml')
_ENCODINGS = ('', 'utf-8', 'utf8', 'us-ascii', 'ascii')
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)
# e-conomic's own form of a fault: ExceptionType(code): text (id=…), after other types' names.
_EXCEPTION = re.compile(
    r'Economic\.Api\.Exceptions\.(\w+)\((E\d+)\):\s*(.*?)(?: \(id=[0-9a-fA-F-]+\))?\s*(?:-->.*)?$',
    re.DOTALL,
)
_NO_SESSION = re.compile(r'not logged in|not authenticated', re.IGNORECASE)
_GONE = re.compile(r'does not exist', re.IGNORECASE)


class SessionLostError(Exception):
    """The server does not know our session."""


def checked(answer: Answer, operation: str) -> bytes:
    """Return the body of an answer that holds the operation's result or a fault.

    :raise WaitError: ``web_page`` or ``rate_limited``
    :raise RetryError: ``server_error``
    :raise ContractError: ``malformed``, ``retired``, ``redirected`` or ``unexpected_status``
    """
    header = answer.headers.get('content-type', '')
    media = header.partition(';')[0].strip().lower()
    if answer.status not in (200, 500) or (answer.status == 500 and media not in _XML_TYPES):
        raise _refusal(answer)
    if media in ('text/html', 'application/xhtml+xml'):
        raise WaitError('web_page', f"content type {printable(header)}", seconds=AFTER_FAILURE)
    charset = _CHARSET.search(header)
    if media not in _XML_TYPES or (charset and charset[1].lower() not in _ENCODINGS):
        raise ContractError('malformed', f"content type {printable(header) or 'missing'}")
    _check_shape(answer.body, operation)
    return answer.body


def _refusal(answer: Answer) -> EconomicError:
    """Say what a status means that no answer of a SOAP service has."""
    status = answer.status
    reason = f"HTTP {status}"
    if status in (401, 403):
        return AccessError('endpoint_refused', reason, status=status)
    if status in (404, 410):
        return ContractError('retired', reason, status=status)
    if status == 429 or (status == 503 and 'retry-after' in answer.headers):
        code = 'rate_limited' if status == 429 else 'server_error'
        return WaitError(code, reason, seconds=retry_after(answer.headers), status=status)
    if status >= 500 or status == 408:
        return RetryError('server_error', reason, status=status)
    if 300 <= status < 400:
        return ContractError('redirected', reason, status=status)
    return ContractError('unexpected_status', reason, status=status)


def _check_shape(body: bytes, operation: str) -> None:
    # zeep would take an empty body for an empty list, and any element for the one it expects.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        # The parser goes by the first bytes and takes UTF-16 whatever is declared.
        if '\0' in body.decode():
            raise ContractError('malformed', "zero bytes in XML")
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError) as exc:
        raise ContractError('malformed', f"not XML: {type(exc).__name__}") from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        raise ContractError('malformed', "a document type declaration")
    if (info.encoding or '').lower() not in _ENCODINGS:
        raise ContractError('malformed', f"text in {info.encoding}")
    bodies = root.findall(f'{_ENVELOPE}Body') if root.tag == f'{_ENVELOPE}Envelope' else []
    inside = [str(node.tag) for node in bodies[0].iterchildren('*')] if len(bodies) == 1 else []
    if inside not in ([f'{{{NAMESPACE}}}{operation}Response'], [f'{_ENVELOPE}Fault']):
        raise ContractError('malformed', f"not the answer to {operation}")


def meaning(
    fault: Fault, *, login: bool, scrub: Callable[[str], str]
) -> EconomicError | SessionLostError:
    """Say what a fault means.

    :param login: the fault answers an attempt to log in
    :param scrub: takes our secrets out of a text
    """
    text = scrub(str(fault.message or ''))
    match = _EXCEPTION.search(text)
    if not match:
        return RetryError('server_error', f"fault: {text}" if text else "a fault without a text")
    kind, code, said = match.groups()
    reason = f"{code}: {said}"
    if code == 'E00410':
        return AccessError('password_login_removed', reason)
    if kind == 'AuthenticationException' or _NO_SESSION.search(said):
        return AccessError('login_refused', reason) if login else SessionLostError(reason)
    if kind in ('AuthorizationException', 'AccessException'):
        return AccessError('endpoint_refused', reason)
    if _GONE.search(said):
        return DataError('not_found', reason)
    if kind in ('ServerException', 'EconomicApiException'):
        # Not tried again at once: that is what e-conomic's partners found to be of no use.
        return WaitError('server_error', reason, seconds=AFTER_FAILURE)
    return ContractError('bad_request', reason)
