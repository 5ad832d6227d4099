"""Read company numbers, phones and addresses on the net; what is not valid gives ''."""

from __future__ import annotations

import re

from stdnum import ean
from stdnum.dk import cvr

_NOT_ALNUM = re.compile(r'[^0-9A-Z]+')
_NOT_DIGIT = re.compile(r'\D+')
_PREFIX = re.compile(r'^(DK|NO|SE|FI)(?=\d)')
_HOST = re.compile(r'^(?:[a-z]+://)?(?:[^/@]*@)?(?:www\d?\.)?([^/:?#\s]+)')
# Hosts where anybody has a mailbox or a page: they say nothing about a company.
PUBLIC_HOSTS = frozenset(
    'gmail.com googlemail.com hotmail.com hotmail.dk hotmail.no hotmail.se outlook.com outlook.dk '
    'live.com live.dk live.no live.se msn.com yahoo.com yahoo.dk yahoo.no yahoo.se ymail.com '
    'icloud.com me.com mac.com aol.com proton.me protonmail.com mail.com gmx.de gmx.net web.de '
    'mail.dk jubii.dk ofir.dk tdcadsl.dk tdcspace.dk post.tele.dk mail.tele.dk stofanet.dk '
    'youmail.dk webspeed.dk privat.dk sol.dk get2net.dk vip.cybercity.dk pc.dk c.dk '
    'dlgmail.dk fiberpost.dk profibermail.dk energimail.dk waoomail.dk km.dk nrgi.dk '
    'online.no broadpark.no telia.com telia.no bredband.net spray.se '
    'facebook.com instagram.com linkedin.com sites.google.com krak.dk'.split()
)


def registry_of(registry: str, vat: str = '', country: str = '') -> str:
    """Return a company number without country prefix; the VAT number stands in where it is one.

    >>> registry_of('DK 13 58 56 28') == registry_of('', 'dk13585628') == '13585628'
    True
    """
    for text in (registry, vat):
        number = _NOT_ALNUM.sub('', text.upper())
        prefixed = _PREFIX.match(number)
        of = prefixed[1] if prefixed else country
        number = _PREFIX.sub('', number)
        if of == 'NO':
            number = number.removesuffix('MVA')
        elif of == 'SE' and len(number) == 12:
            number = number.removesuffix('01')
        if text is vat and not prefixed and text is not registry:
            continue
        if of == 'DK' or (not of and len(number) == 8):
            number = number if cvr.is_valid(number) else ''
        if len(number) >= 6 and any(c.isdigit() for c in number):
            return number
    return ''


def vat_of(vat: str) -> str:
    """Return a foreign VAT number in capitals without blanks, '' for one that is a registry number."""
    number = _NOT_ALNUM.sub('', vat.upper())
    return number if len(number) >= 8 and not _PREFIX.match(number) else ''


def gln_of(text: str) -> str:
    """Return the 13 digits of a GLN (EAN location number) whose check digit holds."""
    digits = _NOT_DIGIT.sub('', text)
    return digits if len(digits) == 13 and ean.is_valid(digits) else ''


def phone_of(text: str) -> str:
    """Return the last 8 digits of a phone number; Denmark has no longer ones.

    >>> phone_of('+45 66 12 34 56') == phone_of('66123456')
    True
    """
    digits = _NOT_DIGIT.sub('', text)
    return digits[-8:] if len(digits) >= 8 and len(set(digits)) > 2 else ''


def domain_of(address: str) -> str:
    """Return the host of an e-mail or web address, '' for a public mail host."""
    found = _HOST.match(address.strip().lower())
    host = found[1] if found else ''
    return host if '.' in host and host not in PUBLIC_HOSTS else ''
