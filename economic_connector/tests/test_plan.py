from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestPlan(EconomicCase):
    """What Test says, and that it changes nothing."""

    debtors, invoices = 120, 10

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()

    def _test(self):
        run = self.begin()
        run.action_test()
        self.drive(run)
        return run, {line.number: line for line in run.line_ids}

    def test_every_sure_company_is_found_and_none_is_wrong(self):
        _run, lines = self._test()
        companies = {}
        for truth, partner in self.truth:
            if truth['expect'] in ('sure', 'proposed'):
                # A company that is there twice may be found under either of its records.
                companies.setdefault(truth['debtor'], []).append((truth['expect'], partner))
        self.assertIn('sure', {expect for known in companies.values() for expect, _ in known})
        for number, known in companies.items():
            with self.subTest(number=number):
                line = lines[number]
                self.assertIn(line.partner_id, [partner for _, partner in known])
                expected = 'update' if known[0][0] == 'sure' else 'proposed'
                self.assertIn(line.status, ('update', expected))
        right = {partner.id: truth['debtor'] for truth, partner in self.truth}
        for number, line in lines.items():
            if line.partner_id:
                self.assertEqual(right[line.partner_id.id], number)

    def test_ambiguous_ones_wait_with_their_candidates(self):
        _run, lines = self._test()
        ambiguous = {t['debtor'] for t, _ in self.truth if t['expect'] == 'ambiguous'}
        self.assertTrue(ambiguous)
        for number in ambiguous:
            with self.subTest(number=number):
                line = lines[number]
                self.assertGreater(len(line.debtor_id.candidate_ids), 1)
                if line.status == 'proposed':
                    # Two records of one company: the better one is proposed, the other reported.
                    self.assertIn('duplicate', line.reason)
                else:
                    self.assertEqual(line.status, 'ambiguous')
                    self.assertFalse(line.approved)

    def test_test_changes_nothing_but_the_run_and_the_candidates(self):
        run = self.begin()
        run.action_test()
        tables = ('res_partner', 'economic_debtor', 'economic_match_key', 'economic_stream')
        counts = 'SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables'
        self.env.flush_all()
        self.env.cr.execute(f'{counts} WHERE relname = ANY(%s)', [list(tables)])
        before = self.env.cr.fetchall()
        self.drive(run)
        self.assertEqual(run.state, 'tested')
        self.env.cr.execute(f'{counts} WHERE relname = ANY(%s)', [list(tables)])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_old_and_new_of_every_field_that_would_change(self):
        sure = next(p for t, p in self.truth if t['expect'] == 'sure')
        number = next(t['debtor'] for t, p in self.truth if p == sure)
        sure.city = "Somewhere else"
        _run, lines = self._test()
        changes = {change['field']: change for change in lines[number].changes}
        self.assertEqual(changes['city']['old'], "Somewhere else")
        self.assertEqual(changes['city']['new'], lines[number].debtor_id.city.strip())
        shown = lines[number].shown_changes
        self.assertEqual(len(shown), len(changes))
        self.assertTrue(all(change['label'] for change in shown))

    def test_a_link_says_why(self):
        _run, lines = self._test()
        for line in lines.values():
            if line.status in ('update', 'proposed', 'ambiguous'):
                self.assertTrue(line.because, line.number)

    def test_two_debtors_that_want_one_company_are_a_doubt(self):
        sure = next((t, p) for t, p in self.truth if t['expect'] == 'sure')
        run = self.begin()
        debtor = run.line_ids.debtor_id.filtered(lambda d: d.number == sure[0]['debtor'])
        twin = run.line_ids.debtor_id.filtered(lambda d: not d.cvr)[:1]
        twin.write({name: debtor[name] for name in ('name', 'cvr', 'address', 'zip', 'ean')})
        run.action_test()
        self.drive(run)
        lines = run.line_ids.filtered(lambda li: li.debtor_id in debtor + twin)
        doubtful = lines.filtered(lambda li: li.status == 'ambiguous')
        self.assertTrue(doubtful)
        self.assertTrue(set(doubtful[0].reason.split()) & {'shared', 'taken'})
        self.assertLessEqual(len(lines.partner_id), 1)

    def test_a_pair_that_somebody_refused_is_not_offered_again(self):
        truth, partner = next((t, p) for t, p in self.truth if t['expect'] == 'sure')
        run = self.begin()
        debtor = run.line_ids.debtor_id.filtered(lambda d: d.number == truth['debtor'])
        self.env['economic.debtor.candidate'].create(
            {'debtor_id': debtor.id, 'partner_id': partner.id, 'refused': True}
        )
        run.action_test()
        self.drive(run)
        line = run.line_ids.filtered(lambda li: li.debtor_id == debtor)
        self.assertNotEqual(line.partner_id, partner)

    def test_companies_of_another_company_are_not_candidates(self):
        other = self.env['res.company'].create({'name': "Another"})
        truth, partner = next((t, p) for t, p in self.truth if t['expect'] == 'sure')
        partner.company_id = other
        _run, lines = self._test()
        self.assertNotEqual(lines[truth['debtor']].partner_id, partner)
