from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestDecide(EconomicCase):
    """What a person decides about the rows of a test, and what Start makes of it."""

    debtors, invoices = 60, 40

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()

    def _tested(self):
        run = self.begin()
        run.action_test()
        return self.drive(run)

    def _start(self, run):
        run.action_start()
        return self.drive(run)

    def _import(self):
        run = self._start(self._tested())
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _line(self, run, number):
        return run.line_ids.filtered(lambda line: line.number == number and not line.contact_id)

    def _linked(self):
        """Return an imported debtor with a company and a city."""
        return self.env['economic.debtor'].search(
            [('partner_id', '!=', False), ('city', '!=', False), ('zip', '!=', False),
             ('country_name', '=', 'Danmark')],
            limit=1,
        ) or self.env['economic.debtor'].search(
            [('partner_id', '!=', False), ('city', '!=', False)], limit=1
        )  # fmt: skip

    # === TICKING === #

    def test_ticking_by_row_by_status_and_all(self):
        run = self._tested()
        run.action_approve_none()
        self.assertFalse(run.line_ids.filtered('approved'))
        creates = run.line_ids.filtered(lambda line: line.status == 'create')
        creates[0].approved = True
        self.assertEqual(run.pending_count, 1)
        run.with_context(economic_status='create').action_approve_all()
        self.assertEqual(run.line_ids.filtered('approved'), creates)
        creates[:2].action_untick()
        self.assertEqual(run.line_ids.filtered('approved'), creates[2:])
        run.action_approve_all()
        self.assertEqual(run.line_ids.filtered('approved'), run.line_ids.filtered('can_approve'))

    def test_a_row_shown_again_and_ticked_again_is_applied(self):
        run = self._tested()
        line = run.line_ids.filtered(lambda li: li.status == 'update' and li.changes)[:1]
        line.partner_id.city = "Elsewhere"
        self._start(run)
        self.assertEqual(line.state, 'again')
        self.assertEqual(line.partner_id.city, "Elsewhere")
        line.approved = True
        self.assertEqual(run.pending_count, 1)
        self._start(run)
        self.assertIn(line.state, ('updated', 'linked'))
        self.assertEqual(run.state, 'done')

    def test_start_after_the_end_needs_something_ticked(self):
        run = self._import()
        with self.assertRaises(UserError):
            run.action_start()

    # === WHICH COMPANY === #

    def _ambiguous(self, run):
        line = run.line_ids.filtered(lambda li: li.status == 'ambiguous' and li.candidate_ids)[:1]
        self.assertTrue(line, "the simulator has ambiguous companies")
        return line

    def test_an_ambiguous_row_is_settled_by_picking_a_candidate(self):
        run = self._tested()
        line = self._ambiguous(run)
        candidate = line.candidate_ids[-1]
        candidate.with_context(economic_line_id=line.id).action_choose_for_line()
        self.assertEqual((line.status, line.partner_id), ('proposed', candidate.partner_id))
        self.assertTrue(line.approved)
        self.assertEqual(line.decided_by_id, self.env.user)
        self._start(run)
        self.assertEqual(line.debtor_id.partner_id, candidate.partner_id)

    def test_an_ambiguous_row_is_settled_by_a_new_company(self):
        run = self._tested()
        line = self._ambiguous(run)
        line.action_create_new()
        self.assertEqual((line.status, line.approved), ('create', True))
        self._start(run)
        self.assertEqual(line.state, 'created')
        self.assertNotIn(line.partner_id, line.candidate_ids.partner_id)
        self.assertTrue(all(line.candidate_ids.mapped('refused')))

    def test_an_ambiguous_row_is_settled_by_ignoring_it_for_good(self):
        run = self._tested()
        line = self._ambiguous(run)
        line.action_ignore()
        self.assertEqual((line.status, line.approved), ('skipped', False))
        self.assertEqual(line.debtor_id.match_state, 'new', "nothing happens before Start")
        self._start(run)
        self.assertEqual(line.debtor_id.match_state, 'ignored')
        again = self._line(self._tested(), line.number)
        self.assertEqual((again.status, again.reason), ('skipped', 'ignored'))

    def test_a_decision_survives_another_test_and_can_be_taken_back(self):
        run = self._tested()
        line = self._ambiguous(run)
        line.action_create_new()
        run.action_test()
        self.drive(run)
        self.assertEqual((line.status, line.reason), ('create', 'chosen'))
        line.action_undecide()
        self.assertEqual((line.status, line.approved), ('ambiguous', False))

    def test_a_candidate_of_another_debtor_is_refused(self):
        run = self._tested()
        lines = run.line_ids.filtered('candidate_ids')
        with self.assertRaises(UserError):
            lines[0].candidate_ids[:1].with_context(
                economic_line_id=lines[1].id
            ).action_choose_for_line()

    def test_every_row_opens_into_every_field(self):
        run = self._tested()
        for line in run.line_ids:
            fields = {row['field'] for row in line.comparison}
            self.assertIn('name', fields, line.status)

    def test_nothing_is_decided_before_the_test(self):
        run = self.begin()
        with self.assertRaises(UserError):
            run.line_ids[0].action_ignore()

    # === WHOSE VALUE === #

    def _conflict(self):
        """Return a debtor whose city changed on both sides, and the run that says so."""
        self._import()
        debtor = self._linked()
        debtor.partner_id.city = "Byen i Odoo"
        self.simulator.control.edit_customer(debtor.number, city="Byen i e-conomic")
        run = self._tested()
        return debtor, self._line(run, debtor.number), run

    def test_a_value_changed_on_both_sides_waits_for_a_choice(self):
        debtor, line, run = self._conflict()
        self.assertEqual((line.status, line.has_conflict, line.approved), ('conflict', True, False))
        shown = line.shown_changes[0]
        self.assertEqual((shown['old'], shown['new']), ("Byen i Odoo", "Byen i e-conomic"))
        self.assertIn(self.env.user.name, shown['who'])
        run.action_approve_all()
        self._start(run)
        self.assertEqual(debtor.partner_id.city, "Byen i Odoo")
        self.assertEqual(debtor.question, 'conflict')
        self.assertEqual(debtor.question_line_id, line)
        self.assertEqual(self.agreement.question_count, 1)

    def test_choosing_e_conomics_value(self):
        debtor, line, run = self._conflict()
        line.with_context(economic_field='city', economic_side='economic').action_choose()
        self.assertTrue(line.approved)
        self._start(run)
        self.assertEqual(debtor.partner_id.city, "Byen i e-conomic")
        self.assertFalse(debtor.question)

    def test_keeping_odoos_value_is_remembered(self):
        debtor, line, run = self._conflict()
        line.action_choose_odoo()
        self._start(run)
        self.assertEqual(debtor.partner_id.city, "Byen i Odoo")
        again = self._line(self._tested(), debtor.number)
        self.assertEqual(again.status, 'unchanged')

    def test_a_conflict_is_answered_after_the_run_has_ended(self):
        debtor, line, run = self._conflict()
        self._start(run)
        line.action_choose_economic()
        self._start(run)
        self.assertEqual(debtor.partner_id.city, "Byen i e-conomic")
        self.assertFalse(debtor.question)

    def test_odoos_tracking_tells_who_changed_a_tracked_value(self):
        self._import()
        debtor = self._linked()
        partner = debtor.partner_id.with_context(tracking_disable=False, mail_notrack=False)
        partner.name = f'{debtor.name} i Odoo'
        self.env.flush_all()
        self.env.cr.precommit.run()  # That is when Odoo writes down who changed what.
        debtor.partner_id.sudo().comment = "edited later"
        self.simulator.control.edit_customer(debtor.number, name=f'{debtor.name} Danmark')
        line = self._line(self._tested(), debtor.number)
        change = next(c for c in line.changes if c['field'] == 'name')
        self.assertEqual((change['conflict'], change['exact']), ('both', True))

    def test_rules_of_the_agreement_are_used(self):
        self._import()
        debtor = self._linked()
        rule = self.agreement.field_rule_ids.filtered(lambda r: r.field == 'city')
        for chosen, status in (('odoo', 'unchanged'), ('ask', 'conflict'), ('economic', 'update')):
            with self.subTest(rule=chosen):
                rule.rule = chosen
                self.simulator.control.edit_customer(debtor.number, city=f"Ny by {chosen}")
                self.assertEqual(self._line(self._tested(), debtor.number).status, status)

    def test_every_agreement_has_a_row_for_every_field(self):
        known = self.env['res.partner']._fields
        self.assertEqual(
            self.agreement.field_rule_ids.mapped('field'),
            [field for field in self.agreement._get_rules() if field in known],
        )
