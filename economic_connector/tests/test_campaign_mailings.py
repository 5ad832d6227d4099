"""To whom a campaign may write, and how it keeps in step with a filter."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .campaign_case import CampaignCase


@tagged('post_install', '-at_install')
class TestCampaignMailings(CampaignCase):
    debtors, invoices = 30, 100

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

    def _work_off_queue(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)['mailing.mailing']._process_mass_mailing_queue()
        self.env.invalidate_all()

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

    def _mailing_to_list(self, companies, **values):
        """Subscribe the companies to a list, and return a mailing of the campaign to it."""
        mailing_list = self.env['mailing.list'].create({'name': "Readers"})
        contacts = self.env['mailing.contact'].create(
            [{'name': company.name, 'email': company.email} for company in companies]
        )
        self.env['mailing.subscription'].create(
            [{'contact_id': contact.id, 'list_id': mailing_list.id} for contact in contacts]
        )
        return self.env['mailing.mailing'].create(
            {
                'subject': "News",
                'body_html': "<p>News</p>",
                'campaign_id': self.campaign.id,
                'mailing_model_id': self.env['ir.model']._get_id('mailing.list'),
                'contact_list_ids': mailing_list.ids,
                **values,
            }
        )

    def test_a_mailing_list_reaches_no_member_that_may_not_be_mailed(self):
        self._add(self.partners[10], basis='none')
        self._add(self._everybody())
        mailing = self._mailing_to_list(self._everybody().filtered('email'))
        # It goes to another list than the one that a member opted out of, now or before.
        self._opt_out(self.partners[12].email)
        sent = ' '.join(self._sent(mailing))
        for partner in (self.partners[10], self.partners[12], *self.spoilt.values()):
            if partner.email:
                self.assertNotIn(partner.email, sent)
        self.assertIn(self.partners[11].email, sent)

    def test_a_list_that_the_campaign_does_not_respect_holds_nobody_back(self):
        self.campaign.economic_list_ids = self.env['mailing.list'].create({'name': "Respected"})
        self._add(self.partners[11:13], list_ids=self.campaign.economic_list_ids.ids)
        self._opt_out(self.partners[12].email)
        sent = ' '.join(self._sent(self._mailing_to_list(self.partners[11:13])))
        self.assertIn(self.partners[12].email, sent)

    def test_the_blacklist_holds_even_if_the_mailing_leaves_it_out(self):
        self._add(self.partners[10:13])
        self.env['mail.blacklist']._add(self.partners[10].email)
        for make in (self._mailing, lambda **values: self._mailing_to_list(self.partners[10:13],
                                                                         **values)):  # fmt: skip
            sent = ' '.join(self._sent(make(use_exclusion_list=False)))
            self.assertNotIn(self.partners[10].email, sent)
            self.assertIn(self.partners[11].email, sent)

    def test_who_opted_out_is_not_reached_beside_a_second_address(self):
        self._add(self.partners[10:12])
        address = self.partners[10].email
        self.partners[10].email = f'{address}, second@example.com'
        mailing = self._mailing()
        self._opt_out(address)
        sent = ' '.join(self._sent(mailing))
        self.assertNotIn(address, sent)
        self.assertIn(self.partners[11].email, sent)

    def test_an_archived_twin_with_the_same_address_holds_nobody_back(self):
        twin = self.partners[10].copy({'active': False, 'email': self.partners[11].email})
        self._add(self.partners[11] | twin, basis='consent')
        self.assertEqual(self.members.search([('partner_id', '=', twin.id)]).state, 'archived')
        for mailing in (self._mailing(), self._mailing_to_list(self.partners[11])):
            self.assertIn(self.partners[11].email, ' '.join(self._sent(mailing)))

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
        calls[0].with_user(calls[0].user_id).action_feedback(feedback="Called")
        wizard.action_plan()
        self.assertEqual(self.env['mail.activity'].search_count([('summary', '=', "sales")]), 3)

    def test_calls_need_no_right_to_change_companies_and_go_to_somebody_who_is_there(self):
        self._add(self.partners[5:7], basis='none')
        gone = new_test_user(self.env, 'gone', groups='base.group_user')
        self.partners[5].user_id = gone
        gone.active = False
        self.partners[6].user_id = new_test_user(self.env, 'outside', groups='base.group_portal')
        reader = new_test_user(self.env, 'calling', groups='economic_connector.group_economic_user')
        self.assertFalse(self.partners[5].with_user(reader).has_access('write'))
        wizard = self.env['economic.campaign.calls'].with_user(reader)
        wizard.create({'campaign_id': self.campaign.id}).action_plan()
        calls = self.env['mail.activity'].search([('summary', '=', "sales")])
        self.assertEqual(calls.mapped('res_id'), self.partners[5:7].ids)
        self.assertEqual(calls.user_id, reader)

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

    def test_the_queue_brings_campaigns_in_step_even_if_nobody_is_in_yet(self):
        first, new = self._follow('both')
        mailing = self._mailing()
        (first | new).name = "Gone"
        self.campaign._economic_sync()
        self.assertFalse(self._members())
        mailing.action_put_in_queue()
        first[1].name = "Follow again"
        with self.mock_mail_gateway():
            self._work_off_queue()
        sent = ' '.join(address for mail in self._mails for address in mail['email_to'])
        self.assertIn(first[1].email, sent)
        self.assertNotIn(first[2].email, sent)

    def test_a_filter_that_no_longer_works_holds_its_mailings_back_and_no_others(self):
        self._follow('both')
        mailing, other = self._mailing(), self._mailing(campaign_id=False)
        other.mailing_domain = repr([('id', '=', self.partners[5].id)])
        (mailing | other).action_put_in_queue()
        self.campaign.economic_filter_user_id.active = False
        with self.mock_mail_gateway():
            self._work_off_queue()
        self.assertEqual((mailing.state, other.state), ('draft', 'done'))
        self.assertIn(self.partners[5].email, ' '.join(self._mails[0]['email_to']))
        self.assertIn("save it again", mailing.message_ids[0].body)
        self.assertIn("save it again", self.campaign.economic_sync_problem)
        self.campaign.economic_domain = "[('name', 'like', 'Follow n')]"
        self.env['utm.campaign']._cron_economic_sync()
        self.assertFalse(self.campaign.economic_sync_problem)

    def test_a_filter_that_cannot_be_used_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", '[(', "[('economic_total_bought', '=', 'much')]",
                       "[('id', '=', 'x')]", '5', "[('user_id', '=', uid)]"):  # fmt: skip
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
