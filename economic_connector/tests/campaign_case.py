from odoo.tests import new_test_user

from odoo.addons.mail.tests.common import MailCase

from .common import EconomicCase

REASONS = ('added', 'already', 'no_email', 'blacklisted', 'opted_out', 'archived', 'no_basis',
           'unlinked')  # fmt: skip


class CampaignCase(EconomicCase, MailCase):
    """Companies with purchases, of which one each has a reason not to be written to."""

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
