"""Read an address: street key, house number, letter, floor, postcode, town."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .fold import fold

_WORD = re.compile(r'[^\W_]+')
# "Nørregade 12 B, 2. th.": the first number after a word.
_STREET_FIRST = re.compile(
    r'(?P<street>.*?[a-z].*?)[\s,]+(?P<number>\d+)\s?(?P<letter>[a-z]?)(?![^\W_])'
)
# "435 S. La Cienega Blvd.": the number before the street; "1. maj plads" is a street.
_NUMBER_FIRST = re.compile(
    r'(?P<number>\d+)(?P<letter>[a-z]?)(?:-\d+)?[\s,]+(?P<street>.*?[a-z].*)'
)
# What follows tells where in the street, not which street.
_HINT = re.compile(r'\s(?:near|between|off|corner|at)\s|\s\s|[,(;]')
_COMPASS = re.compile(r'\b[nsew]{1,2}\b\.?')
_TYPES = (
    ('v', 'vejen veien vegen vej vei veg way'),
    ('g', 'gaden gaten gata gade gate gatan gatu gt gd street strasse str st'),
    ('p', 'pladsen plassen plads plass plats platsen place pl plaza square sq'),
    ('s', 'stræde strædet stredet'),
    ('a', 'alléen allé avenue ave aveny avenyen av'),
    ('b', 'boulevarden boulevard boul blvd bd bvld'),
    ('r', 'road rd'),
    ('t', 'torvet torv torget torg'),
)
_TYPE = {fold(word): short for short, words in _TYPES for word in words.split()}
_ENDING = re.compile(
    f'(?<=...)({"|".join(sorted((w for w in _TYPE if len(w) > 2), key=len, reverse=True))})$'
)
_SHORT = {
    'gl': 'gamle', 'gml': 'gamle', 'ndr': 'nordre', 'sdr': 'sondre',
    'kgs': 'kongens', 'skt': 'sankt', 'sct': 'sankt', 'st': 'store', 'lll': 'lille',
    'dr': 'dronning',
    'first': '1st', 'second': '2nd', 'third': '3rd', 'fourth': '4th', 'fifth': '5th',
    'sixth': '6th', 'seventh': '7th', 'eighth': '8th', 'ninth': '9th', 'tenth': '10th',
}  # fmt: skip
_ZIP = re.compile(r'(?:[a-z]{1,2}-)?(\d{3} ?\d{2}|\d{4,5})(?!\d)')
_ZIP_IN_CITY = re.compile(r'(?:[a-z]{1,2}-)?(\d{4,5})[\s,]+(.+)')


class Address(NamedTuple):
    """Hold an address's parts, folded, each '' if missing.

    `street` has its ending shortened ("gade", "gata": g), `line` is the street as it is written.
    """

    street: str = ''
    line: str = ''
    number: str = ''
    letter: str = ''
    floor: str = ''
    zip: str = ''
    city: str = ''


def read_address(street: str, zip_code: str, city: str) -> Address:
    """Read an address that may have parts in the wrong field.

    >>> read_address('Nørre Allé 12 B, 2. th.', 'DK-8000', 'Århus C')[2:]
    ('12', 'b', '2th', '8000', 'arhus')
    """
    key, line, number, letter, floor = read_street(street)
    code, town, spare = read_town(zip_code, city)
    return Address(key, line, number or spare, letter, floor, code, town)


@lru_cache(maxsize=8192)
def read_town(zip_code: str, city: str) -> tuple[str, str, str]:
    """Return postcode, town, and a house number that stood in the postcode's place.

    >>> read_town('12', '5000 Odense C')
    ('5000', 'odense', '12')
    """
    town, code, spare = fold(city).strip(), fold(zip_code).strip(), ''
    within = _ZIP_IN_CITY.match(town)
    if within:
        if code != within[1] and code.isdigit():
            spare = code
        code, town = within[1], within[2]
    found = _ZIP.match(code)
    words = _WORD.findall(town)
    while len(words) > 1 and (len(words[-1]) < 3 or words[-1].isdigit()):
        words.pop()
    return found[1].replace(' ', '') if found else '', ''.join(words), spare


def read_street(text: str) -> tuple[str, str, str, str, str]:
    """Return street key, street, house number, letter and floor.

    Of several lines the first one with a number counts.

    >>> read_street('Vestergade 12B'), read_street('VESTERGADEN 12 b')[0]
    (('vesterg', 'vestergade', '12', 'b', ''), 'vesterg')
    """
    best = ('', '', '', '', '')
    if not text:
        return best
    for line in text.split('\n'):
        parts = _read_line(fold(line).strip())
        if parts[2]:
            return parts
        best = best if best[0] else parts
    return best


def _read_line(line: str) -> tuple[str, str, str, str, str]:
    found = _NUMBER_FIRST.match(line)
    if found:
        street = _HINT.split(found['street'], maxsplit=1)[0]
        parts = _street_key(_COMPASS.sub(' ', street))
        return *(parts if parts[0] else _street_key(street)), found['number'], found['letter'], ''
    found = _STREET_FIRST.match(line)
    if not found:
        return *_street_key(_HINT.split(line, maxsplit=1)[0]), '', '', ''
    floor = ''.join(_WORD.findall(line[found.end() :]))
    return *_street_key(found['street']), found['number'], found['letter'], floor


def _street_key(street: str) -> tuple[str, str]:
    words = _WORD.findall(street)
    if not words:
        return '', ''
    whole = ''.join(words)
    last = words[-1]
    if len(words) > 1 and last in _TYPE:
        words[-1] = _TYPE[last]
    else:
        words[-1] = _ENDING.sub(lambda match: _TYPE[match[1]], last)
    return ''.join([_SHORT.get(word, word) for word in words[:-1]] + words[-1:]), whole
