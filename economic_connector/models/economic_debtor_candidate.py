from odoo import api, fields, models

from ..matching import Population, compare, keys_of, name_words
from .matcher import KeyCounts, evidence_values


class EconomicDebtorCandidate(models.Model):
    """A partner that may be a debtor which is not settled, or was told not to be it."""

    _name = 'economic.debtor.candidate'
    _description = "e-conomic Candidate"
    _order = 'debtor_id, score DESC'
    # Hundreds of thousands at a stroke, all by the matcher; who refused one is kept beside.
    _log_access = False

    debtor_id = fields.Many2one('economic.debtor', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='debtor_id.company_id', string="Our Company")
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, index=True, ondelete='cascade'
    )
    score = fields.Float(digits=(6, 1), aggregator=None)
    evidence = fields.Json(help="None where it is gathered when somebody looks.")
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
        evidence = self._get_evidence()
        for candidate in self:
            words = self.env['economic.match.key']._in_words(evidence.get(candidate))
            candidate.because = words

    def _get_evidence(self):
        """Return {candidate: evidence}, gathered now where it isn't stored."""
        evidence = {candidate: candidate.evidence for candidate in self if candidate.evidence}
        bare = self - self.browse().union(*evidence)
        if not bare:
            return evidence
        keys = self.env['economic.match.key']
        debtors = {party.id: party for party in keys._read_debtors(bare.debtor_id.ids)}
        partners = keys._read_partners(bare.partner_id.ids)
        # What is gone since then, or is no company any more, is like nobody.
        bare = bare.filtered(lambda c: c.debtor_id.id in debtors and c.partner_id.id in partners)
        if bare:
            counts = KeyCounts(self.env)
            counts.count({key for party in debtors.values() for key in keys_of(party)})
            counts.count(name_words(partners.values()))
            pairs = [(debtors[c.debtor_id.id], partners[c.partner_id.id]) for c in bare]
            found = compare(pairs, Population(counts.size, counts.counts))
            evidence |= {
                candidate: evidence_values(said)
                for candidate, (_score, said) in zip(bare, found, strict=True)
            }
        return evidence

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
