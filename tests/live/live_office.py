"""An office that gives Odoo every secret in every way it can be given; all of them are canaries.

Agreement `stored` keeps its tokens, `login` its user-ID and password; `asked` and `asked_login`
keep nothing, so that everything is typed. `failing` cannot be written in the database.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from live_canaries import Canaries, Witness, listening
from live_server import CLUSTER, LiveOdoo, lent_database
from live_web import WebUser

from dev.databases import execute
from dev.licences import AGREEMENT, issue
from dev.processes import Simulator

MODEL = 'economic.agreement'
KINDS = {
    'stored': 'rest', 'login': 'soap', 'asked': 'rest', 'asked_login': 'soap', 'failing': 'rest',
}  # fmt: skip
NAMES = (
    'app grant user password typed_app typed_grant typed_user typed_password wrong_app wrong_grant '
    'wrong_user wrong_password malformed written form failing_app failing_grant loose'
).split()
SIZES = {'debtors': 20, 'invoices': 30, 'seed': 3, 'rate-limit': 'off'}
ECONOMIC = 'economic_connector.group_economic_'
ROLES = {
    'nobody': ('base.group_user',),
    'user': (f'{ECONOMIC}user',),
    'manager': (f'{ECONOMIC}manager', 'base.group_partner_manager'),
    'system': ('base.group_system',),
}
PAGE = 'a' * 32
# Whoever writes this agreement's access fails, with the statement in PostgreSQL's log.
FAIL = """
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'failing on purpose'; END $$;
    CREATE TRIGGER fail BEFORE UPDATE OF app_secret_token ON economic_agreement
       FOR EACH ROW WHEN (NEW.id = {agreement}) EXECUTE FUNCTION fail()
"""
LOUD = {'log_statement': 'all', 'log_min_error_statement': 'error', 'log_min_messages': 'info',
        'log_error_verbosity': 'verbose', 'log_parameter_max_length_on_error': '-1'}  # fmt: skip
HANDLERS = ':DEBUG,odoo.sql_db:DEBUG,odoo.http.rpc.request:DEBUG,odoo.http.rpc.response:DEBUG'


class Office:
    """The servers, the people and the agreements."""

    def __init__(
        self,
        odoo: LiveOdoo,
        canaries: Canaries,
        witness: Witness,
        kept: Simulator,
        asked: Simulator,
    ) -> None:
        self.odoo, self.canaries, self.witness = odoo, canaries, witness
        self.kept, self.asked = kept, asked
        # Where PostgreSQL's log stood before.
        self.log_start = 0
        self.boss = WebUser(odoo, 'admin')
        self.companies = {
            kind: self.boss.call('res.company', 'create', [{'name': kind}])[0] for kind in KINDS
        }
        self.people = {role: self._hire(role) for role in ROLES}
        self.anna = self.people['manager']
        self.licence = issue()
        self.agreements = {
            kind: self.boss.call(
                MODEL,
                'create',
                [
                    {
                        'api_type': api,
                        'company_id': self.companies[kind],
                        'agreement_number': AGREEMENT,
                        'licence_key': self.licence,
                        'app_public_token': canaries['public'],
                        'service_url': (asked if kind.startswith('asked') else kept).url,
                    }
                ],
                context=self.context(),
            )[0]
            for kind, api in KINDS.items()
        }
        execute(FAIL.format(agreement=self.agreements['failing']), odoo.database, cluster=CLUSTER)

    def _hire(self, role: str) -> WebUser:
        groups = [
            self.boss.call('ir.model.data', 'search_read', [('name', '=', group.split('.')[1])])
            for group in ROLES[role]
        ]
        login = f'{role}-{self.canaries["public"]}'
        values = {
            'name': login,
            'login': login,
            'password': login,
            'company_ids': [(6, 0, [1, *self.companies.values()])],
            'group_ids': [(6, 0, [found['res_id'] for (found,) in groups])],
        }
        self.boss.call('res.users', 'create', [values])
        return WebUser(self.odoo, login)

    def context(self, **more: Any) -> dict[str, Any]:
        """Return the context of a page that shows all companies."""
        return {'allowed_company_ids': [1, *self.companies.values()], **more}

    # === THE WAYS IN === #

    def given(self, **names: str) -> dict[str, Any]:
        """Return the context of a call that stores secrets: column -> canary."""
        return self.context(**{column: self.canaries[name] for column, name in names.items()})

    def typed(self, kind: str, **names: str) -> dict[str, Any]:
        """Return the context of a call with what was typed: secret -> canary."""
        typed = {secret: self.canaries[name] for secret, name in names.items()}
        return self.context(economic_secrets={str(self.agreements[kind]): typed})

    def test(self, kind: str, context: dict[str, Any]) -> dict[str, Any]:
        """Press Test connection; return the whole answer."""
        return self.anna.ask(
            MODEL, 'action_test_connection', [self.agreements[kind]], context=context
        )

    def save(self, kind: str, context: dict[str, Any]) -> dict[str, Any]:
        """Press Save and test; return the whole answer."""
        return self.anna.ask(MODEL, 'action_save_access', [self.agreements[kind]], context=context)

    def plant(self) -> None:
        """Give every secret in every way."""
        self.store()
        self.type_tokens()
        self.type_login()
        self.write_by_hand()
        self.fail_in_the_database()
        self.hear_echoes()

    def store(self) -> None:
        """Save access, wrong and right; get the grant from e-conomic's page."""
        refused = self.given(app_secret_token='wrong_app', agreement_grant_token='wrong_grant')
        assert 'did not accept' in self.save('stored', refused)['error']['data']['message']
        asked = self.save('stored', self.given(app_secret_token='app'))
        assert asked['result']['tag'] == 'economic_secret', asked
        self.get_granted()
        refused = self.given(soap_user='wrong_user', soap_password='wrong_password')
        assert 'did not accept' in self.save('login', refused)['error']['data']['message']
        connected(self.save('login', self.given(soap_user='user', soap_password='password')))

    def get_granted(self) -> None:
        """Go to e-conomic's page and come back; also by addresses that nobody asked for."""
        loose = {'token': self.canaries['loose']}
        assert self.anna.get('/economic/grant/made-up', params=loose).status_code == 400
        # Somebody who is not logged in is sent to do that, and hears the own address again.
        stranger = requests.Session()
        stranger.trust_env = False
        there = stranger.get(f'{self.odoo.url}/economic/grant/made-up', params=loose, timeout=120)
        assert '/web/login' in there.url
        leave = self.anna.get(f"/economic/access/{self.agreements['stored']}")
        assert leave.status_code == 303, leave.text
        page = stranger.post(leave.headers['Location'], allow_redirects=False, timeout=60)
        back = urlsplit(page.headers['Location'])
        arrived = self.anna.get(f'{back.path}?{back.query}')
        assert arrived.headers['Location'].endswith(f"/{self.agreements['stored']}"), arrived.text
        connected(self.test('stored', self.context()))

    def type_tokens(self) -> None:
        """Type both tokens: wrong, malformed, right."""
        for app, grant in (('wrong_app', 'wrong_grant'), ('typed_app', 'malformed')):
            typed = self.typed('asked', app_secret_token=app, agreement_grant_token=grant)
            assert self.test('asked', typed)['result']['tag'] == 'economic_secret'
        typed = self.typed(
            'asked', app_secret_token='typed_app', agreement_grant_token='typed_grant'
        )
        connected(self.test('asked', typed))

    def type_login(self) -> None:
        """Type user-ID and password: wrong ones, also over the external API; load a list."""
        wrong = self.typed('asked_login', soap_user='wrong_user', soap_password='wrong_password')
        assert self.test('asked_login', wrong)['result']['tag'] == 'economic_secret'
        agreement = [self.agreements['asked_login']]
        outside = self.odoo.call(MODEL, 'action_test_connection', agreement, context=wrong)
        assert outside['tag'] == 'economic_secret'
        connected(self.test('asked_login', self.login()))
        run = self.load()
        while self.step(run)['working']:
            pass

    def login(self) -> dict[str, Any]:
        """Return the context with the right user-ID and password."""
        return self.typed('asked_login', soap_user='typed_user', soap_password='typed_password')

    def load(self) -> int:
        """Begin an import with what was typed; return the run."""
        values = {
            'agreement_id': self.agreements['asked_login'],
            'company_id': self.companies['asked_login'],
        }
        wizard = self.anna.call(
            'economic.debtor.import', 'create', [values], context=self.context()
        )
        loading = self.anna.call(
            'economic.debtor.import', 'action_load', wizard, context=self.login()
        )
        run: int = loading['res_id']
        return run

    def step(self, run: int) -> Any:
        """Let the page drive a run for some seconds."""
        return self.anna.call('economic.run', 'step', [run], PAGE, context=self.login())

    def write_by_hand(self) -> None:
        """Send secrets as values: what a form of somebody else's might do, or a script."""
        hidden = ('app_secret_token', 'agreement_grant_token', 'soap_user', 'soap_password')
        agreement = [self.agreements['asked']]
        for person in (*self.people.values(), self.boss):
            for name in hidden:
                values = {name: self.canaries['written']}
                person.refused(MODEL, 'write', agreement, values, context=self.context())
        shown = {f'new_{name}': self.canaries['form'] for name in hidden}
        save = {'context': self.context(), 'specification': {'name': {}}}
        self.anna.call(MODEL, 'web_save', agreement, shown, **save)
        spec: dict[str, Any] = {name: {} for name in shown}
        self.anna.call(MODEL, 'onchange', agreement, shown, list(shown), spec)
        settings = {f'economic_{name}': self.canaries['form'] for name in hidden}
        self.boss.call('res.config.settings', 'web_save', [], settings, specification={})
        # PostgreSQL refuses a number that is no integer of its own.
        self.anna.refused(
            MODEL, 'web_save', agreement, shown | {'agreement_number': 10**12}, **save
        )
        self.anna.refused(MODEL, 'write', agreement, {self.canaries['public']: 1})

    def fail_in_the_database(self) -> None:
        """Store access that PostgreSQL refuses to store."""
        given = self.given(app_secret_token='failing_app', agreement_grant_token='failing_grant')
        assert 'failing on purpose' in json.dumps(self.save('failing', given))

    def hear_echoes(self) -> None:
        """Let e-conomic answer with nonsense, and with what it was told."""
        tokens = f"{self.canaries['app']} {self.canaries['grant']}"
        login = f"{self.canaries['user']} {self.canaries['password']}"
        echo = json.dumps({'message': tokens, 'errors': [tokens]})
        faults: list[dict[str, Any]] = [{'body': 'garbage'}, {'redirect': self.witness.url}]
        faults += [{'status': status, 'text': echo} for status in (400, 401, 403, 404, 429, 500)]
        for fault in faults:
            self._hear('stored', fault)
        page = f'<html>{html.escape(login)}</html>'
        faults = [{'text': page, 'content_type': type_} for type_ in ('text/html', 'text/xml')]
        words = (('', ''), ('AuthenticationException', 'E01'), ('IntegrityException', 'E02'))
        faults += [{'soap': {'kind': kind, 'code': code, 'text': login}} for kind, code in words]
        for fault in [*faults, {'redirect': self.witness.url}]:
            self._hear('login', fault)

    def _hear(self, kind: str, fault: dict[str, Any]) -> None:
        self.kept.control('fault', count=None, **fault)
        answer = self.test(kind, self.context())
        assert 'error' in answer, (fault, answer)
        self.kept.control('clear_faults')


def connected(answer: dict[str, Any]) -> None:
    """Check that a connection was made."""
    assert answer.get('result', {}).get('tag') == 'display_notification', answer


def simulated(canaries: Canaries, start: str) -> Simulator:
    """Return a simulator that is opened by canaries."""
    names = {'app-secret': 'app', 'grant': 'grant', 'user': 'user', 'password': 'password'}
    # One word each: an option's value may begin with a dash, and these with a quote.
    secrets = {option: canaries[start + name] for option, name in names.items()}
    return Simulator({**SIZES, **secrets, 'public': canaries['public']})


@contextmanager
def opened_office() -> Iterator[Office]:
    """Serve everything at its loudest, and plant the canaries."""
    canaries = Canaries(NAMES)
    options = {
        'log_level': 'debug',
        'log_handler': HANDLERS,
        'economic_connector_key': canaries['key'],
    }
    with (
        listening() as witness,
        lent_database('secrets') as database,
        pytest.MonkeyPatch.context() as patch,
        simulated(canaries, '') as kept,
        simulated(canaries, 'typed_') as asked,
    ):
        for name, value in LOUD.items():
            # Only the cluster's owner may.
            execute_as_owner(f'ALTER DATABASE "{database}" SET {name} = \'{value}\'')
        for name, value in witness.environment().items():
            patch.setenv(name, value)
        with LiveOdoo(database, **options) as odoo:
            yield Office(odoo, canaries, witness, kept, asked)


def execute_as_owner(statement: str) -> None:
    """Run a statement as the one who made the cluster."""
    import psycopg2

    connection: Any = psycopg2.connect(dbname='postgres', **{**CLUSTER.dsn, 'user': 'owner'})
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
