"""Which addresses the client may speak to. In code, so that no form and no answer can widen it."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from .errors import ContractError

HOSTS: Final = frozenset({'restapi.e-conomic.com', 'apis.e-conomic.com'})
_LOOPBACK: Final = frozenset({'127.0.0.1', '::1', 'localhost'})
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
        port = parts.port
    except ValueError:
        return False
    if '@' in parts.netloc or any(step in ('.', '..') for step in unquote(parts.path).split('/')):
        return False
    if parts.hostname in HOSTS:
        return parts.scheme == 'https' and port in (None, 443)
    return allow_loopback and parts.scheme in ('http', 'https') and parts.hostname in _LOOPBACK
