"""Decode a body into Python values, and refuse everything that is not plain JSON in UTF-8.

Numbers with a point or exponent become Decimal. Python's own decoder accepts NaN, keeps the last
of two equal keys, takes minutes for a number of a million digits and replaces nothing that we
could see; none of that may reach a ledger.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from .errors import ContractError

_MAX_DIGITS = 30  # of a whole number; 32 bits need ten
_RAW_LIMIT = 2000  # characters of a rejected record that are kept


def parse_json(body: bytes) -> Any:
    """Return what the body says.

    :raise ContractError: ``malformed``, for anything that is not exactly one JSON text in UTF-8
    """
    try:
        return _DECODER.decode(body.decode('utf-8'))
    except UnicodeDecodeError as exc:
        reason = f"not UTF-8: byte {exc.start}"
    except RecursionError:
        reason = "nested too deeply"
    except json.JSONDecodeError as exc:  # its text quotes nothing of the body
        reason = f"not JSON: {exc}"
    except _NotPlainError as exc:
        reason = str(exc)
    raise ContractError('malformed', reason)


def raw_text(value: Any) -> str:
    """Return a raw record as JSON text for a person to look at, cut to a sensible length."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        text = f"<{type(value).__name__}>"
    return text[:_RAW_LIMIT].encode('utf-8', 'replace').decode()


class _NotPlainError(ValueError):
    pass


def _whole(text: str) -> int | Decimal:
    # Decimal reads any length in linear time; the field check then refuses the one record.
    return int(text) if len(text) <= _MAX_DIGITS else Decimal(text)


def _decimal(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all measure: as a text, for the field check
        return text


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotPlainError("an object has the same key twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NotPlainError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    parse_float=_decimal,
    parse_int=_whole,
    parse_constant=_no_constant,
    object_pairs_hook=_no_duplicates,
)
