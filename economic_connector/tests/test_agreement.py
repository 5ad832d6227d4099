import logging
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TOKENS, EconomicCase


@tagged('post_install', '-at_install')
class TestAgreement(EconomicCase):
    def _save(self, **tokens):
        return self.agreement.with_context(**tokens).action_save_access()

    def test_test_connection_tells_whom_it_reached(self):
        self.agreement.action_test_connection()
        self.assertEqual(self.agreement.connection_state, 'connected')
        self.assertEqual(self.agreement.base_currency_id.name, 'DKK')
        self.assertTrue(self.agreement.agreement_number)
        self.assertIn(str(self.agreement.agreement_number), self.agreement.connection_message)

    def test_another_agreement_number_than_the_entered_one_is_refused(self):
        self.agreement.agreement_number = 4711
        with self.assertRaisesRegex(UserError, "4711"):
            self.agreement.action_test_connection()
        self.assertEqual(self.agreement.agreement_number, 4711)

    def test_wrong_tokens_are_said_in_plain_words(self):
        with self.assertRaisesRegex(UserError, "did not accept the access tokens"):
            self._save(app_secret_token='wrong', agreement_grant_token='wrong')

    def test_missing_access_is_asked_for_before_anything_is_sent(self):
        agreement = self.env['economic.agreement'].create({'service_url': self.address})
        self.assertEqual(agreement.action_test_connection()['tag'], 'economic_secret')
        self.assertFalse(self.simulator.control.log())

    def test_tokens_are_stored_encrypted_and_shown_by_their_ending_only(self):
        self._save(**TOKENS)
        self.env.flush_all()
        self.env.cr.execute('SELECT * FROM economic_agreement')
        dump = repr(self.env.cr.fetchall())
        for token in TOKENS.values():
            self.assertNotIn(token, dump)
        self.assertIn(TOKENS['agreement_grant_token'][-4:], self.agreement.access_hint)
        self.assertNotIn(TOKENS['agreement_grant_token'], self.agreement.access_hint)

    def test_nobody_reads_the_stored_tokens(self):
        agreement = self.agreement.with_user(self.env.ref('base.user_admin'))
        for name in TOKENS:
            self.assertNotIn(name, agreement.fields_get())
            with self.assertRaises(AccessError):
                agreement.read([name])
            with self.assertRaises(AccessError):
                agreement.search([(name, '!=', False)])

    def test_an_empty_token_keeps_the_stored_one(self):
        self._save(app_secret_token='', agreement_grant_token='')
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_a_changed_key_is_one_clear_sentence(self):
        with (
            patch.dict('os.environ', {'ECONOMIC_CONNECTOR_KEY': 'A' * 43 + '='}),
            self.assertRaisesRegex(UserError, "Put the old key back"),
        ):
            self.agreement.action_test_connection()

    def test_a_malformed_key_is_one_clear_sentence(self):
        with (
            patch.dict('os.environ', {'ECONOMIC_CONNECTOR_KEY': 'nonsense'}),
            self.assertRaisesRegex(UserError, "is not a valid key"),
        ):
            self._save(**TOKENS)

    def test_only_loopback_addresses_and_only_where_the_server_allows_them(self):
        for url in (
            'https://example.com',
            'http://10.0.0.1',
            'http://127.0.0.1.example.com',
            'http://[',
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.agreement.service_url = url
        with (
            patch.dict('os.environ', {'ECONOMIC_CONNECTOR_LOOPBACK': '0'}),
            self.assertRaises(ValidationError),
        ):
            self.agreement.service_url = 'http://127.0.0.1:1'

    def test_typed_in_tokens_never_reach_the_log(self):
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger('test').debug("a line, so that there is one")
            self._save(**TOKENS)
        for token in TOKENS.values():
            self.assertNotIn(token, '\n'.join(logs.output))

    def test_demo_data_at_one_click(self):
        action = self.env['economic.agreement'].action_try_demo()
        agreement = self.env['economic.agreement'].browse(action['context']['default_agreement_id'])
        self.assertEqual(agreement.connection_state, 'connected')
        run = self.run_import(agreement)
        self.assertEqual(run.state, 'done')
        self.assertEqual(agreement.debtor_count, 300)

    def test_scheduled_actions_come_and_go_with_the_agreement(self):
        crons = self.agreement._get_crons()
        self.assertEqual(set(crons.mapped('economic_kind')), {'sync', 'open', 'full'})
        self.agreement.unlink()
        self.assertFalse(crons.exists())
