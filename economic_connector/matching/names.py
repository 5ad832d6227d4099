"""Read a company's name: telling words, legal form, and what is only added to the name."""

from __future__ import annotations

import re
from typing import NamedTuple

from .fold import STOP_WORDS, fold, split_form, words_of

# What follows these belongs to the name only by the way: the owner, the care-of, the department.
_OWNER = re.compile(r'(?<=\s)(?:v/|ved |c/o |att[.:n]* |t/a |d/?b/?a )')
_DEPARTMENT = re.compile(
    r'[\s,(-](?:afd|avd|afdeling(?:en)?|avdeling(?:en)?|filial(?:en)?|dept|department|branch|'
    r'lager(?:et)?|butik(?:ken)? \d+|p-?nr)(?![^\W_])\.?:?\s*\S'
)
_UNITS = ('afd', 'avd', 'filial', 'dep', 'branch', 'lager', 'butik', 'nr')
_BRACKETS = re.compile(r'\([^)]*\)?')
_LETTER = re.compile(r'[^\W\d_]')
# Words that are put behind a name or left away as it pleases.
FILLERS = frozenset(
    'danmark denmark dk norge norway sverige sweden group gruppen koncernen scandinavia nordic '
    'company firmaet firma'.split()
)


class Name(NamedTuple):
    """Hold a name's parts, folded: `words` name it, `added` are owner or department."""

    words: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    form: str = ''
    department: bool = False


def read_name(text: str) -> Name:
    """Read a name.

    >>> read_name('Aktieselskabet Nordisk Møbel & Kontor, afd. Århus')
    Name(words=('nordisk', 'mobel', 'kontor'), added=('arhus',), form='as', department=True)
    """
    folded = fold(text)
    head, added, department = folded, '', False
    owner = (
        _OWNER.search(folded) if '/' in folded or ' ved ' in folded or ' att' in folded else None
    )
    if owner and owner.start() > 2:
        head, added = folded[: owner.start()], folded[owner.end() :]
    # The search is slow, and few names have any of these.
    unit = _DEPARTMENT.search(head) if any(map(head.__contains__, _UNITS)) else None
    if unit and unit.start() > 2:
        # The match ends in the first letter of what the department is called.
        head, added = head[: unit.start()], f'{head[unit.end() - 1 :]} {added}'
        department = True
    if '(' in head:
        inside = ' '.join(_BRACKETS.findall(head))
        outside = _BRACKETS.sub(' ', head)
        if _LETTER.search(outside):
            head, added = outside, f'{inside} {added}'
    words, form = split_form(words_of(head))
    more = [word for word in words_of(added) if word not in STOP_WORDS] if added else []
    fillers = [word for word in words[1:] if word in FILLERS]
    if fillers:
        words = words[:1] + [word for word in words[1:] if word not in FILLERS]
        more = fillers + more
    return Name(tuple(words), tuple(more), form, department)
