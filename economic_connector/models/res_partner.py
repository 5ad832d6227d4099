from operator import ge, gt, le, lt

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

USER = 'economic_connector.group_economic_user'
LATEST = 10
COMPARE = {'<': lt, '<=': le, '>': gt, '>=': ge}
# Field of the partner -> column of its figures.
FIGURES = {
    'economic_balance': 'balance',
    'economic_overdue': 'overdue',
    'economic_credit_limit': 'credit_limit',
    'economic_turnover_12_months': 'turnover_12_months',
    'economic_turnover_year': 'turnover_year',
    'economic_turnover_same_time': 'turnover_same_time',
    'economic_turnover_last_year': 'turnover_last_year',
    'economic_invoice_count': 'invoice_count',
    'economic_first_purchase': 'first_purchase',
    'economic_last_purchase': 'last_purchase',
}


def _figure(kind, label, name, **options):
    """Return a field that shows a figure, filters by it and sorts by it; nothing is stored here."""
    if kind is fields.Monetary:
        options['currency_field'] = 'economic_currency_id'
    return kind(
        label,
        compute='_compute_economic_figures',
        search=lambda records, operator, value: records._search_economic_figure(
            name, operator, value
        ),
        groups=USER,
        **options,
    )


class ResPartner(models.Model):
    _inherit = 'res.partner'

    economic_debtor_ids = fields.One2many(
        'economic.debtor', 'partner_id', "e-conomic Debtors", groups=USER
    )
    economic_invoice_ids = fields.One2many(
        'economic.invoice', 'partner_id', "e-conomic Invoices", groups=USER
    )
    economic_figures_ids = fields.One2many(
        'economic.figures', 'partner_id', "e-conomic Figures", groups=USER
    )
    economic_latest_invoice_ids = fields.Many2many(
        'economic.invoice',
        string="Latest Invoices",
        compute='_compute_economic_latest',
        groups=USER,
    )
    economic_currency_id = fields.Many2one(
        'res.currency', compute='_compute_economic_figures', groups=USER
    )
    economic_has_more_figures = fields.Boolean(
        "In Several Books", compute='_compute_economic_figures', groups=USER
    )
    economic_balance = _figure(fields.Monetary, "e-conomic Balance", 'balance')
    economic_overdue = _figure(fields.Monetary, "e-conomic Overdue", 'overdue')
    economic_credit_limit = _figure(fields.Monetary, "Credit Limit", 'credit_limit')
    economic_turnover_12_months = _figure(
        fields.Monetary, "Turnover, 12 Months", 'turnover_12_months'
    )
    economic_turnover_year = _figure(fields.Monetary, "Turnover This Year", 'turnover_year')
    economic_turnover_same_time = _figure(
        fields.Monetary, "Turnover, Same Time Last Year", 'turnover_same_time'
    )
    economic_turnover_last_year = _figure(
        fields.Monetary, "Turnover Last Year", 'turnover_last_year'
    )
    economic_invoice_count = _figure(fields.Integer, "e-conomic Invoices (number)", 'invoice_count')
    economic_first_purchase = _figure(fields.Date, "First Purchase", 'first_purchase')
    economic_last_purchase = _figure(fields.Date, "Last Purchase", 'last_purchase')
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
        help="When debtors, invoices and lines were last read; what is shown is as it was then.",
    )
    economic_is_stale = fields.Boolean(compute='_compute_economic_barred', groups=USER)

    # === COMPUTE METHODS === #

    @api.depends('economic_debtor_ids')
    def _compute_economic_latest(self):
        for partner in self:
            partner.economic_latest_invoice_ids = self.env['economic.invoice'].search(
                [('partner_id', '=', partner.id)], limit=LATEST
            )

    @api.depends('economic_figures_ids')
    @api.depends_context('company', 'allowed_company_ids')
    def _compute_economic_figures(self):
        for partner in self:
            row = partner._get_economic_figures()
            for name, column in FIGURES.items():
                partner[name] = row[column]
            partner.economic_currency_id = row.currency_id or self.env.company.currency_id
            partner.economic_has_more_figures = len(partner._get_visible_figures()) > 1

    def _get_visible_figures(self):
        return self.economic_figures_ids.filtered(lambda row: row.company_id in self.env.companies)

    def _get_economic_figures(self):
        """Return the one row to show: base currencies are never added up, so it is the current
        company's in its own currency if there is one, else the one with most invoices.
        """
        company = self.env.company
        return self._get_visible_figures().sorted(
            lambda row: (
                row.company_id == company,
                row.currency_id == company.currency_id,
                row.invoice_count,
            ),
            reverse=True,
        )[:1]

    @api.depends('economic_debtor_ids.barred')
    def _compute_economic_barred(self):
        now = fields.Datetime.now()
        copied = self.economic_debtor_ids.agreement_id._get_copied()
        for partner in self:
            debtors = partner.economic_debtor_ids
            times = {agreement: copied.get(agreement) for agreement in debtors.agreement_id}
            partner.economic_barred = any(debtors.mapped('barred'))
            partner.economic_copied_at = min(filter(None, times.values()), default=False)
            partner.economic_is_stale = any(
                time and (now - time).days >= agreement.stale_days
                for agreement, time in times.items()
            )

    # === SEARCH AND ORDER === #

    def _search_economic_barred(self, operator, value):
        if operator != 'in':
            return NotImplemented
        barred = Domain('economic_debtor_ids', 'any', Domain('barred', '=', True))
        return barred if True in value else ~barred

    def _search_economic_figure(self, name, operator, value):
        """Find partners by a figure in one of the user's companies; who has none has 0."""
        if operator not in ('in', '<', '<=', '>', '>='):
            return NotImplemented
        found = Domain('economic_figures_ids', 'any', Domain(name, operator, value))
        nothing = False if name.endswith('purchase') else 0.0
        if (
            nothing in value or False in value
            if operator == 'in'
            else nothing is not False and COMPARE[operator](0, value)
        ):
            found |= Domain('economic_figures_ids', '=', False)
        return found

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        column = FIGURES.get(field_name)
        if not column:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        self._check_field_access(self._fields[field_name], 'read')
        # The row that is shown decides, see _get_economic_figures.
        return SQL(
            '(SELECT f.%s FROM economic_figures f'
            ' WHERE f.partner_id = %s AND f.company_id = ANY(%s)'
            ' ORDER BY f.company_id = %s DESC, f.currency_id = %s DESC, f.invoice_count DESC'
            ' LIMIT 1) %s NULLS LAST',
            SQL.identifier(column),
            SQL.identifier(alias, 'id'),
            self.env.companies.ids,
            self.env.company.id,
            self.env.company.currency_id.id,
            direction,
        )

    # === ACTIONS === #

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
