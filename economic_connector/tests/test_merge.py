from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .merge_case import MergeCase


@tagged('post_install', '-at_install')
class TestMerge(MergeCase):
    """A merge moves everything and loses nothing; nothing is merged where that cannot be."""

    def test_a_manager_merges_many_with_different_e_mails(self):
        more = self.env['res.partner'].concat(*(self._partner(f"Aaen {n}") for n in range(4)))
        sources = self.other | self.third | more
        child = self._partner("Kasse", is_company=False, parent_id=self.other.id)
        merge = self._merge(sources=sources)
        self.assertEqual(merge.state, 'merged')
        self.assertEqual(merge.user_id, self.manager)
        self.assertEqual(child.parent_id, self.kept)
        self.assertEqual(child.commercial_partner_id, self.kept)
        self.assertFalse(any(sources.mapped('active')))
        self.assertEqual(sources.economic_merged_into_id, self.kept)
        self.assertNothingPointsAt(sources)
        # Its own, and those of the others where it had none.
        self.assertEqual(self.kept.email, 'kontakt@aaen.example')
        self.assertEqual(self.kept.street, 'Havnegade 1')
        self.assertEqual(self.kept.ref, '77')

    def test_values_that_were_chosen_win(self):
        self._merge(values={'name': "Café Åen ApS", 'phone': False})
        self.assertEqual(self.kept.name, "Café Åen ApS")
        self.assertFalse(self.kept.phone)

    def test_only_true_duplicates_go(self):
        """Followers: core deletes all of a source, even if only one is there already."""
        documents = [self._partner(f"Document {n}") for n in range(3)]
        subtype = self.env.ref('mail.mt_note')
        documents[0].message_subscribe(self.kept.ids)
        documents[0].message_subscribe(self.other.ids, subtype.ids)
        documents[1].message_subscribe(self.other.ids)
        documents[2].message_subscribe((self.other | self.third).ids)
        self.other.message_subscribe(self.third.ids)
        merge = self._merge(sources=self.other | self.third)
        for document in documents:
            self.assertEqual(
                document.message_follower_ids.filtered(lambda f: f.partner_id == self.kept)
                .mapped('partner_id'), self.kept,
            )  # fmt: skip
        followers = documents[0].message_follower_ids.filtered(lambda f: f.partner_id == self.kept)
        self.assertIn(subtype, followers.subtype_ids)
        moves = {move['table']: move for move in merge.moves}
        self.assertEqual(moves['mail_followers']['count'], 5)
        self.assertEqual(moves['mail_followers']['already'], 2)

    def test_tags_and_channels_that_both_have(self):
        both, one = self.env['res.partner.category'].create([{'name': "A"}, {'name': "B"}])
        self.kept.category_id = both
        self.other.category_id = both | one
        channel = self.env['discuss.channel'].create({'name': "Talk"})
        channel.channel_member_ids = [
            Command.create({'partner_id': partner.id}) for partner in (self.kept | self.other)
        ]
        self._merge()
        self.assertEqual(self.kept.category_id, both | one)
        self.assertEqual(len(channel.channel_member_ids.filtered(
            lambda m: m.partner_id == self.kept)), 1)  # fmt: skip
        self.assertNothingPointsAt(self.other)

    def test_bank_accounts(self):
        for partner, numbers in ((self.kept, ('1',)), (self.other, ('1', '2'))):
            partner.bank_ids = [Command.create({'acc_number': f'DK0000000000{n}'}) for n in numbers]
        self._merge()
        self.assertEqual(
            sorted(self.kept.bank_ids.mapped('acc_number')), ['DK00000000001', 'DK00000000002']
        )

    def test_messages_ratings_and_what_is_due(self):
        message = self.other.message_post(body="Hello", author_id=self.other.id)
        scheduled = self.env['mail.scheduled.message'].create(
            {'model': 'res.partner', 'res_id': self.other.id, 'author_id': self.other.id,
             'scheduled_date': '2030-01-01', 'body': "Later"}
        )  # fmt: skip
        activity = self.other.activity_schedule('mail.mail_activity_data_todo', summary="Call")
        attachment = self.env['ir.attachment'].create(
            {'name': "offer", 'res_model': 'res.partner', 'res_id': self.other.id}
        )
        default = self.env['ir.default'].create(
            {
                'field_id': self.env['ir.model.fields']._get('res.partner', 'parent_id').id,
                'json_value': str(self.other.id),
            }
        )
        alias = self.env['mail.alias'].create(
            {
                'alias_name': 'aaen',
                'alias_model_id': self.env['ir.model']._get_id('res.partner'),
                'alias_defaults': {'parent_id': self.other.id},
                'alias_parent_model_id': self.env['ir.model']._get_id('res.partner'),
                'alias_parent_thread_id': self.other.id,
            }
        )
        self._merge()
        for record in (message, scheduled, activity, attachment):
            self.assertEqual(record.res_id, self.kept.id, record)
        self.assertEqual(message.author_id, self.kept)
        self.assertEqual(activity.res_name, self.kept.display_name)
        self.assertEqual(default.json_value, str(self.kept.id))
        self.assertEqual(alias.alias_defaults, f"{{'parent_id': {self.kept.id}}}")
        self.assertEqual(alias.alias_parent_thread_id, self.kept.id)
        self.assertNothingPointsAt(self.other)

    def test_pictures_stay_with_whom_they_show(self):
        pixel = (
            b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E'
            b'rkJggg=='
        )
        self.other.image_1920 = pixel
        before = self._dump()
        merge = self._merge()
        self.assertTrue(self.kept.image_1920)
        self.assertTrue(self.other.image_1920)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertFalse(self.kept.image_1920)
        self.assertTrue(self.other.image_1920)
        self.assertSameDatabase(before)

    # === FAMILY === #

    def test_into_its_own_child(self):
        child = self._partner("Kasse", is_company=False, parent_id=self.kept.id, street="Own 1")
        grandchild = self._partner("Bar", is_company=False, parent_id=self.kept.id)
        self._merge(survivor=child, sources=self.kept)
        self.assertFalse(child.parent_id)
        self.assertEqual(child.street, "Own 1")
        self.assertEqual(grandchild.parent_id, child)

    def test_into_a_grandchild_without_a_circle(self):
        middle = self._partner("Middle", parent_id=self.kept.id)
        lowest = self._partner("Lowest", parent_id=middle.id)
        self._merge(survivor=lowest, sources=self.kept)
        self.assertFalse(lowest.parent_id)
        self.assertEqual(middle.parent_id, lowest)
        self.assertNothingPointsAt(self.kept)

    def test_a_child_into_its_parent(self):
        child = self._partner("Kasse", is_company=False, parent_id=self.kept.id)
        self._merge(sources=child)
        self.assertFalse(self.kept.parent_id)
        self.assertEqual(child.economic_merged_into_id, self.kept)

    # === REFUSED === #

    def _assert_refused(self, text, *args, **options):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            self._merge(*args, **options)

    def test_two_users(self):
        users = [new_test_user(self.env, f'user{n}', groups='base.group_portal') for n in range(2)]
        first, second = (user.partner_id for user in users)
        self._assert_refused("More than one of them is a user: user0, user1", first, second)
        users[0].unlink()
        self._merge(self.kept, second)
        self.assertEqual(users[1].partner_id, self.kept)

    def test_our_own_company(self):
        self._assert_refused("is a company of ours", self.kept, self.env.company.partner_id)

    def test_twice(self):
        self._merge()
        self._assert_refused("Merged before", self.third, self.other)

    def test_one_company_alone(self):
        self._assert_refused("nothing to merge", self.kept, self.kept)

    def test_of_different_companies_of_ours(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.manager.company_ids += other
        self.kept.company_id, self.other.company_id = self.env.company, other
        self.manager = self.manager.with_context(allowed_company_ids=(self.env.company + other).ids)
        merges = (
            self.env['economic.merge']
            .with_user(self.manager)
            .with_context(allowed_company_ids=(self.env.company + other).ids)
        )
        partners = (self.kept | self.other).with_env(merges.env)
        with self.assertRaisesRegex(UserError, "different companies of ours"):
            merges._merge(partners[0], partners[1])

    def test_without_the_right_to_change_them(self):
        seller = new_test_user(
            self.env, 'seller',
            groups='economic_connector.group_economic_user,base.group_partner_manager',
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self.env['economic.merge'].with_user(seller)._merge(
                self.kept.with_user(seller), self.other.with_user(seller)
            )
        reader = new_test_user(
            self.env, 'reader', groups='economic_connector.group_economic_manager,base.group_user'
        )
        if not self.kept.with_user(reader).has_access('write'):
            with self.assertRaises(AccessError):
                self.env['economic.merge'].with_user(reader)._merge(
                    self.kept.with_user(reader), self.other.with_user(reader)
                )

    def test_what_a_rule_of_the_database_forbids(self):
        """Core deletes such rows without a word."""
        self.env.cr.execute(
            SQL(
                'CREATE TABLE economicx_friends (id serial PRIMARY KEY,'
                ' one int REFERENCES res_partner, other int REFERENCES res_partner,'
                ' CHECK (one <> other))'
            )
        )
        self.env.cr.execute(
            SQL('INSERT INTO economicx_friends (one, other) VALUES (%s, %s)', self.kept.id,
                self.other.id)
        )  # fmt: skip
        self._assert_refused("exclude each other")

    # === PROOF === #

    def test_a_row_that_is_lost_stops_the_merge(self):
        wizard = self.registry['base.partner.merge.automatic.wizard']
        contact = self._partner("Kasse", is_company=False, parent_id=self.other.id)
        tag = self.env['res.partner.category'].create({'name': "A", 'partner_ids': self.third.ids})

        def lose(records, *args):
            records.env.cr.execute(
                SQL('DELETE FROM res_partner_res_partner_category_rel WHERE category_id = %s',
                    tag.id)
            )  # fmt: skip

        self.patch(wizard, '_log_merge_operation', lose)
        self._assert_refused("Nothing was merged(.|\n)*1 would be lost")
        self.assertEqual(contact.parent_id, self.other)

    def test_a_row_left_behind_stops_the_merge(self):
        wizard = self.registry['base.partner.merge.automatic.wizard']
        contact = self._partner("Kasse", is_company=False, parent_id=self.other.id)

        def leave(records, sources, survivor):
            contact.parent_id = self.other

        self.patch(wizard, '_log_merge_operation', leave)
        self._assert_refused("Nothing was merged(.|\n)*would stay behind")
