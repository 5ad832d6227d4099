"""Read company numbers, phones and addresses on the net; what is not valid gives ''."""

from __future__ import annotations

import re

from stdnum import ean
from stdnum.dk import cvr
from stdnum.eu import vat as eu_vat

_NOT_ALNUM = re.compile(r'[^0-9A-Z]+')
_NOT_DIGIT = re.compile(r'\D+')
# Countries whose VAT number contains the company number.
_PREFIX = re.compile(r'(DK|NO|SE|FI)(?=\d)')
_LABEL = re.compile(r'(?:CVR|ORG)(?:NR|NO|NUMMER)?')
_PHONE = re.compile(r'(?:\+|00)?\d[\d\s().\-]{6,}\d')
_HOST = re.compile(r'(?:[a-z]+://)?(?:[^/@\s]*@)?(?:www\d?\.)?([^/:?#\s@]+\.[^/:?#\s@,;]+)')
# Hosts where anybody has a mailbox or a page: they say nothing about a company.
PUBLIC_HOSTS = frozenset(
    'gmail.com googlemail.com hotmail.com hotmail.dk hotmail.no hotmail.se outlook.com outlook.dk '
    'live.com live.dk live.no live.se msn.com yahoo.com yahoo.dk yahoo.no yahoo.se ymail.com '
    'icloud.com me.com mac.com aol.com proton.me protonmail.com mail.com gmx.de gmx.net web.de '
    't-online.de mail.dk jubii.dk ofir.dk tdcadsl.dk tdcspace.dk post.tele.dk mail.tele.dk '
    'stofanet.dk youmail.dk webspeed.dk privat.dk sol.dk get2net.dk cybercity.dk pc.dk c.dk '
    'dlgmail.dk fiberpost.dk profibermail.dk energimail.dk waoomail.dk nrgi.dk hafnet.dk '
    'online.no broadpark.no telia.com telia.no bredband.net spray.se comxnet.dk mail-online.dk '
    'facebook.com instagram.com linkedin.com sites.google.com krak.dk'.split()
)


def registry_of(registry: str, vat: str = '', country: str = '') -> str:
    """Return a company number without country prefix; the VAT number stands in where it is one.

    A Danish one counts only if its checksum holds.

    >>> registry_of('DK 13 58 56 28') == registry_of('', 'dk13585628') == '13585628'
    True
    """
    if registry:
        number = _company_number(registry, country)
        if number:
            return number
    if vat:
        text = _NOT_ALNUM.sub('', vat.upper())
        if _PREFIX.match(text) or (country == 'DK' and text.isdigit()):
            return _company_number(text, country)
    return ''


def _company_number(text: str, country: str) -> str:
    number = _NOT_ALNUM.sub('', text.upper())
    label = _LABEL.match(number)
    if label:
        number = number[label.end() :]
    prefixed = _PREFIX.match(number)
    if prefixed:
        country = prefixed[1]
        number = number[2:]
    if country == 'DK' or (not country and len(number) == 8):
        valid = len(number) == 8 and number.isdigit() and number[0] != '0'
        return number if valid and cvr.checksum(number) == 0 else ''
    if country == 'NO':
        number = number.removesuffix('MVA')
    elif country == 'SE' and len(number) == 12:
        number = number.removesuffix('01')
    return number if len(number) >= 6 and any(c.isdigit() for c in number) else ''


def vat_of(vat: str) -> str:
    """Return a foreign VAT number in capitals; '' if invalid or where `registry_of` has it."""
    number = _NOT_ALNUM.sub('', vat.upper())
    return number if number and not _PREFIX.match(number) and eu_vat.is_valid(number) else ''


def gln_of(text: str) -> str:
    """Return the 13 digits of a GLN (EAN location number) whose check digit holds."""
    digits = _NOT_DIGIT.sub('', text)
    return digits if len(digits) == 13 and ean.is_valid(digits) else ''


def phones_of(text: str) -> list[str]:
    """Return the last 8 digits of each phone number in a text; Denmark has no longer ones.

    >>> phones_of('+45 66 12 34 56') == phones_of('tlf. 66123456') == ['66123456']
    True
    """
    found = (_NOT_DIGIT.sub('', number)[-8:] for number in _PHONE.findall(text))
    return [digits for digits in found if len(digits) == 8 and len(set(digits)) > 2]


def domain_of(address: str) -> str:
    """Return the host of an e-mail or web address, '' for a public mail host."""
    found = _HOST.match(address.strip().lower())
    host = found[1].rstrip('.') if found else ''
    return '' if host in PUBLIC_HOSTS else host
