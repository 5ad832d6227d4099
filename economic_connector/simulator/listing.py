"""Lists that can be filtered, sorted and paged without making every row."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, overload

from .data.layer import Layer
from .evaluate import Getter, bounds, comparable, holds, is_range, points
from .grammar import Condition, Field, Order

Keys = Sequence[int]


@dataclass(frozen=True)
class Listing:
    """Describe one list: its keys in ascending order and how to get at the rows.

    `narrow` returns the keys that a condition can hold for, without looking at rows. `quick` gives
    single properties of a row that are cheaper than the whole; `ranged` names properties besides
    the key whose ranges `narrow` cuts exactly.
    """

    name: str
    key: str
    fields: Mapping[str, Field]
    keys: Keys
    texts: Callable[[Iterable[int]], Iterator[str]]
    narrow: Callable[[Condition], Keys]
    quick: Mapping[str, Callable[[int], object]] = field(default_factory=dict)
    ranged: tuple[str, ...] = ()

    def _exact(self, condition: Condition) -> bool:
        """Tell whether `narrow` leaves nothing to check: a range of one property it knows."""
        return any(is_range(condition, name) for name in (self.key, *self.ranged))

    def getter(self, key: int) -> Getter:
        """Return what gives the properties of one row by dotted name."""
        made: list[dict[str, Any]] = []

        def get(name: str) -> object:
            quick = self.quick.get(name)
            if quick is not None:
                return quick(key)
            if not made:
                made.append(json.loads(next(iter(self.texts([key]))), parse_float=Decimal))
            found: Any = made[0]
            for part in name.split('.'):
                found = found.get(part) if isinstance(found, dict) else None
            return found

        return get

    def select(self, condition: Condition | None, orders: Sequence[Order] = ()) -> Keys:
        """Return the keys of the rows for which a condition holds, in the order wanted."""
        keys = self.keys
        if condition is not None:
            keys = self.narrow(condition)
            if not self._exact(condition):
                keys = [key for key in keys if holds(condition, self.getter(key))]
        return self._sorted(keys, orders)

    def _sorted(self, keys: Keys, orders: Sequence[Order]) -> Keys:
        if len(orders) == 1 and orders[0].field == self.key and not orders[0].as_text:
            return Backwards(keys) if orders[0].descending else keys
        for order in reversed(orders):

            def rank(key: int, order: Order = order) -> tuple[bool, Any]:
                value = comparable(self.getter(key)(order.field), order.kind)
                if order.as_text and value is not None:
                    value = str(value)
                return value is not None, value if value is not None else 0

            keys = sorted(keys, key=rank, reverse=order.descending)
        return keys

    def after(
        self, condition: Condition | None, start: int, size: int
    ) -> tuple[list[int], int | None]:
        """Return up to `size` keys from `start` on that fit, and the key that follows them."""
        keys = self.keys if condition is None else self.narrow(condition)
        place = bisect_left(keys, start)
        if condition is None or self._exact(condition):
            found = list(keys[place : place + size + 1])
        else:
            found = list(islice(self._fitting(keys, place, condition), size + 1))
        return found[:size], found[size] if len(found) > size else None

    def _fitting(self, keys: Keys, place: int, condition: Condition) -> Iterator[int]:
        while place < len(keys):
            for key in keys[place : place + 4096]:
                if holds(condition, self.getter(key)):
                    yield key
            place += 4096


def narrow_layer(layer: Layer[Any], condition: Condition, key: str) -> Keys:
    """Return the keys of a layer that a condition on its key allows."""
    wanted = point_keys(condition, key)
    if wanted is not None:
        return [k for k in wanted if layer.get(k) is not None]
    low, high = bounds(condition, key)
    start = layer.rank(low) if isinstance(low, int) else 0
    stop = layer.rank(high + 1) if isinstance(high, int) else len(layer)
    return layer.ranked(start, stop)


def point_keys(condition: Condition, key: str) -> list[int] | None:
    """Return the only keys that a condition allows, ascending; None if it names none."""
    wanted = points(condition, key)
    if wanted is None:
        return None
    low, high = bounds(condition, key)
    least = low if isinstance(low, int) else 0
    most = high if isinstance(high, int) else 1 << 62
    return sorted(k for k in wanted if isinstance(k, int) and least <= k <= most)


def narrow_list(keys: Keys, condition: Condition, key: str) -> Keys:
    """Return the part of a sorted sequence of keys that a condition on the key allows."""
    low, high = bounds(condition, key)
    start = bisect_left(keys, low) if isinstance(low, int) else 0
    stop = bisect_right(keys, high) if isinstance(high, int) else len(keys)
    return keys[start : max(start, stop)]


class Backwards(Sequence[int]):
    """Turn a sequence round without reading it."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return list(self._keys[len(self) - stop : max(len(self) - start, 0)])[::-1]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._keys[len(self) - 1 - place]


class Spans(Sequence[int]):
    """Join ascending ranges to one sequence."""

    def __init__(self, ranges: Sequence[range]) -> None:
        self._ranges = [span for span in ranges if span]

    def __len__(self) -> int:
        return sum(map(len, self._ranges))

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            found: list[int] = []
            for span in self._ranges:
                found += span[max(start, 0) : max(stop, 0)]
                start, stop = start - len(span), stop - len(span)
            return found
        for span in self._ranges:
            if place < len(span):
                return span[place]
            place -= len(span)
        raise IndexError(place)


class Without(Sequence[int]):
    """Leave some of a sequence's keys out; `excluded` is sorted and all of it is in `keys`."""

    def __init__(self, keys: Keys, excluded: Sequence[int]) -> None:
        self._keys = keys
        self._excluded = excluded

    def __len__(self) -> int:
        return len(self._keys) - len(self._excluded)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return [self[at] for at in range(start, stop)]
        if not 0 <= place < len(self):
            raise IndexError(place)
        at = bisect_left(range(len(self._keys)), place + 1, key=self._kept)
        return self._keys[at]

    def _kept(self, at: int) -> int:
        return at + 1 - bisect_right(self._excluded, self._keys[at])
