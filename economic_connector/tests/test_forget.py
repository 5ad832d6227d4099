from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import EconomicCase

# Stands in every text about one debtor, and nowhere else.
MARK = "Zqxwvk"


@tagged('post_install', '-at_install')
class TestForget(EconomicCase):
    """What was forgotten is nowhere in the database, and does not come in again."""

    debtors, invoices = 20, 20

    def _import(self):
        run = self.run_import(with_contacts=True, with_deliveries=True)
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _run(self, kind):
        run = self.drive(self.env['economic.run']._begin(self.agreement, kind))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _mark_debtor(self):
        """Return a debtor with contacts, invoices and texts that carry the mark."""
        control = self.simulator.control
        number = control.create_customer(
            name=f"{MARK} Hansen", address=f"{MARK}vej 1", city=f"{MARK}by",
            email=f"{MARK}@example.com", telephoneAndFaxNumber="12345678",
        )['number']  # fmt: skip
        control.create_contact(number, name=f"{MARK} Kontakt", email=f"k{MARK}@example.com")
        control.create_delivery(number, address=f"{MARK} Lager 2", postalCode="8000")
        self._book(number)
        return number

    def _book(self, number):
        lines = [{'description': f"{MARK} hat", 'quantity': 1, 'price': 100}]
        self.simulator.control.book(number, lines=lines)

    def _find(self, number):
        return self.env['economic.debtor'].search([('number', '=', number)])

    def _where(self, text):
        """Return {table: rows} of the whole database in which a text stands."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace"
                " = current_schema()::regnamespace")
        )  # fmt: skip
        found = {}
        for (table,) in tables:
            ((count,),) = self.env.execute_query(
                SQL('SELECT count(*) FROM %s t WHERE t::text ILIKE %s', SQL.identifier(table),
                    f'%{text}%')
            )  # fmt: skip
            if count:
                found[table] = count
        return found

    def _forget(self, records):
        context = records.action_forget()['context']
        wizard = self.env['economic.forget'].with_context(**context).create({})
        wizard.action_forget()
        return wizard

    def test_a_forgotten_debtor_is_nowhere_and_stays_away(self):
        number = self._mark_debtor()
        self._import()
        self.simulator.control.edit_customer(number, city=f"{MARK}sund")
        (invoice,) = self.simulator.control.book(number)['numbers']
        self.simulator.control.fault(
            path='/booked', count=None,
            patch=[{'record': {'bookedInvoiceNumber': invoice}, 'set': {'date': 'soon'}}],
        )  # fmt: skip
        self._run('sync')
        quarantine = self.env['economic.quarantine'].search([('number', '=', invoice)])
        self.assertIn(MARK, quarantine.raw)
        self.simulator.control.clear_faults()
        debtor = self._find(number)
        company, total = debtor.partner_id, debtor.invoice_ids.mapped('amount_total')
        self.assertTrue(company.child_ids)
        self.assertGreaterEqual(
            self._where(MARK).keys(),
            {'economic_debtor', 'economic_contact', 'economic_invoice', 'economic_run_line',
             'economic_invoice_line', 'economic_debtor_event', 'economic_quarantine',
             'res_partner'},
        )  # fmt: skip
        self._forget(debtor)
        self.assertEqual(self._where(MARK), {})
        self.assertFalse(company.exists())
        self.assertEqual(debtor.invoice_ids.mapped('amount_total'), total)
        partners = self.env['res.partner'].search_count([])
        self.simulator.control.edit_customer(number, name=f"{MARK} Jensen")
        self._book(number)
        for kind in ('sync', 'full', 'retry'):
            self._run(kind)
            self.assertEqual(self._where(MARK), {}, kind)
        run = self._import()
        self.assertEqual(self._where(MARK), {})
        self.assertEqual(self.env['res.partner'].search_count([]), partners)
        self.assertEqual(run.difference, 0, "it still counts as one of e-conomic's debtors")
        self.assertEqual(len(debtor.invoice_ids), len(total) + 2)

    def test_what_was_merged_into_the_company_is_forgotten_too(self):
        number = self._mark_debtor()
        self._import()
        debtor = self._find(number)
        double = self.env['res.partner'].create(
            {'name': f"{MARK} Hansen", 'email': f"old{MARK}@example.com"}
        )
        self.env['economic.merge']._merge(debtor.partner_id, double)
        self.assertIn('economic_merge', self._where(MARK))
        self._forget(debtor)
        self.assertEqual(self._where(MARK), {})

    def test_another_number_does_not_bring_it_back(self):
        number = self._mark_debtor()
        self._import()
        debtor = self._find(number)
        self._forget(debtor)
        self.simulator.control.renumber_customer(number, number + 5)
        self.simulator.control.book(number + 5)
        for kind in ('sync', 'full'):
            self._run(kind)
            self.assertEqual(self._where(MARK), {}, kind)
        self.assertTrue(self._find(number + 5).forgotten_at)
        self.simulator.control.create_customer(number + 6, name="Somebody else")
        self._run('sync')
        self.assertFalse(self._find(number + 6).forgotten_at)

    def test_a_record_that_cannot_be_stored_is_not_kept_either(self):
        number = self._mark_debtor()
        self._import()
        self._forget(self._find(number))
        self.simulator.control.edit_customer(number, creditLimit=1)
        self.simulator.control.fault(
            path=r'/customers\?', count=None,
            patch=[{'record': {'customerNumber': number}, 'set': {'creditLimit': 'much'}}],
        )  # fmt: skip
        self._run('full')
        self.assertEqual(self._where(MARK), {})
        self.assertFalse(self.env['economic.quarantine'].search([('state', '=', 'open')]))

    def test_what_needs_a_look_is_forgotten_as_well(self):
        number = self._mark_debtor()
        self._import()
        self.simulator.control.edit_customer(number, creditLimit=1)
        self.simulator.control.fault(
            path=r'/customers\?', count=None,
            patch=[{'record': {'customerNumber': number}, 'set': {'creditLimit': 'much'}}],
        )  # fmt: skip
        self._run('sync')
        self.assertIn('economic_quarantine', self._where(MARK))
        self._forget(self._find(number))
        self.assertEqual(self._where(MARK), {})

    def test_a_forgotten_debtor_can_be_let_in_again(self):
        number = self._mark_debtor()
        self._import()
        debtor = self._find(number)
        self._forget(debtor)
        with self.assertRaisesRegex(UserError, "forgotten"):
            debtor.action_decide_again()
        debtor.action_let_in()
        self._import()
        self.assertEqual(debtor.partner_id.name, f"{MARK} Hansen")
        self.assertEqual(set(debtor.partner_id.child_ids.mapped('type')), {'contact', 'delivery'})

    def test_companies_in_odoo_may_stay(self):
        number = self._mark_debtor()
        self._import()
        debtor = self._find(number)
        company = debtor.partner_id
        wizard = self.env['economic.forget'].with_context(
            active_model='res.partner', active_ids=company.ids
        )
        dialog = wizard.create({'delete_partners': False})
        self.assertEqual((dialog.debtor_count, dialog.contact_count), (1, 2))
        self.assertIn(f"{MARK} Hansen", dialog.partner_names)
        dialog.action_forget()
        self.assertEqual(set(self._where(MARK)), {'res_partner'})
        self.assertFalse(debtor.partner_id)
        self._run('full')
        self.assertFalse(debtor.partner_id)

    def test_a_contact_that_is_deleted_in_odoo_does_not_come_back(self):
        number = self._mark_debtor()
        self._import()
        contact = self._find(number).contact_ids.filtered(lambda c: c.kind == 'contact')
        contact.partner_id.unlink()
        self.assertTrue(contact.forgotten_at)
        self.assertEqual(self._where(f"{MARK} Kontakt"), {})
        self.simulator.control.edit_contact(contact.number, name=f"{MARK} Kontakt")
        for kind in ('sync', 'full'):
            self._run(kind)
            self.assertEqual(self._where(f"{MARK} Kontakt"), {}, kind)
        self._import()
        self.assertEqual(self._where(f"{MARK} Kontakt"), {})
        contact.action_let_in()
        self._import()
        self.assertEqual(contact.partner_id.name, f"{MARK} Kontakt")

    def test_undoing_an_import_forgets_nothing(self):
        self._mark_debtor()
        run = self._import()
        created = run.created_count
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertFalse(self.env['economic.contact'].search([('forgotten_at', '!=', False)]))
        self.assertEqual(self._import().created_count, created)

    def test_a_company_with_a_debtor_is_not_deleted_by_accident(self):
        number = self._mark_debtor()
        self._import()
        with self.assertRaisesRegex(UserError, "Forget in e-conomic"):
            self._find(number).partner_id.unlink()

    def test_nothing_is_forgotten_while_a_run_works(self):
        number = self._mark_debtor()
        self._import()
        self.env['economic.run']._begin(self.agreement, 'sync')
        with self.assertRaisesRegex(UserError, "is running"):
            self._forget(self._find(number))
