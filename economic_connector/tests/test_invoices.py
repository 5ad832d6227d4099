from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestInvoices(EconomicCase):
    """What later runs bring: new invoices, payments, gaps, and what cannot be stored."""

    debtors, invoices = 20, 60

    def setUp(self):
        super().setUp()
        self.run_import()

    def _sync(self, kind='sync'):
        run = self.drive(self.env['economic.run']._begin(self.agreement, kind))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _invoice(self, number):
        return self.env['economic.invoice'].search(
            [('agreement_id', '=', self.agreement.id), ('number', '=', number)]
        )

    def _check_sums(self):
        sums = self.simulator.control.sums()
        invoices = self.env['economic.invoice'].search([('agreement_id', '=', self.agreement.id)])
        self.assertEqual(len(invoices), sums['invoices'] + sums['credit_notes'])
        self.assertEqual(len(invoices.line_ids), sums['lines'])
        self.env.cr.execute(
            'SELECT sum(amount_untaxed_base)::text, sum(amount_residual_base)::text'
            '  FROM economic_invoice WHERE agreement_id = %s',
            [self.agreement.id],
        )
        self.assertEqual(
            self.env.cr.fetchone(), (sums['net_base'], sums['unpaid']['remainder_base'])
        )

    def test_nothing_changed_takes_few_requests_and_writes_nothing(self):
        self.simulator.control.clear_log()
        run = self._sync()
        self.assertLessEqual(len(self.simulator.control.log()), 10)
        self.assertEqual((run.line_count, run.invoice_count, run.invoice_line_count), (0, 0, 0))

    def test_new_invoices_and_credit_notes_come_with_their_lines(self):
        number = self.simulator.control.book()['numbers'][0]
        credit = self.simulator.control.book(credit=True)['numbers'][0]
        run = self._sync()
        self.assertEqual((run.invoice_count, run.credit_note_count), (1, 1))
        self.assertTrue(self._invoice(number).line_ids)
        self.assertLess(self._invoice(credit).amount_total, 0)
        self.assertEqual(
            self._invoice(number).partner_id, self._invoice(number).debtor_id.partner_id
        )
        self._check_sums()

    def test_an_invoice_booked_under_a_number_that_was_left_out_is_found(self):
        last = max(self.env['economic.invoice'].search([]).mapped('number'))
        self.simulator.control.book(number=last + 5)
        self._sync()
        self.simulator.control.book(number=last + 2)
        self._sync()
        self.assertTrue(self._invoice(last + 2).line_ids)
        self._check_sums()

    def test_payments_arrive(self):
        numbers = self.simulator.control.book(count=2)['numbers']
        self._sync()
        whole, part = map(self._invoice, numbers)
        self.simulator.control.pay(whole.number)
        self.simulator.control.pay(part.number, '1.00')
        before = part.amount_residual
        self._sync('open')
        self.assertEqual(whole.amount_residual, 0)
        self.assertEqual(whole.state, 'paid')
        self.assertEqual(part.currency_id.compare_amounts(part.amount_residual, before - 1), 0)
        self._check_sums()

    def test_a_payment_that_was_undone_opens_the_invoice_again(self):
        paid = self.env['economic.invoice'].search(
            [('amount_residual', '=', 0), ('kind', '=', 'invoice')], limit=1
        )
        self.simulator.control.unpay(paid.number)
        self._sync('open')
        self.assertEqual(paid.amount_residual, paid.amount_total)
        self._check_sums()

    def test_states(self):
        for invoice in self.env['economic.invoice'].search([]):
            found = self.env['economic.invoice'].search(
                [('id', '=', invoice.id), ('state', '=', invoice.state)]
            )
            self.assertEqual(found, invoice, invoice.state)

    def _fault(self, **spec):
        self.simulator.control.fault(**spec)

    def test_one_bad_record_never_stops_the_others(self):
        good, bad = self.simulator.control.book(count=2)['numbers']
        for patch, words in (
            ({'set': {'currency': 'ZZ9'}}, "ZZ9"),
            ({'set': {'date': '2026-02-30'}}, "date"),
            ({'raw': {'netAmount': '1' + '0' * 15}}, "netAmount"),
            ({'drop': ['customer']}, "customer"),
        ):
            with self.subTest(patch=patch):
                meant = {'record': {'bookedInvoiceNumber': bad}}
                self._fault(path='/invoices/booked', patch=meant | patch, count=None)
                self._sync()
                self.assertTrue(self._invoice(good))
                self.assertFalse(self._invoice(bad))
                row = self.env['economic.quarantine'].search([('number', '=', str(bad))])
                self.assertEqual((len(row), row.state), (1, 'open'))
                self.assertIn(words, row.message)
                self.assertTrue(row.remedy)
                self.simulator.control.clear_faults()
                # Mended in e-conomic: the next full check brings it in and closes the row.
                self._sync('full')
                self.assertTrue(self._invoice(bad).line_ids)
                self.assertEqual(row.state, 'resolved')
                self._check_sums()
                self._invoice(bad).line_ids.unlink()
                self._invoice(bad).unlink()
                self.env['economic.stream']._get(self.agreement, 'invoice').checkpoint = {
                    'number': good - 1
                }

    def test_lines_that_do_not_add_up_are_read_again_then_shown(self):
        number = self.simulator.control.book()['numbers'][0]
        patch = {'record': {'documentId': number}, 'set': {'totalNetAmount': 1}}
        self._fault(path='/invoices/booked/lines', patch=patch, count=2)
        self._sync()
        row = self.env['economic.quarantine'].search([('number', '=', str(number))])
        self.assertEqual((row.kind, row.code), ('lines', 'lines_differ'))
        self._sync('full')
        self.assertEqual(row.state, 'resolved')
        self._check_sums()
