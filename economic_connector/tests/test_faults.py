from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..client import WaitError
from ..models.connection import _demo_app
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestFaults(EconomicCase):
    """What e-conomic does wrong, and what a run makes of it."""

    debtors, invoices = 30, 40

    def _sync(self, kind='sync'):
        run = self.drive(self.env['economic.run']._begin(self.agreement, kind))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _debtor(self, number):
        return self.env['economic.debtor'].search([('number', '=', number)])

    # === PAUSES === #

    def _drive_into_pause(self, run):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            try:  # assertRaises would roll back what the run has kept
                run.with_env(self.env(cr=cr))._drive()
                paused = False
            except WaitError:
                paused = True
        self.env.invalidate_all()
        self.assertTrue(paused)

    def test_a_pause_is_kept_by_everybody(self):
        self.run_import()
        self.simulator.control.fault(path='/self', status=429, retry_after=1800, count=1)
        run = self.env['economic.run']._begin(self.agreement, 'sync')
        self._drive_into_pause(run)
        until = self.agreement.not_before
        self.assertGreater(until, fields.Datetime.now() + timedelta(minutes=29))
        self.assertIn("wait until", run.message)
        self.simulator.control.clear_log()
        self._drive_into_pause(run)
        run.action_cancel()
        with self.assertRaisesRegex(UserError, "asked us to wait until"):
            self.agreement.action_sync_now()
        with self.assertRaisesRegex(UserError, "wait until"):
            self.agreement.action_test_connection()
        for kind in ('sync', 'open', 'full'):
            self.agreement._run_scheduled(kind)
        self.assertFalse(self.simulator.control.log())
        self.env.invalidate_all()
        self.assertEqual(self.agreement.not_before, until, "asking again makes it no longer")
        self.agreement.sudo().not_before = fields.Datetime.now()
        self._sync()

    # === LISTS === #

    def test_a_refused_list_stops_alone(self):
        self.run_import()
        self.agreement.write({'with_contacts': True, 'with_deliveries': True})
        self.simulator.control.fault(path='/Contacts', status=403, count=None)
        run = self._sync()
        self.assertEqual(run.state, 'done', run.message)
        self.assertIn("Contacts were not read", run.missing)
        self.assertIn("role", run.missing)
        self.assertEqual(len(run.missing.splitlines()), 1)
        self.assertEqual(self.agreement.invoice_count, self.invoices)
        kinds = self.env['economic.contact'].search([]).mapped('kind')
        self.assertEqual(set(kinds), {'delivery'})

    def test_a_garbled_list_stops_alone_until_the_next_run(self):
        self.simulator.control.fault(path='/invoices/booked?', text='[]', count=None)
        self.simulator.control.fault(path='/units', status=403, count=None)
        run = self.run_import()
        self.assertEqual(run.state, 'done', run.message)
        self.assertIn("Invoices were not read", run.missing)
        self.assertIn("Groups, terms and products were not read", run.missing)
        self.assertEqual(run.created_count, self.debtors)
        self.assertFalse(self.agreement.invoice_count)
        self.assertIn('missing', self.agreement.activity_ids.mapped('economic_cause'))
        self.simulator.control.clear_faults()
        run = self._sync()
        self.assertFalse(run.missing)
        self.assertNotIn('missing', self.agreement.activity_ids.mapped('economic_cause'))
        self.assertEqual(self.agreement.invoice_count, self.invoices)

    def test_no_list_of_debtors_no_import(self):
        self.agreement.action_test_connection()
        self.simulator.control.fault(path=r'/customers\?', status=403, count=None)
        self.assertEqual(self.begin().state, 'stopped')

    # === RECORDS === #

    def _spoil_invoice(self, number, values):
        meant = {'record': {'bookedInvoiceNumber': number}, 'set': values}
        self.simulator.control.clear_faults()
        self.simulator.control.fault(path='/invoices/booked', patch=meant, count=None)

    def test_a_booked_invoice_is_never_overwritten(self):
        self.run_import()
        invoice = self.env['economic.invoice'].search([('amount_total', '>', 2)], limit=1)
        total, difference = invoice.amount_total, self.agreement.difference
        self._spoil_invoice(
            invoice.number, {'grossAmount': 1.25, 'remainder': 1, 'remainderInBaseCurrency': 1}
        )
        self._sync('full')
        row = self.env['economic.quarantine'].search([('code', '=', 'booked_differs')])
        self.assertEqual((row.number, row.state), (str(invoice.number), 'open'))
        self.assertIn(f'{total:.2f}', row.message)
        self.assertIn('1.25', row.message)
        self.assertTrue(row.remedy)
        self.assertEqual(invoice.amount_total, total)
        self.assertEqual(invoice.amount_residual, 1, "what is open of it goes on")
        self.assertEqual(self.agreement.difference, difference)
        self.simulator.control.clear_faults()
        self._sync('full')
        self.assertEqual(row.state, 'resolved')

    def _spoil_debtor(self, number, **values):
        meant = {'record': {'customerNumber': number}, 'set': values}
        self.simulator.control.clear_faults()
        self.simulator.control.fault(path=r'/customers\?', patch=meant, count=None)

    def test_a_change_in_the_future_blinds_nobody(self):
        number = self.simulator.control.create_customer(name="Fremtid ApS")['number']
        self._spoil_debtor(number, lastUpdated='2099-01-01T00:00:00Z')
        self.run_import()
        stream = self.env['economic.stream']._get(self.agreement, 'debtor')
        self.assertLess(stream._at('watermark', ''), '2099')
        stream.checkpoint = {'watermark': '2099-01-01T00:00:00'}  # as an earlier version left it
        self.simulator.control.clear_faults()
        late = self.simulator.control.create_customer(name="Senere ApS")['number']
        self._sync()
        self.assertTrue(self._debtor(late))
        self.assertNotEqual(self._debtor(number).last_updated.year, 2099)
        self.assertTrue('2000' < stream._at('watermark', '') < '2099')

    def test_an_older_version_changes_nothing(self):
        number = self.simulator.control.create_customer(name="Ny Tid ApS")['number']
        self.run_import()
        self._spoil_debtor(number, name="Gammel Tid ApS", lastUpdated='2001-01-01T00:00:00Z')
        self._sync('full')
        self.assertEqual(self._debtor(number).name, "Ny Tid ApS")

    # === DEMO === #

    def test_few_demo_books_are_kept_in_memory(self):
        self.assertLessEqual(_demo_app.cache_info().maxsize, 4)

    # === A RECORD THAT E-CONOMIC FAILS ON === #

    def _fail_on(self, path, record):
        """Let e-conomic fail wherever a record is; a test need not sleep between its tries."""
        for name in ('client.patience._JITTER', 'models.economic_run_engine.PATIENCE'):
            self.enterContext(patch(f'odoo.addons.economic_connector.{name}', 0))
        self.simulator.control.fault(
            path=path, holding=record, status=503, retry_after=0, count=None
        )

    def test_a_record_that_e_conomic_fails_on_stops_no_other(self):
        number = self.simulator.control.create_customer(name="Umulig ApS")['number']
        self.simulator.control.create_customer(name="Den næste ApS")
        self._fail_on(r'/customers\?', {'customerNumber': number})
        self.agreement.action_test_connection()
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        run = self.env['economic.run'].browse(wizard.action_load()['res_id'])
        for _ in range(3):
            self._drive_into_pause(run)
            self.assertEqual(run.state, 'loading')
            self.assertIn("answers with an error (503)", run.message)
        self.drive(run)
        self.assertEqual(run.state, 'loaded', run.message)
        debtors = self.env['economic.debtor'].search([])
        self.assertEqual(len(debtors), self.debtors + 1)
        self.assertFalse(self._debtor(number))
        row = self.env['economic.quarantine'].search([('code', '=', 'unreadable')])
        self.assertEqual((row.kind, row.number, row.state), ('debtor', str(number), 'open'))
        self.assertIn(str(number), row.message)
        self.assertTrue(row.remedy)
        self.simulator.control.clear_faults()
        self._sync('full')
        self.assertEqual(row.state, 'resolved')
        self.assertTrue(self._debtor(number))

    def test_an_open_amount_that_e_conomic_fails_on_stops_no_other(self):
        self.run_import()
        invoices = self.env['economic.invoice'].search([('amount_total', '>', 0)], order='number')
        owing = invoices[3] | invoices[13] | invoices[23]
        for number in owing.mapped('number'):
            self.simulator.control.unpay(number)
        self._sync('open')
        first, bad, last = owing
        self.assertTrue(first.amount_residual and bad.amount_residual and last.amount_residual)
        self.simulator.control.pay(last.number)
        self._fail_on(r'/invoices/(booked|unpaid)\?', {'bookedInvoiceNumber': bad.number})
        run = self.env['economic.run']._begin(self.agreement, 'open')
        for _ in range(3):
            self._drive_into_pause(run)
        self.drive(run)
        self.assertEqual(run.state, 'done', run.message)
        self.assertFalse(last.amount_residual)
        self.assertTrue(first.amount_residual)
        self.assertTrue(bad.amount_residual, "what is not known stays as it was")
