"""Registration numbers with valid check digits, one for every index, no two alike."""

from __future__ import annotations

from .mixing import Shuffle

_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
# A CVR number starts with 1-9 and eight neighbours hold a valid one at the least.
_CVR_ROOM = 9_000_000 // 8 - 40


class Numbers:
    """Give CVR, EAN and P numbers and phone numbers for the debtors of a seed."""

    def __init__(self, seed: int) -> None:
        self._cvr = Shuffle(seed, 'cvr', _CVR_ROOM)
        self._ean = Shuffle(seed, 'ean', 9_999_000)
        self._phone = Shuffle(seed, 'phone', 69_999_000)

    def cvr(self, index: int) -> str:
        """Return a CVR number whose modulus 11 holds, different for every index."""
        first = 1_000_000 + 8 * self._cvr.forward(index % self._cvr.modulus)
        for stem in range(first, first + 8):
            digits = [int(digit) for digit in str(stem)]
            check = -sum(w * d for w, d in zip(_CVR_WEIGHTS, digits, strict=True)) % 11
            if check < 10:
                return f'{stem}{check}'
        raise AssertionError(f'no CVR number between {first} and {first + 8}')

    def ean(self, index: int) -> str:
        """Return a Danish EAN location number (GLN) with its check digit."""
        stem = f'57980{self._ean.forward(index % self._ean.modulus):07d}'
        odd, even = sum(map(int, stem[::2])), sum(map(int, stem[1::2]))
        return f'{stem}{-(odd + 3 * even) % 10}'

    def p_number(self, index: int) -> str:
        """Return the number of a production unit."""
        return str(1_000_000_000 + self._ean.forward(index % self._ean.modulus))

    def phone(self, index: int) -> str:
        """Return eight digits of a Danish phone number."""
        return str(20_000_000 + self._phone.forward(index % self._phone.modulus))
