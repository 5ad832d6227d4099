from odoo import api, fields, models
from odoo.fields import Domain


class MailingMailing(models.Model):
    """Mailings of a campaign with members: what they said and the law hold when it is sent."""

    _inherit = 'mailing.mailing'

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        if self.campaign_id and self.mailing_model_real == 'res.partner':
            blocked = self._members()._search(self._blocked_domain())
            domain &= Domain('id', 'not in', blocked.subselect('partner_id'))
        return domain

    def _get_opt_out_list(self):
        """Add the addresses of members that must not be mailed, whatever model is written to."""
        return set(super()._get_opt_out_list()) | self._get_blocked_emails()

    def _members(self):
        # In sudo mode: who may not be mailed does not depend on who sends.
        return self.env['economic.campaign.member'].sudo().with_context(active_test=False)

    def _blocked_domain(self):
        """Return the domain of the members of its campaign that no mail may reach."""
        return Domain('campaign_id', '=', self.campaign_id.id) & (
            Domain('state', '!=', 'added') | self._refused_domain()
        )

    def _refused_domain(self):
        """Return the domain of the members whose address none may write to, whosever else it is.

        Blacklist and opt-outs are as of now; also where the mailing leaves Odoo's own check out, or
        goes to another list than the one that was opted out of.
        """
        opted_out = self._members()._get_opted_out_emails(self.campaign_id)
        return Domain('campaign_id', '=', self.campaign_id.id) & (
            Domain('state', 'in', ('opted_out', 'blacklisted', 'no_basis'))
            | Domain('basis', '=', 'none')
            | Domain('partner_id.is_blacklisted', '=', True)
            | Domain('partner_id.email_normalized', 'in', list(opted_out))
        )

    def _get_blocked_emails(self):
        """Return the addresses of the members that no mail may reach.

        That one has left or is archived says nothing about another one with the same address.
        """
        if not self.campaign_id:
            return set()
        refused = self._members().search(self._refused_domain())
        blocked = self._members().search(self._blocked_domain())
        gone = self._emails(blocked - refused)
        others = Domain('campaign_id', '=', self.campaign_id.id) & Domain(
            'partner_id.email_normalized', 'in', list(gone)
        )
        shared = self._emails(self._members().search(others) - blocked)
        return self._emails(refused) | (gone - shared)

    def _emails(self, members):
        return set(members.partner_id.mapped('email_normalized')) - {False}

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
