from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class EconomicDebtor(models.Model):
    """A debtor as e-conomic has it, and the partner it belongs to."""

    _name = 'economic.debtor'
    _description = "e-conomic Debtor"
    _check_company_auto = True
    _order = 'agreement_id, number'
    _rec_names_search = ['name', 'number_text']

    # === AS e-conomic HAS IT === #

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    number = fields.Integer("No.", required=True, readonly=True, aggregator=None)
    number_text = fields.Char(compute='_compute_number_text', search='_search_number_text')
    name = fields.Char("Debtor", readonly=True)
    address = fields.Text(readonly=True)
    zip = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    country_name = fields.Char("Country as Written", readonly=True)
    country_id = fields.Many2one('res.country', readonly=True)
    cvr = fields.Char("CVR", readonly=True)
    vat_number = fields.Char("VAT Number", readonly=True)
    p_number = fields.Char("P-number", readonly=True)
    ean = fields.Char("EAN", readonly=True)
    emails = fields.Char("E-mail", readonly=True)
    phone = fields.Char(readonly=True)
    mobile_phone = fields.Char("Mobile", readonly=True)
    website = fields.Char(readonly=True)
    barred = fields.Boolean(readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    credit_limit = fields.Monetary(readonly=True, aggregator=None)
    balance = fields.Monetary("Balance in e-conomic", readonly=True, aggregator=None)
    customer_group_id = fields.Many2one('economic.reference', "Group", readonly=True)
    payment_term_id = fields.Many2one('economic.reference', "Payment Terms", readonly=True)
    salesperson_id = fields.Many2one('economic.reference', readonly=True)
    last_updated = fields.Datetime("Changed in e-conomic", readonly=True)
    copied_at = fields.Datetime("Copied", related='write_date')
    active = fields.Boolean(default=True, readonly=True)
    deleted = fields.Boolean("Gone from e-conomic", readonly=True)
    successor_id = fields.Many2one(
        'economic.debtor',
        readonly=True,
        index='btree_not_null',
        help="The debtor that has this one's number, or is this one under a new number.",
    )

    # === THE PARTNER === #

    partner_id = fields.Many2one(
        'res.partner', "Company", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    match_state = fields.Selection(
        [
            ('new', "Not matched"),
            ('linked', "Linked"),
            ('review', "To review"),
            ('ignored', "Ignored"),
        ],
        "Match",
        required=True,
        default='new',
        readonly=True,
        index=True,
    )
    match_score = fields.Float("Score", digits=(6, 1), readonly=True, aggregator=None)
    match_evidence = fields.Json(readonly=True)
    match_because = fields.Char("Because", compute='_compute_match_because')
    linked_at = fields.Datetime(readonly=True)
    linked_by_id = fields.Many2one('res.users', readonly=True)
    applied_values = fields.Json(
        readonly=True, help="What an import last wrote to the company, field by field."
    )
    candidate_ids = fields.One2many('economic.debtor.candidate', 'debtor_id')
    contact_ids = fields.One2many('economic.contact', 'debtor_id', "Contacts", readonly=True)

    invoice_ids = fields.One2many('economic.invoice', 'debtor_id', readonly=True)
    invoice_count = fields.Integer(compute='_compute_invoice_figures')
    amount_open_base = fields.Monetary(
        "Open", compute='_compute_invoice_figures', currency_field='base_currency_id'
    )
    base_currency_id = fields.Many2one(related='agreement_id.base_currency_id')

    _number_uniq = models.UniqueIndex('(agreement_id, number) WHERE active')
    _search_idx = models.Index('(company_id, name)')

    @api.depends('number', 'name')
    def _compute_display_name(self):
        for debtor in self:
            debtor.display_name = f'{debtor.number} {debtor.name or ""}'.strip()

    @api.depends('number')
    def _compute_number_text(self):
        for debtor in self:
            debtor.number_text = str(debtor.number)

    def _search_number_text(self, operator, value):
        if operator not in ('=', 'in', 'ilike', 'like', '=like', '=ilike'):
            return NotImplemented
        values = [value] if isinstance(value, str) else value
        return Domain('number', 'in', [int(v) for v in values if str(v).strip().isdigit()])

    @api.depends('match_evidence')
    @api.depends_context('lang')
    def _compute_match_because(self):
        for debtor in self:
            debtor.match_because = self.env['economic.match.key']._in_words(debtor.match_evidence)

    def _compute_invoice_figures(self):
        figures = {
            debtor: (count, residual)
            for debtor, count, residual in self.env['economic.invoice']._read_group(
                [('debtor_id', 'in', self.ids)],
                ['debtor_id'],
                ['__count', 'amount_residual_base:sum'],
            )
        }
        for debtor in self:
            debtor.invoice_count, debtor.amount_open_base = figures.get(debtor, (0, 0))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_invoices(self):
        if self.invoice_ids:
            raise UserError(self.env._("A debtor with invoices cannot be deleted."))

    # === FROM e-conomic === #

    COLUMNS = (
        'agreement_id', 'number', 'company_id', 'name', 'address', 'zip', 'city', 'country_name',
        'country_id', 'cvr', 'vat_number', 'p_number', 'ean', 'emails', 'phone', 'mobile_phone',
        'website', 'barred', 'currency_id', 'credit_limit', 'balance', 'customer_group_id',
        'payment_term_id', 'salesperson_id', 'last_updated', 'active', 'deleted', 'match_state',
        'notes',
    )  # fmt: skip

    def _prepare_values(self, agreement, customer, references, currencies, country):
        """Return the mirror's values of one customer record, in the order of `COLUMNS`."""
        return (
            agreement.id, customer.number, agreement.company_id.id, customer.name or None,
            customer.address or None, customer.zip or None, customer.city or None,
            customer.country or None, country, customer.cvr or None, customer.vat_number or None,
            customer.p_number or None, customer.ean or None, customer.email or None,
            customer.phone or None, customer.mobile_phone or None, customer.website or None,
            customer.barred, currencies.get(customer.currency), customer.credit_limit,
            customer.balance,
            references.get(('customer_group', str(customer.customer_group_number))),
            references.get(('payment_term', str(customer.payment_terms_number))),
            references.get(('employee', str(customer.sales_person_number))),
            customer.last_updated and customer.last_updated.replace(tzinfo=None), True, False,
            'new', ' '.join(customer.notes) or None,
        )  # fmt: skip

    # === LINKING === #

    def _link(self, partner, candidate=None, *, run=None, kind=None):
        """Tie this debtor and its invoices to `partner`.

        :param candidate: score and evidence that decided
        :param run: the run that does it, if any
        :param kind: what the history calls it, if not a link
        """
        self.ensure_one()
        before = self.partner_id
        # In sudo mode: the mirror is written by the engine alone.
        self.sudo().write(
            {
                'partner_id': partner.id,
                'match_state': 'linked',
                'reopened': False,
                'match_score': candidate['score'] if candidate else 0,
                'match_evidence': candidate['evidence'] if candidate else False,
                'linked_at': fields.Datetime.now(),
                'linked_by_id': self.env.uid,
            }
        )
        self._log_event(
            kind or ('relinked' if before else 'linked'), partner, former=before, run=run
        )
        self._propagate_partner()
        if not self.env.context.get('economic_running'):
            # A run computes the figures of all it touched at its end.
            self.env['economic.figures'].sudo()._refresh((before | partner).ids)

    def _propagate_partner(self):
        """Let the invoices and lines of these debtors follow to their partner."""
        self.flush_recordset(['partner_id'])
        for model in ('economic.invoice', 'economic.invoice.line'):
            table = SQL.identifier(self.env[model]._table)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s t
                       SET partner_id = d.partner_id
                      FROM economic_debtor d
                     WHERE d.id = t.debtor_id AND d.id = ANY(%(ids)s)
                       AND t.partner_id IS DISTINCT FROM d.partner_id
                    """,
                    table=table,
                    ids=self.ids,
                )
            )
            self.env[model].invalidate_model(['partner_id'])

    def action_open_partner(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(False, 'form')],
        }

    def action_open_invoices(self):
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_invoice'
        )
        return action | {'domain': [('debtor_id', '=', self.id)], 'context': {}}
