"""Read a street line: street key, house number, letter, floor."""

from __future__ import annotations

import re
from typing import NamedTuple

from .fold import fold

_STREET = re.compile(
    r"^(?P<street>[^\d,]*[^\d,\s])[\s,]+(?P<number>\d+)\s?(?P<letter>[a-z])?(?![a-z0-9])(?P<rest>.*)"
)
_WORD = re.compile(r'[^\W_]+')


class Street(NamedTuple):
    """Hold the parts of a street line, folded; '' or '' where there is none."""

    key: str = ''
    number: str = ''
    letter: str = ''
    floor: str = ''


def read_street(text: str) -> Street:
    """Cut a street line into its parts.

    >>> read_street('Nørre Alle 12 B, 2. th.')
    Street(key='norreall', number='12', letter='b', floor='2th')
    """
    folded = fold(text)
    found = _STREET.match(folded.strip())
    if not found:
        return Street(''.join(_WORD.findall(folded)))
    key = ''.join(_WORD.findall(found['street']))
    return Street(
        key, found['number'], found['letter'] or '', ''.join(_WORD.findall(found['rest']))
    )
