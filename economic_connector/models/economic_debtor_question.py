from odoo import models
from odoo.exceptions import UserError


class EconomicDebtor(models.Model):
    _inherit = 'economic.debtor'

    def action_answer(self):
        """Open the row of the run in which this debtor's question came up."""
        self.ensure_one()
        self.check_access('read')
        line = self.question_line_id
        line.check_access('write')
        if not line:
            raise UserError(self.env._("This debtor has no open question."))
        return line.action_open()
