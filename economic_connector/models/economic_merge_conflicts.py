from odoo import models
from odoo.tools import SQL

from .economic_merge_catalogue import Catalogue
from .economic_merge_snapshot import HISTORY_TABLES
from .economic_merge_words import find_model, name_of

SHOWN = 20


class EconomicMerge(models.Model):
    """What was changed since a merge, so that the undo must leave it or ask."""

    _inherit = 'economic.merge'

    def _find_conflicts(self):
        """Return [(change id, table, row id, column, after the merge, now)] of what changed since.

        A column is None where the row itself is gone or, if the merge had made it, edited.
        """
        self.env.flush_all()
        catalogue = Catalogue(self.env)
        conflicts = []
        for table, kind in self._get_tables():
            if table not in catalogue.columns:
                continue  # Its module is uninstalled.
            if kind == 'changed':
                conflicts += self._find_edits(table)
            elif kind == 'new' and not table.startswith(HISTORY_TABLES):
                conflicts += self._find_vanished(table, catalogue)
            elif kind == 'gone':
                conflicts += self._find_homeless(table, catalogue)
        return conflicts

    def _find_edits(self, table):
        """Return the columns that hold something else than the merge left in them."""
        return self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.table_name, c.row_id, n.key, n.value, to_jsonb(t) -> n.key
                  FROM economic_merge_change c
                  LEFT JOIN %s t ON t.id = c.row_id, jsonb_each(c.new) n
                 WHERE c.merge_id = %s AND c.table_name = %s AND c.kind = 'changed'
                   AND t.id IS NOT NULL AND to_jsonb(t) ? n.key
                   AND to_jsonb(t) -> n.key IS DISTINCT FROM n.value
             UNION ALL
                SELECT c.id, c.table_name, c.row_id, NULL, NULL, NULL
                  FROM economic_merge_change c
                 WHERE c.merge_id = %s AND c.table_name = %s AND c.kind = 'changed'
                   AND NOT EXISTS (SELECT FROM %s t WHERE t.id = c.row_id)
                """,
                SQL.identifier(table), self.id, table, self.id, table, SQL.identifier(table),
            )
        )  # fmt: skip

    def _find_vanished(self, table, catalogue):
        """Return the rows that the merge made and that are gone or edited by now."""
        name = SQL.identifier(table)
        if catalogue.with_id(table):
            there = SQL(
                "t.id = c.row_id AND to_jsonb(t) - '{write_date,write_uid}'::text[]"
                " = c.new - '{write_date,write_uid}'::text[]"
            )
        else:
            there = catalogue.same_row(table, 't', 'r')
        return self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.table_name, c.row_id, NULL, NULL, NULL
                  FROM economic_merge_change c, jsonb_populate_record(NULL::%s, c.new) r
                 WHERE c.merge_id = %s AND c.table_name = %s AND c.kind = 'new'
                   AND NOT EXISTS (SELECT FROM %s t WHERE %s)
                """,
                name, self.id, table, name, there,
            )
        )  # fmt: skip

    def _find_homeless(self, table, catalogue):
        """Return the deleted rows that cannot return: what they belong to is gone by now."""
        conflicts = []
        keys = self.env.execute_query(
            SQL(
                """
                SELECT a.attname, f.relname FROM pg_constraint k
                  JOIN pg_class f ON f.oid = k.confrelid
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND k.conrelid = %s::regclass
                """,
                table,
            )
        )
        for column, target in keys:
            conflicts += self.env.execute_query(
                SQL(
                    """
                    SELECT c.id, c.table_name, c.row_id, NULL, NULL, NULL
                      FROM economic_merge_change c, jsonb_populate_record(NULL::%s, c.old) r
                     WHERE c.merge_id = %s AND c.table_name = %s AND c.kind = 'gone'
                       AND r.%s IS NOT NULL
                       AND NOT EXISTS (SELECT FROM %s f WHERE f.id = r.%s)
                       AND NOT EXISTS (SELECT FROM economic_merge_change g
                                        WHERE g.merge_id = c.merge_id AND g.kind = 'gone'
                                          AND g.table_name = %s AND g.row_id = r.%s)
                    """,
                    SQL.identifier(table), self.id, table, SQL.identifier(column),
                    SQL.identifier(target), SQL.identifier(column), target,
                    SQL.identifier(column),
                )
            )  # fmt: skip
        return conflicts

    def _conflicts_in_words(self, conflicts):
        """Return the list of what changed since, one line each."""
        lines = []
        for _id, table, row_id, column, after, now in conflicts[:SHOWN]:
            model = find_model(self.env, table)
            kind = name_of(self.env, table)
            # In sudo mode: the one who undoes is told what is in the way, wherever it is.
            record = self.env[model._name].sudo().browse(row_id) if model is not None else None
            if record is None or not record.exists():
                lines.append(self.env._("%s: removed since", kind))
                continue
            name = record.display_name if record._rec_name else f'#{row_id}'
            field = record._fields.get(column)
            if field is None:
                lines.append(self.env._("%(kind)s %(name)s: edited since", kind=kind, name=name))
                continue
            lines.append(
                self.env._(
                    "%(kind)s %(name)s: %(field)s was %(after)s after the merge and is %(now)s",
                    kind=kind,
                    name=name,
                    field=record.fields_get([column])[column]['string'],
                    after=_show(record, field, after),
                    now=_show(record, field, now),
                )
            )
        if len(conflicts) > SHOWN:
            lines.append(self.env._("and %s more", len(conflicts) - SHOWN))
        return '\n'.join(lines)


def _show(record, field, value):
    """Return a stored value as a person reads it."""
    if value is None or value == '':
        return '–'
    if field.type == 'many2one' and isinstance(value, int):
        # In sudo mode: the name alone.
        return record.env[field.comodel_name].sudo().browse(value).exists().display_name or value
    if isinstance(value, dict):
        return value.get(record.env.lang) or next(iter(value.values()), '–')
    return value
