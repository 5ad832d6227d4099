"""Questions about purchases: the answer is what SQL by hand says, and an ordinary filter."""

from ast import literal_eval
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import EconomicCase

EXAMPLE = {'amount': 5000, 'date_from': '2025-02-01', 'date_to': False}
BY_HAND = """
    SELECT DISTINCT partner_id FROM economic_invoice
     WHERE amount_untaxed_base > 5000 AND date > '2025-02-01' AND partner_id IS NOT NULL
"""


@tagged('post_install', '-at_install')
class TestQuestions(EconomicCase):
    debtors, invoices = 40, 400

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, 'asking', groups='economic_connector.group_economic_user,base.group_user'
        )

    def setUp(self):
        super().setUp()
        self.run_import()

    def _ask(self, kind, **values):
        """Return the companies and the invoices that are the answer."""
        question = (
            self.env['economic.question'].with_user(self.user).create({'kind': kind, **values})
        )
        found = {}
        for name, model in (('companies', 'res.partner'), ('invoices', 'economic.invoice')):
            action = getattr(question, f'action_{name}')()
            domain = literal_eval(action['params']['domain'])
            self.assertFalse(action['params']['action'].get('domain'))
            found[name] = set(self.env[model].with_user(self.user).search(domain).ids)
        self.assertEqual(
            (question.company_count, question.invoice_count), tuple(map(len, found.values()))
        )
        return found['companies'], found['invoices']

    def _by_hand(self, query, *parameters):
        self.env.cr.execute(query, parameters)
        return {id_ for (id_,) in self.env.cr.fetchall()}

    def test_the_example_is_what_sql_by_hand_says(self):
        self.env.cr.execute(
            "SELECT count(*) FILTER (WHERE kind = 'credit_note'),"
            ' count(*) FILTER (WHERE currency_id <> base_currency_id) FROM economic_invoice'
        )
        self.assertTrue(all(self.env.cr.fetchone()), "no credit notes or currencies to tell apart")
        # Companies that meet the two conditions, but on different invoices, must not be found.
        apart = self._by_hand(
            """
            SELECT partner_id FROM economic_invoice GROUP BY partner_id
            HAVING bool_or(amount_untaxed_base > 5000) AND bool_or(date > '2025-02-01')
               AND NOT bool_or(amount_untaxed_base > 5000 AND date > '2025-02-01')
            """
        )
        self.assertTrue(apart)
        companies, invoices = self._ask('one', **EXAMPLE)
        self.assertEqual(companies, self._by_hand(BY_HAND))
        self.assertFalse(companies & apart)
        self.assertEqual(
            invoices,
            self._by_hand(
                'SELECT id FROM economic_invoice'
                " WHERE amount_untaxed_base > 5000 AND date > '2025-02-01'"
            ),
        )

    def test_in_all_in_a_period(self):
        companies, invoices = self._ask(
            'total', amount=20000, date_from='2025-12-31', date_to='2026-06-30'
        )
        expected = self._by_hand(
            """
            SELECT partner_id FROM economic_invoice
             WHERE date > '2025-12-31' AND date <= '2026-06-30' AND partner_id IS NOT NULL
          GROUP BY partner_id HAVING sum(amount_untaxed_base) > 20000
            """
        )
        self.assertTrue(expected)
        self.assertEqual(companies, expected)
        self.assertEqual(
            invoices,
            self._by_hand(
                """
                SELECT id FROM economic_invoice
                 WHERE date > '2025-12-31' AND date <= '2026-06-30' AND partner_id = ANY(%s)
                """,
                list(expected),
            ),
        )

    def test_bought_one_product_but_not_another(self):
        lines = self.env['economic.invoice.line']
        (product, *_), (other, *_) = lines._read_group(
            [('product_id', '!=', False)],
            ['product_id'],
            ['__count'],
            order='__count DESC',
            limit=2,
        )
        bought = (
            'SELECT partner_id FROM economic_invoice_line WHERE product_id = %s AND quantity > 0'
        )
        companies, _invoices = self._ask(
            'product',
            product_ids=product.ids,
            without_product_ids=other.ids,
            date_from=False,
        )
        expected = self._by_hand(bought, product.id) - self._by_hand(bought, other.id) - {None}
        self.assertTrue(expected)
        self.assertEqual(companies, expected)
        with self.assertRaises(UserError):
            self._ask('product')

    def test_silent_fallen_and_new(self):
        figures = self.env['economic.figures'].search([])
        for values, condition in (
            ({'kind': 'silent', 'months': 3},
             "last_purchase < CURRENT_DATE - interval '3 months'"),
            ({'kind': 'fell', 'percent': 30},
             'turnover_same_time > 0 AND turnover_year < 0.7 * turnover_same_time'),
            ({'kind': 'first', 'date_from': '2025-06-30', 'date_to': False},
             "first_purchase > '2025-06-30'"),
        ):  # fmt: skip
            with self.subTest(condition):
                companies, _invoices = self._ask(**values)
                expected = self._by_hand(
                    f'SELECT partner_id FROM economic_figures WHERE {condition}'
                )
                self.assertTrue(expected < set(figures.partner_id.ids) or values['kind'] == 'first')
                self.assertEqual(companies, expected)

    def test_a_company_in_two_currencies_is_silent_or_new_in_both_or_not_at_all(self):
        figures = self.env['economic.figures']
        row = figures.search([('last_purchase', '<', '2026-02-01')], limit=1)
        partner = row.partner_id
        silent = {'kind': 'silent', 'months': 6}
        new = {'kind': 'first', 'date_from': row.first_purchase - timedelta(days=1)}
        for values in (silent, new):
            self.assertIn(partner.id, self._ask(**values)[0])
        other = row.copy({'currency_id': self.env.ref('base.SEK').id})
        other.write({'first_purchase': '2001-01-01', 'last_purchase': '2026-11-20'})
        figures.flush_model()
        for values in (silent, new):
            self.assertNotIn(partner.id, self._ask(**values)[0])

    def test_every_question_is_kept_as_a_favourite_of_each_list(self):
        product = self.env['economic.invoice.line'].search([('product_id', '!=', False)], limit=1)
        for values in (
            {'kind': 'one'},
            {'kind': 'total', 'amount': 20000},
            {'kind': 'product', 'product_ids': product.product_id.ids, 'date_from': False},
            {'kind': 'silent'},
            {'kind': 'fell'},
            {'kind': 'first', 'date_from': False},
        ):
            with self.subTest(values['kind']):
                question = self.env['economic.question'].with_user(self.user).create(values)
                question.action_save()
                question.action_save()
                found = {}
                for model in ('res.partner', 'economic.figures', 'economic.invoice'):
                    (kept,) = (
                        favourite
                        for favourite in self.env['ir.filters']
                        .with_user(self.user)
                        .get_filters(model)
                        if favourite['name'] == question.name
                    )
                    found[model] = (
                        self.env[model].with_user(self.user).search(literal_eval(kept['domain']))
                    )
                self.assertTrue(found['res.partner'])
                self.assertEqual(found['economic.figures'].partner_id, found['res.partner'])
                self.assertEqual(found['economic.invoice'].partner_id, found['res.partner'])
                self.assertEqual(len(found['res.partner']), question.company_count)

    def test_what_is_typed_into_total_bought_is_understood_or_refused(self):
        partners = self.env['res.partner']
        self.assertEqual(
            partners.search([('economic_total_bought', '=', '>=-1000000')]),
            self.env['economic.invoice'].search([]).partner_id,
        )
        # As the search bar asks, and before anything is filled in.
        self.assertEqual(
            partners.search([('economic_total_bought', 'ilike', '> 5000 dkk')]),
            partners.search([('economic_total_bought', '=', '> 5000.00 DKK')]),
        )
        everybody = partners.search([])
        for nothing in (False, ''):
            self.assertEqual(partners.search([('economic_total_bought', '=', nothing)]), everybody)
        for text in ("5000; drop table", '> 5.000 DKK'):
            with self.subTest(text), self.assertRaises(UserError):
                partners.search([('economic_total_bought', '=', text)])

    def test_any_trend_can_be_asked_for(self):
        figures = self.env['economic.figures']
        row = figures.search([('trend', '<', 0)], limit=1)
        self.assertTrue(row)
        self.assertNotIn(row, figures.search([('trend', '=', 0)]))
        self.assertIn(row, figures.search([('trend', '!=', 0)]))

    def test_amounts_are_first_in_the_currency_of_the_own_books(self):
        other = self.env['res.company'].create({'name': "Another"})
        self.env.user.company_ids += other
        books = self.agreement.copy({'company_id': other.id, 'agreement_number': 7})
        books.base_currency_id = self.env.ref('base.EUR')
        for company, name in ((self.env.company, 'DKK'), (other, 'EUR')):
            companies = company | self.env.company | other
            question = self.env['economic.question'].with_context(
                allowed_company_ids=[company.id, *(companies - company).ids]
            )
            found = question.create({'kind': 'one'})
            self.assertEqual(found.currency_id.name, name)
            self.assertEqual(set(found.currency_ids.mapped('name')), {'DKK', 'EUR'})

    def test_amounts_say_their_currency(self):
        labels = self.env['economic.invoice'].fields_get(['amount_untaxed_base', 'amount_at_least'])
        self.assertEqual(labels['amount_untaxed_base']['string'], "Net (DKK)")
        self.assertEqual(labels['amount_at_least']['string'], "Net of at Least (DKK)")
        labels = self.env['economic.invoice.line'].fields_get(['amount_at_least'])
        self.assertEqual(labels['amount_at_least']['string'], "Amount of at Least (DKK)")
        other = self.agreement.copy({'name': "Swedish", 'agreement_number': 7})
        other.base_currency_id = self.env.ref('base.SEK')
        labels = self.env['economic.invoice'].fields_get(['amount_untaxed_base'])
        self.assertEqual(labels['amount_untaxed_base']['string'], "Net (base currency)")

    def test_an_amount_typed_into_the_search_bar_is_the_least(self):
        for model, name in (('economic.invoice', 'amount_untaxed_base'),
                            ('economic.invoice.line', 'price_subtotal_base')):  # fmt: skip
            found = self.env[model].search([('amount_at_least', '=', 5000)])
            self.assertEqual(found, self.env[model].search([(name, '>=', 5000)]))
            self.assertTrue(found)

    def test_invoices_by_state_as_each_says(self):
        invoices = self.env['economic.invoice']
        groups = dict(invoices._read_group([], ['state'], ['__count']))
        self.assertGreater(len(groups), 2)
        for state, count in groups.items():
            found = invoices.search([('state', '=', state)])
            self.assertEqual(len(found), count)
            self.assertEqual(set(found.mapped('state')), {state})

    def test_lines_group_by_what_a_pivot_asks_for(self):
        lines = self.env['economic.invoice.line']
        for spec in ('product_group_id', 'customer_group_id', 'salesperson_id', 'country_id'):
            groups = lines._read_group([], [spec, 'date:month'], ['margin_base:sum', '__count'])
            self.assertEqual(sum(count for *_key, count in groups), lines.search_count([]))
            self.assertTrue(any(group for group, *_rest in groups), spec)
