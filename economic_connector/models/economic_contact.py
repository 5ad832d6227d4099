from odoo import api, fields, models

from ..matching.fold import fold

# kind -> fields of the child contact that e-conomic has values for
FIELDS = {
    'contact': ('name', 'email', 'phone'),
    'delivery': ('street', 'street2', 'zip', 'city', 'country_id'),
}


class EconomicContact(models.Model):
    """A contact person or a delivery address of a debtor as e-conomic has it, and the child contact
    in Odoo that it belongs to.
    """

    _name = 'economic.contact'
    _description = "e-conomic Contact"
    _order = 'debtor_id, kind, number'
    _rec_names_search = ['name', 'email', 'address']

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        [('contact', "Contact"), ('delivery', "Delivery address")], required=True, readonly=True
    )
    number = fields.Integer("No.", required=True, readonly=True, aggregator=None)
    debtor_id = fields.Many2one(
        'economic.debtor', required=True, readonly=True, index=True, ondelete='cascade'
    )
    name = fields.Char(readonly=True)
    email = fields.Char("E-mail", readonly=True)
    phone = fields.Char(readonly=True)
    comment = fields.Text("Note", readonly=True)
    address = fields.Text(readonly=True)
    zip = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    country_name = fields.Char("Country as Written", readonly=True)
    country_id = fields.Many2one('res.country', readonly=True)
    terms = fields.Char("Terms of Delivery", readonly=True)
    barred = fields.Boolean(readonly=True)
    deleted = fields.Boolean("Gone from e-conomic", readonly=True)
    notes = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        'res.partner', "In Odoo", readonly=True, index='btree_not_null', ondelete='set null'
    )
    applied_values = fields.Json(readonly=True)

    _number_uniq = models.Constraint(
        'UNIQUE(agreement_id, kind, number)', "A contact stands once per agreement."
    )

    @api.depends('kind', 'name', 'address', 'city')
    def _compute_display_name(self):
        for contact in self:
            contact.display_name = contact._get_label()

    def _get_label(self):
        if self.kind == 'contact':
            return self.name or self.email or str(self.number)
        return ', '.join(filter(None, [*(self.address or '').splitlines(), self.city]))

    # === FROM e-conomic === #

    COLUMNS = (
        'agreement_id', 'kind', 'number', 'company_id', 'debtor_id', 'name', 'email', 'phone',
        'comment', 'address', 'zip', 'city', 'country_name', 'country_id', 'terms', 'barred',
        'deleted', 'notes',
    )  # fmt: skip

    def _prepare_values(self, agreement, record, debtor_id, country):
        """Return the mirror's values of one contact or delivery location, in the order of
        `COLUMNS`.
        """
        head = (agreement.id,)
        notes = ' '.join(record.notes) or None
        if hasattr(record, 'email'):
            return (
                *head, 'contact', record.number, agreement.company_id.id, debtor_id,
                record.name or None, record.email or None, record.phone or None,
                record.comment or None, None, None, None, None, None, None, False, record.deleted,
                notes,
            )  # fmt: skip
        return (
            *head, 'delivery', record.number, agreement.company_id.id, debtor_id, None, None, None,
            None, record.address or None, record.zip or None, record.city or None,
            record.country or None, country, record.terms or None, record.barred, False,
            notes,
        )  # fmt: skip

    # === TO ODOO === #

    def _prepare_partner_values(self):
        """Return what e-conomic has for the child contact, raw; '' and False are empty."""
        self.ensure_one()
        if self.kind == 'contact':
            return {
                'name': (self.name or self.email or '').strip(),
                'email': (self.email or '').strip(),
                'phone': (self.phone or '').strip(),
            }
        lines = [line.strip() for line in (self.address or '').splitlines() if line.strip()]
        return {
            'street': lines[0] if lines else '',
            'street2': ', '.join(lines[1:]),
            'zip': (self.zip or '').strip(),
            'city': (self.city or '').strip(),
            'country_id': self.country_id.id or False,
        }

    def _read_partner_values(self, partner):
        """Return the partner's values in the form of `_prepare_partner_values`."""
        return {
            field: partner[field].id if partner._fields[field].relational else partner[field] or ''
            for field in FIELDS[self.kind]
        }

    def _find_child(self, company, taken):
        """Return the child contact of a company that this one is already, if there is one.

        :param taken: ids of partners that other contacts are linked to
        """
        mine = self._prepare_partner_values()
        for child in company.with_context(active_test=False).child_ids:
            if child.id in taken or child.is_company:
                continue
            theirs = self._read_partner_values(child)
            telling = ('street', 'zip')
            if self.kind == 'contact':
                telling = ('email',) if mine['email'] and theirs['email'] else ('name',)
            alike = all(fold(mine[name]) == fold(theirs[name]) for name in telling)
            if child.type == self.kind and alike:
                return child
        return company.browse()

    def action_open_partner(self):
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(False, 'form')],
        }
