from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestApply(EconomicCase):
    """What Start does, and what it leaves alone."""

    debtors, invoices = 60, 60

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()

    def _tested(self):
        run = self.begin()
        run.action_test()
        return self.drive(run)

    def _start(self, run):
        run.action_start()
        return self.drive(run)

    def test_every_approved_row_becomes_what_the_preview_showed(self):
        run = self._tested()
        previews = {
            line: {change['field']: change['new'] for change in line.changes or []}
            for line in run.line_ids
            if line.approved
        }
        self.assertTrue(previews)
        self._start(run)
        self.assertEqual(run.state, 'done', run.message)
        for line, preview in previews.items():
            self.assertIn(line.state, ('created', 'updated', 'linked'), line.reason)
            self.assertEqual(line.debtor_id.partner_id, line.partner_id)
            there = line.debtor_id._read_partner_values(line.partner_id)
            self.assertEqual({name: there[name] for name in preview}, preview)

    def test_rows_that_are_not_ticked_change_nothing(self):
        run = self._tested()
        run.action_approve_none()
        before = self.env['res.partner'].with_context(active_test=False).search([]).read()
        self._start(run)
        after = self.env['res.partner'].with_context(active_test=False).search([]).read()
        self.assertEqual(
            [{k: v for k, v in row.items() if not k.startswith('economic_')} for row in after],
            [{k: v for k, v in row.items() if not k.startswith('economic_')} for row in before],
        )
        self.assertFalse(run.line_ids.debtor_id.partner_id)

    def test_a_company_that_changed_since_the_test_is_shown_again(self):
        run = self._tested()
        line = run.line_ids.filtered(lambda li: li.status == 'update' and li.approved)[:1]
        line.partner_id.street = "Changed by a colleague 1"
        self._start(run)
        self.assertEqual(line.state, 'again')
        self.assertEqual(line.partner_id.street, "Changed by a colleague 1")
        self.assertFalse(line.debtor_id.partner_id)

    def test_a_company_made_since_the_test_is_not_made_twice(self):
        run = self._tested()
        line = run.line_ids.filtered(
            lambda li: li.status == 'create' and li.debtor_id._get_vat().startswith('DK')
        )[:1]
        debtor = line.debtor_id
        self.env['res.partner'].create(
            {
                'name': debtor.name,
                'is_company': True,
                'company_registry': debtor.cvr,
                'zip': debtor.zip,
                'street': (debtor.address or '').splitlines()[0],
            }
        )
        self._start(run)
        self.assertEqual(line.state, 'again')
        self.assertFalse(debtor.partner_id)

    def test_invoices_follow_their_debtor_to_its_company(self):
        run = self._start(self._tested())
        for debtor in run.line_ids.debtor_id:
            for records in (debtor.invoice_ids, debtor.invoice_ids.line_ids):
                self.assertLessEqual(set(records.mapped('partner_id')), {debtor.partner_id})

    def test_ambiguous_ones_wait_for_review(self):
        run = self._start(self._tested())
        waiting = run.line_ids.filtered(lambda li: li.status == 'ambiguous').debtor_id
        self.assertTrue(waiting)
        self.assertEqual(set(waiting.mapped('match_state')), {'review'})
        self.assertEqual(self.agreement.review_count, len(waiting))

    def test_one_bad_row_never_stops_the_others(self):
        run = self._tested()
        bad = run.line_ids.filtered(lambda li: li.status == 'create')[:1]
        partners = type(self.env['res.partner'])
        create = partners.create

        def refuse(records, vals_list):
            if any(values.get('name') == bad.debtor_name for values in vals_list):
                raise ValidationError(records.env._("This name is refused by another addon."))
            return create(records, vals_list)

        self.patch(partners, 'create', refuse)
        self._start(run)
        self.assertEqual(run.state, 'done')
        self.assertEqual(bad.state, 'failed')
        self.assertEqual(run.failed_count, 1)
        row = self.env['economic.quarantine'].search([('number', '=', str(bad.number))])
        self.assertIn("refused by another addon", row.message)

    def test_a_user_s_own_value_is_never_overwritten_silently(self):
        run = self._start(self._tested())
        debtor = run.line_ids.filtered(lambda li: li.state == 'created')[:1].debtor_id
        debtor.partner_id.city = "Moved by a user"
        number = debtor.number
        self.simulator.control.edit_customer(number, city="Moved in e-conomic")
        again = self._tested()
        line = again.line_ids.filtered(lambda li: li.number == number)
        self.assertEqual(line.status, 'conflict')
        self.assertFalse(line.approved)
        self._start(again)
        self.assertEqual(debtor.partner_id.city, "Moved by a user")

    def test_a_change_in_e_conomic_arrives(self):
        run = self._start(self._tested())
        debtor = run.line_ids.filtered(lambda li: li.state == 'created')[:1].debtor_id
        self.simulator.control.edit_customer(debtor.number, city="Moved in e-conomic")
        self._start(self._tested())
        self.assertEqual(debtor.partner_id.city, "Moved in e-conomic")
