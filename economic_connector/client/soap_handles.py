"""Handles: what SOAP knows records by, listed in one call and exchanged for data in batches."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from .errors import ContractError, DataError

# What the handle of each kind of record is made of.
KEYS: Final = {
    'Debtor': ('Number',),
    'DebtorContact': ('Id',),
    'DebtorEntry': ('SerialNumber',),
    'DebtorGroup': ('Number',),
    'DeliveryLocation': ('Id',),
    'Employee': ('Number',),
    'Invoice': ('Number',),
    'InvoiceLine': ('Id', 'Number'),
    'Product': ('Number',),
    'ProductGroup': ('Number',),
    'TermOfPayment': ('Id',),
    'Unit': ('Number',),
}
_SMALLER = 16  # an interval whose handles do not fit into one answer is cut into so many
_LARGER = 4  # and the next one is so many times larger again

Handle = tuple[Any, ...]
Item = TypeVar('Item')


class Handles:
    """Lists handles and fetches what they stand for.

    :param call: calls an operation
    :param batch: how many handles are exchanged in one call
    """

    def __init__(self, call: Callable[..., Any], batch: int) -> None:
        self._call = call
        self._batch = batch

    def listed(self, operation: str, entity: str, **arguments: Any) -> list[Handle]:
        """Return the handles that an operation finds, each once."""
        keys = KEYS[entity]
        found = self._call(operation, **arguments) or []
        try:
            handles = [tuple(item[key] for key in keys) for item in found]
        except TypeError:  # an item that is nil
            handles = [(None,)]
        if any(part is None for handle in handles for part in handle):
            raise ContractError('malformed', "an empty handle", endpoint=operation)
        return list(dict.fromkeys(handles))

    def all_of(self, entity: str, what: str = 'GetAll') -> list[Handle]:
        """Return the handles of all records of a kind."""
        return self.listed(f'{entity}_{what}', entity)

    def in_intervals(
        self, operation: str, entity: str, names: tuple[str, str], first: int, last: int
    ) -> list[Handle]:
        """Return the handles of an interval of numbers, in several calls if one is not enough.

        :param names: what the operation calls the two ends of the interval
        """
        found: list[Handle] = []
        span = last - first + 1
        while first <= last:
            end = min(first + span - 1, last)
            try:
                found += self.listed(
                    operation, entity, **dict(zip(names, (first, end), strict=True))
                )
            except ContractError as exc:
                if exc.code != 'too_large' or end == first:
                    raise
                span = max(span // _SMALLER, 1)
            else:
                first = end + 1
                span *= _LARGER
        return list(dict.fromkeys(found))

    def of_lines(self, above: int, up_to: int) -> list[Handle]:
        """Return the handles of the lines of all booked invoices in a range of numbers."""
        return self.in_intervals(
            'InvoiceLine_FindByInvoiceNumberInterval', 'InvoiceLine',
            ('fromInvoiceNumber', 'toInvoiceNumber'), above + 1, up_to,
        )  # fmt: skip

    def data(self, entity: str, handles: Sequence[Handle]) -> Iterator[Any]:
        """Yield the data of handles in their order; those that are gone meanwhile are left out."""
        for chunk, _left in self.chunks(handles):
            if chunk:
                yield from self._data(entity, chunk)

    def _data(self, entity: str, handles: Sequence[Handle]) -> list[Any]:
        keys = KEYS[entity]
        operation = f'{entity}_GetDataArray'
        asked = [dict(zip(keys, handle, strict=True)) for handle in handles]
        try:
            # Named by its type: a bare list would be sent as an empty one, without any error.
            found = self._call(operation, entityHandles={f'{entity}Handle': asked}) or []
        except DataError:
            # One missing record fails the whole batch, so it is halved until that one is alone.
            if len(handles) == 1:
                return []
            half = len(handles) // 2
            return self._data(entity, handles[:half]) + self._data(entity, handles[half:])
        by_handle = {
            tuple(item['Handle'][key] for key in keys): item
            for item in found
            if item is not None and item['Handle'] is not None
        }
        if len(found) != len(handles) or by_handle.keys() != set(handles):
            raise ContractError('paging', "other records than asked for", endpoint=operation)
        return [by_handle[handle] for handle in handles]

    def chunks(self, items: Sequence[Item]) -> Iterator[tuple[Sequence[Item], int]]:
        """Yield batches and how many items are left after each; one empty batch of nothing."""
        for start in range(0, max(len(items), 1), self._batch):
            chunk = items[start : start + self._batch]
            yield chunk, len(items) - start - len(chunk)
