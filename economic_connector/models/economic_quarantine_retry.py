from odoo import fields, models
from odoo.exceptions import UserError

from .asking import asks


class EconomicQuarantine(models.Model):
    """Try again: one record, all of one cause, all there are."""

    _inherit = 'economic.quarantine'

    retry_run_id = fields.Many2one(
        'economic.run', readonly=True, index='btree_not_null', ondelete='set null'
    )

    @asks
    def action_retry(self):
        """Read these records again, without waiting for the next synchronization."""
        rows = self._check_retry()
        action = True
        for agreement, of_agreement in rows.grouped('agreement_id').items():
            run = self.env['economic.run']._begin(agreement, 'retry')
            # In sudo mode: the rows are the engine's; access was checked above.
            of_agreement.sudo().retry_run_id = run
            of_agreement.flush_recordset()
            agreement._wake()
            action = run._get_form_action()
        return action

    def action_retry_cause(self):
        """Read again everything that has the cause of this record."""
        self.ensure_one()
        self.check_access('read')
        return self.search(
            [('agreement_id', '=', self.agreement_id.id), ('code', '=', self.code)]
        ).action_retry()

    def action_retry_all(self):
        """Read again everything that needs a look."""
        return self.search([('state', '=', 'open')]).action_retry()

    def _check_retry(self):
        self.check_access('read')
        self.agreement_id.check_access('write')
        rows = self.filtered(lambda row: row.state == 'open')
        if not rows:
            raise UserError(self.env._("Nothing here needs a look any more."))
        return rows
