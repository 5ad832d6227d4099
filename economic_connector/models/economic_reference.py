from odoo import api, fields, models

# What reference data is fetched, in this order; also e-conomic's own names for the client.
KINDS = ('customer_group', 'payment_term', 'employee', 'unit', 'product_group', 'product')


class EconomicReference(models.Model):
    """A number that debtors, invoices and lines point to, with the name e-conomic gives it.

    A row of its own instead of a name on each line: a product that is renamed in e-conomic changes
    one row, and lists group by it.
    """

    _name = 'economic.reference'
    _description = "e-conomic Reference Data"
    _order = 'kind, number'
    _rec_names_search = ['number', 'name']

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', "Our Company", required=True, index=True)
    kind = fields.Selection(
        [
            ('customer_group', "Customer group"),
            ('payment_term', "Payment terms"),
            ('employee', "Employee"),
            ('unit', "Unit"),
            ('product_group', "Product group"),
            ('product', "Product"),
        ],
        required=True,
    )
    number = fields.Char(required=True)
    name = fields.Char()
    group_id = fields.Many2one(
        'economic.reference', index='btree_not_null', help="Of a product: its product group."
    )

    _number_uniq = models.Constraint(
        'UNIQUE(agreement_id, kind, number)', "A number stands once per agreement and kind."
    )

    @api.depends('kind', 'number', 'name')
    def _compute_display_name(self):
        for reference in self:
            name = reference.name or reference.number
            reference.display_name = (
                f'{reference.number} {name}'
                if reference.kind == 'product' and reference.name
                else name
            )

    def _get_ids(self, agreement, wanted):
        """Return {(kind, number): id} for the wanted (kind, number) pairs.

        A number that e-conomic no longer lists gets a row of its own, named by the number, so that
        what points to it stays grouped.
        """
        cr = self.env.cr
        found = self._select_ids(agreement, wanted)
        missing = wanted - found.keys()
        if missing:
            cr.execute_values(
                """
                INSERT INTO economic_reference (agreement_id, company_id, kind, number,
                                                create_uid, create_date, write_uid, write_date)
                     VALUES %s
                ON CONFLICT DO NOTHING
                """,
                [
                    (
                        agreement.id,
                        agreement.company_id.id,
                        kind,
                        number,
                        self.env.uid,
                        cr.now(),
                        self.env.uid,
                        cr.now(),
                    )
                    for kind, number in sorted(missing)
                ],
            )
            found |= self._select_ids(agreement, missing)
        return found

    def _select_ids(self, agreement, wanted):
        if not wanted:
            return {}
        self.env.cr.execute(
            'SELECT kind, number, id FROM economic_reference'
            ' WHERE agreement_id = %s AND (kind, number) IN %s',
            (agreement.id, tuple(wanted)),
        )
        return {(kind, number): id_ for kind, number, id_ in self.env.cr.fetchall()}
