from odoo import api, fields, models
from odoo.tools import SQL

from .base_currency import get_base_currencies, label_with_currency


class EconomicInvoice(models.Model):
    """What lists of invoices filter and group by beyond the columns."""

    _inherit = 'economic.invoice'

    country_id = fields.Many2one(related='partner_id.country_id')
    amount_at_least = fields.Monetary(
        "Net of at Least (base currency)",
        compute='_compute_amount_at_least',
        search='_search_amount_at_least',
        currency_field='base_currency_id',
        exportable=False,
        aggregator=None,
    )

    @api.model
    def _get_base_currencies(self):
        return get_base_currencies(self.env)

    @api.depends('amount_untaxed_base')
    def _compute_amount_at_least(self):
        for invoice in self:
            invoice.amount_at_least = invoice.amount_untaxed_base

    def _search_amount_at_least(self, operator, value):
        """Search what is at least as much as is typed in."""
        return search_at_least('amount_untaxed_base', operator, value)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return label_with_currency(self, super().fields_get(allfields, attributes))

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == 'state':
            return self._state_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    def _state_sql(self, alias):
        """Return the state as SQL, for grouping: it depends on today and is not stored."""
        return SQL(
            """
            (CASE WHEN %(open)s = 0 THEN 'paid'
                  WHEN %(open)s > 0 AND %(due)s < %(today)s THEN 'overdue'
                  WHEN %(open)s <> %(total)s THEN 'partial'
                  ELSE 'open' END)
            """,
            open=SQL.identifier(alias, 'amount_residual'),
            total=SQL.identifier(alias, 'amount_total'),
            due=SQL.identifier(alias, 'date_due'),
            today=fields.Date.context_today(self),
        )


class EconomicInvoiceLine(models.Model):
    """What lists and pivots of lines filter and group by beyond the columns."""

    _inherit = 'economic.invoice.line'

    product_group_id = fields.Many2one(related='product_id.group_id', string="Product Group")
    customer_group_id = fields.Many2one(
        related='debtor_id.customer_group_id', string="Customer Group"
    )
    salesperson_id = fields.Many2one(related='invoice_id.salesperson_id')
    country_id = fields.Many2one(related='partner_id.country_id')
    amount_at_least = fields.Monetary(
        "Amount of at Least (base currency)",
        compute='_compute_amount_at_least',
        search='_search_amount_at_least',
        currency_field='base_currency_id',
        exportable=False,
        aggregator=None,
    )

    @api.depends('price_subtotal_base')
    def _compute_amount_at_least(self):
        for line in self:
            line.amount_at_least = line.price_subtotal_base

    def _search_amount_at_least(self, operator, value):
        """Search what is at least as much as is typed in."""
        return search_at_least('price_subtotal_base', operator, value)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return label_with_currency(self, super().fields_get(allfields, attributes))


def search_at_least(name, operator, value):
    """Return the domain of what is at least as much as is typed into the search bar."""
    if operator != 'in':
        return [(name, operator, value)]
    return [(name, '>=', min(value, default=0))]
