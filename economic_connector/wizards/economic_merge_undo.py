from odoo import api, fields, models


class EconomicMergeUndo(models.TransientModel):
    """What was changed since a merge, and the offer to undo the rest."""

    _name = 'economic.merge.undo'
    _description = "Undo a Merge"

    merge_id = fields.Many2one('economic.merge', required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='merge_id.company_id', string="Our Company")
    conflicts = fields.Text("Changed since", compute='_compute_conflicts')

    @api.depends('merge_id')
    def _compute_conflicts(self):
        for wizard in self:
            # In sudo mode: whatever is in the way is told.
            merge = wizard.merge_id.sudo()
            wizard.conflicts = merge._conflicts_in_words(merge._find_conflicts())

    def action_undo_partly(self):
        """Undo all but what was changed since."""
        self.ensure_one()
        self.check_access('write')
        return self.merge_id.action_undo_partly()
