import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .economic_merge_catalogue import Catalogue
from .economic_merge_words import name_of


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
        if not self.survivor_id or len(self.source_ids) < self.source_count:
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

    # === UNDO === #

    def _get_tables(self):
        """Return [(table, kind)] of the changes."""
        return self.env.execute_query(
            SQL(
                'SELECT DISTINCT table_name, kind FROM economic_merge_change WHERE merge_id = %s'
                ' ORDER BY 1, 2',
                self.id,
            )
        )

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
        todo = [(kind, table) for table, kind in self._get_tables() if table in catalogue.columns]
        todo.sort(key=lambda item: ('new', 'gone', 'changed').index(item[0]))
        while todo:
            failed = []
            for kind, table in todo:
                try:
                    with mute_logger('odoo.sql_db'), self.env.cr.savepoint(flush=False):
                        self._put_back_table(kind, table, catalogue, kept, columns)
                except psycopg2.IntegrityError as error:  # noqa: PERF203 - once for each table
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
