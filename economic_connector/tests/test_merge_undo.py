from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .merge_case import MergeCase


@tagged('post_install', '-at_install')
class TestMergeUndo(MergeCase):
    """What a merge did is taken back, column by column, or it is told what changed since."""

    def setUp(self):
        super().setUp()
        self.tag = self.env['res.partner.category'].create({'name': "Tag"})
        self.document = self._partner("Document")
        self.document.message_subscribe((self.kept | self.other).ids)
        self.contact = self._partner("Kasse", is_company=False, parent_id=self.other.id)
        self.other.write(
            {
                'category_id': [Command.link(self.tag.id)],
                'bank_ids': [Command.create({'acc_number': 'DK01'})],
            }
        )
        self.kept.bank_ids = [Command.create({'acc_number': 'DK01'})]
        self.other.message_post(body="Hello", author_id=self.other.id)
        self.agreement = self._agreement()
        self.debtor = self._debtor(self.agreement, 1001, self.other, (100, 250))
        self.env['economic.figures']._refresh()
        campaign = self.env['utm.campaign'].create({'title': "sales"})
        self.env['economic.campaign.member'].create(
            [
                {'campaign_id': campaign.id, 'partner_id': partner.id, 'state': state,
                 'company_id': self.env.company.id}
                for partner, state in ((self.kept, 'added'), (self.other, 'opted_out'))
            ]
        )  # fmt: skip
        self.before = self._dump()

    def test_all_is_as_it_was(self):
        merge = self._merge(sources=self.other | self.third, values={'name': "New", 'ref': '1'})
        self.assertEqual(self.debtor.partner_id, self.kept)
        self.assertEqual(self.debtor.invoice_ids.partner_id, self.kept)
        figures = self.env['economic.figures'].search([('partner_id', '=', self.kept.id)])
        self.assertEqual(figures.balance, 350)
        self.assertEqual(self.kept.economic_member_ids.state, 'opted_out')
        self.assertIn("merged into this company", self.kept.message_ids[:1].body)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(merge.state, 'undone')
        self.assertSameDatabase(self.before)
        figures = self.env['economic.figures'].search([('partner_id', '=', self.other.id)])
        self.assertEqual(figures.balance, 350)
        self.assertIn("was undone", self.kept.message_ids[:1].body)
        kinds = self.debtor.event_ids.mapped('kind')
        self.assertEqual(kinds[:2], ['undone', 'merged'])
        with self.assertRaisesRegex(UserError, "undone already"):
            merge.action_undo()

    def test_refused_with_the_list_of_what_changed(self):
        merge = self._merge()
        self.contact.parent_id = self.third
        self.kept.category_id = False
        self.kept.street = "Elsewhere 2"
        action = merge.action_undo()
        self.assertEqual(action['res_model'], 'economic.merge.undo')
        self.assertEqual(merge.state, 'merged')
        wizard = self.env['economic.merge.undo'].create({'merge_id': merge.id})
        lines = wizard.conflicts.splitlines()
        self.assertTrue([li for li in lines if 'Kasse' in li and 'Aaen Cafe' in li], lines)
        self.assertTrue([li for li in lines if 'Elsewhere 2' in li and 'Havnegade 1' in li], lines)
        self.assertTrue([li for li in lines if 'removed since' in li], lines)
        self.assertFalse(self.other.active)

    def test_the_rest_is_put_back(self):
        merge = self._merge()
        self.contact.parent_id = self.third
        self.kept.street = "Elsewhere 2"
        wizard = (
            self.env['economic.merge.undo'].with_user(self.manager).create({'merge_id': merge.id})
        )
        wizard.action_undo_partly()
        self.env.invalidate_all()
        self.assertEqual(merge.state, 'partly')
        self.assertIn('Elsewhere 2', merge.kept_text)
        self.assertTrue(self.other.active)
        self.assertFalse(self.other.economic_merged_into_id)
        self.assertEqual(self.contact.parent_id, self.third)
        self.assertEqual(self.kept.street, "Elsewhere 2")
        self.assertEqual(self.debtor.partner_id, self.other)
        self.assertEqual(self.other.category_id, self.tag)
        self.assertEqual(self.other.bank_ids.acc_number, 'DK01')

    def test_what_came_since_stays_and_invoices_follow_their_debtor(self):
        merge = self._merge()
        note = self.kept.message_post(body="Later")
        new = self.env['economic.invoice'].create(
            {
                'agreement_id': self.agreement.id, 'company_id': self.env.company.id,
                'debtor_id': self.debtor.id, 'partner_id': self.kept.id, 'number': 9,
                'kind': 'invoice', 'date': '2026-11-02',
                'currency_id': self.env.company.currency_id.id,
                'base_currency_id': self.env.company.currency_id.id, 'amount_total': 1,
            }
        )  # fmt: skip
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(merge.state, 'undone')
        self.assertEqual(new.partner_id, self.other)
        self.assertEqual(note.res_id, self.kept.id)

    def test_the_later_merge_first(self):
        first = self._merge()
        second = self._merge(survivor=self.third, sources=self.kept)
        self.assertEqual(self.other.economic_merged_into_id, self.third)
        with self.assertRaisesRegex(UserError, "Undo that merge first"):
            first.action_undo()
        second.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.other.economic_merged_into_id, self.kept)
        first.action_undo()
        self.env.invalidate_all()
        self.assertSameDatabase(self.before)

    def test_a_company_deleted_since(self):
        merge = self._merge()
        self.other.unlink()
        with self.assertRaisesRegex(UserError, "deleted since"):
            merge.action_undo()

    def test_two_debtors_of_one_agreement(self):
        self._debtor(self.agreement, 1002, self.kept)
        refused = self.assertRaisesRegex(UserError, "different debtors: .*1001")
        with refused, self.env.cr.savepoint():
            self._merge()
        merge = self._merge(two_debtors=True)
        self.assertEqual(sorted(self.kept.economic_debtor_ids.mapped('number')), [1001, 1002])
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.kept.economic_debtor_ids.number, 1002)

    def test_cores_own_wizard_keeps_our_links(self):
        wizard = self.env['base.partner.merge.automatic.wizard'].create({})
        candidates = self.env['economic.debtor.candidate'].create(
            [{'debtor_id': self.debtor.id, 'partner_id': partner.id}
             for partner in (self.kept | self.other)]
        )  # fmt: skip
        wizard._merge((self.kept | self.other).ids, self.kept)
        self.env.invalidate_all()
        self.assertFalse(self.other.exists())
        self.assertEqual(self.debtor.partner_id, self.kept)
        self.assertEqual(self.debtor.invoice_ids.partner_id, self.kept)
        self.assertEqual(self.kept.economic_member_ids.state, 'opted_out')
        self.assertEqual(candidates.exists().partner_id, self.kept)
        figures = self.env['economic.figures'].search([('partner_id', '=', self.kept.id)])
        self.assertEqual(figures.balance, 350)
