from odoo import api, fields, models

from .ownership import RULES


class EconomicRunLine(models.Model):
    """What the list of a run shows beside its own columns, and the buttons of a selection."""

    _inherit = 'economic.run.line'

    partner_label = fields.Char("Company in Odoo", compute='_compute_partner_label')
    candidate_ids = fields.One2many(related='debtor_id.candidate_ids')
    comparison = fields.Json("Field by Field", compute='_compute_comparison')

    @api.depends('status', 'partner_id')
    @api.depends_context('lang')
    def _compute_partner_label(self):
        for line in self:
            if line.partner_id:
                line.partner_label = line.partner_id.display_name
            elif line.status == 'create':
                line.partner_label = self.env._("+ new company")
            elif line.status == 'ambiguous':
                alike = line.debtor_id.candidate_ids.filtered(lambda c: not c.refused)
                line.partner_label = (
                    self.env._("? one company")
                    if len(alike) == 1
                    else self.env._("? %s companies", len(alike))
                )
            else:
                line.partner_label = False

    @api.depends('changes', 'partner_id', 'debtor_id')
    @api.depends_context('lang')
    def _compute_comparison(self):
        owners = {
            'economic': self.env._("e-conomic"),
            'empty': self.env._("e-conomic, where Odoo has nothing"),
        }
        labels = self.env['res.partner'].fields_get(list(RULES), attributes=['string'])
        for line in self:
            changes = {change['field']: change for change in line.changes or []}
            theirs = line.debtor_id._prepare_partner_values()
            ours = line.debtor_id._read_partner_values(line.partner_id) if line.partner_id else {}
            line.comparison = [
                self._compare_field(field, theirs[field], ours.get(field, ''), changes.get(field))
                | {'label': labels[field]['string'], 'owner': owners[RULES[field]]}
                for field in RULES
                if field in theirs and (theirs[field] or ours.get(field) or field in changes)
            ]

    def _compare_field(self, field, theirs, ours, change):
        """Return the row of one field: in e-conomic, in Odoo before, in Odoo after."""
        before = change['old'] if change else ours
        conflict = bool(change and change.get('conflict'))
        after = change['new'] if change and not conflict else before
        names = ('economic', 'before', 'after')
        values = (theirs, before, after)
        if field == 'country_id':
            values = [self.env['res.country'].browse(id_ or []).display_name for id_ in values]
        return dict(zip(names, [value or '' for value in values], strict=True)) | {
            'changed': before != after,
            'conflict': conflict,
        }

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
