from odoo import api, fields, models


class EconomicRunLine(models.Model):
    """What the list of a run shows beside its own columns, and the buttons of a selection."""

    _inherit = 'economic.run.line'

    partner_label = fields.Char("Company in Odoo", compute='_compute_partner_label')
    candidate_ids = fields.One2many(related='debtor_id.candidate_ids')

    @api.depends('status', 'partner_id')
    @api.depends_context('lang')
    def _compute_partner_label(self):
        for line in self:
            if line.partner_id:
                line.partner_label = line.partner_id.display_name
            elif line.status == 'create':
                line.partner_label = self.env._("+ new company")
            elif line.status == 'ambiguous':
                alike = line.debtor_id.candidate_ids.filtered(lambda c: not c.refused and not c.far)
                line.partner_label = (
                    self.env._("? one company")
                    if len(alike) == 1
                    else self.env._("? %s companies", len(alike))
                )
            else:
                line.partner_label = False

    def action_tick(self):
        """Tick the selected rows that Start can apply."""
        return self._tick_selected(True)

    def action_untick(self):
        """Leave the selected rows out of Start."""
        return self._tick_selected(False)

    def _tick_selected(self, approved):
        self.check_access('write')
        self.filtered('can_approve').approved = approved
        return True
