from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

COMPANIES = 'economic_connector.action_economic_partner'
INVOICES = 'economic_connector.action_economic_invoice'


class EconomicQuestion(models.TransientModel):
    """A question about purchases as a sentence with blanks; the answer is an ordinary filter."""

    _name = 'economic.question'
    _description = "Question about Purchases"

    kind = fields.Selection(
        [
            ('one', "One or more transactions over an amount"),
            ('total', "Bought for more than an amount in all"),
            ('product', "Bought one product, but not another"),
            ('silent', "No purchase for some months"),
            ('fell', "Turnover fell"),
            ('first', "First purchase in a period"),
        ],
        "Question",
        required=True,
        default='one',
    )
    amount = fields.Monetary(default=5000)
    currency_id = fields.Many2one(
        'res.currency',
        "Base Currency",
        required=True,
        default=lambda self: self._default_currency_id(),
        domain="[('id', 'in', currency_ids)]",
    )
    # Books may be in a currency that Odoo itself does not use.
    currency_ids = fields.Many2many(
        'res.currency', compute='_compute_currency_ids', context={'active_test': False}
    )
    date_from = fields.Date("After", default=lambda self: self._default_date_from())
    date_to = fields.Date("Until")
    months = fields.Integer(default=6)
    percent = fields.Float(digits=(16, 0), default=20)
    product_ids = fields.Many2many(
        'economic.reference',
        'economic_question_product_rel',
        domain=[('kind', '=', 'product')],
    )
    without_product_ids = fields.Many2many(
        'economic.reference',
        'economic_question_without_rel',
        string="But Not",
        domain=[('kind', '=', 'product')],
    )
    name = fields.Char("Name of the Favourite", compute='_compute_name')
    company_count = fields.Integer(compute='_compute_counts')
    invoice_count = fields.Integer(compute='_compute_counts')

    @api.model
    def _default_currency_id(self):
        # The current company's own books, if it has any; the others' currencies can be chosen.
        own = self.with_context(allowed_company_ids=self.env.company.ids)
        currencies = own.env['economic.invoice']._get_base_currencies()
        return (currencies or self._get_base_currencies())[:1]

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self) - relativedelta(months=12)

    def _compute_currency_ids(self):
        self.currency_ids = self._get_base_currencies()

    @api.model
    def _get_base_currencies(self):
        currencies = self.env['economic.invoice']._get_base_currencies()
        return currencies or self.env.company.currency_id

    # === THE DOMAINS === #

    def _get_period(self):
        """Return the condition on an invoice's date; the first day is after the one given."""
        period = Domain.TRUE
        if self.date_from:
            period &= Domain('date', '>', str(self.date_from))
        if self.date_to:
            period &= Domain('date', '<=', str(self.date_to))
        return period

    def _get_currency_domain(self):
        """Compare amounts only with invoices in the same base currency, if there are several."""
        if len(self.currency_ids) < 2:
            return Domain.TRUE
        return Domain('base_currency_id', '=', self.currency_id.id)

    def _get_invoice_condition(self):
        """Return the domain of the single transactions asked for, or None."""
        if self.kind == 'one':
            amount = Domain('amount_untaxed_base', '>', self.amount)
            return amount & self._get_period() & self._get_currency_domain()
        if self.kind == 'product':
            return self._get_period() & Domain('line_ids', 'any', self._bought(self.product_ids))
        return None

    def _bought(self, products):
        return Domain('product_id', 'in', products.ids) & Domain('quantity', '>', 0)

    def _get_partner_domain(self):
        """Return the domain of the companies asked for."""
        if self.kind == 'one':
            return Domain('economic_invoice_ids', 'any', self._get_invoice_condition())
        if self.kind == 'total':
            return Domain('economic_total_bought', '=', self._get_total())
        if self.kind == 'product':
            period = self._get_period()
            found = Domain('economic_line_ids', 'any', period & self._bought(self.product_ids))
            if self.without_product_ids:
                but_not = period & self._bought(self.without_product_ids)
                found &= Domain('economic_line_ids', 'not any', but_not)
            return found
        if self.kind == 'fell':
            return Domain('economic_figures_ids', 'any', Domain('trend', '<', -self.percent))
        found, but_not = self._get_figures_conditions()
        partners = Domain('economic_figures_ids', 'any', found)
        return (
            partners & Domain('economic_figures_ids', 'not any', but_not) if but_not else partners
        )

    def _get_figures_conditions(self):
        """Return what one row of a company's figures must be like, and what none may be like.

        A company that buys in several books or base currencies has a row of each.
        """
        if self.kind == 'silent':
            day = f'today -{self.months}m'
            return Domain('last_purchase', '<', day), Domain('last_purchase', '>=', day)
        found, before = Domain('first_purchase', '!=', False), None
        if self.date_from:
            found &= Domain('first_purchase', '>', str(self.date_from))
            before = Domain('first_purchase', '<=', str(self.date_from))
        if self.date_to:
            found &= Domain('first_purchase', '<=', str(self.date_to))
        return found, before

    def _get_total(self):
        """Return what `economic_total_bought` is searched with."""
        start = self.date_from + relativedelta(days=1) if self.date_from else ''
        period = f': {start}..{self.date_to or ""}' if self.date_from or self.date_to else ''
        return f'> {self.amount:.2f} {self.currency_id.name}{period}'

    def _get_invoice_domain(self):
        """Return the domain of the invoices behind the companies asked for."""
        condition = self._get_invoice_condition()
        if self.kind == 'one':
            return condition
        found = Domain('partner_id', 'any', self._get_partner_domain())
        if self.kind == 'total':
            return self._get_period() & self._get_currency_domain() & found
        return condition & found if condition else found

    # === THE SENTENCE === #

    @api.depends('kind', 'amount', 'currency_id', 'date_from', 'date_to', 'months', 'percent',
                 'product_ids', 'without_product_ids')  # fmt: skip
    @api.depends_context('lang')
    def _compute_name(self):
        for question in self:
            values = question._get_words()
            question.name = {
                'one': self.env._("One over %(amount)s%(period)s", **values),
                'total': self.env._("In all over %(amount)s%(period)s", **values),
                'product': self.env._("Bought %(products)s%(without)s%(period)s", **values),
                'silent': self.env._("No purchase for %(months)s months", **values),
                'fell': self.env._("Fell by more than %(percent)s %%", **values),
                'first': self.env._("First purchase%(period)s", **values),
            }[question.kind or 'one']

    def _get_words(self):
        def date(value):
            return self.env['ir.qweb.field.date'].value_to_html(value, {})

        period = self.env._(" after %s", date(self.date_from)) if self.date_from else ''
        period += self.env._(" until %s", date(self.date_to)) if self.date_to else ''
        without = ', '.join(self.without_product_ids.mapped('display_name'))
        return {
            'amount': self.currency_id.format(self.amount) if self.currency_id else self.amount,
            'period': period,
            'products': ', '.join(self.product_ids.mapped('display_name')) or '…',
            'without': self.env._(" but not %s", without) if without else '',
            'months': self.months,
            'percent': round(self.percent),
        }

    @api.depends('kind', 'amount', 'currency_id', 'date_from', 'date_to', 'months', 'percent',
                 'product_ids', 'without_product_ids')  # fmt: skip
    def _compute_counts(self):
        for question in self:
            if question._is_complete():
                partners, invoices = self.env['res.partner'], self.env['economic.invoice']
                question.company_count = partners.search_count(question._get_partner_domain())
                question.invoice_count = invoices.search_count(question._get_invoice_domain())
            else:
                question.company_count = question.invoice_count = 0

    def _is_complete(self):
        return self.kind != 'product' or bool(self.product_ids)

    # === ACTIONS === #

    def action_companies(self):
        """Show the companies that are the answer."""
        return self._show(COMPANIES, self._get_partner_domain)

    def action_invoices(self):
        """Show the invoices that are the answer."""
        return self._show(INVOICES, self._get_invoice_domain)

    def _show(self, xml_id, get_domain):
        self.ensure_one()
        self.check_access('read')
        self._check_complete()
        # As a filter in the search bar, not hidden in the action: it can be seen, edited and kept.
        return {
            'type': 'ir.actions.client',
            'tag': 'economic_open_filtered',
            'params': {
                'action': self.env['ir.actions.act_window']._for_xml_id(xml_id) | {'context': {}},
                'description': self.name,
                'domain': repr(list(get_domain())),
            },
        }

    def _check_complete(self):
        if not self._is_complete():
            raise UserError(self.env._("Choose a product first."))

    def action_save(self):
        """Keep the question as a favourite of the lists of companies, contacts and invoices."""
        self.ensure_one()
        self.check_access('write')
        self._check_complete()
        partners = self._get_partner_domain()
        for model, domain in (
            ('res.partner', partners),
            ('economic.figures', Domain('partner_id', 'any', partners)),
            ('economic.invoice', self._get_invoice_domain()),
        ):
            self._keep(model, repr(list(domain)))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._(
                    "Kept among the favourites of the lists of companies, contacts and invoices."
                ),
            },
        }

    def _keep(self, model, domain):
        """Keep a filter for all lists of a model; one of the same name is written over."""
        filters = self.env['ir.filters']
        key = {'name': self.name, 'model_id': model, 'action_id': False}
        same = filters.search(
            [*((name, '=', value) for name, value in key.items()), ('user_ids', 'in', self.env.uid)]
        )
        if same:
            same.write({'domain': domain})
        else:
            filters.create(key | {'domain': domain, 'user_ids': [self.env.uid]})
