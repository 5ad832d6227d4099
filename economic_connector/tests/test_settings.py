from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..simulator.app import AGREEMENT
from .common import TOKENS, EconomicCase

LOGIN = {'soap_user': 'SIM', 'soap_password': 'simulator-password'}
NEUTRALIZE = Path(__file__).parents[1] / 'data' / 'neutralize.sql'


@tagged('post_install', '-at_install')
class TestSettings(EconomicCase):
    """The settings show and write the company's default agreement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env['res.company'].create({'name': "Ny A/S"})
        cls.env.user.company_ids |= cls.company

    def _settings(self, company=None, **values):
        env = self.env['res.config.settings'].with_company(company or self.company).env
        return env['res.config.settings'].create(values)

    def _new_agreement(self):
        return self.env['economic.agreement'].search([('company_id', '=', self.company.id)])

    def _level(self, agreement, area):
        agreement.invalidate_recordset()
        return next(light for light in agreement._get_lights() if light['area'] == area)['level']

    # === SETTINGS === #

    def test_what_is_entered_makes_the_agreement(self):
        settings = self._settings(
            economic_agreement_number=AGREEMENT,
            economic_licence_key=self.agreement.licence_key,
            economic_api_type='soap',
        )
        settings.execute()
        agreement = self._new_agreement()
        self.assertEqual(agreement.agreement_number, AGREEMENT)
        self.assertEqual(agreement.api_type, 'soap')
        self.assertEqual(agreement.licence_state, 'valid')

    def test_settings_of_others_make_nothing(self):
        self._settings().execute()
        self.assertFalse(self._new_agreement())

    def test_the_first_agreement_is_the_default_and_the_demo_only_if_alone(self):
        demo = self.agreement.create({'api_type': 'demo', 'company_id': self.company.id})
        self.assertEqual(self._settings().economic_agreement_id, demo)
        first = self.agreement.create({'company_id': self.company.id})
        self.agreement.create({'api_type': 'soap', 'company_id': self.company.id})
        self.assertEqual(self._settings().economic_agreement_id, first)

    def test_settings_leave_the_demo_alone(self):
        demo = self.agreement.create({'api_type': 'demo', 'company_id': self.company.id})
        self._settings(economic_agreement_number=7).execute()
        self.assertEqual(demo.api_type, 'demo')
        self.assertFalse(demo.agreement_number)
        self.assertEqual((self._new_agreement() - demo).agreement_number, 7)

    def test_either_access_is_saved_and_tested(self):
        for api_type, secrets in (('rest', TOKENS), ('soap', LOGIN)):
            with self.subTest(api_type):
                self._new_agreement().unlink()
                self.agreement.create({'company_id': self.company.id, 'service_url': self.address})
                settings = self._settings(
                    economic_api_type=api_type, economic_agreement_number=AGREEMENT
                )
                settings.with_context(**secrets).action_economic_connect()
                agreement = self._new_agreement()
                self.assertEqual(agreement.connection_state, 'connected')
                self.assertEqual(agreement.api_type, api_type)
                for name in secrets:
                    self.assertTrue(agreement.sudo()[name])
                for secret in (*TOKENS.values(), LOGIN['soap_password']):
                    self.assertNotIn(secret, repr(settings.read()))

    def test_pasting_a_key_names_the_agreement(self):
        settings = self.env['res.config.settings'].new(
            {'economic_licence_key': self.agreement.licence_key, 'economic_agreement_number': 0}
        )
        settings._onchange_economic_licence_key()
        self.assertEqual(settings.economic_agreement_number, AGREEMENT)

    def test_a_password_is_not_shown_by_its_ending(self):
        self.agreement.api_type = 'soap'
        self.agreement._store_access(LOGIN)
        self.assertIn("set on", self.agreement.access_hint)
        self.assertNotIn(LOGIN['soap_password'][-4:], self.agreement.access_hint)
        # Nor is what is so short that its ending would be most of it.
        self.agreement.sudo().soap_password = False
        self.agreement.invalidate_recordset()
        self.assertIn("set on", self.agreement.access_hint)
        self.assertNotIn(LOGIN['soap_user'], self.agreement.access_hint)

    # === TEST CONNECTION === #

    def test_missing_rights_for_what_is_switched_on_are_named(self):
        self.simulator.control.fault(path='Contacts/count', status=403, count=None)
        action = self.agreement.action_test_connection()
        self.assertFalse(self.agreement.missing_rights)
        self.assertEqual(action['params']['type'], 'success')
        self.agreement.with_contacts = True
        action = self.agreement.action_test_connection()
        self.assertEqual(self.agreement.missing_rights, 'contact')
        self.assertIn("contacts", self.agreement.rights_hint)
        self.assertEqual(action['params']['type'], 'warning')
        self.assertIn(self.agreement.rights_hint, action['params']['message'])
        self.assertEqual(self._level(self.agreement, 'connection'), 'look')
        self.simulator.control.clear_faults()
        self.agreement.action_test_connection()
        self.assertFalse(self.agreement.missing_rights)

    def test_soap_names_missing_rights_too(self):
        agreement = self.agreement.create(
            {
                'api_type': 'soap',
                'service_url': self.address,
                'company_id': self.company.id,
                'agreement_number': AGREEMENT,
                'with_contacts': True,
                'with_deliveries': True,
            }
        )
        agreement._store_access(LOGIN)
        agreement.action_test_connection()
        self.assertFalse(agreement.missing_rights)
        refusal = {'kind': 'AuthorizationException', 'code': 'E00050', 'text': "No access."}
        for operation in ('DebtorContact_GetAll', 'Invoice_FindByNumberInterval'):
            self.simulator.control.fault(path=f'#{operation}$', soap=refusal, count=None)
        agreement.action_test_connection()
        self.assertEqual(agreement.missing_rights, 'contact invoice')

    def test_another_agreement_than_the_entered_one_goes_no_further(self):
        self.agreement.agreement_number = 4711
        self.simulator.control.clear_log()
        with self.assertRaisesRegex(UserError, "opens agreement 1100042, but 4711 was entered"):
            self.agreement.action_test_connection()
        self.assertEqual(self.simulator.control.counters()['total'], 1)
        self.assertEqual(self.agreement.connection_state, 'new')

    # === TRAFFIC LIGHT === #

    def test_lights_of_a_new_company(self):
        lights = {light['area']: light for light in self._settings().economic_lights}
        self.assertEqual(
            set(lights), {'connection', 'licence', 'matching', 'schedule', 'campaigns'}
        )
        self.assertEqual(lights['connection']['level'], 'fill')
        self.assertEqual(lights['licence']['level'], 'fill')
        for light in lights.values():
            self.assertTrue(light['text'])
            self.assertTrue(light.get('field') or light.get('method'))

    def test_lights_turn_with_what_happens(self):
        agreement = self.agreement
        self.assertEqual(self._level(agreement, 'connection'), 'look')
        agreement.action_test_connection()
        self.assertEqual(self._level(agreement, 'connection'), 'fine')
        self.assertEqual(self._level(agreement, 'schedule'), 'look')
        self.assertEqual(self._level(agreement, 'campaigns'), 'look')
        self.run_import()
        self.env['economic.figures']._refresh()
        for area in ('connection', 'licence', 'schedule', 'campaigns'):
            self.assertEqual(self._level(agreement, area), 'fine', area)
        self._license(agreement, start=-30, end=-10)
        self.assertEqual(self._level(agreement, 'licence'), 'look')
        agreement.licence_key = False
        self.assertEqual(self._level(agreement, 'licence'), 'fill')
        self.assertEqual(self._level(agreement, 'schedule'), 'look')
        agreement._stop("Test")
        self.assertEqual(self._level(agreement, 'connection'), 'look')

    def test_lights_count_what_waits_for_review(self):
        self.make_partners()
        self.run_import()
        expected = 'look' if self.agreement.review_count else 'fine'
        self.assertEqual(self._level(self.agreement, 'matching'), expected)
        debtor = self.env['economic.debtor'].search([], limit=1)
        debtor.match_state = 'review'
        self.assertEqual(self._level(self.agreement, 'matching'), 'look')

    # === COPIES === #

    def test_a_copy_of_the_database_speaks_to_nobody(self):
        self.agreement.api_type = 'soap'
        self.agreement._store_access(LOGIN)
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.agreement._has_stored_access())
        self.assertFalse(self.agreement.access_hint)
        self.assertFalse(any(self.agreement._get_crons().mapped('active')))
        self.assertFalse(self.agreement.scheduled)
        # Who wants to talk to e-conomic out of a copy has to bring the secrets.
        self.agreement.agreement_number = AGREEMENT
        self.assertEqual(self.agreement.action_test_connection()['tag'], 'economic_secret')

    def test_only_managers_reach_the_settings_of_e_conomic(self):
        user = new_test_user(self.env, 'system', groups='base.group_system')
        names = self.env['res.config.settings'].with_user(user).fields_get()
        self.assertFalse([name for name in names if name.startswith('economic_')])
