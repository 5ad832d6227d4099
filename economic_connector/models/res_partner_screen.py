from odoo import api, fields, models
from odoo.tools import format_amount, formatLang

from .res_partner import USER

MOST_BOUGHT = 3


class ResPartner(models.Model):
    """What the tab shows of the figures: a curve, a comparison, what is bought most."""

    _inherit = 'res.partner'

    economic_months = fields.Json("Net by Month", compute='_compute_economic_trend', groups=USER)
    economic_trend = fields.Char("Trend", compute='_compute_economic_trend', groups=USER)
    economic_most_bought = fields.Char(
        "Most Bought", compute='_compute_economic_most_bought', groups=USER
    )
    economic_booked_count = fields.Integer(
        "Invoices and Credit Notes", compute='_compute_economic_booked_count', groups=USER
    )
    economic_overdue_words = fields.Char(
        "Overdue in All Books", compute='_compute_economic_trend', groups=USER
    )
    economic_days_overdue = fields.Integer(
        "Days Overdue",
        compute='_compute_economic_trend',
        groups=USER,
        help="Of the invoice that has been due the longest.",
    )

    @api.depends('economic_figures_ids')
    @api.depends_context('company', 'allowed_company_ids', 'lang')
    def _compute_economic_trend(self):
        today = fields.Date.context_today(self)
        for partner in self:
            row = partner._get_economic_figures()
            partner.economic_months = row.chart
            partner.economic_days_overdue = (today - row.oldest_due).days if row.oldest_due else 0
            partner.economic_overdue_words = partner._get_overdue_words(today)
            change = round(row.trend)
            partner.economic_trend = row.turnover_same_time > 0 and self.env._(
                "%(sign)s %(percent)s %% on the same time last year",
                sign='▲' if change > 0 else '▼' if change < 0 else '=',
                percent=formatLang(self.env, abs(change), digits=0),
            )

    def _get_overdue_words(self, today):
        """Return what is overdue in all books that the user sees; currencies are not added up."""
        rows = self._get_visible_figures().filtered(lambda row: row.overdue > 0)
        if not rows:
            return False
        amounts = [format_amount(self.env, row.overdue, row.currency_id) for row in rows]
        return self.env._(
            "%(amounts)s, for up to %(days)s days",
            amounts=' + '.join(amounts),
            days=(today - min(rows.mapped('oldest_due'))).days,
        )

    @api.depends('economic_invoice_ids')
    @api.depends_context('company', 'allowed_company_ids')
    def _compute_economic_booked_count(self):
        counts = dict(
            self.env['economic.invoice']._read_group(
                [('partner_id', 'in', self.ids)], ['partner_id'], ['__count']
            )
        )
        for partner in self:
            partner.economic_booked_count = counts.get(partner._origin, 0)

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
