from odoo import api, fields, models
from odoo.tools import format_datetime


class EconomicRunLine(models.Model):
    """What a person sees of a line: the changes, and in the form every field of both sides."""

    _inherit = 'economic.run.line'

    comparison = fields.Json("Field by Field", compute='_compute_comparison')

    @api.depends('changes', 'choices')
    @api.depends_context('lang', 'tz')
    def _compute_shown_changes(self):
        labels = self.env['res.partner'].fields_get(attributes=['string'])
        countries = self._read_countries(
            value
            for line in self
            for change in line.changes or []
            if change['field'] == 'country_id'
            for value in (change['old'], change['new'])
        )
        for line in self:
            line.shown_changes = [
                {
                    'field': change['field'],
                    'label': labels.get(change['field'], {}).get('string', change['field']),
                    'old': countries.get(change['old'], change['old'])
                    if change['field'] == 'country_id'
                    else change['old'],
                    'new': countries.get(change['new'], change['new'])
                    if change['field'] == 'country_id'
                    else change['new'],
                    'conflict': change.get('conflict', False),
                    'choice': (line.choices or {}).get(change['field'], False),
                    'who': line._get_who(change),
                }
                for change in line.changes or []
            ]

    def _read_countries(self, ids):
        countries = self.env['res.country'].browse({id_ for id_ in ids if id_})
        return {country.id: country.display_name for country in countries} | {False: ''}

    def _get_who(self, change):
        """Return who changed the value in Odoo, and when, in words."""
        if not change.get('at'):
            return False
        at = fields.Datetime.to_datetime(change['at'])
        when = format_datetime(self.env, at, dt_format='short')
        if change['exact']:
            return self.env._("changed by %(who)s on %(when)s", who=change['by'], when=when)
        return self.env._(
            "company last changed by %(who)s on %(when)s", who=change['by'], when=when
        )

    @api.depends('shown_changes', 'partner_id', 'debtor_id', 'contact_id')
    @api.depends_context('lang')
    def _compute_comparison(self):
        """Show every field: in e-conomic, in Odoo before, after the import, and who decides it."""
        labels = self.env['res.partner'].fields_get(attributes=['string'])
        rule = self.env['economic.field.rule']._fields['rule']
        owners = dict(rule._description_selection(self.env))
        for line in self:
            record = line._get_record()
            # In sudo mode: the company was shown to this person by the preview already.
            partner = line.run_id._in_company(line.partner_id.sudo())
            theirs = record._prepare_partner_values()
            ours = record._read_partner_values(partner) if partner else {}
            changes = {change['field']: change for change in line.shown_changes or []}
            rules = line.run_id._get_rules(record)
            line.comparison = [
                line._compare_field(field, theirs[field], ours.get(field), changes.get(field))
                | {'label': labels[field]['string'], 'owner': owners.get(rules.get(field), '')}
                for field in theirs
                if theirs[field] or ours.get(field) or field in changes
            ]

    def _compare_field(self, field, theirs, ours, change):
        """Return the row of one field, with what a person may choose where both sides changed."""
        if field == 'country_id':
            names = self._read_countries([theirs, ours])
            theirs, ours = names.get(theirs, ''), names.get(ours, '')
        if change:
            theirs, ours = change['new'], change['old']
        conflict = change['conflict'] if change else False
        choice = change['choice'] if change else False
        taken = bool(change) and (not conflict or choice == 'economic')
        after = theirs if taken else ours
        return {
            'field': field,
            'economic': theirs or '',
            'before': ours or '',
            'after': after or '',
            'changed': taken and theirs != ours,
            'conflict': conflict,
            'choice': choice,
            'who': change['who'] if change else False,
        }
