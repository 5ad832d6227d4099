from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import freeze_time, new_test_user, tagged

from .common import EconomicCase

MONEY = ('balance', 'overdue', 'turnover_12_months', 'turnover_year', 'turnover_same_time',
         'turnover_last_year')  # fmt: skip


@tagged('post_install', '-at_install')
class TestFigures(EconomicCase):
    debtors, invoices = 30, 300

    def setUp(self):
        super().setUp()
        self.run_import()
        self.figures = self.env['economic.figures']

    def _expected(self, row):
        """Compute a row the slow and obvious way."""
        today = fields.Date.context_today(self.figures)
        year = today.replace(month=1, day=1)
        last = relativedelta(years=1)
        invoices = self.env['economic.invoice'].search(
            [('partner_id', '=', row.partner_id.id), ('base_currency_id', '=', row.currency_id.id)]
        )

        def net(start, end):
            return sum(
                invoices.filtered(lambda i: start <= i.date <= end).mapped('amount_untaxed_base')
            )

        overdue = invoices.filtered(lambda i: i.amount_residual > 0 and i.date_due < today)
        return {
            'balance': sum(invoices.mapped('amount_residual_base')),
            'overdue': sum(overdue.mapped('amount_residual_base')),
            'turnover_12_months': net(today - relativedelta(months=12, days=-1), today),
            'turnover_year': net(year, today),
            'turnover_same_time': net(year - last, today - last),
            'turnover_last_year': net(year - last, year - relativedelta(days=1)),
        }

    def _assert_all_right(self):
        rows = self.figures.search([])
        self.assertTrue(rows)
        self.assertEqual(
            set(rows.partner_id), set(self.env['economic.debtor'].search([]).partner_id)
        )
        for row in rows:
            for name, amount in self._expected(row).items():
                self.assertEqual(row.currency_id.compare_amounts(row[name], amount), 0, name)
            in_chart = sum(row.months or [0])
            start = fields.Date.context_today(row).replace(day=1) - relativedelta(months=11)
            invoices = row.partner_id.economic_invoice_ids.filtered(
                lambda i, start=start: i.date >= start
            )
            self.assertAlmostEqual(in_chart, sum(invoices.mapped('amount_untaxed_base')), 2)

    def test_an_import_leaves_right_figures(self):
        self._assert_all_right()

    def test_nothing_changed_writes_nothing(self):
        self.assertEqual(self.figures._refresh(), 0)

    def test_a_new_invoice_touches_its_company_only(self):
        number = self.simulator.control.book(date='2026-11-24')['numbers'][0]
        stamps = {row: row.write_date for row in self.figures.search([])}
        self.env.cr.execute("UPDATE economic_figures SET write_date = '2000-01-01'")
        self.figures.invalidate_model()
        run = self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        self.assertEqual(run.state, 'done', run.message)
        touched = self.figures.search([('write_date', '>', '2001-01-01')])
        partner = self.env['economic.invoice'].search([('number', '=', number)]).partner_id
        self.assertEqual(touched.partner_id, partner)
        self.assertTrue(stamps)
        self._assert_all_right()

    def test_periods_move_with_the_day(self):
        with freeze_time('2027-02-15'):
            self.figures._cron_refresh()
            self._assert_all_right()

    def test_a_debtor_that_moves_to_another_company_takes_its_figures_along(self):
        debtor = self.env['economic.debtor'].search([('invoice_ids', '!=', False)], limit=1)
        old, new = debtor.partner_id, self.env['res.partner'].create({'name': "New owner"})
        debtor._link(new)
        self.assertFalse(self.figures.search([('partner_id', '=', old.id)]))
        self.assertEqual(
            new.economic_invoice_count,
            len(debtor.invoice_ids.filtered(lambda invoice: invoice.kind == 'invoice')),
        )
        self._assert_all_right()

    def test_a_former_debtor_neither_bars_nor_gives_credit(self):
        debtor = self.env['economic.debtor'].search([('invoice_ids', '!=', False)], limit=1)
        debtor.write({'barred': False, 'credit_limit': 1000})
        former = debtor.copy({'number': 987654, 'active': False, 'barred': True})
        self.assertEqual(former.partner_id, debtor.partner_id)
        self.figures._refresh()
        row = self.figures.search([('partner_id', '=', debtor.partner_id.id)])
        self.assertEqual((row.barred, row.credit_limit), (False, 1000))
        self.assertEqual(row.debtor_id, debtor)

    def test_figures_filter_and_sort_the_contact_list(self):
        partners = self.env['res.partner']
        rows = self.figures.search([('balance', '>', 0)])
        self.assertEqual(set(partners.search([('economic_balance', '>', 0)])), set(rows.partner_id))
        without = partners.create({'name': "Never bought"})
        everybody = partners.search([])
        for term in (('economic_turnover_year', '=', 0), ('economic_turnover_year', '<', 1),
                     ('economic_balance', '<=', 0), ('economic_balance', '>=', -1),
                     ('economic_balance', '!=', 0), ('economic_turnover_year', '>', 1),
                     ('economic_last_purchase', '<', '2030-01-01')):  # fmt: skip
            with self.subTest(term):
                self.assertEqual(partners.search([term]), everybody.filtered_domain([term]))
        self.assertIn(without, partners.search([('economic_turnover_year', '=', 0)]))
        limited = self.figures.search([('credit_limit', '>', 0)]).partner_id
        self.assertEqual(partners.search([('economic_credit_limit', '>', 0)]), limited)
        self.assertTrue(limited)
        ordered = partners.search(
            [('economic_figures_ids', '!=', False)], order='economic_turnover_12_months DESC'
        )
        amounts = ordered.mapped('economic_turnover_12_months')
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        self.assertTrue(partners.fields_get()['economic_balance']['sortable'])

    def test_a_company_in_several_currencies_shows_and_sorts_by_one_and_names_all(self):
        row = self.figures.search([('overdue', '>', 0)], limit=1)
        partner, company = row.partner_id, self.env.company
        self.assertFalse(partner.economic_has_more_figures)
        sek = self.env.ref('base.SEK')
        company.currency_id = row.currency_id
        more = {'currency_id': sek.id, 'invoice_count': row.invoice_count + 1, 'overdue': 77}
        row.copy({**more, 'turnover_12_months': 10**9, 'oldest_due': '2026-01-01'})
        self.env.invalidate_all()
        self.assertTrue(partner.economic_has_more_figures)
        self.assertEqual(partner.economic_currency_id, row.currency_id)
        self.assertEqual(partner.economic_overdue, row.overdue)
        self.assertIn('77', partner.economic_overdue_words)
        self.assertIn(sek.symbol, partner.economic_overdue_words)
        ordered = self.env['res.partner'].search(
            [('economic_figures_ids', '!=', False)], order='economic_turnover_12_months DESC'
        )
        amounts = ordered.mapped('economic_turnover_12_months')
        self.assertEqual(amounts, sorted(amounts, reverse=True))

    def test_nothing_of_another_company_shows(self):
        row = self.figures.search([('overdue', '>', 0)], limit=1)
        other = self.env['res.company'].create({'name': "Another"})
        user = new_test_user(
            self.env, 'elsewhere', groups='economic_connector.group_economic_user',
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        partner = row.partner_id.with_user(user)
        self.assertFalse(partner.economic_overdue_words or partner.economic_turnover_last_year)
        self.assertFalse(partner.economic_latest_invoice_ids or partner.economic_most_bought)
        partners = self.env['res.partner'].with_user(user)
        self.assertFalse(partners.search([('economic_overdue', '>', 0)]))
        self.assertFalse(partners.search([('economic_total_bought', '=', '>=-1000000')]))
        order = 'economic_turnover_12_months DESC, id'
        self.assertEqual(
            partners.search([('economic_debtor_ids', '=', False)], order=order),
            partners.search([('economic_debtor_ids', '=', False)], order='id'),
        )
