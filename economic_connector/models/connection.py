"""The one way from a record to e-conomic: which server, which tokens, which words for its errors.

The only module of the addon that imports the simulator, for demo agreements.
"""

from contextlib import closing, contextmanager
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_datetime, str2bool

from ..client import (
    Credentials,
    EconomicError,
    HttpTransport,
    PasswordCredentials,
    RestClient,
    Secret,
    SoapClient,
    WsgiTransport,
)
from . import vault

LOOPBACK = ('127.0.0.1', 'localhost', '::1')
GRANT_URL = 'https://secure.e-conomic.com'
GRANT_PATH = '/secure/api1/requestaccess.aspx'
DEMO_DEBTORS = 300
DEMO_INVOICES = 4000
DEMO_COMPANY = "Nordisk Møbler A/S"
DEMO_AGREEMENT = 1  # no customer's, so that one can be beside it
DEMO_TOKEN = 'demo'


def allowed_service_url(url: str) -> bool:
    """Tell whether an agreement may speak to `url` instead of e-conomic itself."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return host in LOOPBACK and _loopback()


def grant_page(service_url):
    """Return the address of the page on which access to an agreement is granted."""
    base = service_url if service_url and allowed_service_url(service_url) else GRANT_URL
    return base.rstrip('/') + GRANT_PATH


def _loopback() -> bool:
    return str2bool(vault.setting('ECONOMIC_CONNECTOR_LOOPBACK') or 'no', False)


@contextmanager
def open_client(agreement):
    """Yield a client for `agreement` with its stored secrets.

    :raise EconomicError: from the calls made with it
    """
    if agreement.api_type == 'demo':
        # The history of a demo is as old as its agreement; from then on days are added to it.
        anchor = agreement.create_date.date()
        transport = WsgiTransport(_demo_app(anchor, fields.Date.today()))
        yield RestClient(Credentials(Secret(DEMO_TOKEN), Secret(DEMO_TOKEN)), transport)
        return
    secrets = agreement._get_secrets()
    # In sudo mode: the address is hidden from managers, it is for tests only.
    service_url = agreement.sudo().service_url
    with closing(HttpTransport(allow_loopback=bool(service_url) and _loopback())) as transport:
        if agreement.api_type == 'soap':
            urls = {'url': service_url} if service_url else {}
            with closing(SoapClient(_soap_credentials(*secrets), transport, **urls)) as client:
                yield client
        else:
            urls = {'legacy_url': service_url, 'open_url': service_url} if service_url else {}
            yield RestClient(Credentials(*map(Secret, secrets)), transport, **urls)


def _soap_credentials(*secrets):
    """Return what SOAP logs in with: agreement number, user-ID and password, or the two tokens."""
    if len(secrets) == 3:
        number, user, password = secrets
        return PasswordCredentials(number, user, Secret(password))
    return Credentials(*map(Secret, secrets))


# One for each age of a demo agreement in use; they are made anew in a moment.
@lru_cache(maxsize=4)
def _demo_app(anchor, today):
    """Return the demo agreement's e-conomic: a pure function of its seed and the dates."""
    from ..simulator import create_app

    return create_app(
        debtors=DEMO_DEBTORS,
        invoices=DEMO_INVOICES,
        anchor=anchor,
        today=today,
        company=DEMO_COMPANY,
        agreement=DEMO_AGREEMENT,
        rate_limit=None,
    )


def _format_wait(env, seconds):
    until = fields.Datetime.now() + timedelta(seconds=seconds)
    return format_datetime(env, until, dt_format='short')


def error_message(env, error: EconomicError) -> str:
    """Return what a user should read about `error`: what happened and what to do next."""
    messages = {
        'tokens_refused': env._(
            "e-conomic did not accept the access tokens. Ask a manager to check them in the "
            "agreement's settings."
        ),
        'endpoint_refused': env._(
            "The agreement has not given this app access to everything it needs (%s).",
            error.reason,
        ),
        'tokens_malformed': env._("One of the access tokens has characters that no token has."),
        'login_refused': env._(
            "e-conomic did not accept agreement number, user-ID and password, or the tokens. Ask "
            "a manager to check them in the agreement's settings."
        ),
        'login_malformed': env._(
            "Agreement number, user-ID or password has characters that it cannot have."
        ),
        'password_login_removed': env._(
            "e-conomic removed password login in February 2018; use tokens."
        ),
        'session_lost': env._("e-conomic ended the session again and again. Try later."),
        'retired': env._(
            "Nothing answers at the address of e-conomic's SOAP API any more; use tokens (REST)."
        ),
        'insecure': env._("The connection to e-conomic is not secure (%s).", error.reason),
        'rate_limited': env._(
            "e-conomic asks us to wait until %s.", _format_wait(env, getattr(error, 'seconds', 0))
        ),
        'server_error': env._(
            "e-conomic answers with an error (%s).", error.status or error.reason
        ),
        'unreachable': env._("e-conomic cannot be reached (%s).", error.reason),
        'timed_out': env._("e-conomic did not answer in time."),
        'interrupted': env._("The connection to e-conomic was interrupted (%s).", error.reason),
        'web_page': env._("e-conomic sent a web page instead of data (maintenance?)."),
        'too_large': env._("The answer from e-conomic was too large."),
        'foreign_host': env._("An address outside e-conomic was refused; nothing was sent there."),
        'redirected': env._("e-conomic pointed to another address, which is never followed."),
        'locked': env._("Somebody else is working on the same companies."),
        'not_found': env._("e-conomic does not know what was asked for (%s).", error.reason),
    }
    return messages.get(error.code) or env._(
        "e-conomic sent something unexpected (%s).", error.reason
    )


@contextmanager
def user_errors(env):
    """Turn errors of the client into what a person at the screen should read."""
    try:
        yield
    except EconomicError as error:
        raise UserError(error_message(env, error)) from None
