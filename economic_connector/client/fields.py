"""Read one field of a raw record: checked, typed, cleaned.

Every function takes the raw record and e-conomic's name of the field, and raises ``FieldError``
for what cannot be stored. An absent field and null are an empty value: legacy leaves keys out, and
open leaves out false booleans. Written for the hot path: the good case costs one look-up and one
or two C calls; everything unusual is handled in the functions further down.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from typing import Any

LINE_LIMIT = 512  # names and numbers; the API allows 255, a B-tree entry some 2,700 bytes
PROSE_LIMIT = 4000  # addresses, descriptions, notes; the API allows 2,500
MAX_NUMBER = 2**31 - 1  # the API documents int32
AMOUNT_LIMIT = Decimal(10) ** 13
_SIX_DECIMALS = Decimal('0.000001')
# Nineteen digits with six behind the point leave thirteen before it: one C call checks both limits.
_exactly = Context(prec=19, traps=[Inexact, InvalidOperation]).quantize
_rounded = Context(prec=19, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation]).quantize
# The open API computes in doubles: what is left of 0.1 + 0.2 - 0.3 is no seventeenth decimal. Each
# of forty additions may be off by half of a double's last bit, 2 ** -53 of the sum.
_NOISE = Decimal('1e-9')
_NOISE_SHARE = Decimal('5e-15')

_LINE_BREAK = re.compile('\r\n?')
_CONTROL = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f]')  # C0 and C1 without tab and line feed
_SURROGATE = re.compile('[\ud800-\udfff]')
_BIDI = re.compile('[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_MOMENT = re.compile(
    r'(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))?', re.ASCII
)

Raw = Mapping[str, Any]
_NOTHING: Raw = {}


class FieldError(Exception):
    """A field that cannot be stored.

    :param code: a word out of ``errors.REJECTIONS``
    :param field: e-conomic's name of the field
    :param message: what was found
    """

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(code, field, message)
        self.code = code
        self.field = field
        self.message = message


def as_object(raw: Any) -> Raw:
    """Return a row that is an object."""
    if raw.__class__ is dict:
        return raw
    raise _wrong_type('', 'an object', raw)


def nested(raw: Raw, key: str) -> Raw:
    """Return an object inside the record, empty if it is absent."""
    value = raw.get(key)
    if value is None:
        return _NOTHING
    if isinstance(value, dict):
        return value
    raise _wrong_type(key, 'an object', value)


def line(raw: Raw, key: str, notes: list[str], prefix: str = '') -> str:
    """Return a short text, such as a name; direction marks are taken out of it."""
    value = raw.get(key)
    if value is None:
        return ''
    if value.__class__ is not str:
        raise _wrong_type(prefix + key, 'a text', value)
    # Printable excludes controls, surrogates and direction marks alike.
    if value.isprintable() and len(value) <= LINE_LIMIT:
        return value
    return _clean(_BIDI_OUT, value, prefix + key, LINE_LIMIT, notes)


def prose(raw: Raw, key: str, notes: list[str], prefix: str = '') -> str:
    """Return a text of several lines, parted by line feeds."""
    value = raw.get(key)
    if value is None:
        return ''
    if value.__class__ is not str:
        raise _wrong_type(prefix + key, 'a text', value)
    if value.isprintable() and len(value) <= PROSE_LIMIT:
        return value
    return _clean(_BIDI_KEPT, value, prefix + key, PROSE_LIMIT, notes)


def flag(raw: Raw, key: str) -> bool:
    """Return a truth value; absent is false."""
    value = raw.get(key)
    if value is None:
        return False
    if value.__class__ is not bool:
        raise _wrong_type(key, 'true or false', value)
    return value


def integer(raw: Raw, key: str, prefix: str = '') -> int | None:
    """Return a whole number of at most 32 bits, or None."""
    value = raw.get(key)
    if value is None:
        return None
    if value.__class__ is not int:  # also refuses true and false
        raise _wrong_type(prefix + key, 'a whole number', value)
    if -MAX_NUMBER <= value <= MAX_NUMBER:
        return value
    raise FieldError('number', prefix + key, "more than 32 bits")


def key_number(raw: Raw, key: str, limit: int = MAX_NUMBER, prefix: str = '', low: int = 1) -> int:
    """Return a number that identifies something: required, within ``low`` and ``limit``."""
    value = raw.get(key)
    if value.__class__ is int and low <= value <= limit:
        return value
    if value is None:
        raise _missing(prefix + key)
    if value.__class__ is not int:
        raise _wrong_type(prefix + key, 'a whole number', value)
    raise FieldError('number', prefix + key, f"not between {low} and {limit}")


def amount(raw: Raw, key: str) -> Decimal | None:
    """Return an amount of money as the source wrote it, or None."""
    value = raw.get(key)
    if value.__class__ is Decimal:
        try:
            _exactly(value, _SIX_DECIMALS)
        except (Inexact, InvalidOperation):
            return _without_noise(value, key)
        return value
    return None if value is None else _whole_amount(value, key)


def required_amount(raw: Raw, key: str) -> Decimal:
    """Return an amount of money that every such record has."""
    value = amount(raw, key)
    if value is None:
        raise _missing(key)
    return value


def price(raw: Raw, key: str, notes: list[str]) -> Decimal | None:
    """Return a price, quantity or rate, or None; rounded to six decimals where it has more."""
    value = raw.get(key)
    if value.__class__ is Decimal:
        try:
            _exactly(value, _SIX_DECIMALS)
        except (Inexact, InvalidOperation):
            return _rounded_price(value, key, notes)
        return value
    return None if value is None else _whole_amount(value, key)


def day(raw: Raw, key: str, prefix: str = '') -> date | None:
    """Return a date from 1990 to 2100, or None."""
    value = raw.get(key)
    if value is None or value == '':
        return None
    if value.__class__ is not str:
        raise _wrong_type(prefix + key, 'a date', value)
    found = _day(value)
    if found is None:
        raise _not_a_date(prefix + key, value)
    return found


def required_day(raw: Raw, key: str) -> date:
    """Return a date that every such record has."""
    value = day(raw, key)
    if value is None:
        raise _missing(key)
    return value


def moment(raw: Raw, key: str) -> datetime | None:
    """Return a time stamp in UTC without zone, whole seconds, or None.

    The API documents UTC with a Z; a stamp without zone counts as UTC, another zone is converted.
    """
    value = raw.get(key)
    if value is None or value == '':
        return None
    if value.__class__ is not str:
        raise _wrong_type(key, 'a time stamp', value)
    match = _MOMENT.fullmatch(value)
    found = match and _moment(match)
    if not found:
        raise _not_a_date(key, value)
    return found


@lru_cache(maxsize=8192)  # some twenty years of days
def _day(value: str) -> date | None:
    # Python 3.11 also reads 20240131 and 2024-W05-3, so the form is checked by hand.
    if len(value) != 10 or value[4] != '-' or value[7] != '-':
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


def _moment(match: re.Match[str]) -> datetime | None:
    try:
        found = datetime.fromisoformat(f'{match[1]}T{match[2]}')
        if match[3]:
            shift = timedelta(hours=int(match[4]), minutes=int(match[5]))
            zone = timezone(shift if match[3] == '+' else -shift)
            found = found.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return found if 1990 <= found.year <= 2100 else None


_BIDI_KEPT = ((_CONTROL, '', 'control'), (_SURROGATE, '\ufffd', 'surrogate'))
_BIDI_OUT = (*_BIDI_KEPT, (_BIDI, '', 'bidi'))


def _clean(
    rules: tuple[tuple[re.Pattern[str], str, str], ...],
    value: str,
    field: str,
    limit: int,
    notes: list[str],
) -> str:
    # Cut first, with some to spare for what the rules take out: a megabyte needs no cleaning.
    cut = value[: 2 * limit]
    cut = _LINE_BREAK.sub('\n', cut)
    for pattern, replacement, what in rules:
        cut, count = pattern.subn(replacement, cut)
        if count:
            notes.append(f'{field}:{what}')
    if len(cut) > limit or len(value) > 2 * limit:
        cut = cut[:limit]
        notes.append(f'{field}:clamped')
    return cut


def _whole_amount(value: Any, key: str) -> Decimal:
    if value.__class__ is not int:
        raise _wrong_type(key, 'a number', value)
    if -AMOUNT_LIMIT < value < AMOUNT_LIMIT:
        return Decimal(value)
    raise FieldError('amount', key, "10^13 or more")


def _without_noise(value: Decimal, key: str) -> Decimal:
    rounded = _within_bounds(value, key)
    if abs(value - rounded) <= max(_NOISE, abs(value) * _NOISE_SHARE):
        return rounded
    raise FieldError('amount', key, f"more than six decimals: {_short(value)}")


def _rounded_price(value: Decimal, key: str, notes: list[str]) -> Decimal:
    rounded = _within_bounds(value, key)
    if abs(value - rounded) > max(_NOISE, abs(value) * _NOISE_SHARE):
        notes.append(f'{key}:rounded')
    return rounded


def _within_bounds(value: Decimal, key: str) -> Decimal:
    # Rounding fails exactly when more than thirteen digits stand before the point.
    try:
        return _rounded(value, _SIX_DECIMALS)
    except InvalidOperation:
        raise FieldError('amount', key, "10^13 or more") from None


def _missing(field: str) -> FieldError:
    return FieldError('missing', field, "missing")


def _wrong_type(field: str, expected: str, value: Any) -> FieldError:
    return FieldError('type', field, f"not {expected}: {_short(value)}")


def _not_a_date(field: str, value: str) -> FieldError:
    return FieldError('date', field, f"not a date from 1990 to 2100: {_short(value)}")


def _short(value: Any) -> str:
    # The repr of a nested value can be as large as the page.
    if isinstance(value, (str, int, Decimal)):
        return repr(value)[:60] if not isinstance(value, str) else repr(value[:60])
    return type(value).__name__
