from odoo import api, fields, models


class EconomicRunUndo(models.TransientModel):
    """What undoing a run would do, before it is done."""

    _name = 'economic.run.undo'
    _description = "Undo an e-conomic Import"

    run_id = fields.Many2one('economic.run', required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='run_id.company_id', string="Our Company")
    delete_count = fields.Integer("Companies deleted", compute='_compute_preview')
    archive_count = fields.Integer("Companies archived", compute='_compute_preview')
    restore_count = fields.Integer("Companies put back", compute='_compute_preview')
    unlink_count = fields.Integer("Links removed", compute='_compute_preview')
    kept_count = fields.Integer("With edits that are kept", compute='_compute_preview')
    kept_list = fields.Html(compute='_compute_preview', sanitize=False)
    pauses_schedule = fields.Boolean(compute='_compute_preview')

    @api.depends('run_id')
    def _compute_preview(self):
        for wizard in self:
            wizard.update(wizard.run_id._preview_undo())
            wizard.pauses_schedule = wizard.run_id._pauses_schedule()

    def action_confirm(self):
        """Undo the run; its form shows the progress and the result."""
        self.ensure_one()
        self.run_id._begin_undo()
        return self.run_id._get_form_action()
