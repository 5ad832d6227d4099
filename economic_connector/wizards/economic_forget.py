from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL


def _number(label):
    return fields.Integer(label, compute='_compute_counts')


class EconomicForget(models.TransientModel):
    """What forgetting debtors or contacts would remove, before it is done."""

    _name = 'economic.forget'
    _description = "Forget e-conomic Data"

    debtor_ids = fields.Many2many('economic.debtor', string="Debtors", readonly=True)
    contact_ids = fields.Many2many('economic.contact', string="Contacts", readonly=True)
    delete_partners = fields.Boolean(
        "Delete in Odoo as Well",
        default=True,
        help="The companies and contacts in Odoo that these records are linked to, with all "
        "contacts below them and what was merged into them.",
    )
    partner_names = fields.Char("In Odoo", compute='_compute_counts')
    debtor_count = _number("Debtors emptied")
    contact_count = _number("Contacts and addresses emptied")
    invoice_count = _number("Invoices kept without a name")
    row_count = _number("Rows of imports emptied")
    quarantine_count = _number("Records that need a look")

    @api.model
    def default_get(self, fields):
        """Begin with the records that were selected; of companies, with what is linked to them."""
        values = super().default_get(fields)
        selected = self.env.context.get('active_ids') or []
        model = self.env.context.get('active_model')
        debtors = self.env['economic.debtor'].with_context(active_test=False)
        contacts = self.env['economic.contact']
        if model == 'economic.debtor':
            debtors = debtors.browse(selected)
        elif model == 'economic.contact':
            contacts = contacts.browse(selected)
        elif model == 'res.partner':
            debtors = debtors.search([('partner_id', 'in', selected)])
            contacts = contacts.search(
                [('partner_id', 'in', selected), ('debtor_id', 'not in', debtors.ids)]
            )
            if not debtors and not contacts:
                raise UserError(self.env._("e-conomic has nothing of this company."))
        return values | {
            'debtor_ids': [Command.set(debtors.ids)],
            'contact_ids': [Command.set(contacts.ids)],
        }

    @api.depends('debtor_ids', 'contact_ids')
    def _compute_counts(self):
        for wizard in self:
            debtors = wizard._get_debtors()
            contacts = debtors.contact_ids | wizard.contact_ids
            lines = self.env['economic.run.line'].search_count(
                ['|', ('debtor_id', 'in', debtors.ids), ('contact_id', 'in', contacts.ids)]
            )
            numbers = [str(debtor.number) for debtor in debtors]
            wizard.update(
                {
                    'partner_names': ', '.join(wizard._get_partners().mapped('display_name')),
                    'debtor_count': len(debtors),
                    'contact_count': len(contacts),
                    'invoice_count': len(debtors.invoice_ids),
                    'row_count': lines,
                    'quarantine_count': self.env['economic.quarantine'].search_count(
                        [('agreement_id', 'in', debtors.agreement_id.ids),
                         ('kind', '=', 'debtor'), ('number', 'in', numbers)]
                    ),
                }
            )  # fmt: skip

    def _get_debtors(self):
        return self.debtor_ids.with_context(active_test=False)._get_same()

    def _get_partners(self):
        """Return the companies and contacts in Odoo that tell of these records."""
        linked = self._get_debtors().partner_id | self.contact_ids.partner_id
        merged = self._get_merges(linked).source_ids
        everybody = self.env['res.partner'].with_context(active_test=False)
        return everybody.search([('id', 'child_of', (linked | merged).ids)]) if linked else linked

    def _get_merges(self, partners):
        return self.env['economic.merge'].search(
            ['|', ('survivor_id', 'in', partners.ids), ('source_ids', 'in', partners.ids)]
        )

    def action_forget(self):
        """Forget, and delete in Odoo what is to be deleted there."""
        self.ensure_one()
        records = self.debtor_ids | self.contact_ids.debtor_id
        self.debtor_ids._check_forget()
        self.contact_ids._check_forget()
        for agreement in records.agreement_id:
            self._check_idle(agreement)
        partners = self._get_partners() if self.delete_partners else self.env['res.partner']
        merges = self._get_merges(partners)
        # In sudo mode: the mirror is nobody's to write; access was checked above.
        self.debtor_ids.sudo()._forget()
        self.contact_ids.sudo()._forget()
        merges.sudo().unlink()
        partners.unlink()
        # What something in Odoo needs shows now: then nothing is done, and Odoo says what it is.
        self.env.flush_all()
        if partners and self.env.context.get('active_model') == 'res.partner':
            # The page behind may be the one of a company that is gone.
            action = self.env['ir.actions.act_window']._for_xml_id('contacts.action_contacts')
            return action | {'target': 'main'}
        return {'type': 'ir.actions.act_window_close'}

    def _check_idle(self, agreement):
        """Keep runs from beginning, as a run keeps others; refuse while one works."""
        self.env.cr.execute(
            SQL('UPDATE economic_agreement SET fence = fence WHERE id = %s', agreement.id)
        )
        if self.env['economic.run']._get_working(agreement):
            raise UserError(
                self.env._("An import of %s is running. Try again when it is done.", agreement.name)
            )
