from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestIdentity(EconomicCase):
    """Renumbered, reused and deleted debtors: a number alone is not an identity."""

    debtors, invoices = 60, 60

    def setUp(self):
        super().setUp()
        self.run_import()
        self.control = self.simulator.control
        self.debtor = self.env['economic.debtor'].search(
            [('partner_id', '!=', False), ('invoice_ids', '!=', False), ('cvr', '!=', False)],
            limit=1,
        )

    def _sync(self, kind='sync'):
        run = self.drive(self.env['economic.run']._begin(self.agreement, kind))
        self.assertEqual(run.state, 'done', run.message)
        return run

    def _ask(self, **values):
        """Let the debtor change in e-conomic; return its line in the next run."""
        self.before = self.debtor.partner_id.read(['name', 'company_registry', 'vat', 'city'])
        self.control.edit_customer(self.debtor.number, **values)
        run = self._sync()
        return run.line_ids.filtered(lambda li: li.debtor_id == self.debtor)

    def _check_question(self, line):
        self.assertEqual((line.status, line.reason), ('conflict', 'identity'))
        self.assertEqual(self.debtor.question, 'identity')
        self.assertEqual(self.debtor.question_line_id, line)
        after = self.debtor.partner_id.read(['name', 'company_registry', 'vat', 'city'])
        self.assertEqual(after, self.before)

    def test_another_cvr_behind_a_known_number_is_a_question(self):
        self._check_question(self._ask(corporateIdentificationNumber='29403473'))

    def test_another_name_behind_a_known_number_is_a_question(self):
        self._check_question(self._ask(name="Xylofon Zebra Kvantum"))

    def test_another_spelling_is_an_update(self):
        name = f'{self.debtor.name} v/Hansen'
        line = self._ask(name=name)
        self.assertEqual(line.status, 'update')
        self.assertEqual(self.debtor.partner_id.name, name)

    def test_the_question_stays_until_it_is_answered(self):
        self._ask(name="Xylofon Zebra Kvantum")
        line = self._sync('full').line_ids.filtered(lambda li: li.debtor_id == self.debtor)
        self._check_question(line)

    def test_the_same_company_is_then_updated(self):
        line = self._ask(name="Xylofon Zebra Kvantum")
        line.action_same_company()
        self.assertEqual((line.status, line.approved), ('update', True))
        line.run_id.action_start()
        self.drive(line.run_id)
        self.assertEqual(self.debtor.partner_id.name, "Xylofon Zebra Kvantum")
        self.assertFalse(self.debtor.question)

    def test_another_company_gets_the_number_and_the_old_one_keeps_its_history(self):
        invoices, partner, name = self.debtor.invoice_ids, self.debtor.partner_id, self.debtor.name
        line = self._ask(name="Xylofon Zebra Kvantum", corporateIdentificationNumber='29403473')
        line.action_another_company()
        self.assertEqual((self.debtor.active, self.debtor.name), (False, name))
        new = self.debtor.successor_id
        self.assertEqual((new.number, new.name), (self.debtor.number, "Xylofon Zebra Kvantum"))
        self.assertEqual((line.debtor_id, line.status), (new, 'create'))
        line.action_import_now()
        self.drive(line.run_id)
        self.assertNotEqual(new.partner_id, partner)
        self.assertEqual(self.debtor.partner_id, partner)
        # New invoices are the new one's, old ones stay, also after all are read again.
        number = self.control.book(customer=new.number)['numbers'][0]
        self._sync()
        self._sync('full')
        booked = self.env['economic.invoice'].search([('number', '=', number)])
        self.assertEqual((booked.debtor_id, booked.partner_id), (new, new.partner_id))
        self.assertEqual(self.debtor.invoice_ids, invoices)
        self.assertEqual(invoices.partner_id, partner)
        self.assertEqual(self.agreement.difference, 0)

    def test_a_renumbered_debtor_keeps_company_and_invoices(self):
        invoices, partner = self.debtor.invoice_ids, self.debtor.partner_id
        self.control.renumber_customer(self.debtor.number, 77001)
        self._sync()
        new = self.env['economic.debtor'].search([('number', '=', 77001)])
        self.assertEqual(new.partner_id, partner)
        self.assertEqual((self.debtor.active, self.debtor.successor_id), (False, new))
        self.assertEqual(new.invoice_ids, invoices)
        self.assertEqual(invoices.line_ids.debtor_id, new)
        self.assertEqual(self.agreement.difference, 0)

    def test_a_reused_number_is_a_question(self):
        number = self.control.create_customer(name="Kortvarig ApS")['number']
        self._sync()
        self.debtor = self.env['economic.debtor'].search([('number', '=', number)])
        self.assertTrue(self.debtor.partner_id)
        self.before = self.debtor.partner_id.read(['name', 'company_registry', 'vat', 'city'])
        self.control.delete_customer(number)
        self._sync()
        self.assertTrue(self.debtor.deleted)
        self.control.create_customer(number=number, name="Ganske Anden Forretning")
        run = self._sync()
        self._check_question(run.line_ids.filtered(lambda li: li.debtor_id == self.debtor))

    def test_more_than_a_twentieth_vanishing_stops_and_asks(self):
        numbers = [self.control.create_customer(name=f"Flygtig {i}")['number'] for i in range(8)]
        self._sync()
        for number in numbers:
            self.control.delete_customer(number)
        run = self.drive(self.env['economic.run']._begin(self.agreement, 'full'))
        self.assertEqual((run.state, run.vanished_count), ('stopped', 8))
        self.assertFalse(self.env['economic.debtor'].search([('deleted', '=', True)]))
        run.action_accept_vanished()
        self.drive(run)
        self.assertEqual(run.state, 'done', run.message)
        gone = self.env['economic.debtor'].search([('deleted', '=', True)])
        self.assertEqual(set(gone.mapped('number')), set(numbers))
        self.assertEqual(self.agreement.connection_state, 'connected')
