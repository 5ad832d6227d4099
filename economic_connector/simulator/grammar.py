"""The filter and sort grammar that both APIs share.

`filter=<property><op><value>`, joined with `$and:` and `$or:`, grouped with parentheses. What is
told apart from the documentation here was observed on the live service: `$` and `)` must be
escaped, `(`, `*` and `,` need not be, and an escaped bracket is not unescaped, so that it matches
nothing. Without parentheses `$and:` binds stronger than `$or:` (nobody has established it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

Kind = Literal['integer', 'number', 'text', 'flag', 'date', 'moment']
Value = int | Decimal | str | bool | None

COMPARE = frozenset({'eq', 'ne', 'lt', 'lte', 'gt', 'gte'})
LISTS = frozenset({'in', 'nin'})
MAX_LIST = 200
MAX_DEPTH = 50  # of parentheses
_PROPERTY = re.compile(r'[A-Za-z][A-Za-z0-9_.]*')
_OPERATOR = re.compile(r'\$(eq|ne|lte|lt|gte|gt|like|in|nin):')
_JOIN = re.compile(r'\$(and|or):')
_MOMENT = re.compile(
    r'(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?:(:\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?', re.ASCII
)
_ESCAPES = '$()*,[]'


class QueryError(ValueError):
    """Say that a filter or a sort cannot be used; `field` names the property if one is to blame."""

    def __init__(
        self, message: str, field: str = '', reason: str = 'syntax', operator: str = ''
    ) -> None:
        super().__init__(message)
        self.field = field
        self.reason = reason
        self.operator = operator


@dataclass(frozen=True, slots=True)
class Field:
    """Tell what can be done with a property; `broken` operators are allowed and end in a 500."""

    kind: Kind
    operators: frozenset[str] = frozenset()
    sortable: bool = False
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Test:
    """Compare one property with one or more values."""

    field: str
    kind: Kind
    operator: str
    values: tuple[Value, ...]
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Join conditions, all of which ('and') or one of which ('or') must hold."""

    operator: str
    parts: tuple[Test | Join, ...]


Condition = Test | Join


def parse_filter(text: str, fields: Mapping[str, Field]) -> Condition:
    """Parse a filter; raises QueryError for what the service would answer with 400."""
    parser = _Parser(text, fields)
    condition = parser.either()
    if parser.place < len(text):
        raise QueryError(f"Unexpected text at position {parser.place}.")
    return condition


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, Field]) -> None:
        self.text = text
        self.fields = fields
        self.place = 0
        self.depth = 0

    def either(self) -> Condition:
        parts = [self.both()]
        while self._take_join('or'):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Join('or', tuple(parts))

    def both(self) -> Condition:
        parts = [self.one()]
        while self._take_join('and'):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Join('and', tuple(parts))

    def _take_join(self, word: str) -> bool:
        found = _JOIN.match(self.text, self.place)
        if not found or found[1] != word:
            return False
        self.place = found.end()
        return True

    def one(self) -> Condition:
        if self.text[self.place : self.place + 1] == '(':
            self.place += 1
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise QueryError("Too many parentheses.")
            condition = self.either()
            if self.text[self.place : self.place + 1] != ')':
                raise QueryError("A parenthesis is not closed.")
            self.place += 1
            self.depth -= 1
            return condition
        return self.test()

    def test(self) -> Test:
        name = self._match(_PROPERTY, "a property name")
        operator = self._match(_OPERATOR, "an operator")[1:-1]
        field = self.fields.get(name)
        if field is None or not field.operators:
            raise QueryError(
                f"Filtering is not allowed on property '{name}'.", name, 'property', operator
            )
        if operator not in field.operators:
            raise QueryError(
                f"Operator ${operator}: not supported on property {name}", name, 'operator'
            )
        if operator in field.broken:
            raise QueryError("An error has occurred.", name, 'broken')
        if operator in LISTS:
            raw = self._list()
            if len(raw) > MAX_LIST:
                raise QueryError(f"A list may hold {MAX_LIST} values at most.", name, 'list')
            values = tuple(_value(item, field.kind, name) for item in raw)
            return Test(name, field.kind, operator, values)
        if operator == 'like':
            return Test(name, field.kind, operator, (), _pattern(self._raw('')))
        return Test(
            name, field.kind, operator, (_value(_unescape(self._raw('')), field.kind, name),)
        )

    def _match(self, pattern: re.Pattern[str], wanted: str) -> str:
        found = pattern.match(self.text, self.place)
        if not found:
            raise QueryError(f"Expected {wanted} at position {self.place}.")
        self.place = found.end()
        return found[0]

    def _list(self) -> list[str | None]:
        if self.text[self.place : self.place + 1] != '[':
            raise QueryError("A list must stand in brackets.")
        self.place += 1
        items: list[str | None] = []
        while True:
            items.append(_unescape(self._raw(',]')).strip())
            ended = self.text[self.place : self.place + 1]
            if not ended:
                raise QueryError("A list is not closed.")
            self.place += 1
            if ended == ']':
                return items

    def _raw(self, stops: str) -> str:
        """Read a value with its escapes, up to a join, a closing parenthesis or one of `stops`."""
        start = self.place
        text = self.text
        while self.place < len(text):
            letter = text[self.place]
            if letter == '$':
                if text.startswith('$null:', self.place):
                    self.place += 6
                    continue
                if _JOIN.match(text, self.place):
                    break
                if text[self.place + 1 : self.place + 2] not in tuple(_ESCAPES):
                    raise QueryError(f"A '$' is not escaped at position {self.place}.")
                self.place += 2
                continue
            if letter in stops or (letter == ')' and not stops):
                break
            self.place += 1
        return text[start : self.place]


def _unescape(raw: str) -> str:
    return re.sub(r'\$([$()*,])', r'\1', raw)


def _value(text: str | None, kind: Kind, name: str) -> Value:
    if text is None or text == '$null:':
        return None
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError, OverflowError) as error:
        raise QueryError(
            f"The value '{text}' does not fit property '{name}'.", name, 'value'
        ) from error


def _number(text: str) -> Decimal:
    # Decimal itself also reads "NaN", "1_000" and digits of other scripts.
    if not re.fullmatch(r'-?[0-9]+(\.[0-9]+)?', text):
        raise ValueError(text)
    return Decimal(text)


def _date(text: str) -> str:
    _moment(text)  # A time after the date is read, and does not count.
    return text[:10]


def _moment(text: str) -> str:
    """Return a moment in UTC with second precision, without zone: texts that sort as times."""
    found = _MOMENT.fullmatch(text)
    if not found:
        # Later Pythons also read weeks and dates without dashes.
        raise ValueError(text)
    day, minute, second, zone = found.groups()
    moment = datetime.fromisoformat(f'{day}T{minute or "00:00"}{second or ":00"}')
    if zone and zone != 'Z':
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
        moment += away if zone[0] == '-' else -away
    return moment.isoformat()


_READERS: dict[Kind, Callable[[str], Value]] = {
    'integer': lambda text: int(str(_number(text))),
    'number': _number,
    'text': str.casefold,
    'flag': lambda text: {'true': True, 'false': False}[text.lower()],
    'date': _date,
    'moment': _moment,
}


def _pattern(raw: str) -> re.Pattern[str]:
    """Return what `$like:` looks for: `*` is any text, `[...]` a class as in SQL."""
    parts: list[str] = []
    wild = False
    for found in re.finditer(r'\$[$()*,]|\*|\[\^?[^\]]+\]|.', raw, re.DOTALL):
        token = found[0]
        if token == '*':
            wild = True
            parts.append('.*')
        elif token[0] == '[' and len(token) > 1:
            inner = token[1:-1]
            negated = '^' if inner[0] == '^' else ''
            inner = inner[len(negated) :].replace('\\', '\\\\').replace('[', '\\[')
            parts.append(f'[{negated}{inner}]')
        else:
            parts.append(re.escape(token[1:] if token[0] == '$' and len(token) > 1 else token))
    body = ''.join(parts)
    try:
        return re.compile(body if wild else f'.*{body}.*', re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise QueryError("The pattern of '$like:' cannot be read.") from error


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by one property; `as_text` sorts numbers as if they were words."""

    field: str
    kind: Kind
    descending: bool = False
    as_text: bool = False


def parse_sort(text: str, fields: Mapping[str, Field]) -> tuple[Order, ...]:
    """Parse `sort=name,-age,~number`; raises QueryError."""
    orders: list[Order] = []
    for part in text.split(','):
        name = part.strip()
        descending, as_text = name.startswith('-'), False
        name = name.removeprefix('-')
        if name.startswith('~'):
            as_text, name = True, name[1:]
            if name.startswith('-'):
                descending, name = True, name[1:]
        field = fields.get(name)
        if field is None or not field.sortable:
            raise QueryError(f"Sorting is not allowed on property '{name}'.", name, 'property')
        orders.append(Order(name, field.kind, descending, as_text))
    return tuple(orders)
