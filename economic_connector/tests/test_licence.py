from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..licence import issue, make_pair
from ..simulator.app import AGREEMENT
from .common import PRIVATE_KEY, EconomicCase

REFUSED = {
    'missing': "Enter the licence key",
    'invalid': "is not valid",
    'foreign': "is for agreement 7",
    'early': "begins on",
    'expired': "ended on",
}


@tagged('post_install', '-at_install')
class TestLicence(EconomicCase):
    """Without a licence nothing is loaded or synchronized, and what is here stays readable."""

    def _put(self, state):
        """Give the agreement a licence key in this state."""
        if state == 'missing':
            self.agreement.licence_key = False
        elif state == 'invalid':
            self._license(self.agreement)
            self.agreement.licence_key = self.agreement.licence_key[:-2]
        elif state == 'foreign':
            self._license(self.agreement, 7)
        else:
            days = {'early': (2, 9), 'valid': (0, 0), 'grace': (-30, -14), 'expired': (-30, -15)}
            start, end = days[state]
            self._license(self.agreement, start=start, end=end)
        self.assertEqual(self.agreement.licence_state, state)

    def _begin(self, kind='sync'):
        return self.env['economic.run']._begin(self.agreement, kind)

    def _count_calls(self):
        return self.simulator.control.counters()['total']

    def test_each_state_says_what_it_means_and_refuses_or_not(self):
        self.agreement.action_test_connection()
        for state in (*REFUSED, 'valid', 'grace'):
            with self.subTest(state):
                self._put(state)
                if state in REFUSED:
                    with self.assertRaisesRegex(UserError, REFUSED[state]):
                        self._begin()
                    self.assertIn("stays readable", self.agreement.licence_hint)
                    self.assertRegex(self.agreement.licence_hint, REFUSED[state])
                else:
                    self._begin().action_cancel()

    def test_every_way_to_e_conomic_is_closed_without_a_licence(self):
        self.run_import()
        tested = self.begin()
        tested.action_test()
        self.drive(tested)
        invoice = self.env['economic.invoice'].search([], limit=1)
        stopped = self._begin()
        stopped.write({'state': 'stopped', 'stopped_state': 'importing'})
        bad = self.env['economic.quarantine'].create(
            {
                'agreement_id': self.agreement.id,
                'company_id': self.agreement.company_id.id,
                'kind': 'debtor',
                'number': '1',
                'code': 'test',
                'message': "Test",
            }
        )
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        self._put('expired')
        calls = self._count_calls()
        ways = {
            'load': wizard.action_load,
            'synchronize': self.agreement.action_sync_now,
            'continue': stopped.action_resume,
            'retry': bad.action_retry,
            'start': tested.action_start,
            'pdf': invoice.action_open_pdf,
        }
        for name, way in ways.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "ended on"):
                way()
        self.assertEqual(self._count_calls(), calls)

    def test_what_is_here_stays_readable(self):
        self.run_import()
        self._put('expired')
        user = new_test_user(self.env, 'user', groups='economic_connector.group_economic_user')
        for model in ('economic.debtor', 'economic.invoice', 'economic.invoice.line'):
            self.assertTrue(self.env[model].with_user(user).search([], limit=1).read(['number']))
        self.assertTrue(self.agreement.with_user(user).licence_hint)
        self.assertTrue(self.agreement.with_user(user).debtor_count)

    def test_a_run_that_works_stops_when_the_licence_ends(self):
        run = self.begin()
        run.action_test()
        self.drive(run)
        run.action_start()
        self._put('expired')
        self.drive(run)
        self.assertEqual(run.state, 'stopped')
        self.assertIn("ended on", run.message)
        self.assertIn("ended on", self.agreement.connection_message)
        self._put('valid')
        run.action_resume()
        self.drive(run)
        self.assertEqual(run.state, 'done')
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_the_schedule_rests_and_says_why(self):
        self.run_import()
        self.assertTrue(self.agreement.next_sync)
        self._put('expired')
        self.agreement.invalidate_recordset()
        self.assertFalse(self.agreement.next_sync)
        self.assertIn("ended on", self.agreement.schedule_hint)
        runs = self.env['economic.run'].search_count([])
        self.agreement._cron_sync()
        self.assertEqual(self.env['economic.run'].search_count([]), runs)
        self.assertEqual(self.agreement.connection_state, 'connected')
        self.assertIn("ended on", self.agreement.activity_ids.mapped('note')[0])
        activities = len(self.agreement.activity_ids)
        self.agreement._cron_sync()
        self.assertEqual(len(self.agreement.activity_ids), activities)

    def test_a_key_without_the_schedule_is_for_imports_by_hand(self):
        self.run_import()
        self._license(self.agreement, features=['import'])
        self.assertFalse(self.agreement._is_scheduled())
        self.assertIn("no schedule", self.agreement.schedule_hint)
        self._begin().action_cancel()
        self._license(self.agreement, features=['schedule'])
        with self.assertRaisesRegex(UserError, "does not cover importing"):
            self._begin()

    def test_turning_the_clock_back_does_not_revive_a_licence(self):
        self.agreement.action_test_connection()
        self._begin().action_cancel()
        self.assertTrue(self.agreement.sudo().licence_seen)
        # Another agreement of the same server has been through it, too.
        later = fields.Datetime.now() + timedelta(days=40)
        other = self.env['economic.agreement'].create({'name': "Other", 'active': False})
        with patch.object(fields.Datetime, 'now', return_value=later):
            other._note_time()
        self.assertEqual(self.agreement.licence_state, 'clock')
        with self.assertRaisesRegex(UserError, "Set it right"):
            self._begin()
        other._note_time()
        self.assertEqual(other.sudo().licence_seen, later)

    def test_the_agreement_that_answers_must_be_the_licensed_one(self):
        agreement = self.agreement
        self._license(agreement, 7)
        self.assertFalse(agreement.agreement_number)
        # Nobody has said a number yet, so the key is good until e-conomic says one.
        run = self._begin()
        self.drive(run)
        self.assertEqual(run.state, 'stopped')
        self.assertIn("is for agreement 7", run.message)
        self.assertFalse(self.env['economic.debtor'].search_count([]))

    def test_the_connection_can_be_tested_before_there_is_a_key(self):
        self._put('missing')
        self.agreement.action_test_connection()
        self.assertEqual(self.agreement.agreement_number, AGREEMENT)

    def test_demo_data_needs_none(self):
        demo = self.env['economic.agreement'].create({'api_type': 'demo'})
        self.assertEqual(demo.licence_state, 'free')
        demo._check_licence()

    def test_only_the_publishers_and_the_servers_owner_name_public_keys(self):
        other, _public = make_pair()
        today = fields.Date.today()
        self.agreement.licence_key = issue(other, AGREEMENT, "X", today, today)
        self.assertEqual(self.agreement.licence_state, 'invalid')
        with patch.object(type(self.agreement), '_get_public_keys', lambda self: ()):
            self.agreement.invalidate_recordset(['licence_state', 'licence_hint'])
            self.assertIn("publisher", self.agreement.licence_hint)

    def test_pasting_a_key_names_the_agreement(self):
        today = fields.Date.today()
        agreement = self.env['economic.agreement'].new({'api_type': 'rest'})
        agreement.licence_key = issue(PRIVATE_KEY, 4711, "X", today, today)
        agreement._onchange_licence_key()
        self.assertEqual(agreement.agreement_number, 4711)

    def test_users_see_the_state_but_neither_key_nor_clock(self):
        self._begin().action_cancel()
        user = new_test_user(self.env, 'user', groups='economic_connector.group_economic_user')
        agreement = self.agreement.with_user(user)
        self.assertEqual(agreement.licence_state, 'valid')
        for name in ('licence_key', 'licence_seen'):
            with self.assertRaises(AccessError):
                agreement.read([name])
        manager = new_test_user(
            self.env, 'manager', groups='economic_connector.group_economic_manager'
        )
        with self.assertRaises(AccessError):
            self.agreement.with_user(manager).licence_seen = '2020-01-01'
