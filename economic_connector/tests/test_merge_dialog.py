from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .merge_case import MergeCase


@tagged('post_install', '-at_install')
class TestMergeDialog(MergeCase):
    """Companies side by side, as the manager sees and merges them."""

    def _open(self, partners):
        action = partners.with_user(self.manager).action_economic_merge()
        return self.env[action['res_model']].with_user(self.manager).browse(action['res_id'])

    def _row(self, comparison, name):
        return next(row for row in comparison['rows'] if row['field'] == name)

    def test_the_one_with_most_is_proposed_and_differences_are_marked(self):
        self._debtor(self._agreement(), 1001, self.other, (100,))
        wizard = self._open(self.kept | self.other)
        self.assertEqual(wizard.survivor_id, self.other)
        row = self._row(wizard.comparison, 'name')
        self.assertTrue(row['differs'])
        self.assertEqual(row['chosen'], self.other.id)
        self.assertFalse(self._row(wizard.comparison, 'is_company')['differs'])
        # Its own value, or that of the other where it has none.
        self.assertEqual(self._row(wizard.comparison, 'phone')['chosen'], self.kept.id)
        self.assertFalse([r for r in wizard.comparison['rows'] if r['field'] in ('id', 'active')])

    def test_another_is_kept_with_values_copied_across(self):
        self._debtor(self._agreement(), 1001, self.other, (100,))
        wizard = self._open(self.kept | self.other)
        names = ('comparison', 'moves_text', 'survivor_id', 'partner_ids')
        shown = {name: {} for name in names}
        found = wizard.onchange({'survivor_id': self.kept.id}, ['survivor_id'], shown)['value']
        # What the screen gets are the companies themselves, not copies of them.
        self.assertEqual(found['comparison']['survivor'], self.kept.id)
        ids = {partner['id'] for partner in found['comparison']['partners']}
        self.assertEqual(ids, {self.kept.id, self.other.id})
        self.assertIn("e-conomic Invoice: 1", found['moves_text'])
        wizard.survivor_id = self.kept
        wizard.choices = {'name': self.other.id, 'phone': self.other.id}
        action = wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(action['res_id'], self.kept.id)
        self.assertEqual(self.kept.name, "Café Åen ApS")
        self.assertFalse(self.kept.phone)
        self.assertEqual(self.kept.email, 'kontakt@aaen.example')

    def test_what_stops_it_is_shown_before(self):
        agreement = self._agreement()
        self._debtor(agreement, 1001, self.kept)
        self._debtor(agreement, 1002, self.other)
        wizard = self._open(self.kept | self.other)
        self.assertIn("different debtors", wizard.stops)
        self.assertTrue(wizard.has_two_debtors)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_merge()
        wizard.two_debtors = True
        self.assertFalse(wizard.stops)
        wizard.action_merge()
        self.assertEqual(len(self.kept.economic_debtor_ids), 2)

    def test_clashes_are_shown_before(self):
        document = self._partner("Document")
        document.message_subscribe((self.kept | self.other).ids)
        wizard = self._open(self.kept | self.other)
        self.assertEqual(wizard.clash_text, "Document Followers: 1")

    def test_one_row_alone(self):
        with self.assertRaisesRegex(UserError, "two companies or more"):
            self._open(self.kept)

    def test_for_managers_alone(self):
        seller = new_test_user(
            self.env, 'seller',
            groups='economic_connector.group_economic_user,base.group_partner_manager',
        )  # fmt: skip
        with self.assertRaises(AccessError):
            (self.kept | self.other).with_user(seller).action_economic_merge()
        action = self.env.ref('economic_connector.action_economic_merge_partners')
        manager = self.env.ref('economic_connector.group_economic_manager')
        self.assertEqual(action.group_ids, manager)
