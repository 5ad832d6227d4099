from contextlib import contextmanager

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..simulator import create_app
from .common import ANCHOR, TOKENS, EconomicCase, serve

OTHER = 1100043
# Everything that an agreement fills, and by which numbers of e-conomic its rows are known.
MIRROR = {
    'economic.contact': ('kind', 'number'),
    'economic.debtor': ('number',),
    'economic.invoice': ('number',),
    'economic.invoice.line': ('invoice_id.number', 'number'),
    'economic.reference': ('kind', 'number'),
    'economic.stream': ('kind',),
}
RUNS = ('economic.run', 'economic.run.line', 'economic.quarantine', 'economic.figures',
        'economic.debtor.candidate', 'economic.field.rule')  # fmt: skip


@tagged('post_install', '-at_install')
class TestTwoAgreements(EconomicCase):
    """The same books twice: the same debtor and invoice numbers, in this company and another."""

    debtors, invoices = 30, 90

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.env['res.company'].create(
            {'name': "Anden virksomhed", 'currency_id': cls.env.ref('base.EUR').id}
        )
        # Same numbers, other books: the seed decides names and amounts.
        cls.other_simulator = create_app(
            seed=cls.seed + 1,
            agreement=OTHER,
            debtors=cls.debtors,
            invoices=cls.invoices,
            anchor=ANCHOR,
            app_secret=TOKENS['app_secret_token'],
            grant=TOKENS['agreement_grant_token'],
            rate_limit=None,
        )
        cls.other_address = cls.enterClassContext(serve(cls.other_simulator))
        cls.users = {
            company: new_test_user(
                cls.env,
                f'manager_{company.id}',
                groups='economic_connector.group_economic_manager,base.group_partner_manager',
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for company in (cls.here, cls.there)
        }

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        address, cls.address = cls.address, cls.other_address
        try:
            if request.url.startswith(cls.address):
                return super()._request_handler(session, request, **kwargs)
        finally:
            cls.address = address
        return super()._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.other_simulator.control.reset()
        self.other = self.env['economic.agreement'].create(
            {'company_id': self.there.id, 'service_url': self.other_address}
        )
        self.other._store_access(TOKENS)
        self._license(self.other, OTHER)

    def begin(self, agreement=None):
        agreement.action_test_connection()
        values = {'agreement_id': agreement.id, 'company_id': agreement.company_id.id}
        action = self.env['economic.debtor.import'].create(values).action_load()
        return self.drive(self.env['economic.run'].browse(action['res_id']))

    def import_all(self, *agreements):
        for agreement in agreements:
            run = self.run_import(agreement)
            self.assertEqual(run.state, 'done', run.message)

    def of(self, model, agreement):
        """Return the rows of an agreement, by the plainest way there is."""
        records = self.env[model].with_context(active_test=False).search([])
        if 'agreement_id' in records._fields:
            return records.filtered(lambda record: record.agreement_id == agreement)
        path = {'economic.run.line': 'run_id.agreement_id',
                'economic.debtor.candidate': 'debtor_id.agreement_id'}[model]  # fmt: skip
        return records.filtered(lambda record: record.mapped(path) == agreement)

    def snapshot(self, agreement):
        """Return everything that an agreement has, as the database has it."""
        self.env.flush_all()
        found = {}
        for model in (*MIRROR, 'economic.run', 'economic.run.line', 'economic.quarantine',
                      'economic.debtor.candidate'):  # fmt: skip
            table, ids = self.env[model]._table, self.of(model, agreement).ids
            query = SQL(
                'SELECT * FROM %s WHERE id = ANY(%s) ORDER BY id', SQL.identifier(table), ids
            )
            self.env.cr.execute(query)
            found[model] = self.env.cr.fetchall()
        return found

    @contextmanager
    def untouched(self, agreement):
        before = self.snapshot(agreement)
        yield
        after = self.snapshot(agreement)
        for model, rows in before.items():
            self.assertEqual(after[model], rows, model)

    # === THE MIRROR === #

    def test_the_same_numbers_stand_side_by_side(self):
        self.import_all(self.agreement)
        with self.untouched(self.agreement):
            self.import_all(self.other)
        for model, names in MIRROR.items():
            rows = {
                agreement: {
                    tuple(record.mapped(name)[0] for name in names)
                    for record in self.of(model, agreement)
                }
                for agreement in (self.agreement, self.other)
            }
            with self.subTest(model=model):
                if model == 'economic.contact':
                    continue  # not asked for
                self.assertTrue(rows[self.agreement] & rows[self.other], "no number is in both")
        self._check_everything_stays_within()

    def _check_everything_stays_within(self):
        """Whatever a row points at is of the row's own agreement and company."""
        for model in (*MIRROR, *RUNS):
            for record in self.env[model].with_context(active_test=False).search([]):
                for name, field in record._fields.items():
                    if field.type != 'many2one' or not field.store or not record[name]:
                        continue
                    target = record[name].sudo()
                    for owner in ('agreement_id', 'company_id'):
                        if field.comodel_name.startswith('economic.') and owner in target._fields:
                            mine = record[owner] if owner in record._fields else target[owner]
                            self.assertEqual(target[owner], mine, f'{record}.{name}')

    def test_each_has_its_own_amounts(self):
        self.import_all(self.agreement, self.other)
        for agreement, simulator in (
            (self.agreement, self.simulator), (self.other, self.other_simulator),
        ):  # fmt: skip
            invoices = self.of('economic.invoice', agreement)
            sums = simulator.control.sums()
            self.assertEqual(len(invoices), sums['invoices'] + sums['credit_notes'])
            self.assertAlmostEqual(
                agreement.amount_open_base, sum(invoices.mapped('amount_residual_base')), 2
            )
            self.assertEqual(agreement.invoice_count, len(invoices))
            self.assertEqual(agreement.debtor_count, self.debtors)
            self.assertEqual(agreement.difference, 0)

    def test_a_later_run_of_one_leaves_the_other_alone(self):
        self.import_all(self.agreement, self.other)
        debtor = self.of('economic.debtor', self.agreement)[0]
        self.simulator.control.edit_customer(debtor.number, name="Omdøbt A/S")
        self.simulator.control.book(count=2)
        with self.untouched(self.other):
            run = self.drive(self.env['economic.run']._begin(self.agreement, 'sync'))
        self.assertEqual(run.state, 'done', run.message)
        self.assertEqual(debtor.name, "Omdøbt A/S")

    def test_two_agreements_of_one_company_stay_apart_too(self):
        self.other.company_id = self.here
        self.import_all(self.agreement)
        with self.untouched(self.agreement):
            self.import_all(self.other)
        self.assertEqual(len(self.of('economic.invoice', self.other)), self.invoices)
        self._check_everything_stays_within()

    def test_one_is_deleted_and_the_other_stays(self):
        self.import_all(self.agreement, self.other)
        with self.untouched(self.agreement):
            self.other.unlink()
        self.assertFalse(self.env['economic.invoice'].search([('company_id', '=', self.there.id)]))

    # === QUARANTINE AND SCHEDULE === #

    def test_a_bad_record_of_one_is_no_matter_of_the_other(self):
        self.import_all(self.agreement, self.other)
        quarantine = self.env['economic.quarantine']
        for agreement in (self.agreement, self.other):
            quarantine.create(
                {'agreement_id': agreement.id, 'company_id': agreement.company_id.id,
                 'kind': 'debtor', 'number': '1', 'code': 'type'}
            )  # fmt: skip
        quarantine._resolve(self.agreement, 'debtor', ['1'])
        self.assertEqual(quarantine.search([('state', '=', 'open')]).agreement_id, self.other)

    def test_each_has_its_own_schedule(self):
        crons = self.agreement._get_crons() | self.other._get_crons()
        self.assertEqual(len(crons), 6)
        for agreement in (self.agreement, self.other):
            own = agreement._get_crons()
            self.assertEqual(len(own), 3)
            self.assertEqual(own.economic_agreement_id, agreement)
            for cron in own:
                self.assertIn(f'browse({agreement.id})', cron.code)
        self.import_all(self.agreement)
        with self.untouched(self.agreement):
            self.other._run_scheduled('sync')
        self.assertFalse(self.other.run_ids)
        self.other.sudo().agreement_grant_token = False
        self.assertFalse(any(self.other._get_crons().mapped('active')))
        self.assertTrue(all(self.agreement._get_crons().mapped('active')))

    # === FIGURES AND QUESTIONS === #

    def test_a_company_that_buys_from_both_has_figures_for_each(self):
        self.import_all(self.agreement, self.other)
        shared = self.env['res.partner'].create({'name': "Køber hos begge", 'is_company': True})
        for agreement in (self.agreement, self.other):
            self.of('economic.invoice', agreement)[0].debtor_id._link(shared)
        self.env['economic.figures']._refresh()
        for agreement in (self.agreement, self.other):
            company = agreement.company_id
            row = self.env['economic.figures'].search(
                [('partner_id', '=', shared.id), ('company_id', '=', company.id)]
            )
            invoices = self.of('economic.invoice', agreement).filtered(
                lambda invoice: invoice.partner_id == shared
            )
            self.assertTrue(invoices)
            self.assertEqual(len(row), 1)
            self.assertAlmostEqual(row.balance, sum(invoices.mapped('amount_residual_base')), 2)
            # What one user has read stays in memory for the next one in the same transaction.
            self.env.invalidate_all()
            seen = shared.with_user(self.users[company]).with_company(company)
            self.assertEqual(seen.economic_invoice_ids.sudo(), invoices)

    def test_a_question_counts_the_purchases_of_its_own_company(self):
        self.import_all(self.agreement, self.other)
        for company, agreement in ((self.here, self.agreement), (self.there, self.other)):
            question = (
                self.env['economic.question']
                .with_user(self.users[company])
                .create({'kind': 'one', 'amount': 0.01, 'date_from': False})
            )
            expected = self.of('economic.invoice', agreement)
            self.env.invalidate_all()
            found = (
                self.env['economic.invoice']
                .with_user(self.users[company])
                .search(question._get_invoice_domain())
            )
            self.assertTrue(found)
            self.assertLessEqual(set(found.ids), set(expected.ids))
            partners = (
                self.env['res.partner']
                .with_user(self.users[company])
                .search(question._get_partner_domain())
            )
            self.assertLessEqual(set(partners.ids), set(expected.partner_id.ids))

    # === WHO SEES WHAT === #

    def test_nobody_of_one_company_sees_anything_of_the_other(self):
        self.import_all(self.agreement, self.other)
        for model in (*MIRROR, *RUNS, 'economic.agreement'):
            for company, user in self.users.items():
                with self.subTest(model=model, company=company.name):
                    seen = self.env[model].with_user(user).search([]).sudo()
                    if 'company_id' in seen._fields:
                        self.assertLessEqual(seen.company_id, company)
                    hidden = self.env[model].search([('company_id', '!=', company.id)], limit=1)
                    if hidden:
                        with self.assertRaises(AccessError):
                            hidden.with_user(user).read(['company_id'])
        mine = self.of('economic.invoice', self.agreement)
        groups = (
            self.env['economic.invoice']
            .with_user(self.users[self.here])
            ._read_group([], ['company_id'], ['amount_total:sum', '__count'])
        )
        self.assertEqual([(company, count) for company, _sum, count in groups],
                         [(self.here, len(mine))])  # fmt: skip
