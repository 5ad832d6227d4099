from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, formatLang

from .res_partner import USER

MONTHS = 12
MOST_BOUGHT = 3


class ResPartner(models.Model):
    """What the tab shows of the figures: a curve, a comparison, what is bought most."""

    _inherit = 'res.partner'

    economic_months = fields.Json("Net by Month", compute='_compute_economic_months', groups=USER)
    economic_trend = fields.Char("Trend", compute='_compute_economic_trend', groups=USER)
    economic_most_bought = fields.Char(
        "Most Bought", compute='_compute_economic_most_bought', groups=USER
    )
    economic_days_overdue = fields.Integer(
        "Days Overdue",
        compute='_compute_economic_days_overdue',
        groups=USER,
        help="Of the invoice that has been due the longest.",
    )

    @api.depends('economic_debtor_ids')
    @api.depends_context('company', 'allowed_company_ids', 'lang')
    def _compute_economic_months(self):
        this_month = fields.Date.context_today(self) + relativedelta(day=1)
        months = [this_month - relativedelta(months=ago) for ago in range(MONTHS - 1, -1, -1)]
        sums = {}
        for partner, currency, month, amount in self.env['economic.invoice']._read_group(
            Domain('partner_id', 'in', self.ids) & Domain('date', '>=', months[0]),
            ['partner_id', 'base_currency_id', 'date:month'],
            ['amount_untaxed_base:sum'],
        ):
            sums[partner, currency, month] = amount
        for partner in self:
            currency = partner.economic_currency_id
            partner.economic_months = [
                self._get_economic_month(
                    month, sums.get((partner._origin, currency, month), 0), currency
                )
                for month in months
            ]

    def _get_economic_month(self, month, amount, currency):
        label = format_date(self.env, month, date_format='MMM y')
        return {
            'value': amount,
            'title': f'{label}: {format_amount(self.env, amount, currency)}',
        }

    @api.depends('economic_turnover_year', 'economic_turnover_same_time')
    @api.depends_context('lang')
    def _compute_economic_trend(self):
        for partner in self:
            before, now = partner.economic_turnover_same_time, partner.economic_turnover_year
            if before <= 0:
                partner.economic_trend = False
                continue
            change = round((now - before) / before * 100)
            partner.economic_trend = self.env._(
                "%(sign)s %(percent)s %% on the same time last year",
                sign='▲' if change > 0 else '▼' if change < 0 else '=',
                percent=formatLang(self.env, abs(change), digits=0),
            )

    @api.depends('economic_debtor_ids')
    @api.depends_context('lang')
    def _compute_economic_most_bought(self):
        bought = {}
        for partner, product, quantity in self.env['economic.invoice.line']._read_group(
            [('partner_id', 'in', self.ids), ('product_id', '!=', False)],
            ['partner_id', 'product_id'],
            ['quantity:sum'],
            having=[('quantity:sum', '>', 0)],
            order='quantity:sum DESC',
        ):
            digits = 0 if quantity == int(quantity) else 2
            text = f'{product.name or product.number} ({formatLang(self.env, quantity, digits)})'
            bought.setdefault(partner, []).append(text)
        for partner in self:
            names = bought.get(partner._origin, [])[:MOST_BOUGHT]
            partner.economic_most_bought = " · ".join(names) or False

    @api.depends('economic_debtor_ids')
    def _compute_economic_days_overdue(self):
        today = fields.Date.context_today(self)
        oldest = dict(
            self.env['economic.invoice']._read_group(
                [('partner_id', 'in', self.ids), ('is_overdue', '=', True)],
                ['partner_id'],
                ['date_due:min'],
            )
        )
        for partner in self:
            due = oldest.get(partner._origin)
            partner.economic_days_overdue = (today - due).days if due else 0
