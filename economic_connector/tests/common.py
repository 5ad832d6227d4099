import threading
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import fields
from odoo.tests import common

from odoo.addons.base.tests.common import BaseCommon

from ..licence import FEATURES, issue, make_pair, public_text
from ..simulator import create_app
from ..simulator.app import AGREEMENT
from ..simulator.server import listen

# A publisher of these tests' own: no other process accepts what it signs.
PRIVATE_KEY = make_pair()[0]
ANCHOR = date(2026, 11, 24)
TOKENS = {'app_secret_token': 'app-secret-for-tests', 'agreement_grant_token': 'grant-for-tests'}


@contextmanager
def serve(app):
    """Serve a simulator on loopback HTTP and yield its address."""
    server = listen(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.server_port}'
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class EconomicCase(BaseCommon):
    """An agreement that talks to a simulator over real HTTP."""

    debtors, invoices, seed = 40, 120, 11

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        environ = {
            'ECONOMIC_CONNECTOR_KEY': Fernet.generate_key().decode(),
            'ECONOMIC_CONNECTOR_LOOPBACK': '1',
            'ECONOMIC_CONNECTOR_LICENCE_KEYS': public_text(PRIVATE_KEY),
        }
        cls.enterClassContext(patch.dict('os.environ', environ))
        cls.simulator = create_app(
            seed=cls.seed,
            debtors=cls.debtors,
            invoices=cls.invoices,
            anchor=ANCHOR,
            app_secret=TOKENS['app_secret_token'],
            grant=TOKENS['agreement_grant_token'],
            rate_limit=None,
        )
        cls.address = cls.enterClassContext(serve(cls.simulator))
        cls.agreement = cls._connect()

    def setUp(self):
        super().setUp()
        # The database forgets between tests; the other side must, too.
        self.simulator.control.reset()

    @classmethod
    def _connect(cls, **values):
        agreement = cls.env['economic.agreement'].create({'service_url': cls.address, **values})
        agreement._store_access(TOKENS)
        cls._license(agreement)
        return agreement

    @classmethod
    def _license(cls, agreement, number=AGREEMENT, **options):
        """Give an agreement the licence key of a test's publisher.

        :param options: start and end as days from today, company, features
        """
        today = fields.Date.today()
        days = {'start': 0, 'end': 365} | options
        agreement.licence_key = issue(
            PRIVATE_KEY,
            number,
            days.get('company', "Simulator A/S"),
            today + timedelta(days=days['start']),
            today + timedelta(days=days['end']),
            days.get('features', FEATURES),
        )

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Let the client through to the simulator as it is; Odoo's handler changes time-outs."""
        if request.url.startswith(cls.address):
            return common._super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)

    def drive(self, run):
        """Work a run off page by page, each page in a transaction of its own."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            run.with_env(self.env(cr=cr))._drive()
        self.env.invalidate_all()
        return run

    def begin(self, agreement=None, **values):
        """Return a run that has loaded the list; the values are the dialog's."""
        wizard = self.env['economic.debtor.import'].create(
            {'agreement_id': (agreement or self.agreement).id, **values}
        )
        if (agreement or self.agreement).connection_state == 'new':
            (agreement or self.agreement).action_test_connection()
        action = wizard.action_load()
        return self.drive(self.env['economic.run'].browse(action['res_id']))

    def run_import(self, agreement=None, **values):
        """Return a run after Load, Test and Start; the values are the dialog's."""
        run = self.begin(agreement, **values)
        run.action_test()
        self.drive(run)
        run.action_start()
        return self.drive(run)

    def make_partners(self):
        """Put the companies into Odoo that the simulator knows the debtors of.

        :return: [(truth, partner)]
        """
        partners = []
        for truth in self.simulator.control.truth():
            values = dict(truth['values'])
            code = values.pop('country_code', None)
            country = self.env['res.country'].search([('code', '=', code)]) if code else None
            values['country_id'] = country.id if country else False
            partners.append((truth, self.env['res.partner'].create(values)))
        return partners
