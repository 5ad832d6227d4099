"""Set-based writing into our own tables.

Rows go by COPY into a temporary table; from there the new ones are inserted and the ones that
differ are updated. A blind `INSERT … ON CONFLICT DO UPDATE` would burn a sequence value for each
row and rewrite unchanged ones.
"""

from io import StringIO
from typing import NamedTuple

from odoo.tools import SQL

STAGE = SQL.identifier('economic_stage')
# The backslash first: it is part of the others.
ESCAPES = {'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'}


class Stored(NamedTuple):
    """How many rows a page inserted, updated, and found as they were."""

    inserted: int
    updated: int
    unchanged: int
    changed_ids: tuple = ()  # of the inserted and the updated rows


def upsert(model, columns, rows, key, *, insert_only=(), where=None, newer=None) -> Stored:
    """Store `rows` in the table of `model`.

    :param columns: names of the columns, in the order of the values in each row
    :param rows: tuples of str, int, Decimal, date, datetime, bool or None
    :param key: names of the columns that identify a row
    :param insert_only: names of the columns that are only given to new rows
    :param SQL newer: condition on the table `t` and the new rows `s` for which a row is updated
    :param SQL where: condition on the table `t` for which rows the key is unique (partial indexes)
    """
    if not rows:
        return Stored(0, 0, 0)
    cr = model.env.cr
    table = SQL.identifier(model._table)
    names = SQL(', ').join(map(SQL.identifier, columns))
    stage_rows(cr, table, names, rows)
    same_key = SQL(' AND ').join(
        [SQL('t.%(c)s = s.%(c)s', c=SQL.identifier(name)) for name in key]
        + ([where] if where else [])
    )
    values = [name for name in columns if name not in key and name not in insert_only]
    uid, now, logged = model.env.uid, cr.now(), model._log_access
    cr.execute(
        SQL(
            """
            UPDATE %(table)s t
               SET %(assign)s%(changed)s
              FROM %(stage)s s
             WHERE %(same_key)s AND (%(newer)s) AND (%(old)s) IS DISTINCT FROM (%(new)s)
         RETURNING t.id
            """,
            table=table,
            assign=SQL(', ').join(
                SQL('%(c)s = s.%(c)s', c=SQL.identifier(name)) for name in values
            ),
            changed=SQL(', write_uid = %s, write_date = %s', uid, now) if logged else SQL(),
            stage=STAGE,
            same_key=same_key,
            newer=newer or SQL('true'),
            old=SQL(', ').join(SQL('t.%s', SQL.identifier(name)) for name in values),
            new=SQL(', ').join(SQL('s.%s', SQL.identifier(name)) for name in values),
        )
    )
    updated = cr.fetchall()
    cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(names)s%(stamps)s)
            SELECT %(staged)s%(stamped)s
              FROM %(stage)s s
             WHERE NOT EXISTS (SELECT FROM %(table)s t WHERE %(same_key)s)
          -- In order, all are found before the first one is written: else each looks through those
          -- written before it where PostgreSQL takes the table for empty.
          ORDER BY %(key)s
         RETURNING id
            """,
            table=table,
            names=names,
            staged=SQL(', ').join(SQL('s.%s', SQL.identifier(name)) for name in columns),
            stamps=SQL(', create_uid, create_date, write_uid, write_date') if logged else SQL(),
            stamped=SQL(', %s, %s, %s, %s', uid, now, uid, now) if logged else SQL(),
            stage=STAGE,
            same_key=same_key,
            key=SQL(', ').join(SQL('s.%s', SQL.identifier(name)) for name in key),
        )
    )
    inserted = cr.fetchall()
    cr.execute(SQL('DROP TABLE %s', STAGE))
    if inserted or updated:
        model.invalidate_model()
    changed_ids = tuple(id_ for (id_,) in inserted + updated)
    return Stored(len(inserted), len(updated), len(rows) - len(changed_ids), changed_ids)


def stage_rows(cr, table, names, rows):
    """Fill the temporary table with `rows`; its columns are those of `table`."""
    cr.execute(
        SQL(
            'CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s LIMIT 0',
            STAGE,
            names,
            table,
        )
    )
    copy = SQL('COPY %s (%s) FROM STDIN', STAGE, names)
    cr.copy_expert(copy.code, StringIO(to_copy_text(rows)))


def copy_rows(cr, table, columns, rows):
    """Add `rows`, which are known to be new, to a table."""
    names = SQL(', ').join(map(SQL.identifier, columns))
    copy = SQL('COPY %s (%s) FROM STDIN', table, names)
    cr.copy_expert(copy.code, StringIO(to_copy_text(rows)))


def to_copy_text(rows) -> str:
    """Return `rows` in PostgreSQL's text format for COPY."""
    return ''.join(
        '\t'.join(
            [
                '\\N'
                if value is None
                else str(value)
                if value.__class__ is not str
                else value
                if value.isprintable() and '\\' not in value
                else _escape(value)
                for value in row
            ]
        )
        + '\n'
        for row in rows
    )


def _escape(value):
    for letter, escape in ESCAPES.items():
        # A few times as fast as translating.
        value = value.replace(letter, escape)
    return value
