"""Masks secrets in Odoo's own logs.

A secret that is typed in travels in the context of a call, which the RPC log leaves out; a form
that saves itself first may still send it among its values, and a failing statement is logged in
full.
"""

import logging
import re

LOGGERS = ('odoo.service.model', 'odoo.http', 'odoo.sql_db', 'werkzeug')
SECRET = re.compile(
    r"""((?:app_secret_token|agreement_grant_token|soap_user|soap_password)["']?\s*[:=]\s*)"""
    r"""(["'])(?:\\.|(?!\2).)*\2""",
    re.DOTALL,
)
# The address that e-conomic's page for granting access returns to, also inside another address.
# Nothing is kept of what stands behind it: the log shows it in part decoded, so that no character
# is sure to be the end of a token.
GRANT = re.compile(r'(economic(?:/|%2F)grant(?:/|%2F)[^\s?%]*(?:\?|%3F))\S*', re.IGNORECASE)


class SecretFilter(logging.Filter):
    """Replaces the values of secrets in a record by ``***``."""

    def filter(self, record):
        """Let every record pass, masked."""
        message = record.getMessage()
        masked = GRANT.sub(r'\1***', SECRET.sub(r"\1'***'", message))
        if masked != message:
            record.msg, record.args = masked, ()
        return True


def install():
    """Add the filter to the loggers that may show what a form sends."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, SecretFilter) for known in logger.filters):
            logger.addFilter(SecretFilter())
