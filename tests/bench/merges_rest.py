"""Fill by SQL whatever can point at partners and is still empty, in any table of the database."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from merges_check import DERIVED, LEFT_OUT

OWN = ('res_partner', 'res_company', 'res_users')
ROWS = 25  # in tables that nothing else fills
TARGET = (
    'SELECT a.attname::text, c.confrelid::regclass::text FROM pg_constraint c'
    ' JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]'
    " WHERE c.contype = 'f' AND c.conrelid = %s::regclass"
)
NEEDED = (
    'SELECT column_name::text, data_type::text, is_nullable = %s AND column_default IS NULL'
    ' FROM information_schema.columns WHERE table_schema = %s AND table_name = %s'
    " AND column_name <> 'id'"
)
BY_TYPE = {
    'boolean': False, 'integer': 1, 'bigint': 1, 'numeric': 1, 'double precision': 1,
    'jsonb': '{"en_US": "x"}', 'date': '2026-11-24', 'timestamp without time zone': '2026-11-24',
}  # fmt: skip


class Rest:
    """The tables that nothing else fills.

    :param one: gives any partner's id
    """

    def __init__(self, cr: Any, draw: random.Random, one: Callable[[], int]) -> None:
        self.cr, self.draw, self.one = cr, draw, one

    def fill(self) -> None:
        """Fill every foreign key to partners that is still empty, where the database lets us."""
        cr = self.cr
        cr.execute(
            """
            SELECT c.conrelid::regclass::text, array_agg(a.attname::text) FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.confrelid = 'res_partner'::regclass GROUP BY 1 ORDER BY 1
            """
        )
        for table, columns in cr.fetchall():
            if table.startswith((*LEFT_OUT, *DERIVED)) or table in OWN:
                continue
            cr.execute(f'SELECT count(*) FROM "{table}"')
            for _place in range(ROWS if cr.fetchone()[0] < ROWS else 0):
                self._insert(table, columns)
            for column in columns:
                self._spread(table, column)

    def _insert(self, table: str, columns: list[str]) -> None:
        """Insert a row that the database takes; one that it refuses is left out."""
        cr = self.cr
        cr.execute(TARGET, (table,))
        targets = dict(cr.fetchall())
        cr.execute(NEEDED, ('NO', 'public', table))
        values: dict[str, Any] = {}
        for name, kind, needed in cr.fetchall():
            if name in columns:
                values[name] = self.one()
            elif needed and name in targets:
                cr.execute(
                    f'SELECT id FROM {targets[name]} ORDER BY md5(id::text || %s) LIMIT 1',
                    (str(self.draw.random()),),
                )
                values[name] = (cr.fetchone() or [None])[0]
            elif needed:
                values[name] = BY_TYPE.get(kind, f'x{self.draw.random()}')
        names = ', '.join(f'"{name}"' for name in values)
        places = ', '.join(['%s'] * len(values))
        self._try(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(values.values()))

    def _spread(self, table: str, column: str) -> None:
        """Give some rows of a table, where the column is empty, a partner."""
        cr = self.cr
        cr.execute(f'SELECT ctid::text FROM "{table}" WHERE "{column}" IS NULL LIMIT 60')
        for (place,) in cr.fetchall():
            self._try(
                f'UPDATE "{table}" SET "{column}" = %s WHERE ctid = %s::tid', [self.one(), place]
            )

    def _try(self, statement: str, values: list[Any]) -> None:
        import psycopg2

        from odoo.tools import mute_logger

        try:
            with mute_logger('odoo.sql_db'), self.cr.savepoint(flush=False):
                self.cr.execute(statement, values)
        except psycopg2.Error:
            pass
