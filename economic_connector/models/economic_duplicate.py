from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class EconomicDuplicate(models.Model):
    """Companies that look like one, or contacts of one company that look like one person."""

    _name = 'economic.duplicate'
    _description = "Duplicates"
    _order = 'score DESC, id DESC'
    _rec_name = 'names'

    names = fields.Char("Look Like One", readonly=True)
    city = fields.Char(readonly=True)
    size = fields.Integer("How Many", readonly=True, aggregator=None)
    kind = fields.Selection(
        [('company', "Companies"), ('contact', "Contacts of one company")],
        "What",
        required=True,
        readonly=True,
        default='company',
    )
    parent_id = fields.Many2one(
        'res.partner', "Of Company", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    score = fields.Float(digits=(6, 1), readonly=True, aggregator=None)
    evidence = fields.Json(readonly=True)
    because = fields.Char(compute='_compute_because')
    member_ids = fields.One2many('economic.duplicate.member', 'duplicate_id', readonly=True)
    partner_ids = fields.Many2many('res.partner', compute='_compute_partner_ids')
    comparison = fields.Json("Side by Side", compute='_compute_comparison')

    _best_idx = models.Index('(score DESC, id DESC)')

    @api.depends('evidence')
    @api.depends_context('lang')
    def _compute_because(self):
        for group in self:
            group.because = self.env['economic.match.key']._in_words(group.evidence)

    @api.depends('member_ids.partner_id')
    def _compute_partner_ids(self):
        for group in self:
            group.partner_ids = group.member_ids.partner_id

    @api.depends('member_ids.partner_id')
    @api.depends_context('lang')
    def _compute_comparison(self):
        for group in self:
            partners = group.partner_ids
            best = partners._economic_propose_survivor()
            partners = best | partners
            group.comparison = {
                'partners': [{'id': p.id, 'name': p.display_name or ''} for p in partners],
                'rows': partners._economic_compare(best),
            }

    # === DECISIONS === #

    def _check_manager(self):
        """Refuse whoever may not decide, and groups of another company."""
        self.env['economic.merge'].check_access('write')
        self.check_access('read')

    def action_merge(self):
        """Open the dialog that merges these companies."""
        self._check_manager()
        self.ensure_one()
        if len(self.partner_ids) < 2:
            raise UserError(self.env._("They are no longer two: look for duplicates again."))
        return self.partner_ids.action_economic_merge()

    def action_not_duplicates(self):
        """Remember that these are different, so that they are not shown as alike again."""
        self._check_manager()
        pairs = [
            {'partner_id': one.id, 'other_id': other.id}
            for group in self
            for one, other in combinations(group.partner_ids.sorted('id'), 2)
        ]
        # In sudo mode: checked above; these rows are written by nobody else.
        self.env['economic.distinct'].sudo()._remember(pairs)
        self.sudo().unlink()
        return self._show()

    @api.model
    def _show(self, ids=None):
        """Return the action that shows the list, of some groups or of all."""
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_duplicate'
        )
        if ids is not None:
            action |= {'domain': [('id', 'in', ids)], 'context': {}}
        return action | {'target': 'main'}

    # === FOLLOWING THE PARTNERS === #

    @api.model
    def _forget(self, partners):
        """Drop partners that are gone or merged, the groups of their contacts, and groups that are
        none without them.
        """
        if not partners:
            return
        self.sudo().search([('parent_id', 'in', partners.ids)]).unlink()
        groups = self.sudo().search([('member_ids.partner_id', 'in', partners.ids)])
        gone = groups.member_ids.filtered(lambda m: m.partner_id in partners)
        gone.unlink()
        for group in groups:
            if len(group.member_ids) < 2:
                group.unlink()
            else:
                group.write(group._describe(group.member_ids.partner_id))

    @api.model
    def _describe(self, partners):
        """Return what the list shows of these partners."""
        cities = dict.fromkeys(filter(None, partners.mapped('city')))
        return {
            'names': " · ".join(partner.name or '' for partner in partners),
            'city': ", ".join(cities) or False,
            'size': len(partners),
        }


class EconomicDuplicateMember(models.Model):
    """A partner in a group of duplicates; in one at most."""

    _name = 'economic.duplicate.member'
    _description = "Duplicate"
    _log_access = False
    _rec_name = 'partner_id'

    duplicate_id = fields.Many2one(
        'economic.duplicate', required=True, readonly=True, index=True, ondelete='cascade'
    )
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, readonly=True, ondelete='cascade'
    )

    _partner_uniq = models.UniqueIndex('(partner_id)')


class EconomicDistinct(models.Model):
    """Two partners of which a person said that they are not the same."""

    _name = 'economic.distinct'
    _description = "Not a Duplicate"
    _rec_name = 'partner_id'

    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, readonly=True, ondelete='cascade'
    )
    other_id = fields.Many2one(
        'res.partner', required=True, readonly=True, index=True, ondelete='cascade'
    )

    _pair_uniq = models.UniqueIndex('(partner_id, other_id)')

    @api.model
    def _remember(self, pairs):
        known = set(self._get_pairs({pair['partner_id'] for pair in pairs}))
        self.create([p for p in pairs if (p['partner_id'], p['other_id']) not in known])

    @api.model
    def _get_pairs(self, ids=None):
        """Return the pairs of ids that have one of these partners in them, by default all."""
        self.flush_model()
        wanted = SQL('partner_id = ANY(%(ids)s) OR other_id = ANY(%(ids)s)', ids=list(ids or ()))
        return self.env.execute_query(
            SQL(
                'SELECT partner_id, other_id FROM economic_distinct WHERE %s',
                SQL('true') if ids is None else wanted,
            )
        )
