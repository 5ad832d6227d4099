from odoo import models
from odoo.tools import format_date, format_datetime, html2plaintext


class ResPartner(models.Model):
    """Partners side by side, as a person reads them."""

    _inherit = 'res.partner'

    def _economic_propose_survivor(self):
        """Return the one to keep: with a debtor, a user, not archived, with most filled in."""
        names = self._economic_merge_fields()
        # In sudo mode: only whether there are debtors and users counts.
        own = self.env['res.company'].sudo().search([('partner_id', 'in', self.ids)]).partner_id

        def weight(partner):
            seen = partner.sudo()
            return (
                partner.id in own.ids,
                bool(seen.user_ids),
                bool(seen.economic_debtor_ids),
                partner.active,
                sum(bool(partner[name]) for name in names),
                -partner.id,
            )

        return max(self, key=weight, default=self)

    def _economic_compare(self, survivor):
        """Return what the fields hold: [{field, label, texts, values, chosen, differs}].

        `texts` is {partner id: text}, `values` the choices that differ: [{partner, text}].
        """
        labels = self.fields_get(attributes=['string', 'selection'])
        rows = []
        for name in self._economic_merge_fields():
            texts = {partner.id: partner._economic_show(name, labels[name]) for partner in self}
            if not any(texts.values()):
                continue
            default = survivor._economic_merge_default(name, self - survivor)
            rows.append(
                {
                    'field': name,
                    'label': labels[name]['string'],
                    'texts': {str(id_): text for id_, text in texts.items()},
                    'chosen': default.id,
                    'differs': len(set(texts.values())) > 1,
                }
            )
        return rows

    def _economic_show(self, name, label):
        """Return the value of a field in words."""
        self.ensure_one()
        field, value = self._fields[name], self[name]
        if field.type == 'boolean':
            return self.env._("Yes") if value else ''
        if not value:
            return ''
        if field.type == 'many2one':
            return value.display_name
        if field.type == 'selection':
            return dict(label['selection']).get(value, value)
        if field.type == 'date':
            return format_date(self.env, value)
        if field.type == 'datetime':
            return format_datetime(self.env, value)
        if field.type == 'html':
            return html2plaintext(value)[:200]
        if field.type == 'binary':
            return self.env._("Picture %s", self.id) if field.name == 'image_1920' else '…'
        return str(value)
