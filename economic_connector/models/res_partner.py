from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

USER = 'economic_connector.group_economic_user'
LATEST = 10


class ResPartner(models.Model):
    _inherit = 'res.partner'

    economic_debtor_ids = fields.One2many(
        'economic.debtor', 'partner_id', "e-conomic Debtors", groups=USER
    )
    economic_invoice_ids = fields.One2many(
        'economic.invoice', 'partner_id', "e-conomic Invoices", groups=USER
    )
    economic_latest_invoice_ids = fields.Many2many(
        'economic.invoice',
        string="Latest Invoices",
        compute='_compute_economic_latest',
        groups=USER,
    )
    economic_invoice_count = fields.Integer(
        "Invoices in e-conomic", compute='_compute_economic_figures', groups=USER
    )
    economic_currency_id = fields.Many2one(
        'res.currency', compute='_compute_economic_figures', groups=USER
    )
    economic_balance = fields.Monetary(
        "Balance",
        compute='_compute_economic_figures',
        currency_field='economic_currency_id',
        groups=USER,
    )
    economic_overdue = fields.Monetary(
        "Overdue",
        compute='_compute_economic_figures',
        currency_field='economic_currency_id',
        groups=USER,
    )
    economic_turnover_year = fields.Monetary(
        "This Year",
        compute='_compute_economic_figures',
        currency_field='economic_currency_id',
        groups=USER,
    )
    economic_turnover_same_time = fields.Monetary(
        "Same Time Last Year",
        compute='_compute_economic_figures',
        currency_field='economic_currency_id',
        groups=USER,
    )
    economic_turnover_last_year = fields.Monetary(
        "Last Year",
        compute='_compute_economic_figures',
        currency_field='economic_currency_id',
        groups=USER,
    )
    economic_last_purchase = fields.Date(
        "Last Purchase", compute='_compute_economic_figures', groups=USER
    )
    economic_barred = fields.Boolean(
        "Barred in e-conomic",
        compute='_compute_economic_barred',
        search='_search_economic_barred',
        groups=USER,
    )
    economic_copied_at = fields.Datetime(
        "Copied",
        compute='_compute_economic_barred',
        groups=USER,
        help="When the agreement was last synchronized; what is shown is as it was then.",
    )

    @api.depends('economic_debtor_ids')
    def _compute_economic_latest(self):
        for partner in self:
            partner.economic_latest_invoice_ids = self.env['economic.invoice'].search(
                [('partner_id', '=', partner.id)], limit=LATEST
            )

    @api.depends('economic_debtor_ids')
    @api.depends_context('company', 'allowed_company_ids')
    def _compute_economic_figures(self):
        # Base currencies are never added up: the figures are those of one, the current company's
        # agreement's where there is one.
        invoices = self.env['economic.invoice']
        today = fields.Date.context_today(self)
        year = today + relativedelta(month=1, day=1)
        periods = {
            'economic_turnover_year': (year, today),
            'economic_turnover_same_time': (
                year - relativedelta(years=1),
                today - relativedelta(years=1),
            ),
            'economic_turnover_last_year': (
                year - relativedelta(years=1),
                year - relativedelta(days=1),
            ),
        }
        totals = {}
        for partner, currency, count, residual, last in invoices._read_group(
            [('partner_id', 'in', self.ids)],
            ['partner_id', 'base_currency_id'],
            ['__count', 'amount_residual_base:sum', 'date:max'],
        ):
            totals.setdefault(partner, []).append((currency, count, residual, last))
        chosen = {partner: self._choose_economic_currency(rows) for partner, rows in totals.items()}
        sums = {
            name: self._sum_economic(
                'amount_untaxed_base', Domain('date', '>=', start) & Domain('date', '<=', end)
            )
            for name, (start, end) in periods.items()
        }
        sums['economic_overdue'] = self._sum_economic(
            'amount_residual_base',
            Domain('amount_residual', '>', 0) & Domain('date_due', '<', today),
        )
        for partner in self:
            rows = totals.get(partner._origin, [])
            currency = chosen.get(partner._origin, self.env.company.currency_id)
            partner.economic_currency_id = currency
            partner.economic_invoice_count = sum(row[1] for row in rows)
            partner.economic_balance = sum(row[2] for row in rows if row[0] == currency)
            partner.economic_last_purchase = max((row[3] for row in rows), default=False)
            for name, amounts in sums.items():
                partner[name] = amounts.get((partner._origin, currency), 0)

    def _choose_economic_currency(self, rows):
        """Return the current company's currency if the partner has bought in it, else the one
        most used.
        """
        own = self.env.company.currency_id
        currencies = {row[0]: row[1] for row in rows}
        return own if own in currencies else max(currencies, key=currencies.get)

    def _sum_economic(self, field, domain):
        """Return {(partner, base currency): sum} over the invoices of these partners."""
        return {
            (partner, currency): amount
            for partner, currency, amount in self.env['economic.invoice']._read_group(
                Domain('partner_id', 'in', self.ids) & domain,
                ['partner_id', 'base_currency_id'],
                [f'{field}:sum'],
            )
        }

    @api.depends('economic_debtor_ids.barred')
    def _compute_economic_barred(self):
        for partner in self:
            debtors = partner.economic_debtor_ids
            partner.economic_barred = any(debtors.mapped('barred'))
            partner.economic_copied_at = max(
                filter(None, debtors.agreement_id.mapped('synced_at')), default=False
            )

    def _search_economic_barred(self, operator, value):
        if operator != 'in':
            return NotImplemented
        barred = Domain('economic_debtor_ids', 'any', Domain('barred', '=', True))
        return barred if True in value else ~barred

    def action_economic_invoices(self):
        """Open all invoices of this company."""
        self.ensure_one()
        self.env['economic.invoice'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_invoice'
        )
        return action | {
            'domain': [('partner_id', '=', self.id)],
            'context': {'economic_one_partner': True},
        }
