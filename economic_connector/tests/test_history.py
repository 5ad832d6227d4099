from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestHistory(EconomicCase):
    """Every decision about a debtor is written down: what, who, when and because of what."""

    debtors, invoices = 60, 40

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()

    def _kinds(self, debtor):
        return debtor.event_ids.sorted('id').mapped('kind')

    def test_an_import_writes_one_line_for_each_link(self):
        run = self.run_import()
        linked = self.env['economic.debtor'].search([('partner_id', '!=', False)])
        self.assertTrue(linked)
        for line in run.line_ids.filtered(lambda li: li.debtor_id in linked):
            event = line.debtor_id.event_ids
            kind = 'created' if line.state == 'created' else 'linked'
            self.assertEqual((event.kind, event.run_id), (kind, run))
            self.assertEqual((event.partner_id, event.user_id), (line.partner_id, self.env.user))
            self.assertEqual(event.partner_name, line.partner_id.name)
            if kind == 'linked':
                self.assertEqual(event.because, line.debtor_id.match_because)
        self.assertFalse((self.env['economic.debtor'].search([]) - linked).event_ids)

    def test_undo_and_ignoring_are_written_down(self):
        run = self.begin()
        run.action_test()
        self.drive(run)
        ignored = run.line_ids.filtered(lambda line: line.status == 'ambiguous')[:1]
        ignored.action_ignore()
        run.action_start()
        self.drive(run)
        self.assertEqual(self._kinds(ignored.debtor_id), ['ignored'])
        created = run.line_ids.filtered(lambda line: line.state == 'created')[:1]
        debtor, name = created.debtor_id, created.partner_id.name
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(self._kinds(debtor), ['created', 'undone'])
        self.assertEqual(debtor.event_ids[0].former_name, name, "it reads without the company")
        self.assertFalse(debtor.event_ids[0].former_id)

    def test_a_link_to_another_company_names_both(self):
        self.run_import()
        debtor = self.env['economic.debtor'].search([('partner_id', '!=', False)], limit=1)
        before, other = debtor.partner_id, self.truth[0][1].copy()
        debtor._link(other)
        event = debtor.event_ids[0]
        self.assertEqual(
            (event.kind, event.partner_id, event.former_id), ('relinked', other, before)
        )

    def test_many_at_once_each_with_the_company_before(self):
        self.run_import()
        debtors = self.env['economic.debtor'].search([('partner_id', '!=', False)], limit=3)
        former = {debtor.id: self.truth[0][1].id for debtor in debtors[:2]}
        debtors._log_event('merged', former=former, note="by hand")
        for debtor in debtors:
            event = debtor.event_ids[0]
            self.assertEqual((event.kind, event.partner_id), ('merged', debtor.partner_id))
            self.assertEqual(event.former_id.id, former.get(debtor.id, False))
            self.assertEqual(event.because, "by hand")
