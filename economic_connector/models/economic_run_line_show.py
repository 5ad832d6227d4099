from odoo import api, fields, models


class EconomicRunLine(models.Model):
    """What a person sees of a line: the changes, and in the form every field of both sides."""

    _inherit = 'economic.run.line'

    field_table = fields.Json(compute='_compute_field_table')

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
        moment = fields.Datetime.context_timestamp(self, fields.Datetime.to_datetime(change['at']))
        when = f'{moment:%Y-%m-%d %H:%M}'
        if change['exact']:
            return self.env._("changed by %(who)s on %(when)s", who=change['by'], when=when)
        return self.env._(
            "company last changed by %(who)s on %(when)s", who=change['by'], when=when
        )

    @api.depends('shown_changes')
    @api.depends_context('lang')
    def _compute_field_table(self):
        """Show every field: e-conomic, Odoo now, after the import, and who decides it."""
        labels = self.env['res.partner'].fields_get(attributes=['string'])
        rule_labels = dict(
            self.env['economic.field.rule']._fields['rule']._description_selection(self.env)
        )
        for line in self:
            record = line.contact_id or line.debtor_id
            theirs = record._prepare_partner_values()
            partner = line.run_id._in_company(line.partner_id.sudo())
            ours = record._read_partner_values(partner) if partner else {}
            countries = line._read_countries([theirs.get('country_id'), ours.get('country_id')])
            changes = {change['field']: change for change in line.shown_changes}
            rules = line.run_id._get_rules(record)
            rows = []
            for field in theirs:
                change = changes.get(field)
                values = [theirs[field], ours.get(field, '')]
                if field == 'country_id':
                    values = [countries.get(value, '') for value in values]
                if change:
                    values = [change['new'], change['old']]
                after = values[0] if change else values[1]
                if change and change['conflict'] and change['choice'] != 'economic':
                    after = change['old']
                rows.append(
                    {
                        'field': field,
                        'label': labels.get(field, {}).get('string', field),
                        'theirs': values[0] or '',
                        'ours': values[1] or '',
                        'after': after or '',
                        'rule': rule_labels.get(rules.get(field), ''),
                        'changed': bool(change),
                        'conflict': bool(change) and change['conflict'],
                        'choice': bool(change) and change['choice'],
                        'who': bool(change) and change['who'],
                    }
                )
            line.field_table = rows
