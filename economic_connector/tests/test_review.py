from odoo.exceptions import UserError
from odoo.tests import tagged

from .review_case import ReviewCase


@tagged('post_install', '-at_install')
class TestReview(ReviewCase):
    """What a person decides in the queue about one debtor, and takes back."""

    # === DECIDE === #

    def test_linking_fills_by_the_rules_and_the_invoices_follow(self):
        self.best.write({'phone': False, 'website': "https://kept.example.com"})
        expected = self.debtor._prepare_partner_values()
        answer = self.debtor.action_review_link(self.best.id)
        self.assertIn(self.best.name, answer['message'])
        self.assertEqual((self.debtor.partner_id, self.debtor.match_state), (self.best, 'linked'))
        self.assertEqual(self.best.phone or '', expected['phone'])
        self.assertEqual(self.best.website, "https://kept.example.com")
        self.assertTrue(self.debtor.match_because, "the evidence of the candidate is kept")
        self.assertLessEqual(self.partners_of_invoices(self.debtor), self.best)
        if self.debtor.invoice_ids:
            self.assertTrue(self.best.economic_figures_ids)

    def test_a_new_company_has_the_values_of_an_import(self):
        self.debtor.action_review_create()
        partner = self.debtor.partner_id
        self.assertNotIn(partner, self.debtor.candidate_ids.partner_id)
        expected = self.debtor._prepare_partner_values()
        self.assertEqual(self.debtor._read_partner_values(partner), expected)
        self.assertTrue(all(self.debtor.candidate_ids.mapped('refused')))
        self.assertEqual(self.kinds(self.debtor), ['created'])

    def test_ignoring_outlives_the_next_import(self):
        self.debtor.action_review_ignore()
        self.assertEqual(self.debtor.match_state, 'ignored')
        run = self.begin()
        run.action_test()
        self.drive(run)
        line = run.line_ids.filtered(lambda li: li.debtor_id == self.debtor)
        self.assertEqual((line.status, line.reason), ('skipped', 'ignored'))

    def test_not_this_one_is_remembered_and_can_be_offered_again(self):
        self.debtor.action_review_refuse(self.best.id)
        candidate = self.debtor.candidate_ids.filtered(lambda c: c.partner_id == self.best)
        self.assertEqual((candidate.refused, candidate.refused_by_id), (True, self.env.user))
        self.assertEqual(self.debtor.match_state, 'review')
        self.debtor.action_review_look_again()
        self.assertNotIn(self.best, self.debtor._get_open_candidates().partner_id)
        self.debtor.action_review_offer(self.best.id)
        self.debtor.action_review_look_again()
        self.assertIn(self.best, self.debtor._get_open_candidates().partner_id)
        self.assertEqual(self.kinds(self.debtor), ['refused', 'offered'])

    def test_a_company_that_is_no_candidate_can_be_linked(self):
        stranger = self.env['res.partner'].create({'name': "Ganske anden"})
        self.debtor.action_review_link(stranger.id)
        self.assertEqual(self.debtor.partner_id, stranger)

    def test_what_somebody_else_decided_meanwhile_is_not_overwritten(self):
        self.debtor.action_review_link(self.best.id)
        for call in (
            lambda: self.debtor.action_review_link(self.other.id),
            self.debtor.action_review_create,
            self.debtor.action_review_ignore,
            lambda: self.debtor.action_review_refuse(self.other.id),
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(self.debtor.partner_id, self.best)

    def test_a_company_of_another_of_our_companies_is_refused(self):
        self.best.company_id = self.env['res.company'].create({'name': "Another"})
        with self.assertRaises(UserError):
            self.debtor.action_review_link(self.best.id)

    def test_what_odoo_refuses_changes_nothing_and_says_why(self):
        self.debtor.write({'name': False})
        before = self.rows()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.debtor.action_review_create()
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.debtor.match_state, 'review')

    # === DECIDE AGAIN === #

    def test_taking_a_link_back_restores_every_column(self):
        before = self.rows()
        self.debtor.action_review_link(self.best.id)
        self.assertNotEqual(self.rows(), before)
        self.debtor.action_decide_again()
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.debtor.match_state, 'review')
        self.assertFalse(self.partners_of_invoices(self.debtor))
        self.assertFalse(self.best.economic_figures_ids)
        self.assertEqual(self.kinds(self.debtor), ['linked', 'reopened'])
        self.debtor.action_review_link(self.other.id)
        self.assertEqual(self.debtor.partner_id, self.other)

    def test_taking_a_new_company_back_deletes_it_and_offers_the_others(self):
        before = self.rows()
        offered = self.debtor._get_open_candidates().partner_id
        self.debtor.action_review_create()
        self.debtor.action_decide_again()
        self.assertEqual(self.rows(), before)
        self.assertLessEqual(offered, self.debtor._get_open_candidates().partner_id)

    def test_a_new_company_that_is_used_by_now_stays(self):
        self.debtor.action_review_create()
        made = self.debtor.partner_id
        self.env['res.partner'].create({'name': "Contact", 'parent_id': made.id})
        self.debtor.action_decide_again()
        self.assertTrue(made.exists().active)
        self.assertFalse(self.debtor.partner_id)

    def test_a_new_company_that_another_debtor_was_linked_to_stays(self):
        self.debtor.action_review_create()
        made, second = self.debtor.partner_id, self.second
        second.action_review_link(made.id)
        self.debtor.action_decide_again()
        self.assertEqual(second.partner_id, made.exists())
        self.assertFalse(self.debtor.partner_id)

    def test_edits_made_since_are_kept(self):
        self.debtor.action_review_link(self.best.id)
        self.best.name = "Edited since"
        self.debtor.action_decide_again()
        self.assertEqual(self.best.name, "Edited since")

    def test_a_link_of_an_import_is_taken_back_with_what_later_ones_wrote(self):
        line = self.env['economic.run.line'].search(
            [('state', '=', 'updated'), ('contact_id', '=', False)], limit=1
        )
        debtor, partner = line.debtor_id, line.partner_id
        street = line.undo[0]['partners'].get(str(partner.id), {}).get('street', [partner.street])
        self.simulator.control.edit_customer(debtor.number, address="Nygade 99")
        self.run_import()
        self.assertEqual(partner.street, "Nygade 99")
        debtor.action_decide_again()
        self.assertEqual(partner.street or None, street[0] or None)
        self.assertEqual((debtor.match_state, debtor.reopened), ('review', True))
        self.assertIn(partner, debtor._get_open_candidates().partner_id)

    def test_the_schedule_does_not_decide_what_a_person_took_back(self):
        line = self.env['economic.run.line'].search(
            [('status', '=', 'update'), ('contact_id', '=', False), ('state', '!=', 'planned')],
            limit=1,
        )
        debtor = line.debtor_id
        debtor.action_decide_again()
        self.simulator.control.edit_customer(debtor.number, website="https://ny.example.com")
        run = self.env['economic.run']._begin(self.agreement, 'sync')
        self.drive(run)
        self.assertEqual(run.state, 'done', run.message)
        seen = run.line_ids.filtered(lambda li: li.debtor_id == debtor)
        self.assertEqual(seen.status, 'update', "the matcher is sure")
        self.assertFalse(debtor.partner_id)
        debtor.action_review_link(line.partner_id.id)
        self.assertFalse(debtor.reopened)

    def test_an_ignored_debtor_comes_back(self):
        self.debtor.action_review_ignore()
        action = self.debtor.action_decide_again()
        self.assertEqual(action['res_id'], self.debtor.id)
        self.assertEqual(self.kinds(self.debtor), ['ignored', 'reopened'])
        with self.assertRaises(UserError):
            self.debtor.action_decide_again()

    # === THE RUN OF THE DAY === #

    def test_decisions_of_a_day_are_one_run_that_can_be_undone(self):
        before = self.rows()
        second = self.second
        self.debtor.action_review_link(self.best.id)
        second.action_review_create()
        run = self.env['economic.run'].search([('kind', '=', 'review')])
        self.assertEqual(len(run), 1)
        self.assertEqual(run.line_ids.debtor_id, self.debtor | second)
        self.agreement.scheduled = True
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(run.state, 'undone', run.message)
        self.assertEqual(self.rows(), before)
        self.assertEqual((self.debtor | second).mapped('match_state'), ['review', 'review'])
        self.assertTrue(self.agreement.scheduled, "debtors wait in the queue, not for the schedule")

    def test_the_overview_does_not_take_the_review_for_the_last_run(self):
        last = self.agreement.last_run_id
        self.debtor.action_review_link(self.best.id)
        self.env.invalidate_all()
        self.assertEqual(self.agreement.last_run_id, last)
