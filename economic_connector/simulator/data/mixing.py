"""Numbers that look random but are functions of a seed and an index.

Rows are made when asked for, so nothing here keeps state: the same index gives the same number
in any order, at any time, at the cost of a few multiplications.
"""

from __future__ import annotations

from hashlib import blake2b
from math import isqrt
from typing import NamedTuple

MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_VARIANTS = 64


def mix(value: int) -> int:
    """Return 64 well-mixed bits of a 64-bit integer (the finaliser of splitmix64)."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


class Dice:
    """Give 64 bits for every index, differently for every seed and purpose."""

    __slots__ = ('_key',)

    def __init__(self, seed: int, purpose: str) -> None:
        digest = blake2b(f'{seed}:{purpose}'.encode(), digest_size=8).digest()
        self._key = int.from_bytes(digest, 'big')

    def at(self, index: int) -> int:
        """Return the 64 bits of an index."""
        return mix((self._key + index * _STEP) & MASK)


class Span(NamedTuple):
    """Name the half-open range of items that one owner has."""

    start: int
    stop: int


class Spread:
    """Deal numbered items to numbered owners, so that either side can be looked up directly.

    Every group of len(pattern) owners gets the counts of the pattern in an order of its own. So the
    items before an owner, and the owner of an item, follow from a division and a small table.
    """

    __slots__ = ('_dice', '_group', '_items', '_owner', '_start', 'owners', 'total')

    def __init__(self, seed: int, purpose: str, pattern: tuple[int, ...], owners: int) -> None:
        self.owners = owners
        self._dice = Dice(seed, purpose)
        self._group = len(pattern)
        self._items = sum(pattern)
        self._start: list[list[int]] = []
        self._owner: list[list[int]] = []
        for variant in range(_VARIANTS):
            order = Dice(seed, f'{purpose} {variant}')
            ranks = sorted(range(self._group), key=order.at)
            counts = [pattern[rank] for rank in ranks]
            starts = [sum(counts[:place]) for place in range(self._group + 1)]
            self._start.append(starts)
            self._owner.append([place for place, n in enumerate(counts) for _ in range(n)])
        self.total = self.span(owners - 1).stop if owners else 0

    def span(self, owner: int) -> Span:
        """Return the items of an owner."""
        group, place = divmod(owner, self._group)
        starts = self._start[self._dice.at(group) % _VARIANTS]
        first = group * self._items
        return Span(first + starts[place], first + starts[place + 1])

    def owner(self, item: int) -> int:
        """Return the owner of an item."""
        group, place = divmod(item, self._items)
        return group * self._group + self._owner[self._dice.at(group) % _VARIANTS][place]


class Shuffle:
    """Map 0 .. size-1 one to one onto numbers below `modulus`, and back.

    The modulus is the next prime, so that every multiplier has an inverse.
    """

    __slots__ = ('_add', '_back', '_by', 'modulus')

    def __init__(self, seed: int, purpose: str, size: int) -> None:
        self.modulus = _next_prime(max(size, 3))
        bits = Dice(seed, purpose).at(0)
        self._by = 1 + (bits >> 32) % (self.modulus - 1)
        self._back = pow(self._by, -1, self.modulus)
        self._add = (bits & 0xFFFFFFFF) % self.modulus

    def forward(self, place: int, turn: int = 0) -> int:
        """Return where a place goes; `turn` shifts the whole mapping."""
        return (place * self._by + self._add + turn) % self.modulus

    def back(self, target: int, turn: int = 0) -> int:
        """Return the place that goes to a target."""
        return (target - self._add - turn) * self._back % self.modulus


def _next_prime(number: int) -> int:
    while any(number % divisor == 0 for divisor in range(2, isqrt(number) + 1)):
        number += 1
    return number


def halves_up(value: int, divisor: int) -> int:
    """Divide integers and round halves away from zero, as bookkeeping does.

    >>> halves_up(5, 2), halves_up(-5, 2)
    (3, -3)
    """
    if value < 0:
        return -((-value * 2 + divisor) // (2 * divisor))
    return (value * 2 + divisor) // (2 * divisor)
