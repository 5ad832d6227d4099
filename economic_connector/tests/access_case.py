"""One record of each of our models, and users of each role in two companies."""

from odoo.tests import new_test_user

from .common import EconomicCase
from .merge_case import make_merge_records

ROLES = ('none', 'system', 'user', 'manager')
GROUPS = {
    'none': 'base.group_user',
    'system': 'base.group_system',
    'user': 'economic_connector.group_economic_user',
    'manager': 'economic_connector.group_economic_manager,base.group_partner_manager',
}


class AccessCase(EconomicCase):
    """What there is to try rights on."""

    debtors, invoices = 10, 20

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env['res.company'].create({'name': "Another"})
        for role in ROLES:
            for company, where in ((cls.env.company, 'here'), (cls.other_company, 'there')):
                user = new_test_user(
                    cls.env,
                    f'{role}_{where}',
                    groups=GROUPS[role],
                    company_id=company.id,
                    company_ids=[(6, 0, company.ids)],
                )
                setattr(cls, f'{role}_{where}', user)

    def setUp(self):
        super().setUp()
        self.finished = self.run_import()
        debtor = self.env['economic.debtor'].search([], limit=1)
        self.records = {
            'economic.agreement': self.agreement,
            'economic.contact': self.env['economic.contact'].create(
                {
                    'agreement_id': self.agreement.id,
                    'company_id': self.env.company.id,
                    'debtor_id': debtor.id,
                    'kind': 'contact',
                    'number': 1,
                }
            ),
            'economic.debtor': debtor,
            'economic.debtor.candidate': self.env['economic.debtor.candidate'].create(
                {'debtor_id': debtor.id, 'partner_id': self.env.user.partner_id.id}
            ),
            'economic.debtor.event': self.env['economic.debtor.event'].search([], limit=1),
            'economic.campaign.member': self._make_member(),
            'economic.debtor.import': self.env['economic.debtor.import']
            .with_user(self.manager_here)
            .create({'agreement_id': self.agreement.id}),
            'economic.figures': self.env['economic.figures'].search([], limit=1),
            'economic.invoice': self.env['economic.invoice'].search([], limit=1),
            'economic.invoice.line': self.env['economic.invoice.line'].search([], limit=1),
            'economic.match.key': self.env['economic.match.key'].search([], limit=1),
            'economic.quarantine': self.env['economic.quarantine'].create(
                {
                    'agreement_id': self.agreement.id,
                    'company_id': self.env.company.id,
                    'kind': 'debtor',
                    'number': '999',
                    'code': 'type',
                }
            ),
            'economic.reference': self.env['economic.reference'].search([], limit=1),
            'economic.run': self.finished,
            'economic.run.line': self.finished.line_ids[:1],
            'economic.stream': self.agreement.stream_ids[:1],
            'economic.field.rule': self.agreement.field_rule_ids[:1],
            'economic.run.undo': self.env['economic.run.undo']
            .with_user(self.manager_here)
            .create({'run_id': self.finished.id}),
            **make_merge_records(self.env, self.manager_here),
            'res.partner': self.env['economic.invoice'].search([], limit=1).partner_id,
            'utm.campaign': self.campaign,
        }
        self.dialogs = {
            'economic.campaign.add': {
                'source': 'economic.invoice',
                'selected_ids': self.records['economic.invoice'].ids,
                'campaign_id': self.campaign.id,
            },
            'economic.campaign.calls': {
                'campaign_id': self.env['utm.campaign'].create({'title': "empty"}).id
            },
            'economic.question': {},
        }
        for name, values in self.dialogs.items():
            self.records[name] = self.env[name].with_user(self.user_here).create(values)

    def _make_member(self):
        self.campaign = self.env['utm.campaign'].create({'title': "sales"})
        invoices = self.env['economic.invoice']
        members = self.env['economic.campaign.member']
        members._put(invoices, [], self.campaign, 'none', self.env['mailing.list'], "all")
        return members.search([], limit=1)

    def _record_for(self, name, user):
        """Return the record to try with: of dialogs everybody has only their own."""
        if name in self.dialogs and user.has_group(GROUPS['user']):
            return self.env[name].with_user(user).create(self.dialogs[name])
        return self.records[name]
