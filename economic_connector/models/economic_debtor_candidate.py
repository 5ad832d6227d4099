from odoo import api, fields, models


class EconomicDebtorCandidate(models.Model):
    """A partner that may be a debtor which is not settled, or was told not to be it."""

    _name = 'economic.debtor.candidate'
    _description = "e-conomic Candidate"
    _order = 'debtor_id, score DESC'

    debtor_id = fields.Many2one('economic.debtor', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(
        related='debtor_id.company_id', string="Our Company", store=True, index=True
    )
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='cascade'
    )
    score = fields.Float(digits=(6, 1), aggregator=None)
    evidence = fields.Json()
    because = fields.Char(compute='_compute_because')
    far = fields.Boolean(
        "Hardly Alike", help="Too little speaks for it: it is shown when a person asks for more."
    )
    refused = fields.Boolean("Not This One", help="A person said no; it is not offered again.")
    refused_at = fields.Datetime(readonly=True)
    refused_by_id = fields.Many2one('res.users', readonly=True)

    _pair_uniq = models.Constraint(
        'UNIQUE(debtor_id, partner_id)', "A company is a debtor's candidate once."
    )

    @api.depends('evidence')
    @api.depends_context('lang')
    def _compute_because(self):
        for candidate in self:
            candidate.because = self.env['economic.match.key']._in_words(candidate.evidence)

    def _refuse(self):
        """Remember that a person said no to these, and who."""
        self.filtered(lambda candidate: not candidate.refused).write(
            {
                'refused': True,
                'refused_at': fields.Datetime.now(),
                'refused_by_id': self.env.uid,
            }
        )

    def _offer(self):
        """Forget that a person said no to these."""
        self.write({'refused': False, 'refused_at': False, 'refused_by_id': False})

    @api.depends('partner_id')
    def _compute_display_name(self):
        for candidate in self:
            candidate.display_name = candidate.partner_id.display_name
