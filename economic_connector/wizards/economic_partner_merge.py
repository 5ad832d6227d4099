from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class EconomicPartnerMerge(models.TransientModel):
    """Two companies or more side by side: which one is kept, with which values, what moves."""

    _name = 'economic.partner.merge'
    _description = "Merge Companies"

    partner_ids = fields.Many2many(
        'res.partner', 'economic_partner_merge_partner', readonly=True,
        context={'active_test': False},
    )  # fmt: skip
    survivor_id = fields.Many2one('res.partner', "Keep", ondelete='cascade')
    choices = fields.Json(help="Of whom a value is taken: {field: partner}.")
    comparison = fields.Json("Field by Field", compute='_compute_comparison')
    moves_text = fields.Char("Moves to the one kept", compute='_compute_moves')
    clash_text = fields.Char("There already", compute='_compute_moves')
    stops = fields.Text(compute='_compute_stops')
    has_two_debtors = fields.Boolean(compute='_compute_stops')
    two_debtors = fields.Boolean("It is one company with two debtors")

    def _open(self, partners):
        """Open the dialog for these partners; the one with most to lose is proposed to be kept."""
        self.env['economic.merge']._check_may_merge(partners)
        wizard = self.create(
            {
                'partner_ids': [Command.set(partners.ids)],
                'survivor_id': partners._economic_propose_survivor().id,
            }
        )
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Merge companies"),
            'res_model': self._name,
            'res_id': wizard.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _get_sources(self):
        return self.partner_ids.sorted('id') - self.survivor_id

    # === COMPUTE METHODS === #

    @api.depends('partner_ids', 'survivor_id')
    def _compute_comparison(self):
        for wizard in self:
            partners = wizard.survivor_id | wizard._get_sources()
            wizard.comparison = {
                'partners': [
                    {'id': partner.id, 'name': partner.display_name, 'active': partner.active}
                    for partner in wizard.partner_ids.sorted('id')
                ],
                'survivor': wizard.survivor_id.id,
                'rows': partners._economic_compare(wizard.survivor_id),
            }

    @api.depends('partner_ids', 'survivor_id')
    def _compute_moves(self):
        merges = self.env['economic.merge']
        for wizard in self:
            sources = wizard._get_sources()
            moves = []
            if wizard.survivor_id and sources:
                # In sudo mode: what moves is counted whether or not the person sees it.
                moves = wizard.survivor_id.sudo()._economic_merge_moves(sources.sudo())
            wizard.moves_text = merges._moves_in_words(moves)
            wizard.clash_text = merges._moves_in_words(
                [
                    move | {'count': move['already'], 'already': 0}
                    for move in moves
                    if move['already']
                ]
            )

    @api.depends('partner_ids', 'survivor_id', 'two_debtors')
    def _compute_stops(self):
        for wizard in self:
            # In sudo mode: debtors and users of others stand in the way all the same.
            survivor, sources = wizard.survivor_id.sudo(), wizard._get_sources().sudo()
            stops = survivor._economic_merge_stops(sources, {}, wizard.two_debtors)
            wizard.stops = '\n'.join(stops.values()) or False
            rivals = (survivor | sources)._economic_rival_debtors()
            wizard.has_two_debtors = bool(rivals)

    # === ACTIONS === #

    def action_merge(self):
        """Merge, and show the company that stays."""
        self.ensure_one()
        self.check_access('write')
        if not self.survivor_id:
            raise UserError(self.env._("Choose the company to keep."))
        partners = self.partner_ids
        values = {}
        for name, partner_id in (self.choices or {}).items():
            partner = partners.filtered(lambda p, id_=partner_id: p.id == id_)
            if partner and name in partners._economic_merge_fields():
                value = partner[name]
                values[name] = value.id if isinstance(value, models.BaseModel) else value
        merge = self.env['economic.merge']._merge(
            self.survivor_id, self._get_sources(), values, self.two_debtors
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': merge.survivor_id.id,
            'views': [(False, 'form')],
        }
