from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestScope(EconomicCase):
    """What to import and which debtors: chosen in the dialog, carried by the run, kept by the
    schedule.
    """

    debtors, invoices = 60, 120

    def _wizard(self, **values):
        self.agreement.action_test_connection()
        return self.env['economic.debtor.import'].create(
            {'agreement_id': self.agreement.id, **values}
        )

    def _run(self, *, start=False, **values):
        action = self._wizard(**values).action_load()
        run = self.drive(self.env['economic.run'].browse(action['res_id']))
        run.action_test()
        self.drive(run)
        if start:
            run.action_start()
            self.drive(run)
            self.assertEqual(run.state, 'done', run.message)
        return run

    def _kept(self, run):
        """Return the debtors that the filters let through."""
        lines = run.line_ids.filtered(lambda line: line.reason != 'filter')
        self.assertTrue(lines)
        self.assertLess(len(lines), self.debtors)
        return lines.debtor_id

    def test_filters(self):
        first = self._run()
        debtors = first.line_ids.debtor_id
        group = debtors[0].customer_group_id
        currency = debtors[0].currency_id
        foreign = debtors.filtered(lambda d: d.country_id.code not in (False, 'DK'))[:1].country_id
        day = sorted(d.last_updated.date() for d in debtors if d.last_updated)[len(debtors) // 2]
        cases = [
            ({'only_group_id': group.id}, lambda d: d.customer_group_id == group),
            ({'only_barred': 'barred'}, lambda d: d.barred),
            ({'only_barred': 'open'}, lambda d: not d.barred),
            ({'only_currency_id': currency.id}, lambda d: d.currency_id == currency),
            ({'only_country_id': foreign.id}, lambda d: d.country_id == foreign),
            ({'changed_since': day}, lambda d: d.last_updated.date() >= day),
        ]
        for values, wanted in cases:
            if values.get('only_currency_id') and len(debtors.currency_id) == 1:
                continue
            with self.subTest(values=values):
                self.assertEqual(self._kept(self._run(**values)), debtors.filtered(wanted))

    def test_rows_outside_are_skipped_with_their_reason_and_not_touched(self):
        run = self._run(only_barred='barred', start=True)
        outside = run.line_ids.filtered(lambda line: line.reason == 'filter')
        self.assertEqual(set(outside.mapped('status')), {'skipped'})
        self.assertFalse(outside.debtor_id.partner_id)
        self.assertEqual(run.failed_count, 0)

    def test_the_schedule_keeps_to_the_selection(self):
        self._run(only_barred='open', start=True)
        outside = self.env['economic.debtor'].search([('barred', '=', True)])
        self.assertTrue(outside)
        for kind in ('sync', 'full'):
            self.drive(self.env['economic.run']._begin(self.agreement, kind))
            self.assertFalse(outside.partner_id, kind)

    def test_a_loaded_list_is_narrowed_without_loading_again(self):
        run = self._run()
        requests = len(self.simulator.control.log())
        action = run.action_narrow()
        wizard = self.env['economic.debtor.import'].with_context(**action['context']).create({})
        wizard.only_barred = 'barred'
        wizard.action_narrow()
        self.assertEqual(run.state, 'loaded')
        run.action_test()
        self.drive(run)
        self.assertTrue(all(d.barred for d in self._kept(run)))
        self.assertEqual(len(self.simulator.control.log()), requests)
        self.assertIn("barred", run.scope_hint)

    def test_invoices_since_a_day_then_earlier_ones_too(self):
        dates = self._all_dates()
        day = sorted(dates.values())[len(dates) // 2]
        self._run(invoices_since=day, start=True)
        self.assertEqual(self._numbers(), {n for n, d in dates.items() if d >= day})
        self.assertEqual(self.agreement.difference, 0)
        self._check_lines()
        # The schedule and the full check leave the older ones where they are.
        for kind in ('sync', 'open', 'full'):
            self.drive(self.env['economic.run']._begin(self.agreement, kind))
            self.assertEqual(self._numbers(), {n for n, d in dates.items() if d >= day}, kind)
        self.assertEqual(self.agreement.difference, 0)
        earlier = day - timedelta(days=200)
        self._run(invoices_since=earlier, start=True)
        self.assertEqual(self._numbers(), {n for n, d in dates.items() if d >= earlier})
        self._run(start=True)
        self.assertEqual(self._numbers(), set(dates))
        self._check_lines()

    def test_without_invoices(self):
        run = self._run(with_invoices=False, start=True)
        self.assertTrue(run.created_count)
        self.assertFalse(self._numbers())

    def test_only_invoices(self):
        run = self._run(with_debtors=False, start=True)
        self.assertFalse(run.line_ids)
        self.assertEqual(len(self._numbers()), self.invoices)

    def _all_dates(self):
        with self.agreement._open_client() as client:
            return {
                record.number: record.date
                for page in client.booked_invoices()
                for record in page.records
            }

    def _numbers(self):
        return set(self.env['economic.invoice'].search([]).mapped('number'))

    def _check_lines(self):
        for invoice in self.env['economic.invoice'].search([]):
            total = sum(invoice.line_ids.mapped('price_subtotal'))
            self.assertEqual(invoice.currency_id.compare_amounts(total, invoice.amount_untaxed), 0)

    # === THE LIST AS A FILE === #

    def test_the_list_is_downloaded_with_texts_as_texts(self):
        number = self.simulator.control.create_customer(name='=HYPERLINK("http://x";"Klik")')
        plus = self.simulator.control.create_customer(name='+45 86 12 34 56', city='007')
        run = self._run()
        sheet = load_workbook(BytesIO(run._make_xlsx())).active
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
        self.assertEqual(len(rows), len(run.line_ids))
        for found, name in ((number['number'], '=HYPERLINK("http://x";"Klik")'),
                            (plus['number'], '+45 86 12 34 56')):  # fmt: skip
            cell = rows[found][1]
            self.assertEqual((cell.value, cell.data_type), (name, 's'))
        self.assertEqual(rows[plus['number']][2].value, '007')

    def test_days_are_compared_as_days(self):
        run = self._run(changed_since=date(2100, 1, 1))
        self.assertEqual(set(run.line_ids.mapped('reason')), {'filter'})
