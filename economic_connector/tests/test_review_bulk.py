from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..wizards import economic_debtor_decide
from .review_case import ReviewCase


@tagged('post_install', '-at_install')
class TestReviewBulk(ReviewCase):
    """Many at once, and what the screen of one shows."""

    def _open(self, debtors, decision):
        action = getattr(debtors, f'action_bulk_{decision}')()
        return self.env[action['res_model']].browse(action['res_id'])

    def test_each_is_linked_to_its_best_unless_two_are_nearly_as_good(self):
        wizard = self._open(self.queue, 'link')
        self.assertEqual(wizard.selected_count, len(self.queue))
        left = (
            wizard.decided_count + wizard.without_count + wizard.close_count
            + wizard.shared_count + wizard.taken_count
        )  # fmt: skip
        self.assertEqual(wizard.ready_count + left, len(self.queue))
        self.assertTrue(wizard.close_count)
        wizard.with_close = True
        self.assertFalse(wizard.close_count)
        count = wizard.ready_count
        self.assertTrue(count)
        wizard.action_confirm()
        linked = self.queue.filtered('partner_id')
        self.assertEqual(len(linked), count)
        for debtor in linked:
            self.assertEqual(debtor.partner_id, debtor.candidate_ids[:1].partner_id)

    def test_a_company_that_two_want_or_that_has_a_debtor_waits(self):
        first, second = self.debtor, self.second
        candidates = self.env['economic.debtor.candidate']
        (first | second).candidate_ids.unlink()
        for debtor in first | second:
            candidates.create({'debtor_id': debtor.id, 'partner_id': self.best.id, 'score': 9})
        wizard = self._open(first | second, 'link')
        self.assertEqual((wizard.ready_count, wizard.shared_count), (0, 2))
        with self.assertRaises(UserError):
            wizard.action_confirm()
        first.action_review_link(self.best.id)
        wizard = self._open(first | second, 'link')
        self.assertEqual((wizard.ready_count, wizard.taken_count, wizard.decided_count), (0, 1, 1))

    def test_what_is_hardly_alike_is_neither_counted_nor_linked(self):
        # Another company at the same address, of which nothing but that agrees.
        found = self.debtor.candidate_ids.filtered(lambda c: not c.far)
        self.assertEqual(found.partner_id, self.best | self.other)
        self.assertTrue(self.debtor.candidate_ids - found)
        self.assertEqual(self.debtor.best_count, 2)
        found._refuse()
        self.assertFalse(self.debtor.best_id)
        wizard = self._open(self.debtor, 'link')
        wizard.with_close = True
        self.assertEqual((wizard.ready_count, wizard.without_count), (0, 1))

    def test_what_speaks_for_a_hardly_alike_one_is_gathered_when_it_is_looked_at(self):
        far = self.debtor.candidate_ids.filtered('far')[:1]
        near = self.debtor.candidate_ids.filtered(lambda c: not c.far)[:1]
        self.assertFalse(far.evidence)
        self.assertIn("same town", far.because)
        # As the matcher would have said.
        said = near.evidence
        near.evidence = False
        self.assertEqual(near._get_evidence()[near], said)
        self.debtor.action_review_link(far.partner_id.id)
        self.assertIn("same town", self.debtor.match_because)

    def test_new_companies(self):
        self._open(self.queue, 'create').action_confirm()
        self.assertEqual(set(self.queue.mapped('match_state')), {'linked'})
        self.assertEqual(len(self.queue.partner_id), len(self.queue))

    def test_ignoring(self):
        wizard = self._open(self.queue, 'ignore')
        self.assertEqual(wizard.ready_count, len(self.queue))
        wizard.action_confirm()
        self.assertEqual(set(self.queue.mapped('match_state')), {'ignored'})
        self.assertEqual(self.kinds(self.debtor), ['ignored'])

    def test_none_of_the_candidates(self):
        wizard = self._open(self.queue, 'refuse')
        self.assertEqual(wizard.candidate_count, len(self.queue._get_open_candidates()))
        wizard.action_confirm()
        self.assertFalse(self.queue._get_open_candidates())
        self.assertEqual(set(self.queue.mapped('match_state')), {'review'})
        self.assertEqual(set(self.kinds(self.debtor)), {'refused'})

    def test_many_are_worked_off_as_a_run_that_needs_no_connection(self):
        self.agreement.service_url = 'http://127.0.0.1:1'
        with patch.object(economic_debtor_decide, 'AT_ONCE', 1):
            action = self._open(self.queue, 'create').action_confirm()
        run = self.env['economic.run'].browse(action['res_id'])
        self.assertEqual((run.kind, run.state), ('review', 'importing'))
        self.assertFalse(self.queue.partner_id)
        self.drive(run)
        self.assertEqual(run.state, 'done', run.message)
        self.assertEqual(set(self.queue.mapped('match_state')), {'linked'})
        self.assertEqual(run.created_count, len(self.queue))

    # === SIDE BY SIDE === #

    def test_what_the_screen_shows(self):
        self.other.active = False
        self.best.write({'name': self.debtor.name, 'phone': "+45 99 88 77 66"})
        self.best.message_post(body="Hello", message_type='comment')
        contact = self.env['res.partner'].create({'name': "Ida", 'parent_id': self.best.id})
        contact.message_post(body="Hello again", message_type='email')
        linked = self.env['economic.debtor'].search([('partner_id', '!=', False)], limit=1)
        linked._link(self.best)
        review = self.debtor.review
        self.assertTrue(review['open'])
        self.assertEqual(review['total'], len(self.queue))
        shown = {candidate['id']: candidate for candidate in review['candidates']}
        best, other = shown[self.best.id], shown[self.other.id]
        self.assertEqual((best['archived'], other['archived']), (False, True))
        self.assertEqual(best['debtors'], [linked.display_name])
        brings = {thing['label']: thing['value'] for thing in best['brings']}
        self.assertEqual((brings["Messages"], brings["Contacts"]), ('2', '1'))
        self.assertIn("Last contact", brings)
        if linked.invoice_ids:
            self.assertEqual(brings["Invoices from e-conomic"], str(len(linked.invoice_ids)))
        place = [candidate['id'] for candidate in review['candidates']].index(self.best.id)
        rows = {row['field']: row for row in review['rows']}
        self.assertEqual(rows['name']['cells'][place]['mark'], 'equal')
        self.assertEqual(rows['phone']['cells'][place]['value'], "+45 99 88 77 66")

    def test_what_linking_would_change_is_what_it_changes(self):
        place = [c['id'] for c in self.debtor.review['candidates']].index(self.best.id)
        planned = self.debtor.review['candidates'][place]['changes']
        self.debtor.action_review_link(self.best.id)
        line = self.env['economic.run.line'].search(
            [('debtor_id', '=', self.debtor.id), ('run_id.kind', '=', 'review')]
        )
        self.assertTrue(planned)
        self.assertEqual(
            [(change['field'], change['old'], change['new']) for change in planned],
            [(change['field'], change['old'], change['new']) for change in line.shown_changes],
        )

    def test_refused_ones_come_last_and_do_not_count(self):
        self.debtor.action_review_refuse(self.best.id)
        self.assertTrue(self.debtor.review['candidates'][-1]['refused'])
        self.assertNotEqual(self.debtor.best_id, self.best)
        self.assertEqual(self.debtor.best_count, len(self.debtor._get_likely_candidates()))
        self.assertEqual(self.debtor.best_id, self.other)
