from .common import EconomicCase


class ReviewCase(EconomicCase):
    """An import is through; what it left for a person waits in the queue."""

    debtors, invoices = 60, 120
    # Number in e-conomic -> a name that two companies in Odoo have as well.
    NAMES = {1001: "Hansen VVS", 1002: "Bager Olsen"}

    def setUp(self):
        super().setUp()
        self.truth = self.make_partners()
        for number, name in self.NAMES.items():
            self._make_alike(number, name)
        self.run_import()
        self.queue = self.env['economic.debtor'].search([('match_state', '=', 'review')])
        self.debtor, self.second = self.queue.filtered(lambda d: d.number in self.NAMES)
        self.best, self.other = self.debtor.candidate_ids[:2].partner_id

    def _make_alike(self, number, name):
        """Let a debtor be like two companies, and have no number that tells which it is."""
        values = dict.fromkeys(
            ('corporateIdentificationNumber', 'vatNumber', 'pNumber', 'ean', 'website',
             'mobilePhone'), '',
        )  # fmt: skip
        self.simulator.control.edit_customer(
            number, **values, name=name, address="Vestergade 12", zip='5000', city="Odense C",
            country="Danmark", telephoneAndFaxNumber=f'66 12 {number}', email='', barred=False,
        )  # fmt: skip
        place = {'street': "Vestergade 12", 'zip': '5000', 'city': "Odense C", 'is_company': True}
        self.env['res.partner'].create(
            [
                {**place, 'name': f'{name} ApS', 'phone': '66 99 88 77',
                 'company_registry': '13585628'},
                {**place, 'name': f'{name} A/S', 'phone': '66 77 88 99',
                 'company_registry': '25052943'},
            ]
        )  # fmt: skip

    def rows(self):
        """Return all partners as PostgreSQL has them; who wrote when aside."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, to_jsonb(p) - '{write_date,write_uid}'::text[] FROM res_partner p"
        )
        return dict(self.env.cr.fetchall())

    def kinds(self, debtor):
        """Return what the history of a debtor says, oldest first."""
        return debtor.event_ids.sorted('id').mapped('kind')

    def partners_of_invoices(self, debtor):
        """Return whose the invoices and lines of a debtor are, read from the database."""
        self.env.invalidate_all()
        lines = self.env['economic.invoice.line'].search([('debtor_id', '=', debtor.id)])
        return debtor.invoice_ids.partner_id | lines.partner_id
