from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.economic_reference import KINDS
from .common import EconomicCase

MIRROR = ('economic_debtor', 'economic_invoice', 'economic_invoice_line')


@tagged('post_install', '-at_install')
class TestImport(EconomicCase):
    def _written(self):
        """Return PostgreSQL's own counts of rows written in mirror and partners."""
        self.env.flush_all()
        self.env.cr.execute(
            'SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables'
            ' WHERE relname = ANY(%s)',
            [[*MIRROR, 'res_partner']],
        )
        return self.env.cr.fetchall()

    def test_load_lists_the_debtors_and_touches_no_company(self):
        before = self.env['res.partner'].search_count([])
        run = self.begin()
        self.assertEqual(run.state, 'loaded')
        self.assertEqual(run.line_count, self.debtors)
        self.assertEqual(self.env['res.partner'].search_count([]), before)

    def test_counts_and_sums_equal_those_of_e_conomic(self):
        run = self.run_import()
        self.assertEqual(run.state, 'done', run.message)
        sums = self.simulator.control.sums()
        invoices = self.env['economic.invoice'].search([('agreement_id', '=', self.agreement.id)])
        credit_notes = invoices.filtered(lambda invoice: invoice.kind == 'credit_note')
        lines = self.env['economic.invoice.line'].search_count(
            [('agreement_id', '=', self.agreement.id)]
        )
        self.assertEqual(self.agreement.debtor_count, sums['customers'])
        self.assertEqual(len(invoices) - len(credit_notes), sums['invoices'])
        self.assertEqual(len(credit_notes), sums['credit_notes'])
        self.assertEqual(lines, sums['lines'])
        self.env.cr.execute('SELECT sum(amount_untaxed_base)::text FROM economic_invoice')
        self.assertEqual(self.env.cr.fetchone()[0], sums['net_base'])
        self.assertEqual(run.difference, 0)
        self.assertFalse(self.env['economic.quarantine'].search([]))

    def test_lines_add_up_to_their_header(self):
        self.run_import()
        for invoice in self.env['economic.invoice'].search([]):
            self.assertEqual(
                invoice.currency_id.compare_amounts(
                    sum(invoice.line_ids.mapped('price_subtotal')), invoice.amount_untaxed
                ),
                0,
                invoice.display_name,
            )

    def test_a_second_import_writes_nothing(self):
        self.run_import()
        before = self._written()
        run = self.run_import()
        self.assertEqual(self._written(), before)
        self.assertEqual(run.created_count + run.updated_count + run.linked_count, 0)

    def test_requests_are_the_least_the_api_allows(self):
        self.agreement.action_test_connection()
        # The agreement, and for each right that is needed as little as there is.
        self.assertEqual(self.simulator.control.counters()['total'], 1 + 4)
        self.simulator.control.clear_log()
        run = self.run_import()
        # The run's own look at the agreement; then one page of each kind.
        paths = [entry['path'] for entry in self.simulator.control.log()]
        self.assertEqual(len(paths), 1 + len(KINDS) + 4, paths)
        self.assertEqual(run.request_count, 1 + len(KINDS) + 4)

    def test_a_second_run_is_refused_with_who_and_since_when(self):
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        self.agreement.action_test_connection()
        wizard.action_load()
        with self.assertRaisesRegex(UserError, self.env.user.name):
            wizard.action_load()

    def test_a_new_load_takes_the_place_of_one_that_was_not_started(self):
        first = self.begin()
        second = self.begin()
        self.assertEqual((first.state, second.state), ('cancelled', 'loaded'))

    def test_start_needs_a_test_and_test_needs_a_list(self):
        run = self.begin()
        with self.assertRaises(UserError):
            run.action_start()
        run.action_test()
        with self.assertRaises(UserError):
            run.action_start()

    def test_cancel_keeps_what_is_stored(self):
        run = self.begin()
        run.action_cancel()
        self.assertEqual(run.state, 'cancelled')
        self.assertEqual(self.agreement.debtor_count, self.debtors)
        self.assertEqual(self.begin().state, 'loaded')

    def test_a_run_that_is_cancelled_while_it_works_stores_no_further_page(self):
        run = self.begin()
        run.action_test()
        self.drive(run)
        run.action_start()

        def cancel(working):
            if working.phase == 'invoice':
                working.state = 'cancelled'

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            run.with_env(self.env(cr=cr))._drive(cancel)
        self.env.invalidate_all()
        self.assertEqual(run.state, 'cancelled')
        self.assertFalse(self.agreement.invoice_count)
        self.assertFalse(self.agreement.lease_owner)
