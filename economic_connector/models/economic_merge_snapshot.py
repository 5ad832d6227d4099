"""What a merge changes, row by row and column by column, as PostgreSQL has it: undo stands on this.

Rows that may change are copied before, as JSON, in a temporary table. After the merge each table
that was written to is looked through for rows of this transaction. A row that changed without a
copy, since another module computed something anew, is *unforeseen*: the merge is rolled back and
done again, with that row copied. So every change is known, in any module's table.
"""

from odoo.tools import SQL

from .economic_merge_catalogue import DERIVED_TABLES, OWN_TABLES

BEFORE = SQL.identifier('economic_before')
STAMPS = '{write_date,write_uid}'
# New rows here are the history of the merge and stay when it is undone.
HISTORY_TABLES = ('mail_message', 'mail_mail', 'mail_notification', 'mail_tracking_value', 'bus_')


class UnforeseenError(Exception):
    """Rows were changed that no copy was made of."""

    def __init__(self, rows):
        super().__init__(str(rows))
        self.rows = rows  # {table: ids}


class Snapshot:
    """Copies of rows, and what happened to the database since they were made."""

    def __init__(self, catalogue, merge):
        self.catalogue, self.env, self.merge = catalogue, catalogue.env, merge
        self.cr = self.env.cr
        self.cr.execute(SQL('DROP TABLE IF EXISTS %s', BEFORE))
        self.cr.execute(
            SQL(
                'CREATE TEMPORARY TABLE %s (table_name varchar, row_id int, row_data jsonb)'
                ' ON COMMIT DROP',
                BEFORE,
            )
        )
        self.cr.execute(
            SQL('CREATE UNIQUE INDEX ON %s (table_name, row_id) WHERE row_id > 0', BEFORE)
        )
        # Everything written from here on has this transaction number or a later one.
        self.cr.execute(SQL('SELECT xmin::text FROM economic_merge WHERE id = %s', merge.id))
        (self.since,) = self.cr.fetchone()
        self.written = self._read_written()
        self.sequences = dict(
            self.env.execute_query(
                SQL(
                    'SELECT sequencename, last_value FROM pg_sequences'
                    ' WHERE schemaname = current_schema'
                )
            )
        )

    # === BEFORE === #

    def take(self, survivor, sources, unforeseen):
        """Copy the rows that are expected to change."""
        for table, pointers in self.catalogue.by_table().items():
            copy_rows(self.catalogue, table, self.catalogue.rows_of(table, pointers, sources.ids))
        family = SQL(
            """
            t.id IN (WITH RECURSIVE family AS (
                SELECT unnest(%s) AS id
                 UNION
                SELECT p.id FROM res_partner p JOIN family f ON p.parent_id = f.id
            ) SELECT id FROM family)
            """,
            (survivor | sources).ids,
        )
        copy_rows(self.catalogue, 'res_partner', family)
        copy_rows(self.catalogue, 'economic_campaign_member', SQL('t.partner_id = %s', survivor.id))
        banks = SQL('SELECT id FROM res_partner_bank WHERE partner_id = ANY(%s)', sources.ids)
        for table, column in self.catalogue.dependents_of('res_partner_bank'):
            copy_rows(self.catalogue, table, SQL('%s IN (%s)', SQL.identifier('t', column), banks))
        for table, ids in unforeseen.items():
            copy_rows(self.catalogue, table, SQL('t.id = ANY(%s)', list(ids)))

    # === AFTER === #

    def _read_written(self):
        """Return {table: (rows inserted, updated, deleted)} of this transaction so far."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
                 WHERE schemaname = current_schema
                """
            )
        )
        return {name: tuple(counts) for name, *counts in rows}

    def _get_touched(self):
        """Return {table: (inserted, updated, deleted)} since the snapshot, of others' tables."""
        self.env.flush_all()
        return {
            table: difference
            for table, counts in self._read_written().items()
            if not table.startswith((*OWN_TABLES, *DERIVED_TABLES))
            and table in self.catalogue.columns
            and any(
                difference := tuple(
                    now - before
                    for now, before in zip(counts, self.written.get(table, (0, 0, 0)), strict=True)
                )
            )
        }

    def store_changes(self):
        """Store what changed with the merge.

        :return: {table: net number of rows lost without being listed}; empty if none was
        """
        touched = self._get_touched()
        unforeseen, new = {}, {}
        for table in touched:
            if self.catalogue.with_id(table):
                new[table], changed = self._store_rows(table)
                if changed:
                    unforeseen[table] = changed
            else:
                new[table] = self._store_pairs(table)
        if unforeseen:
            raise UnforeseenError(unforeseen)
        gone = dict(
            self.env.execute_query(
                SQL(
                    'SELECT table_name, count(*) FROM economic_merge_change'
                    " WHERE merge_id = %s AND kind = 'gone' GROUP BY 1",
                    self.merge.id,
                )
            )
        )
        unlisted = {
            table: new[table] - gone.get(table, 0) - (inserted - deleted)
            for table, (inserted, _updated, deleted) in touched.items()
        }
        return {table: lost for table, lost in unlisted.items() if lost > 0}

    def _store_rows(self, table):
        """Store the changes of a table with ids.

        :return: number of new rows, ids of unforeseen ones
        """
        name = SQL.identifier(table)
        values = {'table': table, 'name': name, 'before': BEFORE, 'merge': self.merge.id}
        self.cr.execute(
            SQL(
                """
                INSERT INTO economic_merge_change (merge_id, table_name, row_id, kind, old, new)
                SELECT %(merge)s, %(table)s, x.row_id,
                       CASE WHEN x.now IS NULL THEN 'gone' ELSE 'changed' END,
                       CASE WHEN x.now IS NULL THEN x.row_data ELSE d.old END, d.new
                  FROM (SELECT b.row_id, b.row_data, to_jsonb(t) AS now
                          FROM %(before)s b LEFT JOIN %(name)s t ON t.id = b.row_id
                         WHERE b.table_name = %(table)s) x,
                       LATERAL (
                           SELECT jsonb_object_agg(o.key, o.value) AS old,
                                  jsonb_object_agg(o.key, x.now -> o.key) AS new
                             FROM jsonb_each(x.row_data - %(stamps)s::text[]) o
                            WHERE o.value IS DISTINCT FROM x.now -> o.key) d
                 WHERE x.now IS NULL OR d.old IS NOT NULL
                """,
                stamps=STAMPS,
                **values,
            )
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id FROM %(name)s t
                 WHERE age(t.xmin) <= age(%(since)s::xid) AND NOT EXISTS (
                       SELECT FROM %(before)s b
                        WHERE b.table_name = %(table)s AND b.row_id = t.id)
                """,
                since=self.since,
                **values,
            )
        )
        last = self._get_last_id(table)
        new = [id_ for (id_,) in rows if id_ > last]
        if not table.startswith(HISTORY_TABLES):
            self.cr.execute(
                SQL(
                    """
                    INSERT INTO economic_merge_change (merge_id, table_name, row_id, kind, new)
                    SELECT %(merge)s, %(table)s, t.id, 'new', to_jsonb(t)
                      FROM %(name)s t WHERE t.id = ANY(%(new)s)
                    """,
                    new=new,
                    **values,
                )
            )
        return len(new), [id_ for (id_,) in rows if id_ <= last]

    def _get_last_id(self, table):
        """Return the highest id that there was before the merge."""
        self.cr.execute(SQL("SELECT pg_get_serial_sequence(%s, 'id')", f'"{table}"'))
        (sequence,) = self.cr.fetchone()
        return self.sequences.get((sequence or '').rpartition('.')[2].strip('"')) or 0

    def _store_pairs(self, table):
        """Store the changes of a table without ids: which rows are gone and which are new.

        :return: number of new rows
        """
        values = {
            'table': table,
            'name': SQL.identifier(table),
            'before': BEFORE,
            'merge': self.merge.id,
        }
        self.cr.execute(
            SQL(
                """
                INSERT INTO economic_merge_change (merge_id, table_name, kind, old)
                SELECT %(merge)s, %(table)s, 'gone', b.row_data
                  FROM %(before)s b, jsonb_populate_record(NULL::%(name)s, b.row_data) r
                 WHERE b.table_name = %(table)s
                   AND NOT EXISTS (SELECT FROM %(name)s t WHERE %(same)s)
                """,
                same=self.catalogue.same_row(table, 't', 'r'),
                **values,
            )
        )
        self.cr.execute(
            SQL(
                """
                INSERT INTO economic_merge_change (merge_id, table_name, kind, new)
                SELECT %(merge)s, %(table)s, 'new', to_jsonb(t) FROM %(name)s t
                 WHERE age(t.xmin) <= age(%(since)s::xid) AND NOT EXISTS (
                       SELECT FROM %(before)s b
                        WHERE b.table_name = %(table)s AND b.row_data = to_jsonb(t))
                """,
                since=self.since,
                **values,
            )
        )
        return self.cr.rowcount


def copy_rows(catalogue, table, condition):
    """Copy the rows `t` of a table, those that are not there yet."""
    with_id = catalogue.with_id(table)
    catalogue.env.cr.execute(
        SQL(
            'INSERT INTO %s SELECT %s, %s, to_jsonb(t) FROM %s t WHERE (%s) %s',
            BEFORE,
            table,
            SQL('t.id') if with_id else SQL('NULL::int'),
            SQL.identifier(table),
            condition,
            SQL('ON CONFLICT DO NOTHING') if with_id else SQL('EXCEPT SELECT * FROM %s', BEFORE),
        )
    )
