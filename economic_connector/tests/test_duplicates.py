from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models import economic_duplicate_search
from ..models.duplicate_search import DuplicateSearch
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestDuplicates(EconomicCase):
    """Companies that are there twice, and contacts of one company."""

    debtors, invoices = 10, 0

    def setUp(self):
        super().setUp()
        self.groups = self.env['economic.duplicate']
        self.env['res.partner'].create([{'name': f"Firma {n} Vestkyst"} for n in range(30)])
        self.one, self.other = self.make("Café Åen ApS"), self.make("Cafe Aaen Aps")
        self.search()

    def make(self, name, **values):
        address = {'street': "Åboulevarden 12", 'zip': '8000', 'city': "Aarhus C"}
        company = {'name': name, 'is_company': True, 'phone': "86 12 34 56"}
        return self.env['res.partner'].create(company | address | values)

    def search(self):
        for _done in self.groups._search_all():
            pass

    def group_of(self, partner):
        return self.groups.search([('member_ids.partner_id', '=', partner.id)])

    def test_a_company_that_is_there_twice_is_found_with_its_evidence(self):
        group = self.group_of(self.one)
        self.assertEqual(group.partner_ids, self.one | self.other)
        self.assertEqual((group.size, group.kind), (2, 'company'))
        self.assertIn("same phone", group.because)
        rows = {row['field']: row for row in group.comparison['rows']}
        self.assertTrue(rows['name']['differs'])
        self.assertFalse(rows['zip']['differs'])

    def test_after_the_first_time_only_what_changed_is_looked_at(self):
        self.assertFalse(self.groups._count_new())
        before = self.groups.search([])
        third = self.make("Café Åen")
        self.env['economic.match.key']._refresh()
        self.assertEqual(self.groups._count_new(), 1)
        self.search()
        self.assertEqual(self.group_of(third).partner_ids, self.one | self.other | third)
        self.assertEqual(len(self.groups.search([])), len(before))

    def test_slice_by_slice_the_same_is_found(self):
        self.make("Café Åen")
        self.make("Blomster Rose", street="Torvet 1", phone="66 11 22 33")
        self.make("Blomster Rose ApS", street="Torvet 1", phone="")
        self.search()
        before = {group.partner_ids for group in self.groups.search([])}
        self.assertEqual({len(partners) for partners in before}, {2, 3})
        for bulk in (1, 10_000):
            self.groups.search([]).unlink()
            self.env.cr.execute(
                'INSERT INTO economic_match_unsearched (partner_id)'
                ' SELECT partner_id FROM economic_match_stamp ON CONFLICT DO NOTHING'
            )
            with (
                patch.object(economic_duplicate_search, 'SLICE', 2),
                patch.object(economic_duplicate_search, 'BULK', bulk),
            ):
                self.search()
            self.assertEqual({group.partner_ids for group in self.groups.search([])}, before)

    def test_who_changes_during_a_search_is_compared_again(self):
        search = DuplicateSearch(self.env)
        search.prepare()
        self.groups._find_among(self.one.ids, search)
        self.assertTrue(self.group_of(self.one))
        third = self.make("Skovens Planteskole", street="Skovvej 1", zip='9000', phone="98111111")
        self.other.write({'name': "Cykelhjørnet", 'street': "Nygade 7", 'phone': "98 22 22 22"})
        third.write({'name': "Café Åen", 'street': "Åboulevarden 12", 'zip': '8000'})
        # Within a test all changes have one time.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date + interval '1 hour' WHERE id = ANY(%s)",
            [(self.other | third).ids],
        )
        self.env['economic.match.key']._refresh((self.other | third).ids)
        self.groups._find_among((self.other | third).ids, search)
        self.assertFalse(self.group_of(self.other))
        self.assertEqual(self.group_of(self.one).partner_ids, self.one | third)

    def test_not_a_duplicate_is_remembered(self):
        self.group_of(self.one).action_not_duplicates()
        self.assertFalse(self.group_of(self.one))
        self.groups._find_among((self.one | self.other).ids)
        self.assertFalse(self.group_of(self.one))
        self.env['economic.distinct'].search([]).unlink()
        self.groups._find_among((self.one | self.other).ids)
        self.assertTrue(self.group_of(self.one))

    def test_groups_follow_archived_and_deleted_companies(self):
        third = self.make("Café Åen")
        self.search()
        third.active = False
        self.assertEqual(self.group_of(self.one).size, 2)
        self.other.unlink()
        self.assertFalse(self.group_of(self.one))
        self.assertFalse(self.groups.search([('size', '<', 2)]))

    def test_merging_ends_the_group(self):
        group = self.group_of(self.one)
        action = group.action_merge()
        self.assertEqual(action['res_model'], 'economic.partner.merge')
        self.env['economic.merge']._merge(self.one, self.other)
        self.assertFalse(group.exists())
        self.groups._find_among(self.one.ids)
        self.assertFalse(self.group_of(self.one))

    def test_companies_that_no_company_of_ours_sees_together_are_not_offered(self):
        here, there = self.env.company, self.env['res.company'].create({'name': "Another"})
        self.one.company_id, self.other.company_id = here, there
        self.groups._find_among((self.one | self.other).ids)
        self.assertFalse(self.group_of(self.one))
        self.other.company_id = here
        self.groups._find_among((self.one | self.other).ids)
        self.assertEqual(self.group_of(self.one).company_id, here)

    def test_contacts_of_one_company_that_are_there_twice(self):
        people = self.env['res.partner'].create(
            [
                {'name': name, 'parent_id': self.one.id}
                for name in ("Åse Kirkeby", "Aase Kirkeby", "Bo Dam")
            ]
        )
        third = people.create({'name': "Åse Kirkeby", 'parent_id': self.other.id})
        self.search()
        group = self.groups.search([('kind', '=', 'contact')])
        self.assertEqual(group.partner_ids, people[:2])
        self.assertEqual(group.parent_id, self.one)
        # Merged away, a company has no contacts; they are looked at again where they went.
        self.env['economic.merge']._merge(self.other, self.one)
        self.assertFalse(group.exists())
        self.groups._search_contacts(people.ids)
        group = self.groups.search([('kind', '=', 'contact')])
        self.assertEqual((group.parent_id, group.partner_ids), (self.other, people[:2] | third))

    def test_a_group_of_contacts_does_not_keep_whom_another_company_has(self):
        make = self.env['res.partner'].create
        people = make([{'name': "Åse Kirkeby", 'parent_id': self.one.id} for _n in range(3)])
        self.search()
        moved = people[2] | make({'name': "Aase Kirkeby", 'parent_id': self.other.id})
        people[2].parent_id = self.other
        self.groups._search_contacts(people[2].ids)
        self.assertEqual(self.group_of(people[2]).partner_ids, moved)
        self.assertEqual(self.group_of(people[0]).partner_ids, people[:2])
        self.assertEqual(self.group_of(people[0]).size, 2)

    def test_undoing_a_merge_gives_each_company_its_group_of_contacts(self):
        make = self.env['res.partner'].create
        people = make([{'name': "Åse Kirkeby", 'parent_id': self.one.id} for _n in range(2)])
        merge = self.env['economic.merge']._merge(self.other, self.one)
        self.groups._search_contacts(people.ids)
        self.assertEqual(self.group_of(people[0]).parent_id, self.other)
        merge.action_undo()
        self.assertEqual(people.parent_id, self.one)
        self.groups._search_contacts(people.ids)
        self.assertEqual(self.group_of(people[0]).parent_id, self.one)

    def test_whoever_becomes_a_company_or_a_contact_leaves_the_former_group(self):
        make = self.env['res.partner'].create
        people = make([{'name': "Café Åen", 'parent_id': self.one.id} for _n in range(3)])
        self.search()
        address = {'street': self.one.street, 'zip': self.one.zip, 'phone': self.one.phone}
        people[0].write({'is_company': True, 'parent_id': False, **address})
        self.env['economic.match.key']._refresh(people.ids)
        self.groups._find_among(people[0].ids)
        self.assertEqual(self.group_of(people[0]).kind, 'company')
        self.assertEqual(self.group_of(people[1]).partner_ids, people[1:])
        people[0].write({'is_company': False, 'parent_id': self.one.id})
        self.env['economic.match.key']._refresh(people.ids)
        self.groups._search_contacts(people[0].ids)
        self.assertEqual(self.group_of(people[0]).partner_ids, people)
        self.assertEqual(self.group_of(self.one).partner_ids, self.one | self.other)

    def test_contacts_of_an_archived_company_are_no_duplicates(self):
        make = self.env['res.partner'].create
        people = make([{'name': "Åse Kirkeby", 'parent_id': self.one.id} for _n in range(2)])
        self.search()
        self.assertTrue(self.group_of(people[0]))
        self.one.active = False
        self.groups._search_contacts(people.ids)
        self.assertFalse(self.group_of(people[0]))

    def test_selected_companies_and_the_hint_on_the_form(self):
        self.assertEqual(self.one.economic_duplicate_count, 1)
        self.assertEqual(
            self.one.action_economic_duplicates()['res_id'], self.group_of(self.one).id
        )
        twin = self.make("Cafe Åen")
        action = twin.action_economic_find_duplicates()
        self.assertEqual(action['domain'], [('id', 'in', self.group_of(twin).ids)])
        self.assertEqual(self.group_of(twin).size, 3)
        # Both are new, and one of them is selected.
        first, second = self.make("Øens Bageri", phone=""), self.make("Oens Bageri", phone="")
        first.action_economic_find_duplicates()
        self.assertEqual(self.group_of(first).partner_ids, first | second)

    def test_who_may_not_decide(self):
        seller = new_test_user(self.env, 'seller', groups='economic_connector.group_economic_user')
        group = self.group_of(self.one).with_user(seller)
        for method in ('action_not_duplicates', 'action_merge', 'action_search'):
            with self.assertRaises(AccessError):
                getattr(group, method)()
        self.assertEqual(self.one.with_user(seller).economic_duplicate_count, 0)
