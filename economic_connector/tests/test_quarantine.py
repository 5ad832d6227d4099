from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EconomicCase

# What a record may look like that cannot be stored -> word in the plain sentence.
BAD = [
    ({'set': {'creditLimit': 'a lot'}}, "creditLimit"),
    ({'raw': {'creditLimit': '9' * 20_000}}, "creditLimit"),
    ({'set': {'currency': 'ZZ9'}}, "ZZ9"),
    ({'set': {'name': ['A', 'B']}}, "name"),
    ({'set': {'lastUpdated': '2026-02-30T10:00:00Z'}}, "lastUpdated"),
    ({'drop': ['customerNumber']}, "customerNumber"),
]


@tagged('post_install', '-at_install')
class TestQuarantine(EconomicCase):
    """Records that cannot be stored, and those that only had to be cleaned."""

    debtors, invoices = 80, 40

    def _numbers(self):
        with self.agreement._open_client() as client:
            return [r.number for page in client.customers() for r in page.records]

    def _spoil(self, numbers, patches):
        spoilt = [
            {'record': {'customerNumber': number}} | patch
            for number, patch in zip(numbers, patches, strict=True)
        ]
        self.simulator.control.fault(path=r'/customers\?', patch=spoilt, count=None)

    def _open(self):
        return self.env['economic.quarantine'].search([('state', '=', 'open')])

    def _retry(self, action):
        run = self.drive(self.env['economic.run'].browse(action['res_id']))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def test_bad_records_never_stop_the_good_ones(self):
        for patch, words in BAD:
            with self.subTest(patch=words):
                self.simulator.control.clear_faults()
                self._spoil(self._numbers()[:1], [patch])
                self.assertEqual(self.begin().state, 'loaded')
                row = self._open()
                self.assertEqual((len(row), row.kind), (1, 'debtor'))
                self.assertIn(words, row.message)
                self.assertTrue(row.remedy)
                self.simulator.control.clear_faults()
                self.begin()
                self.assertFalse(self._open(), "mended there, resolved here")
        self.assertEqual(self.agreement.debtor_count, self.debtors)

    def test_a_stop_is_told_although_single_records_need_a_look(self):
        self._spoil(self._numbers()[:1], [BAD[0][0]])
        self.run_import()
        self.simulator.control.revoke()
        self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        causes = set(self.agreement.activity_ids.mapped('economic_cause'))
        self.assertEqual(causes, {'type', 'stopped'})
        self.simulator.control.restore()
        mine = self.agreement.activity_schedule('mail.mail_activity_data_todo', summary="Mine")
        self.run_import()
        self.assertEqual(set(self.agreement.activity_ids.mapped('economic_cause')), {'type', False})
        self.assertTrue(mine.exists(), "what a person noted is not ours to end")

    def test_several_causes_one_row_each_and_one_activity_per_cause(self):
        self._spoil(self._numbers()[:6], [patch for patch, _words in BAD[:1] * 3 + BAD[2:3] * 3])
        run = self.begin()
        self.assertEqual(self.agreement.debtor_count, self.debtors - 6)
        self.assertEqual(len(self._open()), 6)
        run.action_test()
        self.drive(run)
        run.action_start()
        self.drive(run)
        noted = self.agreement.activity_ids.filtered('economic_cause')
        self.assertEqual(sorted(noted.mapped('economic_cause')), ['currency', 'type'])
        self.assertEqual(run.difference, 0, "what is in quarantine is accounted for")
        self.simulator.control.clear_faults()
        self._retry(self._open().filtered(lambda row: row.code == 'type')[0].action_retry_cause())
        self.assertEqual(set(self._open().mapped('code')), {'currency'})
        self.assertEqual(
            self.agreement.activity_ids.filtered('economic_cause').mapped('economic_cause'),
            ['currency'],
        )

    def test_more_than_a_tenth_stops_the_run_as_systematic(self):
        numbers = self._numbers()[:9]
        self._spoil(numbers, [BAD[0][0]] * 9)
        run = self.begin()
        self.assertEqual(run.state, 'stopped')
        self.assertIn("9 of 80", run.message)
        # The good ones are in, the bad ones can be looked at, and a person may go on.
        self.assertEqual(len(self._open()), 9)
        self.assertEqual(self.agreement.debtor_count, self.debtors - 9)
        run.action_resume()
        self.drive(run)
        self.assertEqual(run.state, 'loaded')

    def test_one_record_is_tried_again_and_imported(self):
        self.run_import()
        number = self.simulator.control.create_customer(name="Først Umulig ApS")['number']
        self._spoil([number], [BAD[0][0]])
        self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        row = self._open()
        self.assertEqual(row.number, str(number))
        self._retry(row.action_retry())
        self.assertEqual(row.state, 'open', "it is as bad as before")
        self.simulator.control.clear_faults()
        self.simulator.control.clear_log()
        self._retry(row.action_retry())
        self.assertEqual(row.state, 'resolved')
        debtor = self.env['economic.debtor'].search([('number', '=', number)])
        self.assertEqual(debtor.partner_id.name, "Først Umulig ApS")
        asked = [e for e in self.simulator.control.log() if 'customers' in e['path']]
        self.assertEqual(len(asked), 1)

    def test_an_invoice_is_tried_again_with_its_lines(self):
        self.run_import()
        number = self.simulator.control.book()['numbers'][0]
        meant = {'record': {'bookedInvoiceNumber': number}, 'set': {'date': '2026-02-30'}}
        self.simulator.control.fault(path='/invoices/booked', patch=meant, count=None)
        self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        self.assertEqual(self._open().kind, 'invoice')
        self.simulator.control.clear_faults()
        self._retry(self._open().action_retry())
        self.assertFalse(self._open())
        invoice = self.env['economic.invoice'].search([('number', '=', number)])
        self.assertTrue(invoice.line_ids)

    def test_what_odoo_refuses_is_tried_again(self):
        number = self.simulator.control.create_customer(name="Afvist ApS")['number']
        partner_class = type(self.env['res.partner'])
        create = partner_class.create
        words = "No such company here."

        def refuse(records, vals_list):
            if any(vals.get('name') == "Afvist ApS" for vals in vals_list):
                raise UserError(words)
            return create(records, vals_list)

        self.patch(partner_class, 'create', refuse)
        run = self.run_import()
        self.assertEqual((run.state, run.failed_count), ('done', 1))
        self.assertEqual(run.created_count, self.debtors)
        row = self._open()
        self.assertEqual((row.code, row.number), ('not_stored', str(number)))
        self.assertIn(words, row.message)
        self.patch(partner_class, 'create', create)
        self._retry(row.action_retry())
        self.assertEqual(row.state, 'resolved')
        self.assertTrue(self.env['economic.debtor'].search([('number', '=', number)]).partner_id)

    def test_nothing_to_try_again(self):
        with self.assertRaises(UserError):
            self.env['economic.quarantine'].action_retry_all()

    def test_a_value_that_was_cleaned_is_stored_with_a_note(self):
        first, second = self._numbers()[:2]
        self._spoil(
            [first, second],
            [{'set': {'city': 'Aar\x00hus\x07'}}, {'set': {'name': 'Lang ' * 200}}],
        )
        run = self.begin()
        lines = {line.number: line for line in run.line_ids}
        self.assertFalse(self._open())
        self.assertEqual(lines[first].city, "Aarhus")
        self.assertIn("control characters were removed", lines[first].because)
        self.assertIn("too long", lines[second].because)
        self.assertLess(len(lines[second].debtor_name), len('Lang ' * 200))

    def test_a_value_that_was_cleaned_in_an_invoice_is_counted_and_listed(self):
        self.run_import()
        first, second = self.env['economic.invoice'].search([], limit=2)
        numbers = [first.number, second.number]
        line = second.line_ids[0].number
        self.env.cr.execute('DELETE FROM economic_invoice WHERE number = ANY(%s)', [numbers])
        self.env.invalidate_all()
        self.simulator.control.fault(
            path=r'/invoices/booked\?', count=None,
            patch={'record': {'bookedInvoiceNumber': numbers[0]},
                   'set': {'notes': {'heading': 'Tak\x00 for\x07 ordren'}}},
        )  # fmt: skip
        self.simulator.control.fault(
            path='/booked/lines', count=None,
            patch={'record': {'number': line}, 'set': {'description': 'Stol ' * 2000}},
        )  # fmt: skip
        run = self.drive(self.env['economic.run']._begin(self.agreement, 'full'))
        self.assertEqual((run.state, run.cleaned_count), ('done', 2), run.message)
        self.assertFalse(self._open())
        action = run.action_open_cleaned()
        cleaned = self.env['economic.invoice'].search(
            [*action['domain'], '|', ('notes', '!=', False), ('line_ids.notes', '!=', False)]
        )
        self.assertEqual(sorted(cleaned.mapped('number')), sorted(numbers))
        words = {invoice.number: invoice.cleaned for invoice in cleaned}
        self.assertIn("control characters were removed", words[numbers[0]])
        self.assertIn("too long", words[numbers[1]])
        headings = {invoice.number: invoice.heading for invoice in cleaned}
        self.assertEqual(headings[numbers[0]], "Tak for ordren")
        again = self.drive(self.env['economic.run']._begin(self.agreement, 'full'))
        self.assertEqual(again.cleaned_count, 0, "nothing was stored, so nothing was cleaned")


@tagged('post_install', '-at_install')
class TestReport(EconomicCase):
    """What a run leaves behind: its record, a line in the agreement's history, the overview."""

    debtors, invoices = 30, 30

    def test_the_run_is_a_record(self):
        run = self.run_import()
        self.assertEqual(run.user_id, self.env.user)
        self.assertTrue(run.started_at and run.finished_at and run.seconds)
        self.assertGreater(run.request_count, 5)
        self.assertEqual(run.created_count, self.debtors)

    def test_the_agreement_tells_what_happened(self):
        run = self.run_import()
        body = self.agreement.message_ids[0].body
        self.assertIn(str(run.created_count), body)
        count = len(self.agreement.message_ids)
        self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        self.assertEqual(len(self.agreement.message_ids), count, "nothing changed, nothing is said")

    def test_the_overview_shows_runs_and_requests(self):
        self.simulator.control.configure(rate_limit=6000)
        self.addCleanup(self.simulator.control.configure, rate_limit=None)
        run = self.run_import()
        days = self.agreement.activity_days
        self.assertEqual(len(days), 14)
        changed = run.created_count + run.invoice_count + run.credit_note_count
        self.assertEqual(days[-1]['value'], changed)
        self.assertTrue(run.rate_limit)
        self.assertIn(f'{run.rate_limit:,}', self.agreement.rate_hint)

    def test_next_times_are_on_the_agreement(self):
        self.assertFalse(self.agreement.next_full)
        self.assertIn("first import", self.agreement.schedule_hint)
        self.run_import()
        for name in ('next_sync', 'next_open', 'next_full'):
            self.assertTrue(self.agreement[name], name)
        self.agreement.scheduled = False
        self.assertIn("paused", self.agreement.schedule_hint)
