"""Compare the names of many pairs word by word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from .table import Bools, Floats, Ints, Table, Texts, among
from .weights import Weights

# Words that tell apart companies of one owner at one address.
PURPOSES = frozenset(
    'holding holdings invest investering ejendomme ejendom ejendoms ejendomsselskab '
    'ejendomsselskabet komplementar komplementarselskab leasing finans capital properties '
    'eiendom fastigheter driftsselskab driftsselskabet pensionskasse fond fonden'.split()
)


@dataclass(slots=True)
class Words:
    """Hold what names need to know of each word, by its number."""

    text: Texts
    information: Floats
    first: Ints
    has_digit: Bools
    purpose: Bools

    @classmethod
    def of(cls, size: int, numbers: Ints, texts: list[str], information: Floats) -> Words:
        """Describe the words with these numbers, of which there are `size` with other texts'."""
        words = cls(
            np.full(size, '', object), np.zeros(size), np.zeros(size, np.int64),
            np.zeros(size, bool), np.zeros(size, bool),
        )  # fmt: skip
        words.text[numbers] = texts
        words.information[numbers] = information
        words.first[numbers] = [ord(text[0]) for text in texts]
        # A word is letters and digits.
        words.has_digit[numbers] = [not text.isalpha() for text in texts]
        words.purpose[numbers] = [text in PURPOSES for text in texts]
        return words


@dataclass(slots=True)
class Overlap:
    """Hold, per pair, the information of the words that agree, and of those that only one has."""

    agreed: Floats
    only_left: Floats
    only_right: Floats
    number_differs: Bools
    purpose_differs: Bools


@dataclass(slots=True)
class _Side:
    """Hold the words of one side of the pairs that the other side lacks."""

    pair: Ints
    word: Ints
    share: Floats
    quality: Floats

    def joined(self, pairs: Ints, words: Words) -> list[str]:
        """Return the words that some pairs lack, in one piece each; '' where there is a digit."""
        start = np.searchsorted(self.pair, pairs).tolist()
        end = np.searchsorted(self.pair, pairs, 'right').tolist()
        texts = words.text[self.word].tolist()
        joined = [''.join(texts[a:b]) for a, b in zip(start, end, strict=True)]
        return ['' if any(map(str.isdigit, text)) else text for text in joined]

    def sum(self, values: Floats, count: int) -> Floats:
        return np.bincount(self.pair, values, minlength=count).astype(np.float64)

    def any(self, values: Bools, count: int) -> Bools:
        return np.bincount(self.pair[values], minlength=count) > 0


def overlap(
    left: Table, right: Table, i: Ints, j: Ints, words: Words, same_town: Bools, w: Weights
) -> Overlap:
    """Compare the words of left[i] with those of right[j]."""
    count = len(i)
    pair_l, word_l = left.words.take(i)
    pair_r, word_r = right.words.take(j)
    size = len(words.text)
    key_l = pair_l * size + word_l // 2
    key_r = pair_r * size + word_r // 2
    in_r, in_l = among(key_l, key_r), among(key_r, key_l)
    # A town's name in both names says nothing new if they are in that town.
    pair, word = pair_l[in_r], word_l[in_r] // 2
    town = (word == left.city[i][pair]) & same_town[pair]
    weight = words.information[word] * np.where(town, w.town_word, 1.0)
    agreed = np.bincount(pair, weight, minlength=count).astype(np.float64)
    cities = left.city[i], right.city[j]
    only_l = _only(pair_l[~in_r], word_l[~in_r], cities, w)
    only_r = _only(pair_r[~in_l], word_r[~in_l], cities, w)
    _compare_rest(only_l, only_r, words, count, w)
    _compare_joined(only_l, only_r, left.squash[i], right.squash[j], words, w)
    information_l, information_r = words.information[only_l.word], words.information[only_r.word]
    agreed += w.similar * np.minimum(
        only_l.sum(only_l.quality * information_l, count),
        only_r.sum(only_r.quality * information_r, count),
    )
    rest_l = (1 - only_l.quality) * only_l.share
    rest_r = (1 - only_r.quality) * only_r.share
    purpose = only_l.any(words.purpose[only_l.word] & (only_l.quality == 0), count)
    purpose |= only_r.any(words.purpose[only_r.word] & (only_r.quality == 0), count)
    digits = only_l.any(words.has_digit[only_l.word], count)
    digits &= only_r.any(words.has_digit[only_r.word], count)
    return Overlap(
        agreed,
        only_l.sum(rest_l * information_l, count),
        only_r.sum(rest_r * information_r, count),
        digits,
        purpose,
    )


def _only(pair: Ints, word: Ints, cities: tuple[Ints, Ints], w: Weights) -> _Side:
    number = word // 2
    share = np.where(word % 2 == 1, w.added, 1.0)
    town = (number == cities[0][pair]) | (number == cities[1][pair])
    share = np.where(town, share * w.town_word_missing, share)
    return _Side(pair, number, share, np.zeros(len(pair)))


def _compare_rest(left: _Side, right: _Side, words: Words, count: int, w: Weights) -> None:
    """Set how well each word that the other side lacks is matched by a similar one there."""
    per_pair = np.bincount(right.pair, minlength=count)
    start = np.cumsum(per_pair) - per_pair
    times = per_pair[left.pair]
    a = np.repeat(np.arange(len(left.pair)), times)
    shift = start[left.pair] - (np.cumsum(times) - times)
    b = np.arange(len(a)) + shift[a]
    usable = ~(words.has_digit[left.word[a]] | words.has_digit[right.word[b]])
    a, b = a[usable], b[usable]
    if not len(a):
        return
    texts_l, texts_r = words.text[left.word[a]].tolist(), words.text[right.word[b]].tolist()
    quality = alike(texts_l, texts_r, w.similar_least, w.similar_chance)
    first = words.first[left.word[a]] == words.first[right.word[b]]
    for at in np.flatnonzero((quality == 0) & first).tolist():
        if abbreviates(texts_l[at], texts_r[at]):
            quality[at] = w.abbreviated
    np.maximum.at(left.quality, a, quality)
    np.maximum.at(right.quality, b, quality)


def _compare_joined(
    left: _Side, right: _Side, names_l: Texts, names_r: Texts, words: Words, w: Weights
) -> None:
    """Match what the sides lack where it is alike without blanks: "Auto Center", "Autocenter"."""
    count = len(names_l)
    open_l = left.any(left.quality < 1, count)
    at = np.flatnonzero(open_l & right.any(right.quality < 1, count))
    whole = process.cpdist(
        names_l[at].tolist(), names_r[at].tolist(), scorer=Indel.normalized_similarity
    )
    at = at[whole >= w.joined_least]
    joined_l, joined_r = left.joined(at, words), right.joined(at, words)
    quality = np.zeros(count)
    # Texts with a digit are '' here, and alike to nothing.
    usable = np.array([bool(x and y) for x, y in zip(joined_l, joined_r, strict=True)], bool)
    quality[at] = alike(joined_l, joined_r, w.similar_least, w.similar_chance) * usable
    np.maximum(left.quality, quality[left.pair], out=left.quality)
    np.maximum(right.quality, quality[right.pair], out=right.quality)


def alike(left: list[str], right: list[str], least: float, chance: float = 0.0) -> Floats:
    """Return how alike texts are: 1 equal, 0 no more than by chance or less than the least.

    Two letters in another order are one mistake.
    """
    share = np.maximum(
        process.cpdist(left, right, scorer=Indel.normalized_similarity, dtype=np.float32),
        process.cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float32),
    ).astype(np.float64)
    return np.where(share >= least, (share - chance) / (1 - chance), 0.0)


def abbreviates(one: str, other: str) -> bool:
    """Tell whether one word shortens the other: its beginning, or some of its letters in order.

    >>> abbreviates('elec', 'electric'), abbreviates('intl', 'international')
    (True, True)
    """
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if short[0] != long[0] or len(short) < 3:
        return False
    if long.startswith(short):
        return True
    if len(short) < 4 or len(long) - len(short) < 2:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)
