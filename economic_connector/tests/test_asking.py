import pickle

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import lease
from ..models.asking import CONTEXT, SecretWanted, Typed
from ..simulator import PASSWORD, USER
from .common import TOKENS, EconomicCase

PAGE, OTHER_PAGE = 'a' * 32, 'b' * 32
LEFT_OUT = 'agreement_grant_token'


@tagged('post_install', '-at_install')
class TestAsking(EconomicCase):
    """An agreement that stores one of its two tokens; the other one is asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.sudo()[LEFT_OUT] = False
        cls.manager, cls.other = (
            new_test_user(cls.env, name, groups='economic_connector.group_economic_manager')
            for name in ('anna', 'bo')
        )

    def typed(self, records, value=TOKENS[LEFT_OUT], agreement=None):
        """Return records as called by the page after somebody has typed something in."""
        return records.with_context(
            **{CONTEXT: {str((agreement or self.agreement).id): {LEFT_OUT: value}}}
        )

    def asserts_asked(self, action, method, drives=False, refusal=None):
        self.assertEqual(action['tag'], 'economic_secret')
        params = action['params']
        self.assertEqual(params['method'], method)
        self.assertEqual(params['drives'], drives)
        self.assertEqual([secret['name'] for secret in params['secrets']], [LEFT_OUT])
        self.assertIn("the agreement grant token", params['reason'])
        self.assertIn(self.agreement.name, params['reason'])
        if refusal:
            self.assertIn(refusal, params['refusal'])
        else:
            self.assertFalse(params['refusal'])

    def connected(self):
        self.typed(self.agreement).action_test_connection()
        self.assertEqual(self.agreement.connection_state, 'connected')

    def load(self):
        self.connected()
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        return self.env['economic.run'].browse(self.typed(wizard).action_load()['res_id'])

    def step(self, run, page=PAGE, user=None, **kwargs):
        """Let a page work a step, in a transaction of its own."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr, user=(user or self.env.user).id)
            answer = self.typed(run.with_env(env), **kwargs).step(page)
        self.env.invalidate_all()
        return answer

    def step_until_done(self, run):
        for _ in range(20):
            if not self.step(run)['working']:
                break
        self.assertFalse(run.is_working, "it never ends")
        return run

    # === EVERY ACTION === #

    def test_every_action_asks_and_leaves_nothing_behind(self):
        self.asserts_asked(self.agreement.action_test_connection(), 'action_test_connection')
        run = self.step_until_done(self.load())
        self.assertEqual(run.state, 'loaded')
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        self.asserts_asked(wizard.action_load(), 'action_load', drives=True)
        self.assertEqual(run.state, 'loaded')
        run.action_test()
        self.step_until_done(run)
        self.asserts_asked(run.action_start(), 'action_start', drives=True)
        self.assertEqual((run.state, self.agreement.first_import_date), ('tested', False))
        self.typed(run).action_start()
        self.step_until_done(run)
        self.assertEqual(run.state, 'done', run.message)
        self.assertEqual(self.agreement.invoice_count, self.invoices)

        runs = self.env['economic.run'].search_count([])
        self.asserts_asked(self.agreement.action_sync_now(), 'action_sync_now', drives=True)
        row = self.env['economic.quarantine'].create(
            {'agreement_id': self.agreement.id, 'company_id': self.env.company.id,
             'kind': 'debtor', 'number': '999', 'code': 'type'}
        )  # fmt: skip
        for method in ('action_retry', 'action_retry_cause', 'action_retry_all'):
            self.asserts_asked(getattr(row, method)(), 'action_retry', drives=True)
        self.assertEqual(self.env['economic.run'].search_count([]), runs)
        self.assertFalse(row.retry_run_id)

        invoice = self.env['economic.invoice'].search([], limit=1)
        self.asserts_asked(invoice.action_open_pdf(), 'action_open_pdf')
        self.assertIn('/web/content/', self.typed(invoice).action_open_pdf()['url'])

    def test_who_may_not_is_not_asked(self):
        user = new_test_user(self.env, 'reader', groups='economic_connector.group_economic_user')
        with self.assertRaises(AccessError):
            self.agreement.with_user(user).action_test_connection()

    def test_a_wrong_one_says_so_and_is_asked_for_again(self):
        self.asserts_asked(
            self.typed(self.agreement, 'wrong').action_test_connection(),
            'action_test_connection',
            refusal="did not accept this",
        )
        self.asserts_asked(
            self.typed(self.agreement, 'with a space').action_test_connection(),
            'action_test_connection',
            refusal="characters that no token has",
        )
        self.connected()
        wizard = self.env['economic.debtor.import'].create({'agreement_id': self.agreement.id})
        refused = self.typed(wizard, 'wrong').action_load()
        self.asserts_asked(refused, 'action_load', drives=True, refusal="did not accept this")
        self.assertFalse(self.agreement.run_ids)
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_nonsense_is_asked_for_again(self):
        for nonsense in ('text', [], {'x': 'y'}, {str(self.agreement.id): {LEFT_OUT: 7}}):
            with self.subTest(nonsense=nonsense):
                agreement = self.agreement.with_context(**{CONTEXT: nonsense})
                self.asserts_asked(agreement.action_test_connection(), 'action_test_connection')

    def test_what_was_typed_for_one_agreement_opens_no_other(self):
        other = self.env['economic.agreement'].create({'service_url': self.address})
        self.asserts_asked(
            self.typed(self.agreement, agreement=other).action_test_connection(),
            'action_test_connection',
        )

    def test_a_stored_secret_is_not_replaced_by_a_typed_one(self):
        self.agreement._store_access(TOKENS)
        self.typed(self.agreement, 'wrong').action_test_connection()
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_user_id_and_password_are_asked_for(self):
        agreement = self.env['economic.agreement'].create(
            {'api_type': 'soap', 'agreement_number': 1100042, 'service_url': self.address,
             'company_id': self.env['res.company'].create({'name': "Anden"}).id}
        )  # fmt: skip
        asked = agreement.action_test_connection()['params']
        self.assertEqual([s['name'] for s in asked['secrets']], ['soap_user', 'soap_password'])
        agreement._store_access({'soap_user': USER})
        asked = agreement.action_test_connection()['params']
        self.assertEqual([s['label'] for s in asked['secrets']], ["Password"])
        self.assertIn("the password", asked['reason'])
        for password, connected in (('wrong', False), (PASSWORD, True)):
            typed = {str(agreement.id): {'soap_password': password}}
            agreement.with_context(**{CONTEXT: typed}).action_test_connection()
            self.assertEqual(agreement.connection_state == 'connected', connected)

    # === DRIVEN BY A PAGE === #

    def test_a_page_drives_the_run_step_by_step(self):
        run = self.load()
        self.assertEqual(run.get_progress()['driver'], False)
        before = self.agreement.fence
        deadline = 0
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            on_page = self.typed(run.with_env(self.env(cr=cr)))
            on_page._drive(owner=f'{lease.PAGE}:{self.env.uid}:{PAGE}', deadline=deadline)
        self.env.invalidate_all()
        self.assertEqual(run.state, 'loading', "one page of work, no more")
        self.assertEqual(self.agreement.fence, before + 1)
        progress = run.get_progress()
        self.assertEqual(progress['driver'], self.env.user.name)
        self.step_until_done(run)
        self.assertFalse(self.agreement.lease_owner)
        self.assertEqual(run.failures, 0)

    def test_two_pages_never_drive_at_once(self):
        run = self.load()
        self.agreement.lease_owner = f'{lease.PAGE}:{self.manager.id}:{PAGE}'
        self.agreement.lease_until = self.env.cr.now() + lease.BETWEEN_STEPS
        for user, page in (
            (self.other, OTHER_PAGE),
            (self.other, PAGE),
            (self.manager, OTHER_PAGE),
        ):
            answer = self.step(run, page, user)
            self.assertTrue(answer['taken'])
            self.assertEqual(answer['driver'], self.manager.name)
        with self.assertRaisesRegex(UserError, "anna"):
            self.typed(run.with_user(self.other)).action_resume()
        self.assertEqual(self.step(run, PAGE, self.manager)['state'], 'loaded')

    def test_a_closed_page_pauses_and_whoever_continues_is_asked(self):
        run = self.load()
        self.agreement.lease_owner = f'{lease.PAGE}:{self.manager.id}:{PAGE}'
        self.agreement.lease_until = self.env.cr.now() - lease.BETWEEN_STEPS
        theirs = run.with_user(self.other)
        progress = theirs.get_progress()
        self.assertTrue(progress['asked'])
        self.assertFalse(progress['driver'])
        self.asserts_asked(theirs.action_resume(), 'action_resume', drives=True)
        refused = self.typed(theirs, 'wrong').action_resume()
        self.asserts_asked(refused, 'action_resume', drives=True, refusal="did not accept this")
        self.assertIs(self.typed(theirs).action_resume(), True)
        self.assertEqual(self.step(run, OTHER_PAGE, self.other)['state'], 'loaded')

    def test_a_secret_that_is_refused_midway_is_asked_for_again(self):
        run = self.load()
        answer = self.step(run, value='wrong')
        self.asserts_asked(answer, 'action_resume', drives=True, refusal="did not accept this")
        self.assertEqual(run.state, 'loading')
        self.assertEqual(self.agreement.connection_state, 'connected')

    def test_a_page_drives_only_what_asks(self):
        run = self.load()
        for page in ('', 'cron', 'x' * 32, "' OR 1=1"):
            with self.assertRaises(UserError):
                self.typed(run).step(page)
        self.agreement._store_access(TOKENS)
        with self.assertRaises(UserError):
            run.step(PAGE)

    # === SCHEDULE === #

    def test_nothing_runs_by_schedule_and_the_agreement_says_why(self):
        crons = self.agreement._get_crons()
        self.assertFalse(any(crons.mapped('active')))
        self.agreement.first_import_date = self.env.cr.now()
        self.connected()
        self.assertFalse(self.agreement.next_sync)
        self.assertIn("not stored", self.agreement.schedule_hint)
        self.assertIn("Agreement grant token", self.agreement.asking_hint)
        run = self.load()
        for kind in ('sync', 'open', 'full'):
            self.agreement._run_scheduled(kind)
        self.assertEqual((run.state, run.request_count), ('loading', 0))
        self.agreement._store_access(TOKENS)
        self.assertTrue(all(crons.mapped('active')))
        self.agreement.invalidate_recordset()
        self.assertFalse(self.agreement.schedule_hint)
        self.agreement.sudo()[LEFT_OUT] = False
        self.assertFalse(any(crons.mapped('active')))

    # === NOWHERE ELSE === #

    def test_what_was_typed_shows_nothing_of_itself(self):
        typed = Typed({'7': {LEFT_OUT: 'canary'}})
        for text in (repr(typed), str(typed), f'{typed}', repr({'context': typed})):
            self.assertNotIn('canary', text)
        with self.assertRaises(TypeError):
            pickle.dumps(typed)

    def test_the_engine_does_not_see_it(self):
        run = self.load()
        seen = []
        self.patch(type(run), '_phase_list', lambda run, _work: seen.append(repr(run.env.context)))
        self.step(run)
        self.assertTrue(seen)
        self.assertNotIn(TOKENS[LEFT_OUT], ''.join(seen))
        self.assertNotIn(f"'{CONTEXT}': ***", ''.join(seen))

    def test_without_a_page_it_is_an_error_in_plain_words(self):
        run = self.load()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            self.assertRaisesRegex(SecretWanted, "does not keep the agreement grant token"),
        ):
            run.with_env(self.env(cr=cr))._drive()
