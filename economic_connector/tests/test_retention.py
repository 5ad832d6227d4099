from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestRetention(EconomicCase):
    """Runs, and what no longer needs a look, go when their time is over."""

    debtors, invoices = 10, 10

    def _run(self, kind='sync'):
        return self.drive(self.env['economic.run']._begin(self.agreement, kind))

    def _age(self, runs, days):
        runs.finished_at = fields.Datetime.now() - timedelta(days=days)

    def _collect(self, runs):
        """Return what is left of runs."""
        self.assertEqual(self.env['economic.run']._gc_runs()[1], 0)
        return runs.exists()

    def test_old_runs_go_with_their_rows(self):
        run = self.run_import()
        lines = run.line_ids
        latest = self._run()
        self._age(run | latest, 364)
        self.assertEqual(self._collect(run), run)
        self._age(run | latest, 366)
        self.assertFalse(self._collect(run))
        self.assertFalse(lines.exists())
        self.assertTrue(latest.exists(), "the last run is what the overview shows")
        self.assertTrue(self.env['economic.debtor'].search([]), "the mirror stays")

    def test_how_long_is_the_agreements_own(self):
        run = self.run_import()
        self._run()
        self._age(run, 3000)
        self.agreement.keep_days = 0
        self.assertTrue(self._collect(run))
        self.agreement.keep_days = 3001
        self.assertTrue(self._collect(run))
        self.agreement.keep_days = 2999
        self.assertFalse(self._collect(run))

    def test_scheduled_runs_that_changed_nothing_go_soon(self):
        first = self.run_import()
        quiet = self._run()
        self.simulator.control.book()
        busy = self._run()
        self._run()
        self._age(first | quiet | busy, 29)
        self.assertEqual(self._collect(quiet), quiet)
        self._age(first | quiet | busy, 31)
        self.assertEqual(self._collect(first | quiet | busy), first | busy)

    def test_runs_that_wait_for_a_person_stay(self):
        run = self.run_import()
        debtor = run.line_ids[0].debtor_id
        debtor.write({'question': 'conflict', 'question_line_id': run.line_ids[0].id})
        stopped = self.env['economic.run']._begin(self.agreement, 'sync')
        stopped.state = 'stopped'
        self._run()
        self._age(run | stopped, 400)
        self.assertEqual(self._collect(run | stopped), run | stopped)

    def test_what_no_longer_needs_a_look_goes(self):
        values = {
            'agreement_id': self.agreement.id,
            'company_id': self.env.company.id,
            'kind': 'debtor',
            'code': 'type',
        }
        rows = self.env['economic.quarantine'].create(
            [
                values | {'number': number, 'state': state}
                for number, state in (('1', 'open'), ('2', 'resolved'), ('3', 'resolved'))
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE economic_quarantine SET write_date = now() at time zone 'utc' - interval"
            " '31 days' WHERE number IN ('1', '2')"
        )
        self.env.invalidate_all()
        self.env['economic.quarantine']._gc_resolved()
        self.assertEqual(rows.exists().mapped('number'), ['1', '3'])

    def test_merges_go_with_what_they_changed(self):
        values = {'company_id': self.env.company.id}
        old, new = self.env['economic.merge'].create(
            [values | {'date': fields.Datetime.now() - timedelta(days=days)} for days in (366, 1)]
        )
        self.env['economic.merge']._gc_merges()
        self.assertEqual((old | new).exists(), new)
