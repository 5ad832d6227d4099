from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .economic_invoice_line import to_base


class EconomicInvoice(models.Model):
    """A booked invoice or credit note, an exact copy; the header's totals are the truth."""

    _name = 'economic.invoice'
    _description = "e-conomic Invoice"
    _order = 'date DESC, number DESC'
    _rec_names_search = ['number_text', 'recipient_name', 'reference']

    # Agreement and company begin an index below; a second one would slow down each import.
    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', "Our Company", required=True, readonly=True)
    number = fields.Integer("Invoice", required=True, readonly=True, aggregator=None)
    number_text = fields.Char(compute='_compute_number_text', search='_search_number_text')
    kind = fields.Selection(
        [('invoice', "Invoice"), ('credit_note', "Credit note")], required=True, readonly=True
    )
    debtor_id = fields.Many2one(
        'economic.debtor', required=True, readonly=True, index=True, ondelete='cascade'
    )
    partner_id = fields.Many2one(
        'res.partner', "Company", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    date = fields.Date(required=True, readonly=True)
    date_due = fields.Date("Due", readonly=True)
    reference = fields.Char(readonly=True)
    heading = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    customer_group_id = fields.Many2one(
        related='debtor_id.customer_group_id', string="Customer Group"
    )
    payment_term_id = fields.Many2one('economic.reference', "Payment Terms", readonly=True)
    salesperson_id = fields.Many2one('economic.reference', readonly=True)

    # Who was billed, frozen at booking.
    recipient_name = fields.Char("Billed To", readonly=True)
    recipient_address = fields.Text(readonly=True)
    recipient_zip = fields.Char(readonly=True)
    recipient_city = fields.Char(readonly=True)
    recipient_country = fields.Char(readonly=True)
    recipient_cvr = fields.Char("CVR", readonly=True)
    recipient_ean = fields.Char("EAN", readonly=True)

    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    currency_rate = fields.Float(
        digits=(16, 6),
        readonly=True,
        aggregator=None,
        help="Price of 100 units of the invoice's currency in the base currency.",
    )
    amount_untaxed = fields.Monetary("Net", readonly=True)
    amount_tax = fields.Monetary("VAT", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    amount_residual = fields.Monetary("Open", readonly=True)
    base_currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount_untaxed_base = fields.Monetary(
        "Net (base currency)", readonly=True, currency_field='base_currency_id'
    )
    amount_total_base = fields.Monetary(
        "Total (base currency)", readonly=True, currency_field='base_currency_id'
    )
    amount_residual_base = fields.Monetary(
        "Open (base currency)", readonly=True, currency_field='base_currency_id'
    )
    amount_rounding_base = fields.Monetary(
        "Rounding", readonly=True, currency_field='base_currency_id'
    )

    line_ids = fields.One2many('economic.invoice.line', 'invoice_id', readonly=True)
    is_overdue = fields.Boolean("Overdue", compute='_compute_state', search='_search_is_overdue')
    days_overdue = fields.Integer(compute='_compute_state')
    state = fields.Selection(
        [
            ('paid', "Paid"),
            ('open', "Unpaid"),
            ('partial', "Partly paid"),
            ('overdue', "Overdue"),
        ],
        compute='_compute_state',
        search='_search_state',
    )

    _number_uniq = models.Constraint(
        'UNIQUE(agreement_id, number)', "An invoice number stands once per agreement."
    )
    _partner_idx = models.Index('(partner_id, date DESC)')
    _date_idx = models.Index('(company_id, date DESC, number DESC)')
    _open_idx = models.Index('(agreement_id, number) WHERE amount_residual <> 0')

    @api.depends('number', 'kind')
    def _compute_display_name(self):
        for invoice in self:
            invoice.display_name = (
                self.env._("Credit note %s", invoice.number)
                if invoice.kind == 'credit_note'
                else self.env._("Invoice %s", invoice.number)
            )

    @api.depends('number')
    def _compute_number_text(self):
        for invoice in self:
            invoice.number_text = str(invoice.number)

    def _search_number_text(self, operator, value):
        if operator not in ('=', 'in', 'ilike', 'like', '=like', '=ilike'):
            return NotImplemented
        values = [value] if isinstance(value, str) else value
        return Domain('number', 'in', [int(v) for v in values if str(v).strip().isdigit()])

    @api.depends('amount_residual', 'amount_total', 'date_due')
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for invoice in self:
            overdue = bool(
                invoice.amount_residual > 0 and invoice.date_due and invoice.date_due < today
            )
            invoice.is_overdue = overdue
            invoice.days_overdue = (today - invoice.date_due).days if overdue else 0
            if not invoice.amount_residual:
                invoice.state = 'paid'
            elif overdue:
                invoice.state = 'overdue'
            elif invoice.amount_residual != invoice.amount_total:
                invoice.state = 'partial'
            else:
                invoice.state = 'open'

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = Domain('amount_residual', '>', 0) & Domain('date_due', '<', 'today')
        return overdue if True in value else ~overdue

    def _search_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = Domain('amount_residual', '>', 0) & Domain('date_due', '<', 'today')
        opened = Domain('amount_residual', '!=', 0) & ~overdue
        partial = Domain.custom(to_sql=lambda model, alias, _query: model._partly_paid_sql(alias))
        domains = {
            'paid': Domain('amount_residual', '=', 0),
            'overdue': overdue,
            'partial': opened & partial,
            'open': opened & ~partial,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _partly_paid_sql(self, alias):
        return SQL(
            '%s <> %s',
            SQL.identifier(alias, 'amount_residual'),
            SQL.identifier(alias, 'amount_total'),
        )

    # === FROM e-conomic === #

    COLUMNS = (
        'agreement_id', 'number', 'company_id', 'kind', 'debtor_id', 'partner_id', 'date',
        'date_due', 'reference', 'heading', 'text', 'payment_term_id', 'salesperson_id',
        'recipient_name', 'recipient_address', 'recipient_zip', 'recipient_city',
        'recipient_country', 'recipient_cvr', 'recipient_ean', 'currency_id', 'currency_rate',
        'amount_untaxed', 'amount_tax', 'amount_total', 'amount_residual', 'base_currency_id',
        'amount_untaxed_base', 'amount_total_base', 'amount_residual_base',
        'amount_rounding_base', 'notes',
    )  # fmt: skip

    def _prepare_values(self, agreement, record, debtor, references, currencies):
        """Return the mirror's values of one booked invoice, in the order of `COLUMNS`.

        :param debtor: (id, partner id) of the debtor it belongs to
        """
        debtor_id, partner_id = debtor
        recipient = record.recipient
        rate = record.exchange_rate or 100  # e-conomic leaves it out for the base currency.
        net_base = record.net_amount_in_base_currency
        total_base = record.gross_amount_in_base_currency
        residual_base = record.remainder_in_base_currency
        texts = [text for text in (record.text_line_1, record.text_line_2) if text]
        return (
            agreement.id, record.number, agreement.company_id.id,
            'credit_note' if record.gross_amount < 0 else 'invoice', debtor_id, partner_id,
            record.date, record.due_date, record.other_reference or None, record.heading or None,
            '\n'.join(texts) or None,
            references.get(('payment_term', str(record.payment_terms_number))),
            references.get(('employee', str(record.sales_person_number))),
            recipient.name or None, recipient.address or None, recipient.zip or None,
            recipient.city or None, recipient.country or None, recipient.cvr or None,
            recipient.ean or None, currencies[record.currency], rate, record.net_amount,
            record.vat_amount, record.gross_amount, record.remainder,
            agreement.base_currency_id.id,
            to_base(record.net_amount, rate) if net_base is None else net_base,
            to_base(record.gross_amount, rate) if total_base is None else total_base,
            to_base(record.remainder, rate) if residual_base is None else residual_base,
            record.rounding_amount or 0, ' '.join(record.notes) or None,
        )  # fmt: skip
