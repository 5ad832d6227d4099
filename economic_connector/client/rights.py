"""Which kinds of records an app may read: asked for one by one, since no answer lists them all."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import AccessError


def refused_kinds(kinds: Iterable[str], probes: Mapping[str, Callable[[], Any]]) -> tuple[str, ...]:
    """Return the kinds whose probe e-conomic refuses.

    :param probes: {kind: what asks for as little of it as there is}
    :raise EconomicError: for anything but a right that is missing
    """
    refused = []
    for kind in kinds:
        try:
            probes[kind]()
        except AccessError as error:  # noqa: PERF203 - each has its own answer
            if error.code != 'endpoint_refused':
                raise
            refused.append(kind)
    return tuple(refused)
