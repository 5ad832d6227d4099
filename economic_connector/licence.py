"""Signed licence keys: issue them, read them, judge them. Knows nothing of Odoo.

A key is a short text with a signature (Ed25519) over agreement number, company, features and dates.
It is verified without network. As a command, in this folder:

    python -m licence keygen --private FILE         make a pair, print the public key
    python -m licence issue --private FILE …        print the key for one agreement
    python -m licence show KEY                      print what a key says
    python -m licence verify KEY                    say whether one of the public keys made it
    python -m licence bench                         alter a key 3,000 times, measure verifying

KEY may be `-`: it is read from the terminal then.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# Whoever publishes this addon puts the public key here that `keygen` prints. To change it: put the
# new one beside the old one, issue new keys, and take the old one out once they are in use.
PUBLIC_KEYS: tuple[str, ...] = ()

FEATURES = ('import', 'schedule')
GRACE = timedelta(days=14)
DRIFT = timedelta(days=1)  # that a server's clock may be corrected by
USABLE = ('valid', 'grace')

_START = 'EC1'
# So that a signature made for something else never is one of a licence.
_PURPOSE = b'economic_connector licence 1\n'
_LONGEST = 4000
# What copying out of a mail may add: blanks, line ends, and characters that nobody sees.
_NOISE = re.compile('[\\s\u00ad\u200b-\u200d\u2060\ufeff]+')


@dataclass(frozen=True)
class Licence:
    """What a key says."""

    agreement: int
    company: str
    features: tuple[str, ...]
    not_before: date
    expires: date
    key_id: str


@dataclass(frozen=True)
class Verdict:
    """What a key is worth now.

    :param state: missing, invalid, foreign (of another agreement), clock (it was turned back),
        early, valid, grace or expired
    """

    state: str
    licence: Licence | None = None

    @property
    def usable(self) -> bool:
        """Tell whether anything may be loaded or synchronized."""
        return self.state in USABLE


def tidy(text: str) -> str:
    """Return a key without what copying it may have added."""
    return _NOISE.sub('', text)


def make_pair() -> tuple[Ed25519PrivateKey, str]:
    """Return a new private key and the text of its public key."""
    private = Ed25519PrivateKey.generate()
    return private, public_text(private)


def public_text(private: Ed25519PrivateKey) -> str:
    """Return the text of the public key that belongs to a private one."""
    return _encode(private.public_key().public_bytes_raw())


def issue(
    private: Ed25519PrivateKey,
    agreement: int,
    company: str,
    not_before: date,
    expires: date,
    features: Iterable[str] = FEATURES,
) -> str:
    """Return the key for one agreement."""
    key_id = _key_id(private.public_key().public_bytes_raw())
    licence = Licence(agreement, company, tuple(features), not_before, expires, key_id)
    payload = json.dumps(
        asdict(licence), default=str, ensure_ascii=False, separators=(',', ':'), sort_keys=True
    ).encode()
    return '.'.join((_START, _encode(payload), _encode(private.sign(_PURPOSE + payload))))


def verify(text: str, public_keys: Iterable[str]) -> Licence | None:
    """Return what a key says if one of `public_keys` proves it, else None; never raise."""
    parts = _split(text)
    if parts is None:
        return None
    payload, signature = parts
    for public in public_keys:
        raw = _decode(tidy(public))
        if raw is None or len(raw) != 32:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, _PURPOSE + payload)
        except (InvalidSignature, ValueError):
            continue
        licence = _read(payload)
        return licence if licence and licence.key_id == _key_id(raw) else None
    return None


def peek(text: str) -> Licence | None:
    """Return what a key says without any proof of it, or None if it is not even readable."""
    parts = _split(text)
    return _read(parts[0]) if parts else None


def judge(
    text: str | None,
    agreement: int,
    now: datetime,
    seen: datetime | None,
    public_keys: Iterable[str],
) -> Verdict:
    """Tell what a key is worth for an agreement.

    :param agreement: its number; 0 as long as nobody knows it
    :param now: what the server's clock says
    :param seen: the highest time that this server's clock has ever said
    """
    if not text or not tidy(text):
        return Verdict('missing')
    licence = verify(text, public_keys)
    if licence is None:
        return Verdict('invalid')
    if agreement and licence.agreement != agreement:
        return Verdict('foreign', licence)
    if seen and now < seen - DRIFT:
        return Verdict('clock', licence)
    today = max(now, seen or now).date()
    if today < licence.not_before:
        state = 'early'
    elif today <= licence.expires:
        state = 'valid'
    elif today <= licence.expires + GRACE:
        state = 'grace'
    else:
        state = 'expired'
    return Verdict(state, licence)


def _split(text: str) -> tuple[bytes, bytes] | None:
    """Return payload and signature of a key that is written as `issue` writes it."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    parts = tidy(text).split('.')
    if len(parts) != 3 or parts[0] != _START:
        return None
    payload, signature = _decode(parts[1]), _decode(parts[2])
    if payload is None or signature is None:
        return None
    return payload, signature


def _read(payload: bytes) -> Licence | None:
    try:
        values = json.loads(payload)
        return Licence(
            int(values['agreement']),
            str(values['company']),
            tuple(str(feature) for feature in values['features']),
            date.fromisoformat(values['not_before']),
            date.fromisoformat(values['expires']),
            str(values['key_id']),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _key_id(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:8]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def _decode(text: str) -> bytes | None:
    """Undo `_encode`; None for anything that it does not write, since no bit may be free."""
    try:
        data = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    except ValueError:
        return None
    return data if _encode(data) == text else None


if __name__ == '__main__':
    from licence_command import main

    raise SystemExit(main())
