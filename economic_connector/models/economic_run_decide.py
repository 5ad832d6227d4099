from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .economic_run_line import APPLICABLE
from .economic_run_line_decide import OPEN


class EconomicRun(models.Model):
    """Ticking whole kinds of rows, and applying what was decided after the run had ended."""

    _inherit = 'economic.run'

    pending_count = fields.Integer("Ticked", compute='_compute_pending_count')

    def _compute_pending_count(self):
        counts = dict(
            self.env['economic.run.line']._read_group(
                [('run_id', 'in', self.ids), ('approved', '=', True), ('state', '=', 'planned'),
                 ('status', 'in', APPLICABLE)],
                ['run_id'],
                ['__count'],
            )
        )  # fmt: skip
        for run in self:
            run.pending_count = counts.get(run, 0)

    def _approve(self, approved):
        self._check_manager()
        status = self.env.context.get('economic_status')
        self._approve_where(SQL('status = %s', status) if status else SQL('true'), approved)
        return True

    def _approve_where(self, condition, approved):
        """Tick, or untick, the lines in an SQL condition that Start can apply."""
        # In SQL: a list may have 100,000 rows, and they are ours alone.
        lines = self.env['economic.run.line']
        lines.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE economic_run_line
                   SET approved = %(approved)s,
                       state = CASE WHEN %(approved)s THEN 'planned' ELSE state END,
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE run_id = %(run)s AND status = ANY(%(applicable)s) AND state = ANY(%(open)s)
                   AND (reason IS NULL OR reason <> 'identity')
                   AND approved IS DISTINCT FROM %(approved)s AND (%(condition)s)
                """,
                approved=approved, uid=self.env.uid, now=self.env.cr.now(), run=self.id,
                applicable=list(APPLICABLE), open=list(OPEN), condition=condition,
            )
        )  # fmt: skip
        lines.invalidate_model(['approved', 'state', 'write_uid', 'write_date'])

    def _reset_plan(self):
        """Forget what a test said, before the next; what a person decided stays."""
        lines = self.env['economic.run.line']
        lines.flush_model()
        # In SQL: a list may have 100,000 rows, and they are ours alone.
        self.env.cr.execute(
            SQL(
                """
                UPDATE economic_run_line
                   SET status = 'pending', state = 'planned', approved = false, changes = NULL,
                       reason = NULL, message = NULL, evidence = NULL, score = 0,
                       has_conflict = false
                 WHERE run_id = %s AND state IN ('planned', 'again', 'failed')
                """,
                self.id,
            )
        )
        lines.invalidate_model()

    def action_start(self):
        """Apply the approved rows, then bring in the invoices; after the end, what was ticked
        since.
        """
        self._check_manager()
        if self.state != 'done':
            return super().action_start()
        if not self.pending_count:
            raise UserError(self.env._("No row is ticked that is not imported yet."))
        if self._get_working(self.agreement_id):
            raise UserError(self.env._("Another run of this agreement is working."))
        self._go('importing')
        # Nothing is read or matched again: straight to writing what was ticked.
        self.sudo()._enter('partner')
        return True
