from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestPartner(EconomicCase):
    def setUp(self):
        super().setUp()
        self.run_import()
        self.partner = (
            self.env['economic.invoice'].search([('amount_residual', '!=', 0)], limit=1).partner_id
        )

    def test_the_tab_shows_the_figures_of_the_invoices(self):
        invoices = self.partner.economic_invoice_ids
        currency = self.partner.economic_currency_id
        self.assertTrue(invoices)
        self.assertEqual(self.partner.economic_invoice_count, len(invoices))
        self.assertEqual(
            currency.compare_amounts(
                self.partner.economic_balance, sum(invoices.mapped('amount_residual_base'))
            ),
            0,
        )
        self.assertEqual(
            currency.compare_amounts(
                self.partner.economic_overdue,
                sum(invoices.filtered('is_overdue').mapped('amount_residual_base')),
            ),
            0,
        )

    def test_turnover_is_net_and_by_calendar_year(self):
        self.env['economic.invoice'].search(
            [('partner_id', '=', self.partner.id)]
        ).flush_recordset()
        this_year = self.partner.economic_invoice_ids.filtered(
            lambda invoice: invoice.date.year == self.env.cr.now().year
        )
        self.assertEqual(
            self.partner.economic_currency_id.compare_amounts(
                self.partner.economic_turnover_year, sum(this_year.mapped('amount_untaxed_base'))
            ),
            0,
        )

    def test_latest_invoices_first(self):
        latest = self.partner.economic_latest_invoice_ids
        self.assertEqual(latest, latest.sorted(lambda i: (i.date, i.number), reverse=True))
        self.assertLessEqual(len(latest), 10)

    def test_credit_notes_alone_are_shown_and_counted_too(self):
        note = self.env['economic.invoice'].search([('kind', '=', 'credit_note')], limit=1)
        partner = note.partner_id
        (partner.economic_invoice_ids - note).unlink()
        self.env['economic.figures']._refresh()
        self.env.invalidate_all()
        self.assertEqual(partner.economic_booked_count, 1)
        found = self.env['economic.invoice'].search(partner.action_economic_invoices()['domain'])
        self.assertEqual(found, note)

    def test_barred_is_shown_and_searched(self):
        barred = self.env['economic.debtor'].search([('barred', '=', True)]).partner_id
        self.assertTrue(barred)
        found = self.env['res.partner'].search([('economic_barred', '=', True)])
        self.assertEqual(found, barred.exists().sorted('complete_name') & found)
        self.assertEqual(set(found), set(barred))
        self.assertTrue(all(barred.mapped('economic_barred')))

    def test_a_company_without_debtor_shows_nothing(self):
        partner = self.env['res.partner'].create({'name': "Nobody's customer"})
        self.assertEqual(partner.economic_invoice_count, 0)
        self.assertEqual(partner.economic_balance, 0)
        self.assertFalse(partner.economic_latest_invoice_ids)

    def test_the_copy_is_as_old_as_its_oldest_part_and_marked_when_too_old(self):
        self.assertFalse(self.partner.economic_is_stale)
        self.assertTrue(self.partner.economic_copied_at)
        old = fields.Datetime.now() - timedelta(days=self.agreement.stale_days, hours=1)
        # The debtors are read each time, the invoices cannot be any more.
        self.env['economic.stream'].search(
            [('agreement_id', '=', self.agreement.id), ('kind', '=', 'invoice')]
        ).synced_at = old
        self.env.invalidate_all()
        user = new_test_user(self.env, 'reading', groups='economic_connector.group_economic_user')
        partner = self.partner.with_user(user)
        self.assertTrue(partner.economic_is_stale)
        self.assertEqual(partner.economic_copied_at, old.replace(microsecond=0))
