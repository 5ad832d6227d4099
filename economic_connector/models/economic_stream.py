from odoo import fields, models


class EconomicStream(models.Model):
    """How far one kind of record of an agreement has been read."""

    _name = 'economic.stream'
    _description = "e-conomic Stream"
    _order = 'agreement_id, kind'
    _rec_name = 'kind'

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        related='agreement_id.company_id', string="Our Company", store=True, index=True
    )
    kind = fields.Selection(
        [
            ('reference', "Reference data"),
            ('debtor', "Debtors"),
            ('invoice', "Invoices"),
            ('line', "Invoice lines"),
            ('open', "Open amounts"),
            ('contact', "Contacts"),
            ('delivery', "Delivery addresses"),
        ],
        required=True,
    )
    checkpoint = fields.Json()
    remote_count = fields.Integer("In e-conomic")
    difference = fields.Integer(help="Records in e-conomic less records here at the last count.")
    synced_at = fields.Datetime("Last Complete")

    _kind_uniq = models.Constraint(
        'UNIQUE(agreement_id, kind)', "There is one stream per agreement and kind."
    )

    def _get(self, agreement, kind):
        """Return the stream of `kind`, made on first use."""
        domain = [('agreement_id', '=', agreement.id), ('kind', '=', kind)]
        # In sudo mode: checkpoints are the engine's alone.
        streams = self.sudo()
        return streams.search(domain) or streams.create(
            {'agreement_id': agreement.id, 'kind': kind}
        )

    def _at(self, name, default):
        """Return a value of the checkpoint."""
        return (self.checkpoint or {}).get(name, default)
