from markupsafe import Markup

from odoo import api, fields, models

from ..models.references import find_referenced

LISTED = 200  # kept edits that the dialog names; the run names them all afterwards
BATCH = 500


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
    scheduled = fields.Boolean(related='run_id.agreement_id.scheduled')

    @api.depends('run_id')
    def _compute_preview(self):
        for wizard in self:
            run = wizard.run_id
            run._check_manager()
            wizard.update(wizard._preview(run.sudo()))

    def _preview(self, run):
        lines = self.env['economic.run.line'].sudo().search(run._get_undoable())
        counts = dict.fromkeys(
            ('delete_count', 'archive_count', 'restore_count', 'unlink_count', 'kept_count'), 0
        )
        kept = []
        created = lines.filtered(lambda line: line._is_created()).partner_id
        referenced = find_referenced(self.env, created.ids)
        for start in range(0, len(lines), BATCH):
            for line in lines[start : start + BATCH]:
                verdicts = run._judge_undo(line, referenced)
                counts['delete_count'] += verdicts.fate == 'delete'
                counts['archive_count'] += verdicts.fate == 'archive'
                counts['restore_count'] += bool(verdicts.restore)
                counts['unlink_count'] += line.state == 'linked' and not verdicts.restore
                counts['kept_count'] += bool(verdicts.kept)
                if (verdicts.kept or verdicts.fate == 'archive') and len(kept) < LISTED:
                    kept.append((line.partner_id.display_name, verdicts.in_words(self.env)))
        rows = Markup().join(
            Markup('<tr><td>%s</td><td>%s</td></tr>') % (name or '', words) for name, words in kept
        )
        table = Markup('<table class="table table-sm">%s</table>') % rows if rows else False
        return counts | {'kept_list': table}

    def action_confirm(self):
        """Undo the run; its form shows the progress and the result."""
        self.ensure_one()
        self.run_id._begin_undo()
        return self.run_id._get_form_action()
