"""Rows of which only one can stay, since a unique index allows one per partner.

Core finds them by failing, and then deletes all rows of the sources, duplicates or not; and it does
not look at unique indexes at all. Here exactly the true duplicates go, and what hangs on them goes
to the row that stays.
"""

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .economic_merge_snapshot import copy_rows
from .economic_merge_words import name_of


class Clashes:
    """The unique indexes over columns that point at partners, and the rows in their way."""

    def __init__(self, catalogue, survivor, sources):
        self.catalogue, self.env = catalogue, catalogue.env
        self.survivor, self.sources = survivor, sources
        self.ids = (survivor | sources).ids

    def count(self, tables=None):
        """Return {table: rows that would go}."""
        counts = {}
        for table, pointers, index in self._indexes(tables):
            groups = self._find(table, pointers, index, 'ctid')
            if groups:
                counts[table] = counts.get(table, 0) + sum(len(group) - 1 for group in groups)
        return counts

    def settle(self, tables=None, *, copied=False):
        """Delete the true duplicates.

        :param bool copied: what hangs on them is copied before it moves
        """
        self.env.flush_all()
        for table, pointers, index in self._indexes(tables):
            if not self.catalogue.with_id(table):
                for _kept, *going in self._find(table, pointers, index, 'ctid'):
                    self._delete(table, 'ctid', going)
                continue
            for kept, *going in self._find(table, pointers, index, 'id'):
                self._hand_over(table, going, kept, copied)
                self._delete(table, 'id', going)
        self.env.invalidate_all()

    def _delete(self, table, column, values):
        kind = SQL('tid' if column == 'ctid' else 'int')
        self.env.cr.execute(
            SQL(
                'DELETE FROM %s WHERE %s = ANY(%s::%s[])',
                SQL.identifier(table),
                SQL.identifier(column),
                values,
                kind,
            )
        )

    def _hand_over(self, table, going, kept, copied):
        """Let everything that points at a duplicate point at the row that stays."""
        dependents = self.catalogue.dependents_of(table)
        if copied:
            for other, column in dependents:
                copy_rows(
                    self.catalogue, other, SQL('%s = ANY(%s)', SQL.identifier('t', column), going)
                )
        model = next((m for m in self.env.registry.values() if m._table == table and m._auto), None)
        if model is None:
            return
        # In sudo mode: duplicates go whoever merges.
        records = self.env[model._name].sudo()
        wizard = self.env['base.partner.merge.automatic.wizard'].sudo()
        source, target = records.browse(going), records.browse(kept)
        if dependents:
            wizard._update_foreign_keys_generic(model._name, source, target)
        if issubclass(model, self.env.registry['mail.thread']):
            wizard._update_reference_fields_generic(model._name, source, target)

    # === FINDING === #

    def _indexes(self, tables):
        """Yield (table, pointers, index) of the unique indexes that a partner is part of."""
        by_table = self.catalogue.by_table()
        wanted = [
            table
            for table in by_table
            if (tables is None or table in tables) and table != 'res_partner'
        ]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.relname, pg_get_expr(i.indpred, i.indrelid),
                       array(SELECT pg_get_indexdef(i.indexrelid, n, true)
                               FROM generate_series(1, i.indnkeyatts) n)
                  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                 WHERE i.indisunique AND NOT i.indisprimary AND c.relname = ANY(%(tables)s)
                   AND c.relnamespace = current_schema::regnamespace
                 UNION ALL
                SELECT c.relname, NULL, array_agg(quote_ident(a.attname))
                  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
                 WHERE i.indisprimary AND c.relname = ANY(%(tables)s)
                   AND c.relnamespace = current_schema::regnamespace
              GROUP BY c.relname HAVING count(*) > 1
                """,
                tables=wanted,
            )
        )
        for table, predicate, keys in sorted(rows, key=lambda row: (row[0], str(row[2]))):
            columns = [key.strip('"') for key in keys]
            pointers = [
                pointer
                for pointer in by_table[table]
                if pointer.kind in ('key', 'pair') and pointer.column in columns
            ]
            if pointers:
                yield table, pointers, (predicate, dict(zip(columns, keys, strict=True)))

    def _find(self, table, pointers, index, column):
        """Return groups of rows that would be equal: first the one that stays, then the rest."""
        predicate, keys = index
        mapped = {pointer.column: pointer for pointer in pointers}
        expressions = []
        # A loop, since Odoo's check of SQL fails inside of a comprehension.
        for key, written in keys.items():
            if key in mapped:
                expression = SQL(
                    'CASE WHEN %s THEN %s ELSE %s END',
                    mapped[key].points_at(self.sources.ids),
                    self.survivor.id,
                    SQL.identifier('t', key),
                )
            else:
                # Names and expressions are PostgreSQL's own words for what it has.
                expression = SQL(written.replace('%', '%%'))
            expressions.append(expression)
        of_survivor = SQL(' OR ').join(
            SQL('%s = %s', SQL.identifier('t', name), self.survivor.id) for name in mapped
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(t.%(column)s %(cast)s ORDER BY (%(of_survivor)s) DESC, t.%(order)s)
                  FROM %(table)s t
                 WHERE (%(found)s) AND (%(predicate)s) AND %(not_null)s
              GROUP BY %(expressions)s HAVING count(*) > 1
                """,
                column=SQL.identifier(column),
                cast=SQL('::text') if column == 'ctid' else SQL(),
                order=SQL.identifier(column),
                of_survivor=of_survivor,
                table=SQL.identifier(table),
                found=self.catalogue.rows_of(table, pointers, self.ids),
                predicate=SQL(predicate.replace('%', '%%')) if predicate else SQL('true'),
                not_null=SQL(' AND ').join(
                    SQL('(%s) IS NOT NULL', expression) for expression in expressions
                ),
                expressions=SQL(', ').join(expressions),
            )
        )
        return [group for (group,) in rows]

    # === MOVING === #

    def move_checked(self):
        """Move foreign keys where core would delete what breaks a rule; here that stops the merge.

        Unlike for unique indexes there is no row to keep: a rule such as "not with itself" is
        broken by the merge.
        """
        tables = dict.fromkeys(
            table
            for (table,) in self.env.execute_query(
                SQL(
                    """
                    SELECT c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                     WHERE k.contype IN ('c', 'u', 'x')
                       AND c.relnamespace = current_schema::regnamespace
                    """
                )
            )
        )
        for pointer in self.catalogue.pointers:
            if pointer.kind != 'key' or pointer.table not in tables:
                continue
            try:
                with mute_logger('odoo.sql_db'), self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        SQL(
                            'UPDATE %s t SET %s = %s WHERE %s',
                            SQL.identifier(pointer.table),
                            SQL.identifier(pointer.column),
                            self.survivor.id,
                            pointer.points_at(self.sources.ids),
                        )
                    )
            except psycopg2.IntegrityError as error:
                raise UserError(
                    self.env._(
                        "%(kind)s: two of the records that belong to these companies exclude each "
                        "other (%(rule)s).",
                        kind=name_of(self.env, pointer.table),
                        rule=error.diag.constraint_name,
                    )
                ) from error
