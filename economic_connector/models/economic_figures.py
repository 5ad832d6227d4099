from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Columns that the aggregate below gives, in its order, after the key.
VALUES = (
    'debtor_id', 'barred', 'credit_limit', 'balance', 'overdue', 'oldest_due', 'turnover_12_months',
    'turnover_year', 'turnover_same_time', 'turnover_last_year', 'months', 'invoice_count',
    'first_purchase', 'last_purchase',
)  # fmt: skip


class EconomicFigures(models.Model):
    """What one partner bought and owes in one company, in its base currency.

    Computed by set-based SQL after each run, and once a day because the periods end today. Nobody
    writes them by hand.
    """

    _name = 'economic.figures'
    _description = "e-conomic Figures of a Company"
    _order = 'turnover_12_months DESC, id'
    _rec_name = 'partner_id'

    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    debtor_id = fields.Many2one('economic.debtor', readonly=True, ondelete='set null')
    barred = fields.Boolean(readonly=True)
    credit_limit = fields.Monetary(readonly=True)
    balance = fields.Monetary(readonly=True, help="Open amounts of all invoices and credit notes.")
    overdue = fields.Monetary(readonly=True, help="Open amounts of invoices past their due date.")
    oldest_due = fields.Date("Overdue Since", readonly=True)
    turnover_12_months = fields.Monetary("Turnover, 12 Months", readonly=True)
    turnover_year = fields.Monetary("Turnover This Year", readonly=True)
    turnover_same_time = fields.Monetary("Same Time Last Year", readonly=True)
    turnover_last_year = fields.Monetary(readonly=True)
    trend = fields.Float(
        "Trend (%)",
        compute='_compute_trend',
        search='_search_trend',
        help="This year against the same time last year.",
    )
    months = fields.Json(
        readonly=True, help="Net turnover of each of the last 12 months, oldest first."
    )
    chart = fields.Json("By Month", compute='_compute_chart')
    invoice_count = fields.Integer("Invoices", readonly=True)
    first_purchase = fields.Date(readonly=True)
    last_purchase = fields.Date(readonly=True)

    # The partner's own, to filter and group by.
    city = fields.Char(related='partner_id.city', store=False)
    country_id = fields.Many2one(related='partner_id.country_id')
    user_id = fields.Many2one(related='partner_id.user_id')
    email = fields.Char(related='partner_id.email')
    phone = fields.Char(related='partner_id.phone')
    category_ids = fields.Many2many(related='partner_id.category_id')
    customer_group_id = fields.Many2one(
        related='debtor_id.customer_group_id', string="Customer Group"
    )
    salesperson_id = fields.Many2one(related='debtor_id.salesperson_id')

    _partner_uniq = models.UniqueIndex('(partner_id, company_id, currency_id)')
    _turnover_idx = models.Index('(company_id, turnover_12_months DESC, id)')
    _overdue_idx = models.Index('(company_id, overdue) WHERE overdue > 0')

    # === REFRESH === #

    @api.model
    def _cron_refresh(self):
        """Move the periods on to today, for all partners."""
        self._refresh()

    def _refresh(self, partner_ids=None):
        """Compute the figures of the partners anew, of all by default; write what differs.

        :return: number of rows inserted, updated and deleted
        """
        self.env['economic.invoice'].flush_model()
        self.env['economic.debtor'].flush_model()
        cr = self.env.cr
        cr.execute(
            SQL(
                'CREATE TEMPORARY TABLE economic_figures_now ON COMMIT DROP AS %s',
                self._aggregate(partner_ids),
            )
        )
        # Without it PostgreSQL compares each row with each.
        cr.execute(SQL('ANALYZE economic_figures_now'))
        names = [SQL.identifier(name) for name in VALUES]
        same_key = SQL(
            't.partner_id = n.partner_id AND t.company_id = n.company_id'
            ' AND t.currency_id = n.currency_id'
        )
        stamp = {'uid': self.env.uid, 'now': cr.now()}
        cr.execute(
            SQL(
                """
                UPDATE economic_figures t
                   SET %(assign)s, write_uid = %(uid)s, write_date = %(now)s
                  FROM economic_figures_now n
                 WHERE %(same_key)s AND (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                assign=SQL(', ').join(SQL('%(c)s = n.%(c)s', c=name) for name in names),
                old=SQL(', ').join(SQL('t.%s', name) for name in names),
                new=SQL(', ').join(SQL('n.%s', name) for name in names),
                same_key=same_key,
                **stamp,
            )
        )
        changed = cr.rowcount
        cr.execute(
            SQL(
                """
                INSERT INTO economic_figures (partner_id, company_id, currency_id, %(names)s,
                                              create_uid, create_date, write_uid, write_date)
                SELECT n.partner_id, n.company_id, n.currency_id, %(values)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM economic_figures_now n
                 WHERE NOT EXISTS (SELECT FROM economic_figures t WHERE %(same_key)s)
                """,
                names=SQL(', ').join(names),
                values=SQL(', ').join(SQL('n.%s', name) for name in names),
                same_key=same_key,
                **stamp,
            )
        )
        changed += cr.rowcount
        cr.execute(
            SQL(
                """
                DELETE FROM economic_figures t
                 WHERE %s AND NOT EXISTS (SELECT FROM economic_figures_now n WHERE %s)
                """,
                self._of('t', partner_ids),
                same_key,
            )
        )
        changed += cr.rowcount
        cr.execute(SQL('DROP TABLE economic_figures_now'))
        if changed:
            self.invalidate_model()
        return changed

    def _of(self, alias, partner_ids):
        if partner_ids is None:
            return SQL('true')
        return SQL('%s = ANY(%s)', SQL.identifier(alias, 'partner_id'), list(partner_ids))

    def _aggregate(self, partner_ids):
        """Return the figures as of today, one row per partner, company and base currency."""
        today = fields.Date.context_today(self)
        month = today + relativedelta(day=1)
        year = today + relativedelta(month=1, day=1)
        return SQL(
            """
            WITH monthly AS (
                SELECT partner_id, company_id, base_currency_id AS currency_id,
                       date_trunc('month', date)::date AS month, sum(amount_untaxed_base) AS net
                  FROM economic_invoice i
                 WHERE date >= %(first_month)s AND date <= %(today)s AND %(of_invoices)s
              GROUP BY 1, 2, 3, 4
            ), charts AS (
                SELECT k.partner_id, k.company_id, k.currency_id,
                       jsonb_agg(COALESCE(m.net, 0) ORDER BY s.month) AS months
                  FROM (SELECT DISTINCT partner_id, company_id, currency_id FROM monthly) k
            CROSS JOIN (SELECT generate_series(%(first_month)s::timestamp, %(month)s::timestamp,
                                               '1 month')::date AS month) s
             LEFT JOIN monthly m USING (partner_id, company_id, currency_id, month)
              GROUP BY 1, 2, 3
            ), bought AS (
                SELECT partner_id, company_id, base_currency_id AS currency_id,
                       sum(amount_residual_base) AS balance,
                       COALESCE(sum(amount_residual_base) FILTER (
                           WHERE amount_residual > 0 AND date_due < %(today)s), 0) AS overdue,
                       min(date_due) FILTER (
                           WHERE amount_residual > 0 AND date_due < %(today)s) AS oldest_due,
                       %(turnovers)s,
                       count(*) FILTER (WHERE kind = 'invoice') AS invoice_count,
                       min(date) FILTER (WHERE kind = 'invoice') AS first_purchase,
                       max(date) FILTER (WHERE kind = 'invoice') AS last_purchase
                  FROM economic_invoice i
                 WHERE partner_id IS NOT NULL AND %(of_invoices)s
              GROUP BY 1, 2, 3
            ), owing AS (
                -- One that was renumbered or whose number went to another is kept, but its barring
                -- and its credit limit are the past.
                SELECT d.partner_id, d.company_id, a.base_currency_id AS currency_id,
                       COALESCE(min(d.id) FILTER (WHERE d.active), min(d.id)) AS debtor_id,
                       bool_or(d.barred) FILTER (WHERE d.active) AS barred,
                       sum(d.credit_limit) FILTER (
                           WHERE d.active AND d.currency_id = a.base_currency_id) AS credit_limit
                  FROM economic_debtor d JOIN economic_agreement a ON a.id = d.agreement_id
                 WHERE d.partner_id IS NOT NULL AND a.base_currency_id IS NOT NULL
                   AND %(of_debtors)s
              GROUP BY 1, 2, 3
            )
            SELECT partner_id, company_id, currency_id, o.debtor_id,
                   COALESCE(o.barred, false) AS barred, o.credit_limit,
                   COALESCE(b.balance, 0) AS balance, COALESCE(b.overdue, 0) AS overdue,
                   b.oldest_due, COALESCE(b.turnover_12_months, 0) AS turnover_12_months,
                   COALESCE(b.turnover_year, 0) AS turnover_year,
                   COALESCE(b.turnover_same_time, 0) AS turnover_same_time,
                   COALESCE(b.turnover_last_year, 0) AS turnover_last_year, c.months,
                   COALESCE(b.invoice_count, 0)::int AS invoice_count,
                   b.first_purchase, b.last_purchase
              FROM owing o
         FULL JOIN bought b USING (partner_id, company_id, currency_id)
         LEFT JOIN charts c USING (partner_id, company_id, currency_id)
            """,
            today=today,
            month=month,
            first_month=month - relativedelta(months=11),
            of_invoices=self._of('i', partner_ids),
            of_debtors=self._of('d', partner_ids),
            turnovers=SQL(', ').join(
                SQL(
                    'COALESCE(sum(amount_untaxed_base) FILTER'
                    ' (WHERE date BETWEEN %s AND %s), 0) AS %s',
                    start,
                    end,
                    SQL.identifier(name),
                )
                for name, start, end in (
                    ('turnover_12_months', today - relativedelta(months=12, days=-1), today),
                    ('turnover_year', year, today),
                    (
                        'turnover_same_time',
                        year - relativedelta(years=1),
                        today - relativedelta(years=1),
                    ),
                    (
                        'turnover_last_year',
                        year - relativedelta(years=1),
                        year - relativedelta(days=1),
                    ),
                )
            ),
        )

    # === ACTIONS === #

    def action_open_partner(self):
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(False, 'form')],
        }
