"""Users of every role, and what asks the registry and tries a method as one of them."""

import inspect

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import EconomicCase

ROLES = ('none', 'system', 'user', 'manager')
GROUPS = {
    'none': 'base.group_user',
    'system': 'base.group_system',
    'user': 'economic_connector.group_economic_user',
    'manager': 'economic_connector.group_economic_manager,base.group_partner_manager',
}
OPERATIONS = {'r': 'read', 'w': 'write', 'c': 'create', 'd': 'unlink'}
# Overrides of Odoo's own public methods, which check access themselves.
OVERRIDES = {
    'create', 'default_get', 'fields_get', 'write', 'unlink', 'set_values', 'get_all_currencies',
}  # fmt: skip


class AccessCase(EconomicCase):
    """A user of every role in our company, and one in another."""

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

    def _our_models(self):
        return {name for name in self.registry if name.startswith('economic.')}

    def _our_methods(self, name):
        """Return the names of the public methods that this addon gives a model."""
        return {
            method
            for cls in self.registry[name].mro()
            if cls.__module__.startswith('odoo.addons.economic_connector')
            for method, function in vars(cls).items()
            if inspect.isfunction(function)
            and not method.startswith('_')
            and not getattr(function, '_api_private', False)
            and method not in OVERRIDES
        }

    def _call(self, record, method, user):
        """Tell whether `user` is let in; what happens after that is not looked at."""
        record.env.invalidate_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            getattr(record.with_user(user), method)()
        except AccessError:
            return False
        except UserError:
            return True
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        return True

    def _make_duplicates(self):
        company_id = self.env.company.id
        partners = self.env['res.partner'].create(
            [{'name': "Twice", 'company_id': company_id} for _n in range(2)]
        )
        group = self.env['economic.duplicate'].create(
            {'names': "Twice", 'size': 2, 'company_id': company_id}
        )
        members = self.env['economic.duplicate.member'].create(
            [{'duplicate_id': group.id, 'partner_id': partner.id} for partner in partners]
        )
        distinct = self.env['economic.distinct'].create(
            {'partner_id': partners[0].id, 'other_id': partners[1].id}
        )
        return {
            'economic.distinct': distinct,
            'economic.duplicate': group,
            'economic.duplicate.member': members[0],
        }

    def _make_member(self):
        self.campaign = self.env['utm.campaign'].create({'title': "sales"})
        invoices = self.env['economic.invoice']
        members = self.env['economic.campaign.member']
        members._put(invoices, [], self.campaign, 'none', self.env['mailing.list'], "all")
        return members.search([], limit=1)
