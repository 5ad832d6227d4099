"""Who may do what, from the registry: a model or public method without a line here fails."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .access_case import GROUPS, OPERATIONS, ROLES, AccessCase
from .merge_case import make_merge_records

# model -> what a user and a manager may do; nobody else may do anything.
MODELS = {
    'economic.agreement': ('r', 'rwcd'),
    'economic.contact': ('r', 'r'),
    'economic.debtor': ('r', 'r'),
    'economic.debtor.candidate': ('', 'r'),
    'economic.debtor.decide': ('', 'rwcd'),
    'economic.debtor.event': ('r', 'r'),
    'economic.debtor.import': ('', 'rwcd'),
    'economic.field.rule': ('r', 'rw'),
    'economic.forget': ('', 'rwcd'),
    'economic.forgettable': ('', ''),
    'economic.campaign.add': ('rwcd', 'rwcd'),
    'economic.campaign.calls': ('rwcd', 'rwcd'),
    'economic.campaign.member': ('rwd', 'rwd'),
    'economic.figures': ('r', 'r'),
    'economic.invoice': ('r', 'r'),
    'economic.invoice.line': ('r', 'r'),
    'economic.distinct': ('', 'r'),
    'economic.duplicate': ('', 'r'),
    'economic.duplicate.member': ('', 'r'),
    'economic.match.key': ('', ''),
    'economic.match.stamp': ('', 'r'),
    'economic.match.unsearched': ('', 'r'),
    'economic.merge': ('', 'rw'),
    'economic.merge.change': ('', 'r'),
    'economic.merge.undo': ('', 'rwcd'),
    'economic.partner.merge': ('', 'rwcd'),
    'economic.quarantine': ('', 'r'),
    'economic.question': ('rwcd', 'rwcd'),
    'economic.reference': ('r', 'r'),
    'economic.run': ('', 'rd'),
    'economic.run.line': ('', 'rw'),
    'economic.run.undo': ('', 'rwcd'),
    'economic.scope': ('', ''),
    'economic.stream': ('', 'r'),
}
# model -> {public method: the least role that may call it}
METHODS = {
    'economic.agreement': {
        'action_confirm_identity': 'manager',
        'action_get_access': 'manager',
        'action_import': 'manager',
        'action_open_contacts': 'user',
        'action_open_debtors': 'user',
        'action_open_invoices': 'user',
        'action_open_last_run': 'manager',
        'action_open_overdue': 'user',
        'action_open_quarantine': 'manager',
        'action_open_questions': 'user',
        'action_open_reviews': 'user',
        'action_open_runs': 'manager',
        'action_open_unpaid': 'user',
        'action_save_access': 'manager',
        'action_sync_now': 'manager',
        'action_test_connection': 'manager',
        'action_try_demo': 'manager',
    },
    'economic.contact': {
        'action_forget': 'manager',
        'action_let_in': 'manager',
        'action_open_partner': 'user',
    },
    'economic.debtor': {
        'action_answer': 'manager',
        'action_bulk_create': 'manager',
        'action_bulk_ignore': 'manager',
        'action_bulk_link': 'manager',
        'action_bulk_refuse': 'manager',
        'action_decide_again': 'manager',
        'action_forget': 'manager',
        'action_let_in': 'manager',
        'action_open_invoices': 'user',
        'action_open_partner': 'user',
        'action_review': 'manager',
        'action_review_begin': 'manager',
        'action_review_create': 'manager',
        'action_review_ignore': 'manager',
        'action_review_link': 'manager',
        'action_review_look_again': 'manager',
        'action_review_offer': 'manager',
        'action_review_refuse': 'manager',
    },
    'economic.debtor.decide': {'action_confirm': 'manager'},
    'economic.debtor.candidate': {'action_choose_for_line': 'manager'},
    'economic.debtor.import': {
        'action_load': 'manager',
        'action_narrow': 'manager',
        'action_open_run': 'manager',
    },
    'economic.forget': {'action_forget': 'manager'},
    'economic.forgettable': {'action_forget': 'manager', 'action_let_in': 'manager'},
    'economic.merge': {'action_undo': 'manager', 'action_undo_partly': 'manager'},
    'economic.merge.undo': {'action_undo_partly': 'manager'},
    'economic.partner.merge': {'action_merge': 'manager'},
    'economic.quarantine': {
        'action_retry': 'manager',
        'action_retry_all': 'manager',
        'action_retry_cause': 'manager',
    },
    'economic.campaign.add': {
        'action_add': 'user',
        'action_open': 'user',
        'action_open_campaign': 'user',
    },
    'economic.campaign.calls': {'action_plan': 'user'},
    'economic.campaign.member': {
        'action_open_partner': 'user',
        'action_opt_out': 'user',
        'action_take_back': 'user',
    },
    'economic.figures': {'action_open_partner': 'user'},
    'economic.run': {
        'action_accept_vanished': 'manager',
        'action_approve_all': 'manager',
        'action_approve_none': 'manager',
        'action_cancel': 'manager',
        'action_download': 'manager',
        'action_narrow': 'manager',
        'action_open_cleaned': 'manager',
        'action_open_kept': 'manager',
        'action_open_lines': 'manager',
        'action_open_partners': 'manager',
        'action_resume': 'manager',
        'action_start': 'manager',
        'action_test': 'manager',
        'action_undo': 'manager',
        'get_progress': 'manager',
        'step': 'manager',
    },
    'economic.run.line': {
        'action_another_company': 'manager',
        'action_choose': 'manager',
        'action_choose_economic': 'manager',
        'action_choose_odoo': 'manager',
        'action_create_new': 'manager',
        'action_ignore': 'manager',
        'action_import_now': 'manager',
        'action_open': 'manager',
        'action_open_debtor': 'manager',
        'action_same_company': 'manager',
        'action_tick': 'manager',
        'action_undecide': 'manager',
        'action_untick': 'manager',
    },
    'economic.run.undo': {'action_confirm': 'manager'},
    'economic.invoice': {'action_open_pdf': 'user'},
    'economic.question': {
        'action_companies': 'user',
        'action_invoices': 'user',
        'action_save': 'user',
    },
    'economic.duplicate': {
        'action_merge': 'manager',
        'action_not_duplicates': 'manager',
        'action_search': 'manager',
    },
    'res.partner': {
        'action_economic_duplicates': 'manager',
        'action_economic_find_duplicates': 'manager',
        'action_economic_campaigns': 'user',
        'action_economic_invoices': 'user',
        'action_economic_merge': 'manager',
    },
    'utm.campaign': {
        'action_economic_addresses': 'user',
        'action_economic_calls': 'user',
        'action_economic_left_out': 'user',
        'action_economic_mailing': 'user',
        'action_economic_members': 'user',
        'action_economic_sync': 'user',
    },
    'res.config.settings': {
        'action_confirm_identity': 'manager',
        'action_economic_connect': 'manager',
        'action_economic_get_access': 'manager',
        'action_economic_import': 'manager',
        'action_economic_open': 'manager',
        'action_economic_try_demo': 'manager',
    },
}


@tagged('post_install', '-at_install')
class TestAccess(AccessCase):
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
            'economic.debtor.decide': self.env['economic.debtor.decide']
            .with_user(self.manager_here)
            .create({'decision': 'ignore', 'selected_ids': debtor.ids}),
            'economic.forget': self.env['economic.forget']
            .with_user(self.manager_here)
            .create({'debtor_ids': debtor.ids}),
            'economic.forgettable': debtor,
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
            **self._make_duplicates(),
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

    def _record_for(self, name, user):
        """Return the record to try with: of dialogs everybody has only their own."""
        if name in self.dialogs and user.has_group(GROUPS['user']):
            return self.env[name].with_user(user).create(self.dialogs[name])
        return self.records[name]

    def test_every_model_and_public_method_stands_in_the_tables(self):
        self.assertEqual(self._our_models(), set(MODELS))
        for name in self.registry:
            self.assertEqual(self._our_methods(name), set(METHODS.get(name, ())), name)

    def test_models(self):
        for name, (user_may, manager_may) in MODELS.items():
            may = {'none': '', 'system': '', 'user': user_may, 'manager': manager_may}
            for role in ROLES:
                model = self.env[name].with_user(getattr(self, f'{role}_here'))
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=name, role=role, operation=operation):
                        self.assertEqual(model.has_access(operation), letter in may[role])

    def test_nothing_of_another_company_shows(self):
        for name in MODELS:
            if name == 'economic.match.key':
                continue  # Keys of partners: of all companies, read by the engine.
            record = self.records.get(name)
            if not record:
                continue
            with self.subTest(model=name):
                record.env.invalidate_all()
                theirs = record.with_user(self.manager_there)
                self.assertFalse(theirs.search([('id', '=', record.id)]))
                with self.assertRaises(AccessError):
                    theirs.check_access('read')

    def test_public_methods(self):
        for name, methods in METHODS.items():
            if name == 'res.config.settings':
                continue
            for method, least in methods.items():
                for role in ROLES:
                    with self.subTest(model=name, method=method, role=role):
                        expected = role == least or (least == 'user' and role == 'manager')
                        user = getattr(self, f'{role}_here')
                        record = self._record_for(name, user)
                        self.assertEqual(self._call(record, method, user), expected)

    def test_public_methods_on_records_of_another_company(self):
        for name, methods in METHODS.items():
            if name in ('res.config.settings', 'res.partner', 'utm.campaign'):
                continue
            for method in methods:
                if method in ('action_try_demo', 'action_search', 'action_retry_all'):
                    continue  # They look for what is there in the caller's own company.
                with self.subTest(model=name, method=method):
                    self.assertFalse(self._call(self.records[name], method, self.manager_there))

    def test_settings_buttons_need_the_manager_group(self):
        for role in ('none', 'user', 'system'):
            user = getattr(self, f'{role}_here')
            for method in METHODS['res.config.settings']:
                with self.subTest(method=method, role=role):
                    settings = self.env['res.config.settings'].create({})
                    self.assertFalse(self._call(settings, method, user))

    def test_an_administrator_without_the_group_can_still_save_settings(self):
        self.env['res.config.settings'].with_user(self.system_here).create({}).execute()

    def test_amounts_on_the_company_are_invisible_without_a_group(self):
        ours = {name for name in self.env['res.partner']._fields if name.startswith('economic_')}
        shown = {
            role: ours & set(self.env['res.partner'].with_user(user).fields_get())
            for role, user in (('none', self.none_here), ('user', self.user_here))
        }
        self.assertEqual(shown, {'none': set(), 'user': ours})
