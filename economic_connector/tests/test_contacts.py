from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestContacts(EconomicCase):
    """Contacts and delivery addresses as children of their company, each with its own link."""

    debtors, invoices = 30, 20

    def _run(self):
        run = self.run_import(with_contacts=True, with_deliveries=True)
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _sync(self, kind='sync'):
        run = self.drive(self.env['economic.run']._begin(self.agreement, kind))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _contacts(self, *domain):
        return self.env['economic.contact'].search(
            [('agreement_id', '=', self.agreement.id), *domain]
        )

    def test_they_become_children_of_their_company(self):
        run = self._run()
        living = self._contacts(('deleted', '=', False), ('barred', '=', False))
        self.assertEqual(set(living.mapped('kind')), {'contact', 'delivery'})
        for contact in living:
            partner = contact.partner_id
            self.assertEqual(partner.parent_id, contact.debtor_id.partner_id)
            self.assertEqual(partner.type, contact.kind)
            there = contact._read_partner_values(partner)
            self.assertEqual(there, contact._prepare_partner_values())
        gone = self._contacts(('deleted', '=', True))
        self.assertTrue(gone)
        self.assertFalse(gone.partner_id)
        reasons = run.line_ids.filtered(lambda li: li.contact_id in gone).mapped('reason')
        self.assertEqual(set(reasons), {'deleted'})

    def test_a_delivery_address_does_not_become_the_companys(self):
        self._run()
        for contact in self._contacts(('kind', '=', 'delivery'), ('partner_id', '!=', False)):
            company = contact.debtor_id.partner_id
            own = contact.debtor_id._prepare_partner_values()
            self.assertEqual(company.street or '', own['street'])

    def test_a_second_time_nothing_changes(self):
        self._run()
        partners = self.env['res.partner'].search_count([])
        run = self._run()
        self.assertEqual(run.created_count + run.updated_count + run.linked_count, 0)
        self.assertEqual(self.env['res.partner'].search_count([]), partners)

    def test_changes_arrive_and_edits_in_odoo_are_not_overwritten(self):
        self._run()
        first, second = self._contacts(
            ('kind', '=', 'contact'), ('partner_id', '!=', False), ('name', '!=', False)
        )[:2]
        self.simulator.control.edit_contact(first.number, name="Nyt Navn", phone="11223344")
        second.partner_id.name = "Kaldt noget andet"
        self.simulator.control.edit_contact(second.number, name="Helt Tredje")
        run = self._sync()
        self.assertEqual((first.partner_id.name, first.partner_id.phone), ("Nyt Navn", "11223344"))
        self.assertEqual(second.partner_id.name, "Kaldt noget andet")
        line = run.line_ids.filtered(lambda li: li.contact_id == second)
        self.assertEqual((line.status, line.has_conflict), ('conflict', True))

    def test_new_and_deleted_ones(self):
        self._run()
        debtor = self._contacts(('partner_id', '!=', False))[0].debtor_id
        number = self.simulator.control.create_contact(debtor.number, name="Ny Mand")['number']
        place = self._contacts(('kind', '=', 'delivery'), ('partner_id', '!=', False))[0]
        self.simulator.control.delete_delivery(place.number)
        self._sync()
        new = self._contacts(('kind', '=', 'contact'), ('number', '=', number))
        self.assertEqual(new.partner_id.parent_id, debtor.partner_id)
        self._sync('full')
        self.assertTrue(place.deleted)
        self.assertTrue(place.partner_id.active, "what is gone there is shown here, not deleted")

    def test_one_that_is_there_already_is_linked(self):
        run = self.begin()
        run.action_test()
        self.drive(run)
        run.action_start()
        self.drive(run)
        with self.agreement._open_client() as client:
            record = next(
                r for page in client.contacts() for r in page.records if r.email and not r.deleted
            )
        company = (
            self.env['economic.debtor'].search([('number', '=', record.customer_number)]).partner_id
        )
        child = self.env['res.partner'].create(
            {'parent_id': company.id, 'name': "Somebody", 'email': record.email.upper()}
        )
        self._run()
        contact = self._contacts(('kind', '=', 'contact'), ('number', '=', record.number))
        self.assertEqual(contact.partner_id, child)
        self.assertEqual(child.name, record.name)

    def test_undo_takes_them_away_again(self):
        partners = self.env['res.partner'].search([])
        run = self._run()
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(self.env['res.partner'].with_context(active_test=False).search([]),
                         partners.with_context(active_test=False).search([]))  # fmt: skip
        self.assertEqual(self.env['res.partner'].search([]), partners)
        self.assertFalse(self._contacts(('partner_id', '!=', False)))
