from odoo import api, fields, models
from odoo.fields import Domain

from .economic_campaign_member import STATES
from .res_partner_campaign import MAILER

MAILED = ('customer', 'consent')


class UtmCampaign(models.Model):
    """A campaign and the companies in it."""

    _inherit = 'utm.campaign'

    economic_member_ids = fields.One2many(
        'economic.campaign.member', 'campaign_id', "Members and Left Out", groups=MAILER
    )
    economic_member_count = fields.Integer(
        "Members", compute='_compute_economic_counts', groups=MAILER
    )
    economic_left_out_count = fields.Integer(
        "Left Out", compute='_compute_economic_counts', groups=MAILER
    )
    economic_list_ids = fields.Many2many(
        'mailing.list',
        'economic_campaign_mailing_list_rel',
        string="Respect Opt-outs of",
        groups=MAILER,
        help="Companies that opted out of one of these lists are not mailed. "
        "If none is chosen, an opt-out of any list counts.",
    )

    @api.depends('economic_member_ids.state')
    def _compute_economic_counts(self):
        counts = {}
        for campaign, state, count in self.env['economic.campaign.member']._read_group(
            [('campaign_id', 'in', self.ids)], ['campaign_id', 'state'], ['__count']
        ):
            counts.setdefault(campaign, {})[state] = count
        for campaign in self:
            of_campaign = counts.get(campaign._origin, {})
            campaign.economic_member_count = of_campaign.pop('added', 0)
            campaign.economic_left_out_count = sum(of_campaign.values())

    # === ACTIONS === #

    def action_economic_members(self):
        """Open the companies in this campaign."""
        return self._open_economic_members(['added'])

    def action_economic_left_out(self):
        """Open the companies that were found but left out, each with its reason."""
        return self._open_economic_members([state for state, _label in STATES if state != 'added'])

    def _open_economic_members(self, states):
        self.ensure_one()
        self.env['economic.campaign.member'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_campaign_member'
        )
        return action | {
            'name': self.title,
            'domain': [('campaign_id', '=', self.id), ('state', 'in', states)],
            'context': {
                'economic_one_campaign': True,
                'search_default_group_state': len(states) > 1,
            },
        }

    def _economic_mailing_domain(self):
        """Return the companies that a mailing of this campaign is for, whenever it is sent."""
        condition = Domain('campaign_id', '=', self.id) & Domain('state', '=', 'added')
        return Domain('economic_member_ids', 'any', condition & Domain('basis', 'in', MAILED))

    def action_economic_mailing(self):
        """Begin a mailing to the members: a domain, so that no address is copied."""
        self.ensure_one()
        self.env['economic.campaign.member'].check_access('read')
        self.env['mailing.mailing'].check_access('create')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'mailing.mailing',
            'name': self.env._("Mailing to the members of %s", self.title),
            'views': [(False, 'form')],
            'context': {
                'default_campaign_id': self.id,
                'default_mailing_type': 'mail',
                'default_mailing_model_id': self.env['ir.model']._get_id('res.partner'),
                'default_mailing_domain': repr(list(self._economic_mailing_domain())),
            },
        }

    def action_economic_calls(self):
        """Ask who calls the members, and until when."""
        self.ensure_one()
        self.env['economic.campaign.member'].check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.campaign.calls',
            'name': self.env._("Call List"),
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_campaign_id': self.id},
        }
