from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .economic_run_line import APPLICABLE


class EconomicRun(models.Model):
    """Decisions of the review queue are a run, too: one a day for each person and agreement. What
    they write to companies is planned, compared, logged and undone as in an import.
    """

    _inherit = 'economic.run'

    def _open_review(self, agreement, *, own=False):
        """Return the run that takes this person's decisions of today.

        :param own: a run for these decisions alone, which the engine works off
        """
        # In sudo mode: runs are written by the engine alone; callers have checked who may decide.
        runs = self.sudo()
        found = runs.browse()
        if not own:
            found = runs.search(
                [('agreement_id', '=', agreement.id), ('kind', '=', 'review'),
                 ('user_id', '=', self.env.uid), ('state', '=', 'done'),
                 ('started_at', '>=', fields.Datetime.today())],
                limit=1,
            )  # fmt: skip
        return found or runs.create(
            {
                'agreement_id': agreement.id,
                'company_id': agreement.company_id.id,
                'kind': 'review',
                'state': 'done',
                'finished_at': fields.Datetime.now(),
            }
        )

    def _list_decisions(self, debtors, decision, partners):
        """Put debtors on the list, each with what was decided about it.

        :param dict partners: partner id by debtor id, for the decision to link
        """
        lines = self.env['economic.run.line']
        # A debtor that was decided before, and then again, has its row already.
        lines.search([('run_id', '=', self.id), ('debtor_id', 'in', debtors.ids)]).unlink()
        self._add_lines(SQL('d.id = ANY(%s)', debtors.ids))
        lines = lines.search([('run_id', '=', self.id), ('debtor_id', 'in', debtors.ids)])
        for line in lines:
            line.write(
                {
                    'decision': decision,
                    'decided_by_id': self.env.uid,
                    'decided_at': fields.Datetime.now(),
                    'partner_id': partners.get(line.debtor_id.id, False),
                }
            )
        return lines

    def _decide_now(self, debtors, decision, partners):
        """Apply decisions at once, in this transaction.

        :return: the lines, each with what became of it
        """
        engine = self._as_engine(self.env.user)
        lines = engine._list_decisions(debtors, decision, partners)
        engine._plan(lines)
        lines.filtered(lambda line: line.status in APPLICABLE).approved = True
        engine._apply(lines.filtered('approved'))
        engine._settle(lines)
        engine.env['economic.figures']._refresh(lines.partner_id.ids)
        return lines

    def _decide_later(self, debtors, decision, partners):
        """Let the engine apply decisions that are too many for one request."""
        if self._get_working(self.agreement_id):
            raise UserError(self.env._("Another run of this agreement is working."))
        self._as_engine(self.env.user)._list_decisions(debtors, decision, partners)
        return self._go('importing')
