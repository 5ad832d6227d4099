from odoo import api, fields, models

from ..matching import Claim

APPLICABLE = ('create', 'update', 'proposed', 'conflict')


class EconomicRunLine(models.Model):
    """What a run would do with one debtor, and what it did."""

    _name = 'economic.run.line'
    _description = "e-conomic Run Line"
    _order = 'run_id DESC, number'
    _rec_name = 'debtor_name'

    run_id = fields.Many2one(
        'economic.run', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    debtor_id = fields.Many2one(
        'economic.debtor',
        "Debtor Record",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    number = fields.Integer("No.", readonly=True, aggregator=None)
    debtor_name = fields.Char("Debtor", readonly=True)
    city = fields.Char(readonly=True)
    customer_group_id = fields.Many2one(related='debtor_id.customer_group_id')
    partner_id = fields.Many2one(
        'res.partner', "Company", readonly=True, index='btree_not_null', ondelete='set null'
    )
    status = fields.Selection(
        [
            ('pending', "Not tested"),
            ('create', "New"),
            ('update', "Change"),
            ('unchanged', "Unchanged"),
            ('proposed', "Proposed"),
            ('ambiguous', "Ambiguous"),
            ('conflict', "Conflict"),
            ('skipped', "Skipped"),
            ('error', "Error"),
        ],
        "What",
        required=True,
        readonly=True,
        default='pending',
    )
    state = fields.Selection(
        [
            ('planned', "Planned"),
            ('created', "Created"),
            ('updated', "Updated"),
            ('linked', "Linked"),
            ('failed', "Failed"),
            ('again', "Changed since test"),
        ],
        "Result",
        required=True,
        readonly=True,
        default='planned',
    )
    approved = fields.Boolean("Import")
    can_approve = fields.Boolean(compute='_compute_can_approve')
    changes = fields.Json("Planned Changes", readonly=True)
    shown_changes = fields.Json("Changes", compute='_compute_shown_changes')
    score = fields.Float(digits=(6, 1), readonly=True, aggregator=None)
    evidence = fields.Json(readonly=True)
    reason = fields.Char(readonly=True, help="Words of the matcher, parted by blanks.")
    message = fields.Char(readonly=True)
    because = fields.Char(compute='_compute_because')
    applied_at = fields.Datetime(readonly=True)

    _debtor_uniq = models.Constraint('UNIQUE(run_id, debtor_id)', "A debtor stands in a run once.")
    _todo_idx = models.Index("(run_id, id) WHERE state = 'planned'")

    @api.depends('status', 'state', 'run_id.state')
    def _compute_can_approve(self):
        for line in self:
            applicable = line.status in APPLICABLE and line.state in ('planned', 'again')
            line.can_approve = applicable and line.run_id.state == 'tested'

    @api.depends('changes')
    @api.depends_context('lang')
    def _compute_shown_changes(self):
        partner_fields = self.env['res.partner'].fields_get(attributes=['string'])
        countries = {
            country.id: country.display_name
            for country in self.env['res.country'].browse(
                {
                    value
                    for line in self
                    for change in line.changes or []
                    if change['field'] == 'country_id'
                    for value in (change['old'], change['new'])
                    if value
                }
            )
        }
        for line in self:
            line.shown_changes = [
                {
                    'label': partner_fields.get(change['field'], {}).get('string', ''),
                    'old': countries.get(change['old'], change['old'] or '')
                    if change['field'] == 'country_id'
                    else change['old'] or '',
                    'new': countries.get(change['new'], change['new'] or '')
                    if change['field'] == 'country_id'
                    else change['new'] or '',
                    'conflict': change.get('conflict', False),
                }
                for change in line.changes or []
            ]

    @api.depends('evidence', 'reason', 'message')
    @api.depends_context('lang')
    def _compute_because(self):
        reasons = {
            'nothing': self.env._("nothing like it"),
            'weak': self.env._("some likeness, not enough"),
            'close': self.env._("several are alike"),
            'keys_disagree': self.env._("the number agrees, name and address do not"),
            'kind': self.env._("one is a person, the other a company"),
            'shared': self.env._("wanted by another debtor too"),
            'taken': self.env._("belongs to another debtor"),
            'archived': self.env._("the company is archived"),
            'duplicate': self.env._("the company is there twice"),
            'department': self.env._("a department of the company"),
            'address_of_company': self.env._("an address of the company"),
            'deleted': self.env._("gone from e-conomic"),
            'no_name': self.env._("it has no name"),
            'ignored': self.env._("told to be ignored"),
        }
        keys = self.env['economic.match.key']
        for line in self:
            words = [reasons[word] for word in (line.reason or '').split() if word in reasons]
            words += filter(None, [keys._in_words(line.evidence), line.message])
            line.because = ", ".join(words) or False

    def _get_claim(self):
        """Return what this line claims, for finding debtors that want the same company."""
        words = set((self.reason or '').split())
        strength = 'sure' if self.status == 'update' else 'proposed'
        if words & {'department', 'address_of_company'}:
            strength = 'unit'
        return Claim(self.debtor_id.id, self.partner_id.id, strength, self.score)

    def _reset_plan(self):
        """Forget what a test said, before the next."""
        self.filtered(lambda line: line.state in ('planned', 'again', 'failed')).write(
            {'status': 'pending', 'state': 'planned', 'approved': False, 'changes': False,
             'reason': False, 'message': False, 'evidence': False, 'score': 0}
        )  # fmt: skip

    def action_open_debtor(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.debtor',
            'res_id': self.debtor_id.id,
            'views': [(False, 'form')],
        }
