from odoo import fields, models
from odoo.exceptions import UserError

from .references import find_referenced

UNDO_BATCH = 100


class EconomicRun(models.Model):
    """Take an import back: what it changed returns to what was before, except where somebody
    changed it since; what it created goes, unless it is used by now. The mirror keeps its invoices.
    """

    _inherit = 'economic.run'

    undo_count = fields.Integer("Can Be Undone", compute='_compute_undo_count')
    undone_count = fields.Integer("Put Back", compute='_compute_undo_count')
    kept_count = fields.Integer("Edits Kept", compute='_compute_undo_count')

    def _compute_undo_count(self):
        lines = self.env['economic.run.line']

        def count(*domain):
            return dict(
                lines._read_group([('run_id', 'in', self.ids), *domain], ['run_id'], ['__count'])
            )

        undoable, undone = count(('can_undo', '=', True)), count(('state', '=', 'undone'))
        kept = count(('has_kept', '=', True))
        for run in self:
            run.undo_count = undoable.get(run, 0)
            run.undone_count = undone.get(run, 0)
            run.kept_count = kept.get(run, 0)

    def action_undo(self):
        """Show what undoing would do; nothing happens yet."""
        self._check_undo()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Undo this import"),
            'res_model': 'economic.run.undo',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_run_id': self.id},
        }

    def _check_undo(self):
        self._check_manager()
        if self.state not in ('done', 'stopped', 'cancelled') or not self.undo_count:
            raise UserError(self.env._("There is nothing in this run that could be undone."))
        if self._get_working(self.agreement_id):
            raise UserError(self.env._("Another run of this agreement is working."))

    def _begin_undo(self):
        """Let the engine undo, and pause the schedule, which would bring all of it in again."""
        self._check_undo()
        agreement = self.agreement_id.sudo()
        if self._pauses_schedule():
            agreement.scheduled = False
            agreement.message_post(
                body=self.env._(
                    "The schedule is paused: %s is being undone, and the next scheduled run would "
                    "bring it in again.",
                    self.display_name,
                )
            )
        return self._go('undoing')

    def _pauses_schedule(self):
        """Tell whether undoing pauses the schedule; debtors of a review wait in the queue again."""
        return self.agreement_id.sudo().scheduled and self.kind != 'review'

    # === PHASE === #

    def _get_undoable(self):
        return [('run_id', '=', self.id), ('can_undo', '=', True)]

    def _phase_undo(self, work):
        lines = self.env['economic.run.line']
        total = lines.search_count(self._get_undoable()) + self.progress_done
        # Backwards: what was written last is put back first.
        while batch := lines.search(self._get_undoable(), limit=UNDO_BATCH, order='id DESC'):
            work.store(lambda batch=batch: self._undo(batch), len(batch), total)

    def _undo(self, lines):
        lines.partner_id.exists().sorted('id').lock_for_update(allow_referencing=True)
        created = lines.filtered(lambda li: li._is_created())
        referenced = self._get_used(created)
        going = self.env['res.partner']
        for line in lines:
            going |= self._undo_line(line, referenced)
        self.env.flush_all()
        going.unlink()

    def _get_used(self, lines):
        """Return the ids of partners that these lines created and that something points at."""
        ids = lines.partner_id.ids
        others = self.env['economic.debtor'].search(
            [('partner_id', 'in', ids), ('id', 'not in', lines.debtor_id.ids)]
        )
        return find_referenced(self.env, ids) | set(others.partner_id.ids)

    def _undo_line(self, line, referenced, *, alone=False):
        """Put back what one line changed; return its partner if that is to be deleted.

        :param alone: only this line is taken back, not its run: a partner that it created stays if
            it can't be deleted, and the caller writes the debtor's history
        """
        verdicts = self._judge_undo(line, referenced)
        partners = self.env['res.partner'].with_context(**self._get_engine_context())
        for id_ in sorted(verdicts.restore, key=lambda id_: (id_ != line.partner_id.id, id_)):
            partners.browse(id_)._economic_restore(verdicts.restore[id_])
        line._undo_link(verdicts, log=not alone)
        going = partners
        if verdicts.fate == 'archive' and alone:
            verdicts.fate, verdicts.used = None, False
        if verdicts.fate == 'archive':
            line.partner_id.active = False
        elif verdicts.fate == 'delete':
            going = line.partner_id
        notes = verdicts.in_words(self.env)
        line.write(
            {'state': 'undone', 'can_undo': False, 'undo': False, 'approved': False,
             'has_kept': bool(verdicts.kept), 'message': notes or False}
        )  # fmt: skip
        return going

    # === JUDGEMENT === #

    def _judge_undo(self, line, referenced):
        """Return what undoing this line would do, without doing it.

        :param referenced: ids of created partners that something points at
        """
        verdicts = Verdicts()
        for entry in reversed(line.undo or []):
            ids = [int(id_) for id_ in entry['partners']]
            rows = self._read_rows(ids + line.partner_id.ids)
            for id_, diff in zip(ids, entry['partners'].values(), strict=True):
                verdicts.judge(self.env, id_, diff, rows.get(id_))
            if 'created' in entry and line.partner_id:
                verdicts.judge_created(
                    self.env, entry['created'], rows.get(line.partner_id.id),
                    used=line.partner_id.id in referenced,
                )  # fmt: skip
        return verdicts

    def _read_rows(self, ids):
        families = self._read_families(self.env['res.partner'].browse(ids))
        return {id_: families[id_] for id_ in ids if id_ in families}


class Verdicts:
    """What undoing one line means, column by column."""

    def __init__(self):
        self.restore = {}  # partner id -> {column: value to put back}
        self.kept = []  # (partner id, column) that somebody changed since
        self.fate = None  # of a created partner: 'delete' or 'archive'
        self.used = False

    def judge(self, env, id_, diff, row):
        """Tell the columns to put back from those that were changed since.

        :param diff: {column: [before, after]}
        :param row: the partner as it is, None if it is gone
        """
        for column, (before, after) in diff.items():
            current = row and self.restore.get(id_, {}).get(column, row[column])
            if row is None or (current not in (before, after) and _is_edit(env, column)):
                self.kept.append((id_, column))
            elif current != before:
                self.restore.setdefault(id_, {})[column] = before

    def judge_created(self, env, created, row, *, used):
        """Decide what becomes of a partner that this import created."""
        if row is None:
            return
        edits = [
            column
            for column, value in row.items()
            if value != created.get(column) and _is_edit(env, column)
        ]
        self.kept += [(row['id'], column) for column in edits]
        self.fate = 'archive' if used or edits else 'delete'
        self.used = used

    def in_words(self, env):
        """Return what a person should know of it."""
        words = []
        if self.fate == 'delete':
            words.append(env._("deleted"))
        elif self.used:
            words.append(env._("archived, because something points to it"))
        elif self.fate == 'archive':
            words.append(env._("archived, because it was edited since"))
        if self.kept:
            labels = env['res.partner'].fields_get(attributes=['string'])
            names = dict.fromkeys(
                labels.get(column, {}).get('string', column) for _id, column in self.kept
            )
            words.append(env._("kept as edited since: %s", ', '.join(names)))
        return ', '.join(words)


def _is_edit(env, column):
    """Tell whether a column holds what somebody entered, not what Odoo computes from it."""
    field = env['res.partner']._fields.get(column)
    return bool(field) and not (field.compute and field.readonly)
