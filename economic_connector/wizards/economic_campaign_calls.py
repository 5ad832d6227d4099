from odoo import fields, models
from odoo.tools import split_every

BATCH = 1_000


class EconomicCampaignCalls(models.TransientModel):
    """Plan a call to each member of a campaign."""

    _name = 'economic.campaign.calls'
    _description = "Call List of a Campaign"

    campaign_id = fields.Many2one('utm.campaign', required=True, readonly=True, ondelete='cascade')
    activity_type_id = fields.Many2one(
        'mail.activity.type',
        "What to Do",
        required=True,
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        default=lambda self: self.env.ref('mail.mail_activity_data_call', False),
    )
    summary = fields.Char(
        required=True, compute='_compute_summary', store=True, readonly=False, precompute=True
    )
    date_deadline = fields.Date("To Be Done By", required=True, default=fields.Date.context_today)
    who = fields.Selection(
        [('salesperson', "Each company's salesperson, or me"), ('one', "One person")],
        required=True,
        default='salesperson',
    )
    user_id = fields.Many2one(
        'res.users', "Person", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )

    def _compute_summary(self):
        for wizard in self:
            wizard.summary = wizard.campaign_id.title

    def action_plan(self):
        """Plan the calls; members that have this one planned, or done, are passed over."""
        self.ensure_one()
        self.check_access('write')
        members = self.env['economic.campaign.member'].search(
            [('campaign_id', '=', self.campaign_id.id), ('state', '=', 'added')]
        )
        activities = self.env['mail.activity']
        # Who was called is not called again: done activities are archived.
        planned = set(
            activities.with_context(active_test=False)
            .search([('res_model', '=', 'res.partner'), ('summary', '=', self.summary)])
            .mapped('res_id')
        )
        partners = members.partner_id.filtered(lambda partner: partner.id not in planned)
        # In sudo mode: calling a company that one sees needs no right to change it.
        activities = activities.sudo().with_context(mail_activity_quick_update=True)
        for batch in split_every(BATCH, partners.ids, self.env['res.partner'].browse):
            activities.create([self._prepare_activity(partner) for partner in batch])
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("%s calls planned.", len(partners)),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def _prepare_activity(self, partner):
        user = self.user_id if self.who == 'one' else partner.user_id
        # In sudo mode: nobody needs to see the users of other companies to hand them a call.
        if not user.sudo().active or user.sudo().share:
            user = self.env.user
        return {
            'res_model_id': self.env['ir.model']._get_id('res.partner'),
            'res_id': partner.id,
            'activity_type_id': self.activity_type_id.id,
            'summary': self.summary,
            'date_deadline': self.date_deadline,
            'user_id': user.id,
        }
