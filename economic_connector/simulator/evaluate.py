"""What a parsed filter means: for a record, and for where to look."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .grammar import Condition, Join, Kind, Value

Getter = Callable[[str], object]


def holds(condition: Condition, get: Getter) -> bool:
    """Tell whether a condition holds for the record whose properties `get` returns."""
    if isinstance(condition, Join):
        if condition.operator == 'and':
            return all(holds(part, get) for part in condition.parts)
        return any(holds(part, get) for part in condition.parts)
    value = comparable(get(condition.field), condition.kind)
    operator = condition.operator
    if operator == 'like':
        return isinstance(value, str) and bool(
            condition.pattern and condition.pattern.fullmatch(value)
        )
    if operator == 'in':
        return value in condition.values
    if operator == 'nin':
        return value not in condition.values
    wanted = condition.values[0]
    if operator == 'eq':
        return value == wanted
    if operator == 'ne':
        return value != wanted
    if value is None or wanted is None:
        return False
    order = (value > wanted) - (value < wanted)  # type: ignore[operator]
    return {'lt': order < 0, 'lte': order <= 0, 'gt': order > 0, 'gte': order >= 0}[operator]


def comparable(value: object, kind: Kind) -> Value:
    """Return a record's value as filters compare it; an absent flag is false."""
    if kind == 'flag':
        return bool(value)
    if value is None:
        return None
    if kind == 'text':
        return str(value).casefold()
    if kind == 'moment':
        return str(value)[:19]
    if kind == 'date':
        return str(value)[:10]
    return value if isinstance(value, int | Decimal) else Decimal(str(value))


def bounds(condition: Condition | None, field: str) -> tuple[Value, Value]:
    """Return the least and greatest value of a property that can satisfy a condition.

    None stands for no bound. The bounds are inclusive and may be wider than needed.
    """
    if isinstance(condition, Join):
        pairs = [bounds(part, field) for part in condition.parts]
        lows, highs = [low for low, _ in pairs], [high for _, high in pairs]
        if condition.operator == 'and':
            return _extreme(lows, max), _extreme(highs, min)
        return (
            None if None in lows else _extreme(lows, min),
            None if None in highs else _extreme(highs, max),
        )
    if condition is None or condition.field != field or None in condition.values:
        return None, None
    values = list(condition.values)
    if condition.operator in ('eq', 'in'):
        return _extreme(values, min), _extreme(values, max)
    step = 1 if condition.kind == 'integer' and condition.operator in ('gt', 'lt') else 0
    if condition.operator in ('gt', 'gte'):
        return _shift(values[0], step), None
    if condition.operator in ('lt', 'lte'):
        return None, _shift(values[0], -step)
    return None, None


def _shift(value: Value, step: int) -> Value:
    return value + step if isinstance(value, int) else value


def _extreme(values: list[Value], pick: Callable[..., Value]) -> Value:
    known = [value for value in values if value is not None]
    return pick(known) if known else None


def points(condition: Condition | None, field: str) -> frozenset[Value] | None:
    """Return the only values of a property that can satisfy a condition, None if not limited."""
    if isinstance(condition, Join):
        found = [points(part, field) for part in condition.parts]
        limited = [some for some in found if some is not None]
        if condition.operator == 'and':
            return frozenset.intersection(*limited) if limited else None
        return frozenset.union(*limited) if len(limited) == len(found) else None
    if condition is None or condition.field != field or condition.operator not in ('eq', 'in'):
        return None
    return frozenset(condition.values)


def is_range(condition: Condition, field: str) -> bool:
    """Tell whether a condition says nothing but from where to where a property may go."""
    if isinstance(condition, Join):
        return condition.operator == 'and' and all(is_range(p, field) for p in condition.parts)
    return (
        condition.field == field
        and condition.operator in ('eq', 'lt', 'lte', 'gt', 'gte')
        and None not in condition.values
    )
