from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from .res_partner_campaign import MAILER


def _amount(label, help_text=None):
    return fields.Monetary(
        label,
        compute='_compute_economic_effect',
        currency_field='economic_currency_id',
        groups=MAILER,
        help=help_text,
    )


class UtmCampaign(models.Model):
    """Did it work? What members bought after they came in, against before and against others."""

    _inherit = 'utm.campaign'

    economic_days = fields.Integer("Days on Each Side", required=True, default=90, groups=MAILER)
    economic_currency_id = fields.Many2one(
        'res.currency', compute='_compute_economic_effect', groups=MAILER
    )
    economic_members_before = _amount("Members, Before")
    economic_members_after = _amount("Members, After")
    economic_others_before = _amount(
        "Left Out, Before", "Companies that matched but were not added: no e-mail, opted out, …"
    )
    economic_others_after = _amount("Left Out, After")
    economic_members_change = fields.Char(
        "Members, Change", compute='_compute_economic_effect', groups=MAILER
    )
    economic_others_change = fields.Char(
        "Left Out, Change", compute='_compute_economic_effect', groups=MAILER
    )

    @api.depends('economic_days', 'economic_member_ids.state')
    @api.depends_context('company', 'lang')
    def _compute_economic_effect(self):
        # In sudo mode: who mails needs no access to agreements to see in which currency they are.
        agreements = self.env['economic.agreement'].sudo()
        agreement = agreements.search([('company_id', '=', self.env.company.id)], limit=1)
        currency = agreement.base_currency_id or self.env.company.currency_id
        for campaign in self:
            sums = campaign._get_economic_sums(currency)
            campaign.economic_currency_id = currency
            for group in ('members', 'others'):
                before, after = sums.get(group, (0, 0))
                campaign[f'economic_{group}_before'] = before
                campaign[f'economic_{group}_after'] = after
                campaign[f'economic_{group}_change'] = before > 0 and campaign._get_change_in_words(
                    100 * (after - before) / before
                )

    def _get_change_in_words(self, percent):
        sign = '▲' if percent > 0 else '▼' if percent < 0 else '='
        return f'{sign} {formatLang(self.env, abs(percent), digits=0)} %'

    def _get_economic_sums(self, currency):
        """Return {members|others: (net before, net after)}, over as many days on both sides.

        Days that are still to come count on neither side. Only our own tables are read, and only
        the current company's rows of them.
        """
        members = self.env['economic.campaign.member']
        if not (self._origin.id and members.has_access('read')):
            return {}
        members.flush_model()
        self.env['economic.invoice'].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN m.state = 'added' THEN 'members' ELSE 'others' END,
                       COALESCE(sum(i.amount_untaxed_base) FILTER (WHERE i.date < m.day), 0),
                       COALESCE(sum(i.amount_untaxed_base) FILTER (WHERE i.date >= m.day), 0)
                  FROM (SELECT partner_id, state, company_id, since::date AS day,
                               LEAST(%(days)s, %(today)s - since::date + 1) AS span
                          FROM economic_campaign_member
                         WHERE campaign_id = %(campaign)s AND company_id = %(company)s
                           AND state <> 'left') m
                  JOIN economic_invoice i
                    ON i.partner_id = m.partner_id AND i.company_id = m.company_id
                   AND i.base_currency_id = %(currency)s
                   AND i.date >= m.day - m.span AND i.date < m.day + m.span
              GROUP BY 1
                """,
                days=self.economic_days,
                today=fields.Date.context_today(self),
                campaign=self._origin.id,
                company=self.env.company.id,
                currency=currency.id,
            )
        )
        return {group: (before, after) for group, before, after in rows}
