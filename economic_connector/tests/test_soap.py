import operator

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..simulator import PASSWORD, USER, create_app
from .common import ANCHOR, TOKENS, EconomicCase, serve

AGREEMENT = 1100042
LOGIN = {'soap_user': USER, 'soap_password': PASSWORD}
BATCH = 500

# Columns that SOAP does not carry, with the reason; every other one has to be equal.
NOT_CARRIED = {
    'economic.debtor': {
        'mobile_phone': "DebtorData has one telephone number",
        'last_updated': "DebtorData has no time of change",
    },
    'economic.invoice': {'recipient_cvr': "InvoiceData has the debtor's EAN number alone"},
    'economic.invoice.line': {},
    'economic.contact': {},
}
# Columns that SOAP carries in base currency alone: it gives no exchange rate and no gross amount.
IN_BASE_CURRENCY_ONLY = {
    'economic.debtor': (),
    'economic.invoice': ('currency_rate', 'amount_total_base'),
    'economic.invoice.line': ('price_subtotal_base', 'margin_base'),
}
# What belongs to this database and not to e-conomic.
OURS = ('agreement_id', 'company_id', 'invoice_id')
PARTNER = (
    'name', 'company_registry', 'vat', 'street', 'street2', 'zip', 'city', 'country_id', 'email',
    'website', 'is_company',
)  # fmt: skip
RUN = (
    'created_count', 'linked_count', 'proposed_count', 'ambiguous_count', 'error_count',
    'invoice_count', 'credit_note_count', 'invoice_line_count', 'difference',
)  # fmt: skip
KEYS = {
    'economic.debtor': lambda debtor: debtor.number,
    'economic.reference': lambda row: (row.kind, row.number, row.name),
    'res.partner': lambda partner: partner.name,
    'res.currency': lambda currency: currency.name,
    'res.country': lambda country: country.code,
}


@tagged('post_install', '-at_install')
class TestSoap(EconomicCase):
    """An agreement that is opened with agreement number, user-ID and password."""

    debtors, invoices = 40, 120

    @classmethod
    def _connect(cls, **values):
        agreement = cls.env['economic.agreement'].create(
            {
                'api_type': 'soap',
                'agreement_number': AGREEMENT,
                'service_url': cls.address,
                'with_contacts': True,
                'with_deliveries': True,
                **values,
            }
        )
        agreement._store_access(LOGIN if agreement.api_type == 'soap' else TOKENS)
        cls._license(agreement)
        return agreement

    def _use(self, seed):
        """Let the rest of this test talk to another e-conomic."""
        simulator = create_app(
            seed=seed,
            debtors=self.debtors,
            invoices=self.invoices,
            anchor=ANCHOR,
            app_secret=TOKENS['app_secret_token'],
            grant=TOKENS['agreement_grant_token'],
            rate_limit=None,
        )
        self.patch(type(self), 'simulator', simulator)
        self.patch(type(self), 'address', self.enterContext(serve(simulator)))

    def _snapshot(self, agreement):
        """Return what an import has brought, by e-conomic's numbers."""
        found = {}
        for name, left_out in NOT_CARRIED.items():
            model = self.env[name].with_context(active_test=False)
            columns = [c for c in model.COLUMNS if c not in left_out and c not in OURS]
            records = model.search([('agreement_id', '=', agreement.id)])
            key = operator.attrgetter(*(c for c in ('kind', 'number') if c in columns))
            found[name] = {key(r): {c: self._plain(r, c) for c in columns} for r in records}
        partners = self.env['economic.debtor'].search([]).partner_id
        partners |= self.env['economic.contact'].search([]).partner_id
        found['partner'] = sorted(str([self._plain(p, c) for c in PARTNER]) for p in partners)
        references = self.env['economic.reference'].search([('agreement_id', '=', agreement.id)])
        found['reference'] = sorted(map(KEYS['economic.reference'], references))
        found['run'] = {c: agreement.last_run_id[c] for c in RUN}
        return found

    def _plain(self, record, column):
        in_base = column in IN_BASE_CURRENCY_ONLY.get(record._name, ())
        if in_base and record.currency_id != record.base_currency_id:
            return None
        value = record[column]
        if hasattr(value, '_name'):
            return KEYS[value._name](value) if value else None
        return round(value, 6) if isinstance(value, float) else value

    def _imported(self, api_type):
        """Return the snapshot of an import into this database as it was."""
        savepoint = self.env.cr.savepoint()
        self.agreement.unlink()
        agreement = self._connect(api_type=api_type)
        run = self.run_import(agreement)
        self.assertEqual(run.state, 'done', run.message)
        snapshot = self._snapshot(agreement)
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return snapshot

    def _check_equal(self, seed):
        self._use(seed)
        rest, soap = self._imported('rest'), self._imported('soap')
        self.assertEqual(len(rest['economic.invoice']), self.invoices)
        for name, rows in rest.items():
            self.assertEqual(soap[name], rows, name)

    def test_seed_1_gives_the_same_database(self):
        self._check_equal(1)

    def test_seed_2_gives_the_same_database(self):
        self._check_equal(2)

    def test_seed_3_gives_the_same_database(self):
        self._check_equal(3)

    # === CALLS === #

    def _calls(self):
        """Return how often each operation was called."""
        resources = self.simulator.control.counters()['resources']
        return {name.removeprefix('soap/'): count for name, count in resources.items()}

    def test_an_import_takes_no_more_calls_than_e_conomic_asks_for(self):
        sums = self.simulator.control.sums()
        invoices, lines = sums['invoices'] + sums['credit_notes'], sums['lines']
        self.agreement.action_test_connection()
        self.simulator.control.clear_log()
        run = self.run_import()
        calls = self._calls()

        def batches(count):
            return -(-count // BATCH)

        self.assertEqual(run.state, 'done')
        self.assertFalse([name for name in calls if not name[0].isupper()], "REST was used")
        self.assertLessEqual(calls['Debtor_GetAll'] + calls['Debtor_GetDataArray'],
                             1 + batches(self.debtors))  # fmt: skip
        self.assertLessEqual(
            calls['Invoice_FindByNumberInterval'] + calls['Invoice_GetDataArray'],
            1 + batches(invoices),
        )
        self.assertLessEqual(
            calls['InvoiceLine_FindByInvoiceNumberInterval'] + calls['InvoiceLine_GetDataArray'],
            1 + batches(lines),
        )
        self.assertLessEqual(
            calls['DebtorEntry_GetAllOpenEntries'] + calls['DebtorEntry_GetDataArray'],
            1 + batches(sums['unpaid']['count'] + 1),
        )
        self.assertEqual(calls['Connect'], calls['Disconnect'])

    # === LATER RUNS === #

    def test_a_later_run_fetches_what_changed(self):
        control = self.simulator.control
        self.run_import()
        debtors = self.env['economic.debtor'].search([])
        changed = debtors[3].number
        idle = control.create_customer(name="Kortvarig ApS")['number']
        control.advance(days=1)
        self._sync()
        control.advance(days=1)
        control.edit_customer(changed, name="Omdøbt A/S")
        control.delete_customer(idle)
        number = control.book()['numbers'][0]
        paid = self.env['economic.invoice'].search([('amount_residual', '>', 0)], limit=1)
        control.pay(paid.number)
        control.clear_log()
        self._sync()
        self.assertEqual(debtors[3].name, "Omdøbt A/S")
        gone = self.env['economic.debtor'].search([('number', '=', idle)])
        self.assertTrue(gone.deleted)
        invoice = self.env['economic.invoice'].search([('number', '=', number)])
        self.assertTrue(invoice.line_ids)
        self.assertEqual(paid.amount_residual, 0)
        self.assertEqual(self._calls()['Debtor_GetAllUpdated'], 1)

    def _sync(self):
        run = self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        self.assertEqual(run.state, 'done', run.message)

    # === REFUSALS === #

    def test_what_e_conomic_says_to_a_password_is_said_in_plain_words(self):
        self.simulator.control.configure(password_login=False)
        self.addCleanup(self.simulator.control.configure, password_login=True)
        with self.assertRaisesRegex(UserError, "removed password login in February 2018"):
            self.agreement.action_test_connection()

    def test_a_wrong_password_is_refused(self):
        self.agreement._store_access(LOGIN | {'soap_password': 'another'})
        with self.assertRaisesRegex(UserError, "did not accept agreement number"):
            self.agreement.action_test_connection()

    def test_tokens_open_it_too(self):
        agreement = self.env['economic.agreement'].create(
            {'api_type': 'soap', 'service_url': self.address, 'company_id': self._company().id}
        )
        agreement._store_access(TOKENS)
        agreement.action_test_connection()
        self.assertEqual(agreement.agreement_number, AGREEMENT)

    def test_another_agreement_number_is_no_login(self):
        self.agreement.agreement_number = AGREEMENT + 1
        with self.assertRaisesRegex(UserError, "did not accept agreement number"):
            self.agreement.action_test_connection()
        self.agreement.agreement_number = 0
        with self.assertRaisesRegex(UserError, "Enter the agreement number"):
            self.agreement.action_test_connection()

    def _company(self):
        return self.env['res.company'].create({'name': "Anden virksomhed"})

    def test_nobody_reads_user_id_and_password(self):
        manager = new_test_user(
            self.env, 'manager', groups='economic_connector.group_economic_manager'
        )
        read = self.agreement.with_user(manager).read()[0]
        for name, secret in LOGIN.items():
            self.assertNotIn(name, read)
            self.assertNotIn(secret, self.agreement.sudo()[name])
