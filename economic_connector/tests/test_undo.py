from odoo.tests import tagged

from .common import EconomicCase

SKIPPED = {'write_date', 'write_uid'}


@tagged('post_install', '-at_install')
class TestUndo(EconomicCase):
    """Undo puts every column of every partner back, except what somebody changed since."""

    debtors, invoices = 60, 60

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()
        for _truth, partner in self.truth[::3]:
            partner.child_ids = [
                (0, 0, {'name': f"Contact of {partner.name}", 'type': 'contact'}),
                (0, 0, {'name': "Stores", 'type': 'delivery', 'street': "Havnen 1"}),
            ]

    def _rows(self):
        self.env.flush_all()
        self.env.cr.execute('SELECT id, to_jsonb(p) FROM res_partner p')
        return {
            id_: {name: value for name, value in row.items() if name not in SKIPPED}
            for id_, row in self.env.cr.fetchall()
        }

    def _undo(self, run):
        wizard = self.env['economic.run.undo'].create({'run_id': run.id})
        preview = {
            name: wizard[name]
            for name in ('delete_count', 'archive_count', 'restore_count', 'kept_count')
        }
        wizard.action_confirm()
        self.drive(run)
        self.assertEqual(run.state, 'undone', run.message)
        return preview

    def _kept(self, run):
        return '\n'.join(run.line_ids.filtered('has_kept').mapped('message'))

    def test_everything_is_as_before(self):
        before = self._rows()
        run = self.run_import()
        self.assertTrue(run.created_count and run.updated_count)
        created, updated = run.created_count, run.updated_count
        self.assertNotEqual(self._rows(), before)
        preview = self._undo(run)
        self.assertEqual(self._rows(), before)
        self.assertEqual((preview['delete_count'], preview['kept_count']), (created, 0))
        self.assertGreaterEqual(preview['restore_count'], updated)
        self.assertFalse(self.env['economic.debtor'].search([('partner_id', '!=', False)]))

    def test_invoices_stay_and_the_schedule_is_paused(self):
        run = self.run_import()
        invoices = self.env['economic.invoice'].search_count([])
        self._undo(run)
        self.assertEqual(self.env['economic.invoice'].search_count([]), invoices)
        self.assertFalse(self.env['economic.invoice'].search([('partner_id', '!=', False)]))
        self.assertFalse(self.agreement.scheduled)

    def test_running_again_undoes_the_undoing(self):
        run = self.run_import()
        after = {
            debtor.number: (debtor.partner_id.name, debtor.partner_id.city, debtor.partner_id.vat)
            for debtor in self.env['economic.debtor'].search([('partner_id', '!=', False)])
        }
        self._undo(run)
        self.run_import()
        again = {
            debtor.number: (debtor.partner_id.name, debtor.partner_id.city, debtor.partner_id.vat)
            for debtor in self.env['economic.debtor'].search([('partner_id', '!=', False)])
        }
        self.assertEqual(again, after)

    def test_a_created_company_that_something_points_to_is_archived(self):
        run = self.run_import()
        line = run.line_ids.filtered(lambda li: li.state == 'created')[0]
        partner = line.partner_id
        partner.message_post(body="They called.")
        preview = self._undo(run)
        self.assertEqual(preview['archive_count'], 1)
        self.assertTrue(partner.exists())
        self.assertFalse(partner.active)
        self.assertFalse(line.debtor_id.partner_id)

    def test_a_value_that_somebody_changed_since_is_kept_and_named(self):
        run = self.run_import()
        line = run.line_ids.filtered(
            lambda li: (
                li.state == 'updated' and any(change['field'] == 'city' for change in li.changes)
            )
        )[0]
        others = {c['field']: c['old'] for c in line.changes if c['field'] in ('zip', 'street')}
        line.partner_id.city = "By the sea"
        preview = self._undo(run)
        self.assertEqual(preview['kept_count'], 1)
        self.assertEqual(line.partner_id.city, "By the sea")
        there = line.debtor_id._read_partner_values(line.partner_id)
        self.assertEqual({name: there[name] for name in others}, others)
        self.assertTrue(line.has_kept)
        self.assertIn("City", line.message)
        self.assertEqual(run.kept_count, 1)

    def test_an_update_of_a_later_import_is_undone_to_what_the_first_one_wrote(self):
        self.run_import()
        debtor = self.env['economic.debtor'].search(
            [('partner_id', '!=', False), ('city', '!=', False)], limit=1
        )
        between = self._rows()
        applied = debtor.applied_values
        self.simulator.control.edit_customer(debtor.number, city="Nyby")
        second = self.run_import()
        self.assertEqual(debtor.partner_id.city, "Nyby")
        self._undo(second)
        self.assertEqual(self._rows(), between)
        self.assertEqual(debtor.applied_values, applied)
