from odoo import api, fields, models

from .economic_run_cleaned import get_notes_in_words
from .mirror import upsert

APPLICABLE = ('create', 'update', 'proposed', 'conflict')
DECIDABLE = ('tested', 'done', 'stopped')  # states of a run in which a person decides


class EconomicRunLine(models.Model):
    """What a run would do with one debtor, and what it did."""

    _name = 'economic.run.line'
    _description = "e-conomic Run Line"
    _order = 'run_id DESC, number, id'
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
    contact_id = fields.Many2one(
        'economic.contact', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    kind = fields.Selection(
        [('debtor', "Debtor"), ('contact', "Contact"), ('delivery', "Delivery address")],
        required=True,
        readonly=True,
        default='debtor',
    )
    number = fields.Integer("No.", readonly=True, aggregator=None)
    debtor_name = fields.Char("Debtor", readonly=True)
    city = fields.Char(readonly=True)
    customer_group_id = fields.Many2one('economic.reference', "Group", readonly=True)
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
            ('undone', "Undone"),
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
    has_conflict = fields.Boolean("Open Conflict", readonly=True)
    notes = fields.Char(readonly=True, help="What was cleaned so that it could be stored.")
    score = fields.Float(digits=(6, 1), readonly=True, aggregator=None)
    evidence = fields.Json(readonly=True)
    reason = fields.Char(readonly=True, help="Words of the matcher, parted by blanks.")
    message = fields.Char(readonly=True)
    because = fields.Char(compute='_compute_because')
    applied_at = fields.Datetime(readonly=True)

    _debtor_uniq = models.UniqueIndex('(run_id, debtor_id) WHERE contact_id IS NULL')
    _contact_uniq = models.UniqueIndex('(run_id, contact_id) WHERE contact_id IS NOT NULL')
    _todo_idx = models.Index("(run_id, id) WHERE state = 'planned'")
    _list_idx = models.Index('(run_id, number, id)')

    @api.depends('status', 'state', 'reason', 'run_id.state')
    def _compute_can_approve(self):
        for line in self:
            applicable = line.status in APPLICABLE and line.state in ('planned', 'again')
            line.can_approve = (
                applicable and line.run_id.state in DECIDABLE and line.reason != 'identity'
            )

    @api.depends('evidence', 'reason', 'message', 'notes')
    @api.depends_context('lang')
    def _compute_because(self):
        keys = self.env['economic.match.key']
        reasons = keys._get_reason_words() | {
            'nothing': self.env._("nothing like it"),
            'deleted': self.env._("gone from e-conomic"),
            'no_name': self.env._("it has no name"),
            'ignored': self.env._("told to be ignored"),
            'forgotten': self.env._("forgotten"),
            'filter': self.env._("left out by the filters"),
            'barred': self.env._("barred"),
            'chosen': self.env._("chosen by hand"),
            'identity': self.env._("another company may have this number now"),
            'no_company': self.env._("its debtor has no company in Odoo yet"),
            'child': self.env._("the same contact is there"),
        }
        for line in self:
            words = [reasons[word] for word in (line.reason or '').split() if word in reasons]
            words += filter(
                None, [keys._in_words(line.evidence), line._get_notes_in_words(), line.message]
            )
            line.because = ", ".join(words) or False

    def _save_plan(self, rows, columns):
        """Store what is planned for many lines at once.

        :param rows: tuples of the values of `columns`, of which `id` is the first
        """
        # In SQL: a list may have 100,000 rows, and they are ours alone.
        self.flush_model()
        upsert(self, columns, rows, ('id',))

    def _get_notes_in_words(self):
        """Return what was cleaned in the record, as a sentence; False if nothing was."""
        return get_notes_in_words(self.env, self.notes) or False

    def action_open_debtor(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.debtor',
            'res_id': self.debtor_id.id,
            'views': [(False, 'form')],
        }
