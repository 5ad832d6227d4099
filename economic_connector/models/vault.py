"""Encryption of stored secrets with a key that lives outside the database.

A dump, a backup or a staging copy is worthless without the key. It comes from the environment
(`ECONOMIC_CONNECTOR_KEY`) or from `economic_connector_key` in the Odoo configuration file: 32
bytes, urlsafe base64, as made by `cryptography.fernet.Fernet.generate_key()`.
"""

import os

from cryptography.fernet import Fernet, InvalidToken

from odoo.tools import config

KEY_NAME = 'ECONOMIC_CONNECTOR_KEY'


class VaultError(Exception):
    """The key is missing, malformed, or another than the one a secret was stored with."""


def setting(name: str) -> str:
    """Return a server setting: the environment first, else the Odoo configuration file.

    :param name: upper-case name in the environment; the file uses it in lower case
    """
    return os.environ.get(name) or config.get(name.lower()) or ''


def encrypt(secret: str) -> str:
    """Return `secret` in the form that may be stored."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the secret that `encrypt` stored."""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken:
        # The cause would carry nothing that helps, and tracebacks reach the browser.
        raise VaultError('changed') from None


def _fernet() -> Fernet:
    key = setting(KEY_NAME)
    if not key:
        raise VaultError('missing')
    try:
        return Fernet(key)
    except ValueError:
        raise VaultError('malformed') from None
