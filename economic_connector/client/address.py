"""Which addresses the client may speak to. In code, so that no form and no answer can widen it."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from .errors import ContractError

HOSTS: Final = frozenset({'restapi.e-conomic.com', 'apis.e-conomic.com', 'api.e-conomic.com'})
_LOOPBACK = re.compile(r'(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?')
# Visible ASCII without the characters that address parsers disagree about.
_PLAIN = re.compile(r'[!#-;=?-\[\]_a-z~]+')


def check_address(url: str, *, allow_loopback: bool = False) -> None:
    """Refuse every address but https on e-conomic's own hosts, before any connection is made.

    :param allow_loopback: also allow http and https on this machine, any port, for the simulator
    :raise ContractError: ``foreign_host``
    """
    if not _allowed(url, allow_loopback):
        raise ContractError('foreign_host', f"not an address of e-conomic: {url[:100]}")


def _allowed(url: str, allow_loopback: bool) -> bool:
    if not _PLAIN.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if any(step in ('.', '..') for step in unquote(parts.path).split('/')):
        return False
    # The whole of what stands between // and /, so that no user, port or bracket slips by.
    place = parts.netloc.lower()
    if place.removesuffix(':443') in HOSTS:
        return parts.scheme == 'https'
    return (
        allow_loopback
        and parts.scheme in ('http', 'https')
        and _LOOPBACK.fullmatch(place) is not None
    )
