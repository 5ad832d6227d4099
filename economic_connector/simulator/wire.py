"""JSON text, written directly: numbers keep their trailing zeros, absent values have no key."""

from __future__ import annotations

import json
from functools import lru_cache

_encode = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=16384)
def quote(text: str) -> str:
    """Return a text as a JSON string; Danish letters stay as they are."""
    return _encode(text)


def money(hundredths: int) -> str:
    """Return hundredths as a number with two decimals.

    >>> money(-5)
    '-0.05'
    """
    if hundredths < 0:
        return f'-{-hundredths // 100}.{-hundredths % 100:02d}'
    return f'{hundredths // 100}.{hundredths % 100:02d}'


def small(ten_thousandths: int) -> str:
    """Return ten-thousandths as a number with four decimals."""
    sign = '-' if ten_thousandths < 0 else ''
    whole, rest = divmod(abs(ten_thousandths), 10000)
    return f'{sign}{whole}.{rest:04d}'


def rate(millionths: int) -> str:
    """Return millionths as a number with six decimals."""
    return f'{millionths // 1_000_000}.{millionths % 1_000_000:06d}'


def record(*parts: str) -> str:
    """Return an object of the parts that are not empty."""
    return '{' + ','.join(filter(None, parts)) + '}'


def text(key: str, value: str) -> str:
    """Return a member with a text, nothing for an empty one."""
    return f'"{key}":{quote(value)}' if value else ''


def raw(key: str, value: object) -> str:
    """Return a member with JSON text or a number, nothing for None."""
    return '' if value is None else f'"{key}":{value}'


def flag(key: str, value: bool | None) -> str:
    """Return a member with true or false, nothing for None."""
    return '' if value is None else f'"{key}":{"true" if value else "false"}'


def link(key: str, number_key: str, number: int, url: str) -> str:
    """Return a member that refers to another resource, nothing for number 0."""
    if not number:
        return ''
    return f'"{key}":{{"{number_key}":{number},"self":"{url}/{number}"}}'
