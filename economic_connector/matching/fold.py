"""Fold text to comparable words: one letter for every way to write it."""

from __future__ import annotations

import html
import re
import unicodedata

from .legal_forms import ANYWHERE, AT_THE_END

# "Århus", "Aarhus" and "Arhus" become one word; so do "Møller", "Moeller", "Moller" and "Müller".
_LETTERS = str.maketrans({
    'æ': 'a', 'ä': 'a', 'å': 'a', 'ø': 'o', 'ö': 'o', 'œ': 'o', 'ü': 'u', 'é': 'e', 'è': 'e',
    'ß': 'ss', 'ð': 'd', 'đ': 'd', 'þ': 'th', 'ł': 'l', 'ı': 'i',
    "'": '', '’': '', '‘': '', '´': '', '`': '', '\u00ad': '', '\u200b': '', '\u0307': '',
    '&': ' og ', '+': ' og ',
})  # fmt: skip
_DIGRAPH = re.compile(r'a[ae]+|oe+|ue+')
_WORD = re.compile(r'[^\W_]+')
# "A/S" is no initials: "Bager Å A/S" has one more letter before it.
_SLASHED = re.compile(r'(?<![^\W_])([aikp])/s(?![^\W_])')

# Words that join others and tell nothing.
STOP_WORDS = frozenset(
    'og and und et y och of the i at af av fra for de den der det des du la le les das die '
    'dem'.split()
)

# Words that are commonly shortened in a way that no rule finds, or spelled in two ways.
_SHORT = {
    'assn': 'association', 'assoc': 'association', 'ass': 'association', 'brdr': 'brodrene',
    'broderna': 'brodrene', 'bros': 'brothers', 'cafe': 'kafe', 'ctr': 'center',
    'centre': 'center', 'senter': 'center', 'coop': 'cooperative', 'intl': 'international',
    'int': 'international', 'internat': 'international', 'mfg': 'manufacturing',
    'natl': 'national', 'svc': 'service', 'svcs': 'services', 'univ': 'university',
    'telecomm': 'telecommunications', 'fa': 'firma', 'mstr': 'mester', 'ejd': 'ejendomme',
}  # fmt: skip


def fold(text: str) -> str:
    """Fold case, letters and entities of a text; other punctuation stays. Folding twice is folding.

    >>> fold('Århus Smørrebrød'), fold('AARHUS SMOERREBROED')
    ('arhus smorrebrod', 'arhus smorrebrod')
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
    found = match[0]
    # "AAA" is an abbreviation, not an "å".
    return found if len(found) > 2 and found.strip('a') == '' else found[0]


def words_of(folded: str) -> list[str]:
    """Cut a folded text into words; single letters in a row make one ("A/S", "G.m.b.H.").

    >>> words_of(fold('A.P. Møller, G. m. b. H.'))
    ['ap', 'moller', 'gmbh']
    """
    if '/s' in folded:
        folded = _SLASHED.sub(r' \1s ', folded)
    found = _WORD.findall(folded)
    if 1 not in map(len, found):
        return found
    words: list[str] = []
    initials = ''
    for word in found:
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
    return split_form(words_of(fold(text)))


def split_form(found: list[str]) -> tuple[list[str], str]:
    """Return the telling words among some and their legal form ('' if there is none)."""
    form = ''
    while len(found) > 1 and found[-1] in AT_THE_END:
        form = AT_THE_END[found[-1]]
        found = found[:-1]
    words = []
    for word in found:
        if word in ANYWHERE:
            form = form or ANYWHERE[word]
        elif word not in STOP_WORDS:
            words.append(_SHORT.get(word, word))
    return (words or found), form
