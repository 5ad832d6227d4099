from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models

CENT = Decimal('0.01')


class EconomicInvoiceLine(models.Model):
    """A line of a booked invoice, with what lists and pivots group by beside it."""

    _name = 'economic.invoice.line'
    _description = "e-conomic Invoice Line"
    _order = 'date DESC, invoice_number DESC, sequence, id'
    _rec_name = 'description'

    # Agreement and company begin an index below; a second one would slow down each import.
    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', "Our Company", required=True, readonly=True)
    invoice_id = fields.Many2one(
        'economic.invoice', required=True, readonly=True, index=True, ondelete='cascade'
    )
    invoice_number = fields.Integer("Invoice No.", required=True, readonly=True, aggregator=None)
    number = fields.Integer("Line ID", required=True, readonly=True, aggregator=None)
    sequence = fields.Integer("Line", readonly=True, aggregator=None)
    debtor_id = fields.Many2one(
        'economic.debtor', required=True, readonly=True, index=True, ondelete='cascade'
    )
    partner_id = fields.Many2one(
        'res.partner', "Company", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    date = fields.Date(required=True, readonly=True)
    product_id = fields.Many2one('economic.reference', readonly=True)
    description = fields.Text("Text", readonly=True)
    unit_id = fields.Many2one('economic.reference', readonly=True)
    quantity = fields.Float(digits=(16, 4), readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    base_currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    price_unit = fields.Float(
        "Unit Price", digits=(16, 6), min_display_digits=2, readonly=True, aggregator=None
    )
    discount = fields.Float("Discount (%)", digits=(16, 6), readonly=True, aggregator=None)
    price_subtotal = fields.Monetary("Amount", readonly=True)
    price_subtotal_base = fields.Monetary(
        "Amount (base currency)", readonly=True, currency_field='base_currency_id'
    )
    margin_base = fields.Monetary(
        "Margin (base currency)",
        readonly=True,
        currency_field='base_currency_id',
        help="Amount less unit cost times quantity, where e-conomic knows the cost.",
    )

    _number_uniq = models.Constraint(
        'UNIQUE(agreement_id, number)', "A line stands once per agreement."
    )
    _partner_idx = models.Index('(partner_id, date DESC)')
    _date_idx = models.Index('(company_id, date DESC, invoice_number DESC)')
    _product_idx = models.Index('(product_id, date DESC) WHERE product_id IS NOT NULL')

    @api.depends('invoice_number', 'description')
    def _compute_display_name(self):
        for line in self:
            text = (line.description or '').partition('\n')[0]
            line.display_name = (
                f'{line.invoice_number} · {text}' if text else f'{line.invoice_number}'
            )

    # === FROM e-conomic === #

    COLUMNS = (
        'agreement_id', 'number', 'company_id', 'invoice_id', 'invoice_number', 'sequence',
        'debtor_id', 'partner_id', 'date', 'product_id', 'description', 'unit_id', 'quantity',
        'currency_id', 'base_currency_id', 'price_unit', 'discount', 'price_subtotal',
        'price_subtotal_base', 'margin_base', 'notes',
    )  # fmt: skip

    def _prepare_values(self, agreement_id, company_id, record, invoice, references):
        """Return the mirror's values of one line, in the order of `COLUMNS`.

        :param invoice: (id, debtor id, partner id, date, currency id, base currency id, rate)
        """
        invoice_id, debtor_id, partner_id, date, currency_id, base_currency_id, rate = invoice
        subtotal = record.total_net_amount or Decimal()
        quantity = record.quantity or Decimal()
        same = currency_id == base_currency_id
        base = subtotal if same else to_base(subtotal, rate)
        margin = None
        if record.unit_cost_price_in_base_currency is not None and record.product_number:
            margin = base - record.unit_cost_price_in_base_currency * quantity
            margin = margin.quantize(CENT, ROUND_HALF_UP)
        elif record.unit_cost_price is not None and record.product_number:
            margin = subtotal - record.unit_cost_price * quantity
            margin = margin.quantize(CENT, ROUND_HALF_UP) if same else to_base(margin, rate)
        return (
            agreement_id, record.number, company_id, invoice_id, record.document_id,
            record.user_interface_number, debtor_id, partner_id, date,
            references.get(('product', record.product_number)), record.description or None,
            references.get(('unit', str(record.unit_number))), quantity, currency_id,
            base_currency_id, record.unit_net_price, record.discount_percentage or 0, subtotal,
            base, margin, ' '.join(record.notes) or None,
        )  # fmt: skip


def to_base(amount: Decimal, rate: Decimal) -> Decimal:
    """Return `amount` in the base currency; `rate` is the price of 100 units in it."""
    return (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)
