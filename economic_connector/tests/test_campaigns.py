"""From a list into a campaign, counted; and to whom a campaign may write."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import EconomicCase

REASONS = ('added', 'already', 'no_email', 'blacklisted', 'opted_out', 'archived', 'no_basis',
           'unlinked')  # fmt: skip


@tagged('post_install', '-at_install')
class TestCampaigns(EconomicCase, MailCase):
    debtors, invoices = 30, 200

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, 'selling', groups='economic_connector.group_economic_user,'
            'base.group_partner_manager',
            email='selling@example.com',
        )  # fmt: skip
        cls.campaign = cls.env['utm.campaign'].create({'title': "sales"})
        cls.members = cls.env['economic.campaign.member']

    def setUp(self):
        super().setUp()
        self.run_import()
        self.partners = self.env['economic.invoice'].search([]).partner_id.sorted('id')
        for partner in self.partners:
            partner.email = f'company-{partner.id}@example.com'
        self._spoil()

    def _spoil(self):
        """Give one company each reason not to be written to."""
        names = ('no_email', 'blacklisted', 'opted_out', 'archived', 'no_basis')
        self.spoilt = dict(zip(names, self.partners, strict=False))
        self.spoilt['no_email'].email = False
        self.env['mail.blacklist']._add(self.spoilt['blacklisted'].email)
        self.list = self.env['mailing.list'].create({'name': "News"})
        contact = self.env['mailing.contact'].create(
            {'name': "Out", 'email': self.spoilt['opted_out'].email}
        )
        self.env['mailing.subscription'].create(
            {'contact_id': contact.id, 'list_id': self.list.id, 'opt_out': True}
        )
        self.spoilt['archived'].active = False
        self.never_bought = self.env['res.partner'].create(
            {'name': "Never bought", 'email': 'never@example.com'}
        )
        self.spoilt['no_basis'] = self.never_bought

    def _open(self, records, domain=None, **values):
        context = {'active_model': records._name, 'active_ids': records.ids}
        if domain is not None:
            context['active_domain'] = domain
        action = (
            self.env['economic.campaign.add']
            .with_user(self.user)
            .with_context(**context)
            ._open(records.with_user(self.user))
        )
        wizard = self.env[action['res_model']].with_user(self.user).browse(action['res_id'])
        wizard.write({'campaign_id': self.campaign.id, **values})
        return wizard

    def _counts(self, wizard):
        return {
            reason: wizard[f'{reason}_count'] for reason in REASONS if wizard[f'{reason}_count']
        }

    def _add(self, records, **values):
        wizard = self._open(records, **values)
        wizard.action_add()
        return wizard

    def _everybody(self):
        return self.partners.with_context(active_test=False) | self.never_bought

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

    # === SENDING === #

    def _mailing(self, **values):
        context = self.campaign.action_economic_mailing()['context']
        return (
            self.env['mailing.mailing']
            .with_context(**context)
            .create({'subject': "Offer", 'body_html': "<p>Offer</p>", **values})
        )

    def _sent(self, mailing):
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        return {address for mail in self._mails for address in mail['email_to']}

    def test_no_mail_to_whom_none_may_go(self):
        self._add(self.partners[10], basis='none')
        self._add(self._everybody())
        mailing = self._mailing()
        # What changes after adding holds when it is sent.
        late = self.partners[5:8]
        self.env['mail.blacklist']._add(late[0].email)
        self._opt_out(late[1].email)
        self.members.search([('partner_id', '=', late[2].id)]).basis = 'none'
        sent = self._sent(mailing)
        mailed = self.partners[5:] - late - self.partners[10]
        mailed |= self.partners[4]
        addresses = ' '.join(sent)
        for partner in mailed:
            self.assertIn(partner.email, addresses)
        self.assertEqual(len(sent), len(mailed))

    def _opt_out(self, email):
        contact = self.env['mailing.contact'].create({'name': email, 'email': email})
        self.env['mailing.subscription'].create(
            {'contact_id': contact.id, 'list_id': self.list.id, 'opt_out': True}
        )
        return contact

    def test_a_wider_domain_reaches_no_member_that_may_not_be_mailed(self):
        self._add(self.partners[10], basis='none')
        self._add(self._everybody())
        mailing = self._mailing(mailing_domain=repr([('id', 'in', self.partners.ids)]))
        sent = ' '.join(self._sent(mailing))
        for partner in (self.partners[10], *self.spoilt.values()):
            if partner.email:
                self.assertNotIn(partner.email, sent)
        self.assertIn(self.partners[11].email, sent)

    def test_a_mailing_list_reaches_no_member_that_may_not_be_mailed(self):
        self._add(self.partners[10], basis='none')
        self._add(self._everybody())
        people = self._everybody().filtered('email')
        for partner in people - self.spoilt['opted_out']:
            contact = self.env['mailing.contact'].create(
                {'name': partner.name, 'email': partner.email}
            )
            self.env['mailing.subscription'].create(
                {'contact_id': contact.id, 'list_id': self.list.id}
            )
        mailing = self.env['mailing.mailing'].create(
            {
                'subject': "News",
                'body_html': "<p>News</p>",
                'campaign_id': self.campaign.id,
                'mailing_model_id': self.env['ir.model']._get_id('mailing.list'),
                'contact_list_ids': self.list.ids,
            }
        )
        sent = ' '.join(self._sent(mailing))
        for partner in (self.partners[10], *self.spoilt.values()):
            if partner.email:
                self.assertNotIn(partner.email, sent)
        self.assertIn(self.partners[11].email, sent)

    def test_other_mailings_are_as_odoo_makes_them(self):
        mailing = self.env['mailing.mailing'].create(
            {
                'subject': "Else",
                'body_html': "<p>Else</p>",
                'mailing_model_id': self.env['ir.model']._get_id('res.partner'),
                'mailing_domain': repr([('id', 'in', self.partners[2:7].ids)]),
            }
        )
        self.assertIn(self.spoilt['opted_out'].email, ' '.join(self._sent(mailing)))

    # === CALLS === #

    def test_calls_are_planned_once(self):
        self._add(self.partners[5:9], basis='none')
        wizard = (
            self.env['economic.campaign.calls']
            .with_user(self.user)
            .create({'campaign_id': self.campaign.id})
        )
        self.partners[6].user_id = self.env.ref('base.user_admin')
        for _time in range(2):
            wizard.action_plan()
            calls = self.env['mail.activity'].search([('summary', '=', "sales")])
            self.assertEqual(set(calls.mapped('res_id')), set(self.partners[5:9].ids))
            self.assertEqual(len(calls), 4)
        by_partner = {call.res_id: call.user_id for call in calls}
        self.assertEqual(by_partner[self.partners[6].id], self.env.ref('base.user_admin'))
        self.assertEqual(by_partner[self.partners[5].id], self.user)

    # === IN STEP WITH A FILTER === #

    def _follow(self, sync):
        domain = [('name', 'like', 'Follow')]
        first = self.env['res.partner'].create(
            [{'name': f"Follow {n}", 'email': f'follow{n}@example.com'} for n in range(3)]
        )
        wizard = self._open(first[:1], domain=domain, scope='all', sync=sync, basis='consent')
        wizard.action_add()
        self.assertEqual(self._members(), first)
        new = self.env['res.partner'].create({'name': "Follow new", 'email': 'new@example.com'})
        first[0].name = "Gone"
        return first, new

    def _members(self):
        return self.members.search([('state', '=', 'added')]).partner_id.sorted('id')

    def test_add_only(self):
        first, new = self._follow('add')
        self.env['utm.campaign']._cron_economic_sync()
        self.assertEqual(self._members(), first | new)

    def test_add_and_remove_but_never_who_was_added_by_hand(self):
        first, new = self._follow('both')
        self._add(self.partners[6], basis='consent')
        self.env['utm.campaign']._cron_economic_sync()
        self.assertEqual(set(self._members()), set(first[1:] | new | self.partners[6]))
        first[0].name = "Follow again"
        self.env['utm.campaign']._cron_economic_sync()
        self.assertIn(first[0], self._members())

    def test_a_mailing_first_brings_its_campaign_in_step(self):
        first, new = self._follow('both')
        sent = ' '.join(self._sent(self._mailing()))
        self.assertIn(new.email, sent)
        self.assertNotIn(first[0].email, sent)

    def test_a_filter_that_cannot_be_used_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", '[(', "[('economic_total_bought', '=', 'much')]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.campaign.write(
                    {
                        'economic_sync': 'add',
                        'economic_source': 'res.partner',
                        'economic_domain': domain,
                    }
                )

    def test_a_filter_finds_what_its_maker_may_see(self):
        other = self.env['res.company'].create({'name': "Another"})
        first, new = self._follow('add')
        new.company_id = other
        self.env['utm.campaign']._cron_economic_sync()
        self.assertEqual(self._members(), first)

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


@tagged('post_install', '-at_install')
class TestInvoicePdf(EconomicCase):
    debtors, invoices = 5, 10

    def test_it_is_fetched_once_and_belongs_to_who_may_see_the_invoice(self):
        self.run_import()
        user = new_test_user(self.env, 'reading', groups='economic_connector.group_economic_user')
        none = new_test_user(self.env, 'none', groups='base.group_user')
        invoice = self.env['economic.invoice'].search([], limit=1)
        action = invoice.with_user(user).action_open_pdf()
        attachment = self.env['ir.attachment'].search([('res_model', '=', 'economic.invoice')])
        self.assertEqual(action['url'], f'/web/content/{attachment.id}')
        self.assertEqual(attachment.with_user(user).raw[:5], b'%PDF-')
        with self.assertRaises(AccessError):
            attachment.with_user(none).read(['datas'])
        with self.assertRaises(AccessError):
            invoice.with_user(none).action_open_pdf()
        with patch.object(type(invoice), '_fetch_pdf', side_effect=AssertionError("again")):
            self.assertEqual(invoice.with_user(user).action_open_pdf(), action)
