"""Fold a name to comparable words, apart from its legal form."""

from __future__ import annotations

import html
import re
import unicodedata

from .legal_forms import ANYWHERE, AT_THE_END

# One plain letter for every way to write it: "Århus", "Aarhus" and "Arhus" are one word.
_LETTERS = str.maketrans({
    'æ': 'a', 'å': 'a', 'ø': 'o', 'œ': 'o', 'ß': 'ss', 'ð': 'd', 'đ': 'd', 'þ': 'th', 'ł': 'l',
    'ı': 'i', "'": '', '’': '', '‘': '', '´': '', '`': '', '\u00ad': '',
    '&': ' og ', '+': ' og ',
})  # fmt: skip
_DIGRAPH = re.compile(r'a[ae]+|oe+|ue+')
_WORD = re.compile(r'[^\W_]+')
# Words that join others and tell nothing.
STOP_WORDS = frozenset(
    'og and und et y och of the i af av fra for de den der det des du la le les das die dem'.split()
)


def fold(text: str) -> str:
    """Fold case, letters and entities of a text; punctuation stays.

    >>> fold('Århus Smørrebrød & Kød') == fold('AARHUS SMOERREBROED OG KOED')
    True
    """
    if '&' in text and ';' in text:
        text = html.unescape(text)
    text = text.lower().translate(_LETTERS)
    if not text.isascii():
        decomposed = unicodedata.normalize('NFKD', text)
        text = ''.join(c for c in decomposed if not unicodedata.combining(c))
        text = text.lower().translate(_LETTERS)
    return _DIGRAPH.sub(_one_letter, text)


def _one_letter(match: re.Match[str]) -> str:
    # "AAA" is an abbreviation, not an "å".
    found = match[0]
    return found if found.strip('a') == '' and len(found) > 2 else found[0]


def words_of(text: str) -> list[str]:
    """Cut a text into folded words; single letters in a row make one ("A/S", "G.m.b.H.").

    >>> words_of('A.P. Møller, G. m. b. H.')
    ['ap', 'moller', 'gmbh']
    """
    words: list[str] = []
    initials = ''
    for word in _WORD.findall(fold(text)):
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        if initials:
            words.append(initials)
            initials = ''
        words.append(word)
    if initials:
        words.append(initials)
    return words


def split_name(text: str) -> tuple[list[str], str]:
    """Return the telling words of a name and its legal form ('' if it has none).

    >>> split_name('Aktieselskabet Nordisk Møbel & Kontor')
    (['nordisk', 'mobel', 'kontor'], 'as')
    """
    found = words_of(text)
    form = ''
    while len(found) > 1 and found[-1] in AT_THE_END:
        form = AT_THE_END[found.pop()]
    words = []
    for word in found:
        if word in ANYWHERE:
            form = form or ANYWHERE[word]
        elif word not in STOP_WORDS:
            words.append(word)
    return (words or found), form
