"""Columns of numbers for a batch of records, so that numpy compares many pairs at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from .normal import Normal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
_FIELDS = ('street', 'number', 'letter', 'zip', 'city')


class Interner:
    """Give every distinct text a number from 1 on; '' is 0."""

    def __init__(self) -> None:
        # Whoever asks for a new text gives it the next number.
        self.numbers: defaultdict[str, int] = defaultdict(count(1).__next__, {'': 0})

    def all(self, texts: Iterable[str]) -> Ints:
        """Return the numbers of some texts."""
        return np.array(list(map(self.numbers.__getitem__, texts)), np.int64)

    def one(self, text: str) -> int:
        """Return the number of a text."""
        return self.numbers[text]


class Ragged:
    """Hold some numbers for each record, ascending within it."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.length = np.fromiter(map(len, rows), np.int64, len(rows))
        self.start = np.cumsum(self.length) - self.length
        self.values = np.array([value for row in rows for value in row], np.int64)

    def take(self, records: Ints) -> tuple[Ints, Ints]:
        """Return (position in `records`, value) of all numbers of the records, in order."""
        length = self.length[records]
        position = np.repeat(np.arange(len(records)), length)
        shift = self.start[records] - (np.cumsum(length) - length)
        return position, self.values[np.arange(len(position)) + shift[position]]


class Table:
    """Hold records as columns; a word's number is doubled, odd where it was only added."""

    def __init__(self, records: Sequence[Normal], intern: Interner) -> None:
        self.records = records
        self.words = Ragged([_words(record, intern) for record in records])
        squashed = [''.join((*r.name.words, *r.name.added)) for r in records]
        self.squash: Texts = np.array(squashed, object)
        self.name = intern.all(squashed)
        self.form = intern.all(r.name.form for r in records)
        self.street_text: Texts = np.array([r.address.line for r in records], object)
        self.street = intern.all(r.address.street for r in records)
        self.number = intern.all(r.address.number for r in records)
        self.letter = intern.all(r.address.letter for r in records)
        self.zip = intern.all(r.address.zip for r in records)
        self.area = intern.all(r.address.zip[:2] for r in records)
        self.city = intern.all(r.address.city for r in records)
        self.country = intern.all(r.country for r in records)
        self.registry = intern.all(r.registry for r in records)
        self.p_number = intern.all(r.p_number for r in records)
        self.vat = intern.all(r.vat for r in records)
        self.gln = intern.all(r.gln for r in records)
        self.ref = intern.all(r.ref for r in records)
        self.unit = np.array([r.name.department for r in records], bool)
        self.is_company = np.array([r.is_company for r in records], bool)
        self.active = np.array([r.active for r in records], bool)
        self.phones = Ragged([sorted(map(intern.one, r.phones)) for r in records])
        self.emails = Ragged([sorted(map(intern.one, r.emails)) for r in records])
        self.domains = Ragged([sorted(map(intern.one, r.domains)) for r in records])


def _words(record: Normal, intern: Interner) -> list[int]:
    numbers = {intern.one(word): 0 for word in record.name.words}
    for word in record.name.added:
        numbers.setdefault(intern.one(word), 1)
    return sorted(2 * number + added for number, added in numbers.items())


def among(needles: Ints, ascending: Ints) -> Bools:
    """Tell which needles are in an ascending array."""
    if not len(ascending):
        return np.zeros(len(needles), bool)
    at = np.searchsorted(ascending, needles)
    found: Bools = ascending[np.minimum(at, len(ascending) - 1)] == needles
    return found
