from itertools import cycle, islice

from odoo.tests import tagged

from .common import EconomicCase

# Each way in which a record can be bad -> word of the cause in quarantine.
BAD = {
    'date': {'set': {'lastUpdated': '2026-02-30T10:00:00Z'}},
    'currency': {'set': {'currency': 'ZZ9'}},
    'type': {'set': {'name': ['A', 'B'], 'creditLimit': {'a': 1}}},
    'missing': {'drop': ['customerNumber']},
    'amount': {'raw': {'creditLimit': '9' * 20_000}},
}
# Invoices have dates of their own, and no debtor's number to lack.
BAD_INVOICES = {
    'date': {'set': {'date': '2026-02-30'}},
    'currency': {'set': {'currency': 'ZZ9'}},
    'type': {'set': {'netAmount': 'a lot'}},
    'missing': {'drop': ['customer']},
    'amount': {'raw': {'grossAmount': '9' * 20_000}},
}


class BadRecordsCase(EconomicCase):
    """A few bad records among a thousand: the good ones are in, the bad ones can be looked at."""

    def _numbers(self):
        with self.agreement._open_client() as client:
            return sorted(r.number for page in client.customers() for r in page.records)

    def _spoil(self, path, key, numbers, patches):
        patches = islice(cycle(patches), len(numbers))
        self.simulator.control.fault(
            path=path,
            patch=[
                {'record': {key: number}} | patch
                for number, patch in zip(numbers, patches, strict=True)
            ],
            count=None,
        )

    def _open(self, kind='debtor'):
        return self.env['economic.quarantine'].search([('state', '=', 'open'), ('kind', '=', kind)])

    def _spread(self, numbers, count):
        """Return so many of the numbers, from the first to the last."""
        step = (len(numbers) - 1) / max(count - 1, 1)
        return [numbers[round(place * step)] for place in range(count)]


@tagged('post_install', '-at_install')
class TestBadDebtors(BadRecordsCase):
    debtors, invoices = 1000, 10

    def _mirrored(self):
        found = self.env['economic.debtor'].search([('agreement_id', '=', self.agreement.id)])
        self.assertFalse(found.filtered('deleted'))
        return set(found.mapped('number'))

    def test_one_three_and_thirty_bad_debtors_among_a_thousand(self):
        numbers = self._numbers()
        self.assertEqual(len(numbers), self.debtors)
        for count in (1, 3, 30):
            for first in range(len(BAD) if count == 1 else 1):
                causes = [*BAD][first:] + [*BAD][:first]
                with self.subTest(count=count, first=causes[0]):
                    self._forget()
                    bad = self._spread(numbers, count)
                    self._spoil(
                        r'/customers\?', 'customerNumber', bad, [BAD[cause] for cause in causes]
                    )
                    run = self.begin()
                    self.assertEqual(run.state, 'loaded', run.message)
                    self.assertEqual(self._mirrored(), set(numbers) - set(bad))
                    self.assertEqual(run.line_count, self.debtors - count)
                    rows = self._open()
                    self.assertEqual(len(rows), count)
                    self.assertEqual(
                        sorted(rows.mapped('code')), sorted(islice(cycle(causes), count))
                    )
                    for row in rows:
                        self.assertTrue(row.message and row.remedy and row.raw, row.code)
                        self.assertLess(len(row.raw), 10_000)

    def _forget(self):
        """Begin again with nothing here."""
        self.simulator.control.clear_faults()
        for table in ('run', 'debtor', 'stream', 'quarantine'):
            self.env.cr.execute(
                f'DELETE FROM economic_{table} WHERE agreement_id = %s', [self.agreement.id]
            )
        self.env.invalidate_all()

    def test_more_than_a_tenth_is_systematic(self):
        numbers = self._numbers()
        for count, state in ((100, 'loaded'), (101, 'stopped')):
            with self.subTest(count=count):
                self._forget()
                bad = self._spread(numbers, count)
                self._spoil(r'/customers\?', 'customerNumber', bad, BAD.values())
                run = self.begin()
                self.assertEqual(run.state, state, run.message)
                self.assertEqual(self._mirrored(), set(numbers) - set(bad), "good ones are in")
                self.assertEqual(len(self._open()), count)
        self.assertIn(f'{count} of {self.debtors}', run.message)

    def test_what_was_here_stays_when_it_turns_bad(self):
        numbers = self._numbers()
        self.begin()
        bad = self._spread(numbers, 30)
        self._spoil(r'/customers\?', 'customerNumber', bad, BAD.values())
        self.assertEqual(self.begin().state, 'loaded')
        self.assertEqual(self._mirrored(), set(numbers))
        self.assertEqual(len(self._open()), 30)
        self.simulator.control.clear_faults()
        self.begin()
        self.assertFalse(self._open(), "mended there, resolved here")


@tagged('post_install', '-at_install')
class TestBadInvoices(BadRecordsCase):
    debtors, invoices = 30, 1000

    def test_one_three_and_thirty_bad_invoices_among_a_thousand(self):
        self.run_import()
        invoices = self.env['economic.invoice'].search([])
        numbers = sorted(invoices.mapped('number'))
        for count in (1, 3, 30):
            with self.subTest(count=count):
                self.simulator.control.clear_faults()
                for table in ('invoice', 'quarantine', 'stream'):
                    self.env.cr.execute(f'DELETE FROM economic_{table}')
                self.env.invalidate_all()
                bad = self._spread(numbers, count)
                path = r'/invoices/booked\?'
                self._spoil(path, 'bookedInvoiceNumber', bad, BAD_INVOICES.values())
                run = self.drive(self.env['economic.run']._begin(self.agreement, 'full'))
                self.assertEqual(run.state, 'done', run.message)
                there = self.env['economic.invoice'].search([])
                self.assertEqual(set(there.mapped('number')), set(numbers) - set(bad))
                self.assertEqual(
                    sorted(self._open('invoice').mapped('code')),
                    sorted(islice(cycle(BAD_INVOICES), count)),
                )
