import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .economic_merge_catalogue import Catalogue
from .economic_merge_snapshot import HISTORY_TABLES
from .economic_merge_words import find_model, name_of

SHOWN = 20


class EconomicMerge(models.Model):
    """Take a merge back: every column of every row is as before, but for what changed since."""

    _inherit = 'economic.merge'

    def action_undo(self):
        """Undo the merge, or say what changed since."""
        self._begin_undo()
        conflicts = self._find_conflicts()
        if conflicts:
            return self._open_conflicts()
        self._undo()
        return self._reload()

    def action_undo_partly(self):
        """Undo all that was not changed since."""
        self._begin_undo()
        self._undo(partly=True)
        return self._reload()

    def _reload(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'main',
        }

    def _open_conflicts(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Changed since the merge"),
            'res_model': 'economic.merge.undo',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_merge_id': self.id},
        }

    def _begin_undo(self):
        self.ensure_one()
        self._check_may_merge(self.survivor_id | self.source_ids)
        if self.state != 'merged':
            raise UserError(self.env._("This merge is undone already."))
        # In sudo mode: what everybody has is put back, as it was moved.
        partners = (self.survivor_id | self.source_ids).sudo()
        if not self.survivor_id or partners != partners.exists():
            raise UserError(self.env._("One of the companies was deleted since."))
        if later := self.survivor_id.sudo().economic_merged_into_id:
            raise UserError(
                self.env._(
                    "%(company)s was merged into %(other)s since. Undo that merge first.",
                    company=self.survivor_id.display_name,
                    other=later.display_name,
                )
            )
        partners.sorted('id').lock_for_update()

    # === CONFLICTS === #

    def _get_tables(self):
        """Return [(table, kind)] of the changes."""
        return self.env.execute_query(
            SQL(
                'SELECT DISTINCT table_name, kind FROM economic_merge_change WHERE merge_id = %s'
                ' ORDER BY 1, 2',
                self.id,
            )
        )

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

    # === UNDO === #

    def _undo(self, partly=False):
        """Put everything back.

        :param bool partly: leave what was changed since; without it that is refused
        """
        merge = self.sudo()  # In sudo mode: as the merge moved what everybody has.
        with self.env.cr.savepoint():
            conflicts = merge._find_conflicts()
            if conflicts and not partly:
                raise UserError(merge._conflicts_in_words(conflicts))
            merge._put_back(conflicts)
            partners = merge.survivor_id | merge.source_ids
            partners.economic_debtor_ids._propagate_partner()
            merge.env['economic.figures']._refresh(partners.ids)
            merge.write(
                {
                    'state': 'partly' if conflicts else 'undone',
                    'undone_at': fields.Datetime.now(),
                    'undone_by_id': self.env.uid,
                    'kept_text': merge._conflicts_in_words(conflicts) or False,
                }
            )
            merge._tell('undone')

    def _put_back(self, conflicts):
        """Restore rows and columns, in whatever order the database's own rules allow.

        By SQL, since the ORM would compute anew what is to be as it was; core's merge moves foreign
        keys the same way.
        """
        kept = {change for change, _table, _row, column, *_values in conflicts if column is None}
        columns = {}
        for change, _table, _row, column, *_values in conflicts:
            if column is not None:
                columns.setdefault(change, []).append(column)
        catalogue = Catalogue(self.env)
        todo = [
            (kind, table) for table, kind in self._get_tables() if table in catalogue.columns
        ]
        todo.sort(key=lambda item: ('new', 'gone', 'changed').index(item[0]))
        while todo:
            failed = []
            for kind, table in todo:
                try:
                    with mute_logger('odoo.sql_db'), self.env.cr.savepoint(flush=False):
                        self._put_back_table(kind, table, catalogue, kept, columns)
                except psycopg2.IntegrityError as error:
                    failed.append((kind, table, error))
            if len(failed) == len(todo):
                _kind, table, error = failed[0]
                raise UserError(
                    self.env._(
                        "%(kind)s: cannot be put back (%(rule)s).",
                        kind=name_of(self.env, table),
                        rule=error.diag.constraint_name,
                    )
                ) from error
            todo = [(kind, table) for kind, table, _error in failed]
        self.env.cr.execute(
            SQL(
                'UPDATE res_partner SET write_date = %s, write_uid = %s WHERE id = ANY(%s)',
                self.env.cr.now(),
                self.env.uid,
                (self.survivor_id | self.source_ids).ids,
            )
        )
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def _put_back_table(self, kind, table, catalogue, kept, columns):
        name = SQL.identifier(table)
        of_table = SQL(
            'c.merge_id = %s AND c.table_name = %s AND c.kind = %s AND c.id <> ALL(%s)',
            self.id, table, kind, list(kept),
        )  # fmt: skip
        if kind == 'new':
            self._remove_new(table, name, of_table, catalogue)
        elif kind == 'gone':
            self.env.cr.execute(
                SQL(
                    'INSERT INTO %s SELECT r.* FROM economic_merge_change c,'
                    ' jsonb_populate_record(NULL::%s, c.old) r WHERE %s ON CONFLICT DO NOTHING',
                    name, name, of_table,
                )
            )  # fmt: skip
        else:
            self._restore_columns(name, of_table, columns, set(catalogue.columns[table]))

    def _remove_new(self, table, name, of_table, catalogue):
        if table == 'ir_attachment':
            # By the ORM, which looks after the files.
            rows = self.env.execute_query(
                SQL('SELECT c.row_id FROM economic_merge_change c WHERE %s', of_table)
            )
            self.env['ir.attachment'].browse(id_ for (id_,) in rows).exists().unlink()
            return
        if catalogue.with_id(table):
            same = SQL('t.id = c.row_id')
        else:
            same = catalogue.same_row(table, 't', 'r')
        self.env.cr.execute(
            SQL(
                'DELETE FROM %s t USING economic_merge_change c,'
                ' LATERAL jsonb_populate_record(NULL::%s, c.new) r WHERE %s AND %s',
                name, name, of_table, same,
            )
        )  # fmt: skip

    def _restore_columns(self, name, of_table, columns, existing):
        """Put columns back, all rows in which the same ones changed at once."""
        groups = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(c.id), array(SELECT jsonb_object_keys(c.old) ORDER BY 1) AS names
                  FROM economic_merge_change c WHERE %s GROUP BY 2
                """,
                of_table,
            )
        )
        for ids, names in groups:
            apart = [id_ for id_ in ids if id_ in columns]
            self._restore(name, [id_ for id_ in ids if id_ not in columns], names, existing)
            for id_ in apart:
                rest = [column for column in names if column not in columns[id_]]
                self._restore(name, [id_], rest, existing)

    def _restore(self, name, ids, names, existing):
        names = [SQL.identifier(column) for column in names if column in existing]
        if not ids or not names:
            return
        # A row of values even of one column, which UPDATE would else take as a plain value.
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s t SET (%s) = ROW(%s) FROM economic_merge_change c,
                       LATERAL jsonb_populate_record(NULL::%s, c.old) r
                 WHERE c.id = ANY(%s) AND t.id = c.row_id
                """,
                name,
                SQL(', ').join(names),
                SQL(', ').join(SQL('r.%s', column) for column in names),
                name,
                ids,
            )
        )


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
