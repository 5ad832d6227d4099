from odoo import api, fields, models
from odoo.fields import Domain


class MailingMailing(models.Model):
    """Mailings of a campaign with members: what they said and the law hold when it is sent."""

    _inherit = 'mailing.mailing'

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        if self.campaign_id and self.mailing_model_real == 'res.partner':
            blocked = self._blocked_members()._search(self._blocked_domain())
            domain &= Domain('id', 'not in', blocked.subselect('partner_id'))
        return domain

    def _get_opt_out_list(self):
        """Add the addresses of members that must not be mailed, whatever model is written to."""
        blocked = self._blocked_members().search(self._blocked_domain()).partner_id
        return set(super()._get_opt_out_list()) | (
            set(blocked.mapped('email_normalized')) - {False}
        )

    def _blocked_members(self):
        # In sudo mode: who may not be mailed does not depend on who sends.
        return self.env['economic.campaign.member'].sudo()

    def _blocked_domain(self):
        """Return the domain of the members of its campaign that no mail may reach."""
        return [
            ('campaign_id', '=', self.campaign_id.id),
            '|',
            ('state', '!=', 'added'),
            ('basis', '=', 'none'),
        ]

    def _action_send_mail(self, res_ids=None):
        """Bring campaigns that follow a filter in step before their members are written to."""
        if not self.env.context.get('economic_in_step'):
            self.campaign_id._economic_sync()
        return super()._action_send_mail(res_ids)

    @api.model
    def _process_mass_mailing_queue(self):
        """Bring the campaigns in step first: a mailing that finds nobody is done and never sent.

        Who a filter that cannot be used any more would find, nobody knows: its mailings wait.
        """
        due = Domain('schedule_date', '=', False) | Domain(
            'schedule_date', '<', fields.Datetime.now()
        )
        mailings = self.search(Domain('state', 'in', ('in_queue', 'sending')) & due)
        for campaign in mailings.campaign_id._economic_try_sync():
            held = mailings.filtered(lambda mailing, of=campaign: mailing.campaign_id == of)
            held.state = 'draft'
            for mailing in held:
                mailing.message_post(
                    body=self.env._("Not sent: %s", campaign.economic_sync_problem)
                )
        return super(
            MailingMailing, self.with_context(economic_in_step=True)
        )._process_mass_mailing_queue()
