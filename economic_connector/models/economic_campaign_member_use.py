from odoo import models

from .xlsx import make_xlsx


class EconomicCampaignMember(models.Model):
    """What a person does with members: open them, leave them out, take their addresses along."""

    _inherit = 'economic.campaign.member'

    def action_open_partner(self):
        """Open the company."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(False, 'form')],
        }

    def action_opt_out(self):
        """Note that these companies asked not to be contacted, whoever adds them again."""
        self.check_access('write')
        self.write({'state': 'opted_out'})

    def action_take_back(self):
        """Let in again who opted out here or left; what holds when a mailing is sent still does."""
        self.check_access('write')
        self.filtered(lambda member: member.state in ('opted_out', 'left')).write(
            {'state': 'added'}
        )


class UtmCampaign(models.Model):
    """The addresses of the members, for letters and call lists outside of Odoo."""

    _inherit = 'utm.campaign'

    def action_economic_addresses(self):
        """Hand out the members' addresses as xlsx."""
        self.ensure_one()
        self._economic_check_user()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/economic_connector/campaign/{self.id}/xlsx',
            'target': 'download',
        }

    def _economic_check_user(self):
        # Who only mails needs to know the members, but not to take their addresses along.
        self.env['economic.campaign.member'].check_access('write')

    def _economic_make_xlsx(self):
        """Return the addresses as the bytes of an xlsx."""
        self._economic_check_user()
        names = ('partner_id', 'street', 'street2', 'zip', 'city', 'country_id', 'phone', 'email',
                 'salesperson_id', 'basis', 'why')  # fmt: skip
        members = self.env['economic.campaign.member']
        labels = members.fields_get(names, ['string', 'type', 'selection'])
        bases = dict(labels['basis']['selection'])
        rows = members.search_fetch(
            [('campaign_id', '=', self.id), ('state', '=', 'added')], names, order='id'
        )
        return make_xlsx(
            [labels[name]['string'] for name in names],
            (
                [
                    bases[row.basis] if name == 'basis'
                    else row[name].display_name or '' if labels[name]['type'] == 'many2one'
                    else row[name] or ''
                    for name in names
                ]
                for row in rows
            ),
        )  # fmt: skip
