"""Columns of numbers for a batch of records, so that numpy compares many pairs at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .address import Address
from .names import Name
from .normal import Normal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]


class Interner:
    """Give every distinct text a number from 1 on; '' is 0."""

    def __init__(self) -> None:
        # Whoever asks for a new text gives it the next number.
        self.numbers: defaultdict[str, int] = defaultdict(count(1).__next__, {'': 0})

    def all(self, texts: Sequence[str]) -> Ints:
        """Return the numbers of some texts."""
        if not any(texts):
            # Of some kinds of number hardly anybody has one.
            return np.zeros(len(texts), np.int64)
        return np.fromiter(map(self.numbers.__getitem__, texts), np.int64)


class Ragged:
    """Hold some numbers for each record, ascending within it."""

    def __init__(self, length: Ints, values: Ints) -> None:
        self.length, self.values = length, values
        self.start = np.cumsum(length) - length

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], intern: Interner) -> Ragged:
        """Return the numbers of the texts that each record has."""
        position, values = _flat(rows, intern)
        return cls(
            np.bincount(position, minlength=len(rows)), values[np.lexsort((values, position))]
        )

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
        # Cut into columns as a whole: a step of its own for each value takes three times as long.
        fields = _columns(records, Normal._fields)
        names = _columns(fields['name'], Name._fields)
        address = _columns(fields['address'], Address._fields)
        self.words = _words(names['words'], names['added'], intern)
        squashed = [''.join(w + a) for w, a in zip(names['words'], names['added'], strict=True)]
        self.squash: Texts = np.array(squashed, object)
        self.name = intern.all(squashed)
        self.form = intern.all(names['form'])
        self.street_text: Texts = np.array(address['line'], object)
        self.street = intern.all(address['street'])
        self.number = intern.all(address['number'])
        self.letter = intern.all(address['letter'])
        self.zip = intern.all(address['zip'])
        self.area = intern.all([code[:2] for code in address['zip']])
        self.city = intern.all(address['city'])
        self.country = intern.all(fields['country'])
        self.registry = intern.all(fields['registry'])
        self.p_number = intern.all(fields['p_number'])
        self.vat = intern.all(fields['vat'])
        self.gln = intern.all(fields['gln'])
        self.ref = intern.all(fields['ref'])
        self.unit = np.array(names['department'], bool)
        self.is_company = np.array(fields['is_company'], bool)
        self.active = np.array(fields['active'], bool)
        self.phones = Ragged.of(fields['phones'], intern)
        self.emails = Ragged.of(fields['emails'], intern)
        self.domains = Ragged.of(fields['domains'], intern)


def _columns(rows: Sequence[Any], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    columns = zip(*rows, strict=True) if rows else ([] for _name in names)
    return dict(zip(names, columns, strict=True))


def _flat(rows: Sequence[Sequence[str]], intern: Interner) -> tuple[Ints, Ints]:
    """Return (record, number) of all texts."""
    length = np.fromiter(map(len, rows), np.int64, len(rows))
    return np.repeat(np.arange(len(rows)), length), intern.all([*chain.from_iterable(rows)])


def _words(
    named: Sequence[Sequence[str]], added: Sequence[Sequence[str]], intern: Interner
) -> Ragged:
    """Return the words of names, each once; one that names the record is not only added."""
    position, number = (
        np.concatenate(parts)
        for parts in zip(_flat(named, intern), _flat(added, intern), strict=True)
    )
    only_added = np.arange(len(number)) >= sum(map(len, named))
    value = 2 * number + only_added
    order = np.lexsort((value, position))
    position, value = position[order], value[order]
    again = np.zeros(len(value), bool)
    again[1:] = (position[1:] == position[:-1]) & (value[1:] // 2 == value[:-1] // 2)
    return Ragged(np.bincount(position[~again], minlength=len(named)), value[~again])


def among(needles: Ints, ascending: Ints) -> Bools:
    """Tell which needles are in an ascending array."""
    if not len(ascending):
        return np.zeros(len(needles), bool)
    at = np.searchsorted(ascending, needles)
    found: Bools = ascending[np.minimum(at, len(ascending) - 1)] == needles
    return found
