"""From a list into a campaign, counted; both ways; after a merge; what came of it."""

from io import BytesIO

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .campaign_case import CampaignCase


@tagged('post_install', '-at_install')
class TestCampaigns(CampaignCase):
    debtors, invoices = 30, 200

    # === ADDING === #

    def test_counts_before_are_what_happens_and_again_all_are_in(self):
        wizard = self._open(self._everybody())
        expected = dict.fromkeys(self.spoilt, 1) | {'added': len(self.partners) - 4}
        self.assertEqual(self._counts(wizard), expected)
        self.assertFalse(self.members.search([]), "counted, not done")
        wizard.action_add()
        self.assertEqual(self._counts(wizard), expected)
        rows = self.members.search([('campaign_id', '=', self.campaign.id)])
        self.assertEqual(len(rows), len(self._everybody()))
        for state, partner in self.spoilt.items():
            self.assertEqual(rows.filtered(lambda row, p=partner: row.partner_id == p).state, state)
        self.assertEqual(set(rows.user_id), {self.user})
        again = self._open(self._everybody())
        left = dict.fromkeys(self.spoilt, 1)
        self.assertEqual(self._counts(again), left | {'already': len(self.partners) - 4})
        again.action_add()
        self.assertEqual(len(self.members.search([])), len(rows))

    def test_letters_and_calls_need_no_address(self):
        wizard = self._open(self._everybody(), basis='none')
        self.assertEqual(self._counts(wizard), {'added': len(self.partners), 'archived': 1})

    def test_an_opt_out_of_another_list_than_the_chosen_one_does_not_count(self):
        other = self.env['mailing.list'].create({'name': "Other"})
        wizard = self._open(self.spoilt['opted_out'], list_ids=other.ids)
        self.assertEqual(self._counts(wizard), {'added': 1})

    def test_companies_behind_invoices_lines_debtors_figures(self):
        for name in ('economic.invoice', 'economic.invoice.line', 'economic.debtor',
                     'economic.figures'):  # fmt: skip
            with self.subTest(name):
                records = self.env[name].search([('partner_id', '!=', False)])
                wizard = self._open(records, basis='consent')
                self.assertEqual(wizard.company_count, len(records.partner_id))

    def test_a_membership_says_which_invoice(self):
        invoices = self.env['economic.invoice'].search(
            [('partner_id', 'in', self.partners[6:].ids)], limit=1
        )
        self._add(invoices)
        member = self.members.search([('partner_id', '=', invoices.partner_id.id)])
        self.assertEqual(member.invoice_id, invoices)
        self.assertIn(str(invoices.number), member.why)

    def test_all_that_match_is_more_than_what_was_handed_over(self):
        domain = [('amount_untaxed_base', '>', 500), ('date', '>', '2005-02-01')]
        matching = self.env['economic.invoice'].search(domain)
        wizard = self._open(matching[:2], domain=domain)
        self.assertEqual((wizard.selected_count, wizard.scope), (2, 'selected'))
        self.assertEqual(wizard.matching_count, len(matching))
        wizard.write({'scope': 'all', 'basis': 'consent'})
        self.assertEqual(wizard.company_count, len(matching.partner_id))
        wizard.action_add()
        self.assertEqual(len(self.members.search([])), len(matching.partner_id))
        self.assertIn("Net (DKK) > 500", self.members.search([], limit=1).why)

    def test_many_selected_rows_are_told_by_the_filter_they_were_found_with(self):
        domain = [('amount_untaxed_base', '>', 500)]
        matching = self.env['economic.invoice'].search(domain)
        self.assertIn("Net (DKK) > 500", self._open(matching[:4], domain=domain).in_words)
        self.assertIn(matching[0].display_name, self._open(matching[:2], domain=domain).in_words)

    def test_a_membership_does_not_name_the_other_companies(self):
        self._add(self.partners[6:8])
        for name in self.partners[6:8].mapped('name'):
            self.assertNotIn(name, self.members.search([], limit=1).why)

    def test_amounts_and_dates_of_a_filter_are_written_as_people_do(self):
        domain = [('amount_untaxed_base', '>', 5000.0), ('date', '>', '2005-02-01')]
        words = self._open(self.env['economic.invoice'], domain=domain, scope='all').in_words
        self.assertIn("Net (DKK) > 5,000 & Date > 02/01/2005", words)

    def test_single_rows_are_no_filter_that_a_campaign_follows(self):
        wizard = self._open(self.partners[6:8], domain=[], scope='selected', sync='both')
        wizard.action_add()
        self.assertEqual(self.campaign.economic_sync, 'no')
        self.assertFalse(self.members.search([('by_filter', '=', True)]))

    def test_a_name_that_is_there_already_is_that_campaign(self):
        form = Form(self._open(self.partners[6:8], campaign_id=False))
        form.new_campaign = "Sales"
        self.assertEqual(form.campaign_id, self.campaign)
        self.assertFalse(form.new_campaign)

    def test_of_a_campaign_and_a_new_name_the_last_one_counts(self):
        form = Form(self._open(self.partners[6:8], campaign_id=False))
        form.campaign_id = self.campaign
        form.new_campaign = "spring"
        self.assertFalse(form.campaign_id)
        form.campaign_id = self.campaign
        self.assertFalse(form.new_campaign)

    def test_more_than_the_web_client_hands_over_means_all(self):
        self.env['ir.config_parameter'].set_param('web.active_ids_limit', '3')
        wizard = self._open(self.partners[:3], domain=[('id', 'in', self.partners.ids)])
        self.assertEqual(wizard.scope, 'all')

    def test_rows_without_a_company_are_told_and_passed_over(self):
        debtor = self.env['economic.debtor'].search([('invoice_ids', '!=', False)], limit=1)
        count = len(debtor.invoice_ids)
        debtor.write({'partner_id': False})
        debtor._propagate_partner()
        wizard = self._open(debtor.invoice_ids)
        self.assertEqual(self._counts(wizard), {'unlinked': count})
        wizard.action_add()

    def test_a_filter_finds_nothing_that_the_user_may_not_see(self):
        other = self.env['res.company'].create({'name': "Another"})
        self.partners[7].company_id = other
        wizard = self._open(self.partners[6:9])
        self.assertEqual(wizard.company_count, 2)

    def test_a_new_campaign_is_made_and_one_must_be_named(self):
        wizard = self._open(self.partners[6], campaign_id=False)
        with self.assertRaises(UserError):
            wizard.action_add()
        wizard.new_campaign = "spring"
        wizard.action_add()
        self.assertEqual(self.members.search([]).campaign_id.title, "spring")

    def test_somebody_without_our_group_cannot_add(self):
        stranger = new_test_user(self.env, 'stranger', groups='base.group_user')
        with self.assertRaises(AccessError):
            self.env['economic.campaign.add'].with_user(stranger)._open(
                self.partners.with_user(stranger)
            )

    # === BOTH WAYS === #

    def test_buttons_lead_both_ways(self):
        self._add(self._everybody())
        partner = self.partners[8].with_user(self.user)
        self.assertEqual(partner.economic_campaign_count, 1)
        found = self.members.search(partner.action_economic_campaigns()['domain'])
        self.assertEqual(found.campaign_id, self.campaign)
        campaign = self.campaign.with_user(self.user)
        self.assertEqual(campaign.economic_member_count, len(self.partners) - 4)
        self.assertEqual(campaign.economic_left_out_count, 5)
        left_out = self.members.search(campaign.action_economic_left_out()['domain'])
        self.assertEqual(set(left_out.partner_id), set(self.spoilt.values()))

    def test_who_asks_not_to_be_contacted_stays_out_until_taken_back(self):
        companies = self.partners[6:9]
        self._add(companies)
        member = self.members.search([('partner_id', '=', companies[0].id)]).with_user(self.user)
        member.action_opt_out()
        again = self._add(companies)
        self.assertEqual(self._counts(again), {'already': 2, 'opted_out': 1})
        self.assertEqual(member.state, 'opted_out')
        member.action_take_back()
        self.assertEqual(self._counts(self._open(companies)), {'already': 3})

    def test_the_addresses_are_handed_out_as_texts_to_who_may_change_members(self):
        self._add(self._everybody())
        self.partners[8].write({'street': "=1+1", 'zip': '0800'})
        content = self.campaign.with_user(self.user)._economic_make_xlsx()
        headings, *rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        self.assertEqual(headings[:2], ("Company", "Street"))
        self.assertEqual(
            {row[0] for row in rows},
            set(self.members.search([('state', '=', 'added')]).partner_id.mapped('display_name')),
        )
        (row,) = (row for row in rows if row[0] == self.partners[8].display_name)
        self.assertEqual((row[1], row[3]), ("=1+1", '0800'))
        mailer = new_test_user(
            self.env, 'mailer', groups='base.group_user,mass_mailing.group_mass_mailing_user'
        )
        with self.assertRaises(AccessError):
            self.campaign.with_user(mailer)._economic_make_xlsx()

    def test_our_users_export_lists(self):
        rows = self.env['economic.invoice'].with_user(self.user).search([], limit=2)
        self.assertEqual(len(rows.export_data(['number', 'amount_untaxed_base'])['datas']), 2)

    # === MERGING === #

    def test_a_merge_unites_memberships_and_an_opt_out_wins(self):
        survivor, source, third = self.partners[5:8]
        second = self.env['utm.campaign'].create({'title': "second"})
        self._add(survivor | source | third)
        self._add(source, campaign_id=second.id)
        self.members.search([('partner_id', '=', third.id)]).write({'state': 'opted_out'})
        self.members.search(
            [('partner_id', '=', source.id), ('campaign_id', '=', self.campaign.id)]
        ).basis = 'none'
        before = self.members._merge_members(survivor, source | third)
        self.assertEqual(len(before), 4)
        self.assertFalse(self.members.search([('partner_id', 'in', (source | third).ids)]))
        rows = self.members.search([('partner_id', '=', survivor.id)])
        found = {row.campaign_id.title: (row.state, row.basis) for row in rows}
        self.assertEqual(found, {'sales': ('opted_out', 'none'), 'second': ('added', 'customer')})

    def test_a_merge_keeps_who_was_added_by_hand_when_the_filter_loses_the_company(self):
        survivor, source = self.partners[5:7]
        self._add(survivor | source)
        self.members.search([('partner_id', '=', survivor.id)]).by_filter = True
        self.members._merge_members(survivor, source)
        self.assertFalse(self.members.search([('partner_id', '=', survivor.id)]).by_filter)

    # === EFFECT === #

    def test_the_effect_is_what_members_bought_on_both_sides_of_their_day(self):
        self._add(self._everybody())
        day = fields.Date.to_date('2026-06-15')
        self.members.search([]).since = day
        self.campaign.economic_days = 60
        self.members.flush_model()

        def net(partners, sign):
            return sum(
                invoice.amount_untaxed_base
                for invoice in self.env['economic.invoice'].search(
                    [('partner_id', 'in', partners.ids)]
                )
                if (
                    0 <= (invoice.date - day).days < 60
                    if sign
                    else 0 < (day - invoice.date).days <= 60
                )
            )

        left_out = self.env['res.partner'].union(*self.spoilt.values())
        members = self._everybody() - left_out
        campaign = self.campaign
        self.assertAlmostEqual(campaign.economic_members_before, net(members, 0), 2)
        self.assertAlmostEqual(campaign.economic_members_after, net(members, 1), 2)
        self.assertAlmostEqual(campaign.economic_others_before, net(left_out, 0), 2)
        self.assertAlmostEqual(campaign.economic_others_after, net(left_out, 1), 2)
        self.assertTrue(campaign.economic_members_before and campaign.economic_members_after)
        # Who was in and left was neither written to all the time nor never.
        self.members.search([('state', '=', 'added')]).state = 'left'
        self.assertFalse(campaign.economic_members_after)
        self.assertAlmostEqual(campaign.economic_others_after, net(left_out, 1), 2)
