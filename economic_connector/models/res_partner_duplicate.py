from odoo import api, fields, models
from odoo.exceptions import UserError

from .economic_duplicate_search import AT_ONCE
from .res_partner import USER

MANAGER = 'economic_connector.group_economic_manager'

MOST = 1_000  # selected companies that are looked at while a person waits


class ResPartner(models.Model):
    """The duplicates of a company: on its form, and of selected ones."""

    _inherit = 'res.partner'

    economic_duplicate_count = fields.Integer(
        "Look Like This One", compute='_compute_economic_duplicate_count', groups=USER
    )

    def _compute_economic_duplicate_count(self):
        sizes = {}
        if self.env.user.has_group(MANAGER):
            members = self.env['economic.duplicate.member'].search([('partner_id', 'in', self.ids)])
            sizes = {member.partner_id: member.duplicate_id.size for member in members}
        for partner in self:
            partner.economic_duplicate_count = max(sizes.get(partner._origin, 0) - 1, 0)

    def action_economic_duplicates(self):
        """Open the group of duplicates that this company is in."""
        self.ensure_one()
        group = self.env['economic.duplicate'].search([('member_ids.partner_id', '=', self.id)])
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.duplicate',
            'res_id': group[:1].id,
            'views': [(False, 'form')],
        }

    def action_economic_find_duplicates(self):
        """Look for duplicates of the selected companies and contacts, and show them."""
        self.env['economic.merge'].check_access('write')
        self.check_access('read')
        if len(self) > MOST:
            raise UserError(self.env._("Select at most %s companies at once.", MOST))
        # In sudo mode: checked above; keys and groups are written by the search alone.
        groups = self.env['economic.duplicate'].sudo()
        keys = self.env['economic.match.key'].sudo()
        stale = keys._get_stale_ids()
        if len(stale) > AT_ONCE:
            # What else has changed is found by the schedule.
            stale = list(set(stale) & set(self.ids))
        if stale:
            keys._refresh(stale)
        groups._find_among(self.ids)
        groups._search_contacts((self | self.child_ids).ids)
        found = groups.search(
            ['|', ('member_ids.partner_id', 'in', self.ids), ('parent_id', 'in', self.ids)]
        )
        return groups.sudo(False)._show(found.ids)

    # === FOLLOWING === #

    def write(self, vals):
        result = super().write(vals)
        if vals.get('active') is False:
            self.env['economic.duplicate']._forget(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_economic_duplicates(self):
        self.env['economic.duplicate']._forget(self)
