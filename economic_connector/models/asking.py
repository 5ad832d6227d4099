"""Secrets that are left out of an agreement: whoever talks to e-conomic types them in, each time.

A method that may need one is marked with `asks`. Without the secret it leaves nothing behind and
returns the client action `economic_secret`; the page shows one dialog and calls the method again,
with what was typed in the context of that call. Odoo's log of calls leaves the context out, and a
call that is tried again after a lost transaction begins without it.

There is no transient model for the dialog on purpose: its rows would lie in the database, readable
by others, for an hour or more. What is typed lives in the page that asked and in the one request
that it is sent with; here it is wrapped at once, so that no repr, log line or pickle can show it.
"""

from functools import wraps
from typing import NoReturn

from odoo.exceptions import UserError

from ..client import Secret

CONTEXT = 'economic_secrets'
# Answers that mean: what was typed is wrong, so ask again.
REFUSED = ('tokens_refused', 'tokens_malformed', 'login_refused', 'login_malformed')


class Typed:
    """What was typed, by agreement and name; shows nothing of itself.

    :param values: {agreement's id: {name of the secret: what was typed}}, as sent by the page
    """

    __slots__ = ('_values',)

    def __init__(self, values) -> None:
        self._values = {
            str(agreement): {
                name: Secret(value) for name, value in of_agreement.items() if _is_text(value)
            }
            for agreement, of_agreement in values.items()
            if isinstance(of_agreement, dict)
        }

    def get(self, agreement, name) -> Secret | None:
        """Return what was typed for a secret of an agreement."""
        return self._values.get(str(agreement.id), {}).get(name)

    def __repr__(self) -> str:
        return '***'

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")


def _is_text(value):
    return isinstance(value, str) and value != ''


class SecretWanted(UserError):
    """A secret is needed that is not stored.

    :param agreement: whose
    :param error: what e-conomic said to what was typed before
    """

    def __init__(self, agreement, error=None) -> None:
        super().__init__(agreement._get_asking_reason())
        self.agreement, self.error = agreement, error
        self.drives = False  # the page goes on with the secret until a run has ended

    def as_action(self, records, method, args):
        """Return the dialog, which calls `method` of `records` again."""
        # In the language of who is asked, which need not be that of who began the run.
        agreement = self.agreement.with_context(lang=records.env.lang)
        return {
            'type': 'ir.actions.client',
            'tag': 'economic_secret',
            'params': {
                'model': records._name,
                'method': method,
                'args': [records.ids, *args],
                'agreement': agreement.id,
                'reason': agreement._get_asking_reason(),
                'refusal': self.error and agreement._get_secret_refusal(self.error),
                'drives': self.drives,
                'secrets': [
                    {'name': name, 'label': agreement._get_secret_labels()[name]}
                    for name in agreement._get_missing_secrets()
                ],
            },
        }


def with_typed(records):
    """Return the records with what was typed wrapped, and no longer in clear."""
    given = records.env.context.get(CONTEXT)
    if given is None or isinstance(given, Typed):
        return records
    return records.with_context(**{CONTEXT: Typed(given) if isinstance(given, dict) else None})


def without_typed(records):
    """Return the records without what was typed, for work that does not talk to e-conomic."""
    return records.with_context(**{CONTEXT: None}) if CONTEXT in records.env.context else records


def ask_for(records, name, work, *args):
    """Do `work` with the records; return the dialog if it needs a secret that is not stored.

    :param str name: the public method that the dialog calls again
    """
    with_secrets = with_typed(records)
    try:
        with records.env.cr.savepoint():
            return work(with_secrets, *args)
    except SecretWanted as wanted:
        return wanted.as_action(records, name, args)


def asks(method):
    """Let a public method ask for secrets that are not stored, instead of failing without them."""

    @wraps(method)
    def asking(self, *args):
        return ask_for(self, method.__name__, method, *args)

    return asking
