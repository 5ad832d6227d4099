from functools import partialmethod
from unittest.mock import patch

from odoo.tests import tagged

from ..client import RestClient
from ..models.economic_run import WORKING
from ..models.economic_run_engine import DEATHS, OutOfTimeError
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestResume(EconomicCase):
    """A run that is broken off after each stored page goes on from there."""

    def _drive_by_pages(self, run):
        """Break off after each page, and begin again with everything that is remembered."""

        def stop(_run):
            raise OutOfTimeError

        calls = 0
        with self.enter_registry_test_mode():
            while run.state in WORKING:
                with self.registry.cursor() as cr:
                    run.with_env(self.env(cr=cr))._drive(stop)
                self.env.invalidate_all()
                calls += 1
                self.assertLess(calls, 200, run.phase)
        return run

    def _small_pages(self):
        for name in ('customers', 'booked_invoices', 'unpaid_invoices'):
            small = partialmethod(getattr(RestClient, name), page_size=7)
            self.enterContext(patch.object(RestClient, name, small))

    def _import(self, drive):
        self.agreement.action_test_connection()
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        run = drive(self.env['economic.run'].browse(wizard.action_load()['res_id']))
        run.action_test()
        drive(run)
        run.action_start()
        return drive(run)

    def _check_sums(self):
        sums = self.simulator.control.sums()
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM economic_debtor WHERE agreement_id = %(id)s),
                   count(*),
                   (SELECT count(*) FROM economic_invoice_line WHERE agreement_id = %(id)s),
                   sum(amount_untaxed_base)::text, sum(amount_residual_base)::text
              FROM economic_invoice
             WHERE agreement_id = %(id)s
            """,
            {'id': self.agreement.id},
        )
        self.assertEqual(
            self.env.cr.fetchone(),
            (
                sums['customers'],
                sums['invoices'] + sums['credit_notes'],
                sums['lines'],
                sums['net_base'],
                sums['unpaid']['remainder_base'],
            ),
        )

    def test_from_every_page_without_asking_twice(self):
        self._small_pages()
        self.simulator.control.clear_log()
        self.assertEqual(self._import(self._drive_by_pages).state, 'done')
        asked = [(entry['path'], entry['query']) for entry in self.simulator.control.log()]
        # The connection was tested before.
        self.assertEqual(len(asked), len(set(asked)) + 1, asked)
        self._check_sums()

    def test_a_gap_is_filled_by_a_run_that_is_broken_off(self):
        self._small_pages()
        last = self.simulator.control.book(number=900_005)['numbers'][0]
        self._import(self.drive)
        self.simulator.control.book(number=last - 3)
        sync = self.env['economic.run']._begin(self.agreement, 'sync')
        self.assertEqual(self._drive_by_pages(sync).state, 'done')
        self._check_sums()

    def test_debtors_that_are_gone_are_found_by_a_run_that_is_broken_off(self):
        self._small_pages()
        number = self.simulator.control.create_customer(name="Soon gone")['number']
        self._import(self.drive)
        self.simulator.control.delete_customer(number)
        self.simulator.control.clear_log()
        sync = self.env['economic.run']._begin(self.agreement, 'sync')
        self.assertEqual(self._drive_by_pages(sync).state, 'done')
        gone = self.env['economic.debtor'].search([('deleted', '=', True)])
        self.assertEqual(gone.mapped('number'), [number])
        asked = [(entry['path'], entry['query']) for entry in self.simulator.control.log()]
        self.assertEqual(len(asked), len(set(asked)), asked)

    def _die(self, run):
        """Leave the lease as a runner does that is killed in its first page."""
        self.agreement.write({'lease_owner': 'cli:elsewhere:1', 'lease_until': '2020-01-01'})

        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(type(run), '_work_phase', side_effect=KeyboardInterrupt),
        ):
            try:
                run.with_env(self.env(cr=cr))._drive()
            except KeyboardInterrupt:
                cr.rollback()
        self.env.invalidate_all()

    def test_a_page_that_kills_its_runner_does_not_do_so_for_ever(self):
        self.agreement.action_test_connection()
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        run = self.env['economic.run'].browse(wizard.action_load()['res_id'])
        for _ in range(DEATHS - 1):
            self._die(run)
            self.assertEqual(run.state, 'loading')
        self._die(run)
        self.assertEqual(run.state, 'stopped')
        self.assertIn(str(DEATHS), run.message)
