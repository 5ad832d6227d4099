"""Rows that are made on request, with the few that were edited laid over them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar, overload

Row = TypeVar('Row')


class KeyList:
    """Give the growing keys of rows that are made on request.

    `near` returns two indexes between which a key must be, so that it is found at once.
    """

    def __init__(
        self,
        count: int,
        key_at: Callable[[int], int],
        near: Callable[[int], tuple[int, int]] = lambda key: (0, 1 << 62),
    ) -> None:
        self._count = count
        self._key_at = key_at
        self._near = near

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int, /) -> int:
        return self._key_at(index)

    def rank(self, key: int) -> int:
        """Return how many keys are smaller."""
        low, high = self._near(key)
        low, high = max(0, min(low, self._count)), max(0, min(high, self._count))
        while low < high:
            middle = (low + high) // 2
            if self._key_at(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low


class Layer(Generic[Row]):
    """Hold rows by key: base rows from their maker, edited ones from memory.

    Looking up, counting and finding a place cost a bisection, whatever the number of rows.
    """

    def __init__(self, keys: KeyList, make: Callable[[int], Row]) -> None:
        self._base = keys
        self._make = make
        self._changed: dict[int, Row] = {}
        self._added: list[int] = []
        self._removed: list[int] = []

    def __len__(self) -> int:
        return len(self._base) - len(self._removed) + len(self._added)

    def index_of(self, key: int) -> int | None:
        """Return the index of a base row, whether it is still there or not."""
        index = self._base.rank(key)
        return index if index < len(self._base) and self._base[index] == key else None

    @property
    def edited(self) -> list[int]:
        """Return the keys of the rows that were set."""
        return list(self._changed)

    def get(self, key: int) -> Row | None:
        """Return the row of a key, None if there is none."""
        row = self._changed.get(key)
        if row is not None:
            return row
        if self._removed and self._has(self._removed, key):
            return None
        index = self.index_of(key)
        return None if index is None else self._make(index)

    def put(self, key: int, row: Row) -> None:
        """Set the row of a key, new or not."""
        known = self.get(key) is not None
        self._changed[key] = row
        if known:
            return
        if self._has(self._removed, key):
            self._removed = [k for k in self._removed if k != key]
        else:
            self._added = sorted([*self._added, key])

    def drop(self, key: int) -> None:
        """Take a row away."""
        if self.get(key) is None:
            raise KeyError(key)
        self._changed.pop(key, None)
        if self._has(self._added, key):
            self._added = [k for k in self._added if k != key]
        else:
            removed = list(self._removed)
            insort(removed, key)
            self._removed = removed

    @staticmethod
    def _has(keys: list[int], key: int) -> bool:
        place = bisect_left(keys, key)
        return place < len(keys) and keys[place] == key

    def rank(self, key: int) -> int:
        """Return how many rows have a smaller key."""
        below = self._base.rank(key)
        return below - bisect_left(self._removed, key) + bisect_left(self._added, key)

    def at(self, rank: int) -> int:
        """Return the key that has so many rows before it."""
        if not self._removed and not self._added:
            return self._base[rank]
        low, high = 0, 1 << 31
        while low < high:
            middle = (low + high) // 2
            if self.rank(middle + 1) > rank:
                high = middle
            else:
                low = middle + 1
        return low

    def __iter__(self) -> Iterator[int]:
        return self.walk(0)

    def ranked(self, start: int = 0, stop: int | None = None) -> Keys:
        """Return the keys from one rank up to another."""
        return Keys(self, start, len(self) if stop is None else stop)

    def walk(self, rank: int) -> Iterator[int]:
        """Yield the keys from a rank on."""
        if rank >= len(self):
            return
        added, removed, base = self._added, self._removed, self._base
        first = self.at(rank)
        place, index = bisect_left(added, first), base.rank(first)
        while index < len(base):
            key = base[index]
            while place < len(added) and added[place] < key:
                yield added[place]
                place += 1
            if not (removed and self._has(removed, key)):
                yield key
            index += 1
        yield from added[place:]


class Keys(Sequence[int]):
    """Hold a range of a layer's keys without making them."""

    def __init__(self, layer: Layer[Row], start: int, stop: int) -> None:
        self._walk = layer.walk
        self._at = layer.at
        self._start = start
        self._stop = max(start, stop)

    def __len__(self) -> int:
        return self._stop - self._start

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return list(islice(self._walk(self._start + start), max(stop - start, 0)))
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._at(self._start + place)

    def __iter__(self) -> Iterator[int]:
        return islice(self._walk(self._start), len(self))
