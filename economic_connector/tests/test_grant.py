import json
import logging
from urllib.parse import parse_qs, urlsplit

import requests

from odoo.tests import HOST, HttpCase, new_test_user, tagged

from ..models.log_filter import SecretFilter
from ..simulator.app import PUBLIC
from .common import TOKENS, EconomicCase

GROUP = 'economic_connector.group_economic_manager'
GRANT = TOKENS['agreement_grant_token']


@tagged('post_install', '-at_install')
class TestGrant(EconomicCase, HttpCase):
    """Access granted on e-conomic's own page; stored access is changed by whom it says it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, 'manager_grant', groups=GROUP)
        cls.agreement.sudo().write({'agreement_grant_token': False, 'app_public_token': PUBLIC})

    def setUp(self):
        super().setUp()
        self.authenticate('manager_grant', 'manager_grant')

    def _leave(self):
        """Go to e-conomic's page as Get access does; return its address."""
        answer = self.url_open(f'/economic/access/{self.agreement.id}', allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        return answer.headers['Location']

    def _approve(self, page):
        """Approve on e-conomic's page; return the path that it sends the browser back to."""
        shown = requests.get(page, timeout=10)
        self.assertEqual(shown.status_code, 200)
        answer = requests.post(page, timeout=10, allow_redirects=False)
        self.assertEqual(answer.status_code, 302)
        back = urlsplit(answer.headers['Location'])
        return f'{back.path}?{back.query}'

    def _arrive(self, path):
        return self.url_open(path, allow_redirects=False)

    def _call(self, method, *args, context=None, model='economic.agreement', ids=None):
        params = {
            'model': model,
            'method': method,
            'args': [ids or self.agreement.ids, *args],
            'kwargs': {'context': context or {}},
        }
        answer = self.url_open(
            '/web/dataset/call_kw',
            json.dumps({'jsonrpc': '2.0', 'params': params}),
            headers={'Content-Type': 'application/json'},
        ).json()
        return answer.get('result'), answer.get('error', {}).get('data', {}).get('message')

    # === THE PAGE === #

    def test_the_whole_way(self):
        page = self._leave()
        self.assertTrue(page.startswith(f'{self.address}/secure/api1/requestaccess.aspx?'))
        asked = parse_qs(urlsplit(page).query)
        self.assertEqual(asked['appPublicToken'], [PUBLIC])
        self.assertIn('/economic/grant/', asked['redirectUrl'][0])
        answer = self._arrive(self._approve(page))
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers['Location'].endswith(f'/{self.agreement.id}'))
        self.assertEqual(answer.headers['Referrer-Policy'], 'no-referrer')
        self.assertEqual(self.agreement._get_secrets()[1], GRANT)
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_e_conomics_own_address_unless_this_is_a_test(self):
        self.agreement.service_url = False
        self.assertTrue(
            self._leave().startswith('https://secure.e-conomic.com/secure/api1/requestaccess.aspx?')
        )

    def test_an_older_name_of_the_token_is_known(self):
        path = self._approve(self._leave()).replace('?token=', '?grant_token=')
        self._arrive(path)
        self.assertEqual(self.agreement._get_secrets()[1], GRANT)

    def test_an_address_that_this_browser_did_not_ask_for_is_refused(self):
        path = self._approve(self._leave())
        state = path.split('/')[3].split('?')[0]
        for name, wrong in (
            ('another state', path.replace(state, state[::-1])),
            ('no token', path.split('?')[0]),
        ):
            with self.subTest(name):
                self._arrive_refused(wrong)
        # What was refused has used up the cookie.
        self._arrive_refused(path)

    def test_another_browser_is_refused(self):
        path = self._approve(self._leave())
        for name, cookie in (('none', ''), ('garbage', 'AAAA'), ('unsigned', 'A' * 120)):
            with self.subTest(name):
                self.opener.cookies.pop('economic_grant', None)
                self.opener.cookies.set('economic_grant', cookie, domain=HOST)
                self._arrive_refused(path)

    def test_another_user_of_the_same_browser_is_refused(self):
        path = self._approve(self._leave())
        new_test_user(self.env, 'manager_two', groups=GROUP)
        cookie = self.opener.cookies.get('economic_grant')
        self.authenticate('manager_two', 'manager_two')
        self.opener.cookies.set('economic_grant', cookie, domain=HOST)
        self._arrive_refused(path)

    def _arrive_refused(self, path):
        answer = self._arrive(path)
        self.assertEqual(answer.status_code, 400, answer.text[-3000:])
        self.assertIn("No access was stored", answer.text)
        self.assertNotIn(GRANT, answer.text)
        self.assertFalse(self.agreement.sudo().agreement_grant_token)

    def test_who_may_not_manage_may_not_grant(self):
        new_test_user(self.env, 'user_grant', groups='economic_connector.group_economic_user')
        self.authenticate('user_grant', 'user_grant')
        answer = self.url_open(f'/economic/access/{self.agreement.id}', allow_redirects=False)
        self.assertEqual(answer.status_code, 403)

    def test_the_token_is_masked_in_the_access_log(self):
        path = self._approve(self._leave())
        # As the logger's own filter sees it, since that of a test hangs on another one.
        with self.assertLogs('werkzeug', logging.INFO) as logs:
            self._arrive(path)
        shown = '\n'.join(logs.output)
        self.assertIn('/economic/grant/', shown)
        self.assertNotIn(GRANT, shown)

    def test_the_token_is_masked_however_the_address_is_written(self):
        for line in (
            '"GET /economic/grant/abc?token=SE%26CRET-1 HTTP/1.1"',
            '"GET /economic/grant/abc?x=1&grant_token=SECRET-1&y=2 HTTP/1.1"',
            '"GET /web/login?redirect=%2Feconomic%2Fgrant%2Fabc%3Ftoken%3DSECRET-1%26y HTTP/1.1"',
            '"GET /economic/grant/abc?token=%53ECRET-1 HTTP/1.1"',
            """"GET /economic/grant/abc?token='"%2526<SECRET-1'" HTTP/1.1""" + '"',
            '"GET /web/login?redirect=/economic/grant/abc?token%3D%2527SECRET-1 HTTP/1.1"',
        ):
            with self.subTest(line):
                record = logging.makeLogRecord({'msg': '%s - - %s', 'args': ('127.0.0.1', line)})
                SecretFilter().filter(record)
                self.assertNotIn('CRET-1', record.getMessage())
                self.assertIn('abc', record.getMessage())

    # === CHANGING WHAT IS STORED === #

    def test_stored_access_is_changed_only_after_the_own_password(self):
        new = {'agreement_grant_token': GRANT, 'app_secret_token': TOKENS['app_secret_token']}
        _result, refused = self._call('action_save_access', context=new)
        self.assertIn("your own Odoo password", refused)
        self.assertFalse(self.agreement.sudo().agreement_grant_token)
        # Nothing stored yet of what is put in: nobody's access is changed.
        _result, refused = self._call(
            'action_save_access', context={'agreement_grant_token': GRANT}
        )
        self.assertFalse(refused)
        dialog, _refused = self._call('action_confirm_identity', list(new))
        self.assertEqual(dialog['res_model'], 'res.users.identitycheck')
        check = {'model': 'res.users.identitycheck', 'ids': [dialog['res_id']]}
        _result, refused = self._call('run_check', context={'password': 'wrong'}, **check)
        self.assertTrue(refused)
        _result, refused = self._call('action_save_access', context=new)
        self.assertIn("your own Odoo password", refused)
        _result, refused = self._call('run_check', context={'password': 'manager_grant'}, **check)
        self.assertFalse(refused)
        self.assertFalse(self._call('action_confirm_identity', list(new))[0])
        _result, refused = self._call('action_save_access', context=new)
        self.assertFalse(refused)

    def test_the_secrets_are_not_kept_with_the_question(self):
        """Core keeps a call's context with its question; ours asks before anything is sent."""
        self._call('action_save_access', context=dict.fromkeys(TOKENS, 'canary-of-a-question'))
        self._call('action_confirm_identity', list(TOKENS))
        self.env.cr.execute('SELECT request FROM res_users_identitycheck')
        self.assertNotIn('canary', repr(self.env.cr.fetchall()))

    def test_get_access_wants_the_apps_tokens_first(self):
        self.agreement.app_public_token = False
        _result, refused = self._call('action_get_access')
        self.assertIn("public token first", refused)
        self.agreement.app_public_token = PUBLIC
        result, _refused = self._call('action_get_access')
        self.assertEqual(result['url'], f'/economic/access/{self.agreement.id}')

    def test_get_access_changes_a_stored_grant_only_after_the_own_password(self):
        self.agreement._store_access({'agreement_grant_token': 'another-one-that-is-stored'})
        _result, refused = self._call('action_get_access')
        self.assertIn("your own Odoo password", refused)
        answer = self.url_open(f'/economic/access/{self.agreement.id}', allow_redirects=False)
        self.assertNotEqual(answer.status_code, 303)
