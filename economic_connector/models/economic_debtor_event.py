from odoo import api, fields, models
from odoo.tools import SQL


class EconomicDebtorEvent(models.Model):
    """One decision about which company a debtor is: what, who, when and because of what."""

    _name = 'economic.debtor.event'
    _description = "e-conomic Decision"
    _log_access = False
    _order = 'id DESC'
    _rec_name = 'kind'

    debtor_id = fields.Many2one(
        'economic.debtor', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        [
            ('linked', "Linked"),
            ('relinked', "Linked to another company"),
            ('created', "Company created"),
            ('ignored', "Ignored"),
            ('refused', "Not this one"),
            ('offered', "Offered again"),
            ('reopened', "To be decided again"),
            ('merged', "Companies merged"),
            ('undone', "Undone"),
            ('renumbered', "New number"),
            ('separated', "Number given to another company"),
            ('forgotten', "Forgotten"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    date = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one('res.users', "Who", readonly=True)
    run_id = fields.Many2one(
        'economic.run', "Import", readonly=True, index='btree_not_null', ondelete='set null'
    )
    partner_id = fields.Many2one(
        'res.partner', readonly=True, index='btree_not_null', ondelete='set null'
    )
    former_id = fields.Many2one(
        'res.partner', readonly=True, index='btree_not_null', ondelete='set null'
    )
    # A company may be gone later; what was decided still reads.
    partner_name = fields.Char("Company", readonly=True)
    former_name = fields.Char("Before", readonly=True)
    score = fields.Float(digits=(6, 1), readonly=True, aggregator=None)
    evidence = fields.Json(readonly=True)
    note = fields.Char(readonly=True)
    because = fields.Char(compute='_compute_because')

    @api.depends('evidence', 'note')
    @api.depends_context('lang')
    def _compute_because(self):
        keys = self.env['economic.match.key']
        for event in self:
            words = filter(None, [event.note, keys._in_words(event.evidence)])
            event.because = ", ".join(words) or False


class EconomicDebtor(models.Model):
    _inherit = 'economic.debtor'

    event_ids = fields.One2many('economic.debtor.event', 'debtor_id', "History", readonly=True)

    def _log_event(self, kind, partner=None, *, former=None, run=None, user=None, note=None):
        """Write down a decision about these debtors, in one statement.

        :param str kind: of `economic.debtor.event`
        :param partner: the company decided on; None: the one that each debtor is tied to now
        :param former: the company before: a partner, or {debtor id: partner id}
        :param run: the run that did it, if any
        :param user: who decided, if not the one who is working now
        :param str note: a remark in words
        """
        if not self:
            return
        self.flush_recordset(['partner_id', 'match_score', 'match_evidence'])
        partners = self.partner_id if partner is None else partner
        formers = dict(former) if isinstance(former, dict) else {}
        if former is not None and not formers:
            formers = dict.fromkeys(self.ids, former.id) if former else {}
        (partners | partners.browse(set(formers.values()))).flush_recordset(['name'])
        evidence = SQL('d.match_score, d.match_evidence')
        if kind not in ('linked', 'relinked'):
            evidence = SQL('0, NULL::jsonb')
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO economic_debtor_event
                       (debtor_id, company_id, kind, date, user_id, run_id, partner_id, former_id,
                        partner_name, former_name, score, evidence, note)
                SELECT d.id, d.company_id, %(kind)s, %(now)s, %(uid)s, %(run)s, p.id, f.id,
                       p.name, f.name, %(evidence)s, %(note)s
                  FROM unnest(%(ids)s::int[], %(formers)s::int[]) AS of(id, former)
                  JOIN economic_debtor d ON d.id = of.id
             LEFT JOIN res_partner p ON p.id = %(partner)s
             LEFT JOIN res_partner f ON f.id = of.former
                """,
                kind=kind, now=self.env.cr.now(), uid=(user or self.env.user).id,
                run=run.id if run else None,
                evidence=evidence, note=note or None, ids=self.ids,
                formers=[formers.get(id_) for id_ in self.ids],
                partner=SQL('d.partner_id') if partner is None else SQL('%s', partner.id or None),
            )
        )  # fmt: skip
        self.invalidate_recordset(['event_ids'], flush=False)
