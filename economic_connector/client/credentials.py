"""What opens an agreement, kept out of every repr, log line and traceback."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import NoReturn
from urllib.parse import quote

from .errors import AccessError

# Visible ASCII: anything else would be refused by the HTTP library, with the token in its message.
_TOKEN = re.compile(r'[\x21-\x7e]{1,512}')
_TYPED = re.compile('[^\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]{1,512}')  # what XML can carry
_MAX_AGREEMENT = 2**31 - 1


def _without(text: str, secret: str) -> str:
    """Return text without a secret, in the forms in which a server may give it back."""
    forms = (secret, html.escape(secret), quote(secret, safe=''), json.dumps(secret)[1:-1])
    for form in sorted({*forms}, key=len, reverse=True):
        text = text.replace(form, '***')
    return text


class Secret:
    """A string that shows itself only when asked by name."""

    __slots__ = ('_value',)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself; to be called only where it goes on the wire."""
        return self._value

    def __repr__(self) -> str:
        return '***'

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would outlive the secret in a dict key

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The key of the app and the consent of one agreement.

    :raise AccessError: ``tokens_malformed`` if one of them cannot be a token
    """

    app_secret_token: Secret
    agreement_grant_token: Secret

    def __post_init__(self) -> None:
        for name, secret in self._named():
            if not _TOKEN.fullmatch(secret.reveal()):
                raise AccessError('tokens_malformed', f"the {name} is not a token")

    def _named(self) -> Iterable[tuple[str, Secret]]:
        yield 'app secret token', self.app_secret_token
        yield 'agreement grant token', self.agreement_grant_token

    def headers(self) -> dict[str, str]:
        """Return the headers that open the door; both APIs take the same two."""
        return {
            'X-AppSecretToken': self.app_secret_token.reveal(),
            'X-AgreementGrantToken': self.agreement_grant_token.reveal(),
        }

    def scrub(self, text: str) -> str:
        """Return text without the tokens: a server may echo what it was sent."""
        for _name, secret in self._named():
            # The tokens of the demo agreement are the public word "demo"; nothing to hide there.
            if secret.reveal() != 'demo':
                text = _without(text, secret.reveal())
        return text


@dataclass(frozen=True, slots=True)
class PasswordCredentials:
    """What a user of e-conomic logs in with; only the SOAP API ever took it.

    :raise AccessError: ``login_malformed`` if one of the three cannot be what it should be
    """

    agreement_number: int
    user: str = field(repr=False)
    password: Secret

    def __post_init__(self) -> None:
        if not 0 < self.agreement_number <= _MAX_AGREEMENT:
            raise AccessError('login_malformed', "the agreement number is none")
        for name, text in (('user-ID', self.user), ('password', self.password.reveal())):
            if not _TYPED.fullmatch(text):
                raise AccessError('login_malformed', f"the {name} is none")

    def scrub(self, text: str) -> str:
        """Return text without user-ID and password: a server may echo what it was sent."""
        text = _without(text, self.password.reveal())
        # As a word: a user-ID may be as short as initials.
        return re.sub(rf'(?<!\w){re.escape(self.user)}(?!\w)', '***', text)

    def masked_user(self) -> str:
        """Return as much of the user-ID as tells colleagues which one it is."""
        return f'{self.user[:1]}…'
