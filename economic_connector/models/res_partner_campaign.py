import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner import USER

# Who mails campaigns needs to know their members, with or without our own group.
MAILER = f'{USER},mass_mailing.group_mass_mailing_user'
DAY = r'(\d{4}-\d\d-\d\d)?'
# "> 5000 DKK: 2025-01-01..2025-12-31"; currency and period may be left out. No more than two
# decimals: 5.000 is five thousand in Denmark and five elsewhere.
TOTAL = re.compile(
    rf'\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d{{1,2}})?)\s*([A-Za-z]{{3}})?\s*(?::\s*{DAY}\s*\.\.\s*{DAY})?\s*'
)
COMPARISONS = {'<': SQL('<'), '<=': SQL('<='), '>': SQL('>'), '>=': SQL('>=')}


class ResPartner(models.Model):
    """What lists of companies find by their purchases, and the campaigns a company is in."""

    _inherit = 'res.partner'

    economic_line_ids = fields.One2many(
        'economic.invoice.line', 'partner_id', "e-conomic Invoice Lines", groups=USER
    )
    economic_total_bought = fields.Char(
        "Total Bought",
        compute='_compute_economic_total_bought',
        search='_search_economic_total_bought',
        groups=USER,
        exportable=False,
        help="To search with, such as: > 5000 DKK: 2025-01-01..2025-12-31",
    )
    economic_member_ids = fields.One2many(
        'economic.campaign.member', 'partner_id', "Campaign Memberships", groups=MAILER
    )
    economic_campaign_count = fields.Integer(
        "Campaigns", compute='_compute_economic_campaign_count', groups=MAILER
    )

    def _compute_economic_total_bought(self):
        """Leave it empty: it is there to search with."""
        self.economic_total_bought = False

    def _search_economic_total_bought(self, operator, value):
        # The search bar asks for text that is like what was typed.
        if operator not in ('in', 'ilike'):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        return Domain.OR(self._total_bought_domain(text) for text in texts)

    def _total_bought_domain(self, text):
        """Return the domain of who bought for so much in all, net and in base currency."""
        if not text:
            return Domain.TRUE  # Nothing asked for yet.
        match = TOTAL.fullmatch(text)
        if not match:
            raise UserError(
                self.env._(
                    "“%s” is not understood. Write it like this: "
                    "> 5000 DKK: 2025-01-01..2025-12-31",
                    text,
                )
            )
        than, amount, currency, start, end = match.groups()
        invoices = Domain('partner_id', '!=', False)
        if currency:
            invoices &= Domain('base_currency_id.name', '=', currency.upper())
        if start:
            invoices &= Domain('date', '>=', start)
        if end:
            invoices &= Domain('date', '<=', end)
        bought = self.env['economic.invoice']._search(invoices)
        rows = bought.select('economic_invoice.partner_id', 'economic_invoice.amount_untaxed_base')
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                '%s IN (SELECT b.partner_id FROM (%s) b GROUP BY b.partner_id'
                ' HAVING sum(b.amount_untaxed_base) %s %s)',
                SQL.identifier(alias, 'id'),
                rows,
                COMPARISONS[than],
                SQL('%s::numeric', amount),
            )
        )

    @api.depends('economic_member_ids.state')
    def _compute_economic_campaign_count(self):
        counts = dict(
            self.env['economic.campaign.member']._read_group(
                [('partner_id', 'in', self.ids), ('state', '=', 'added')],
                ['partner_id'],
                ['__count'],
            )
        )
        for partner in self:
            partner.economic_campaign_count = counts.get(partner._origin, 0)

    def _mailing_get_opt_out_list(self, mailing):
        """Return the addresses that a mailing to companies must leave out: core asks only the
        blacklist for them.
        """
        return self.env['economic.campaign.member']._get_opted_out_emails(mailing.campaign_id)

    # === ACTIONS === #

    def action_economic_campaigns(self):
        """Open this company's memberships in campaigns."""
        self.ensure_one()
        self.env['economic.campaign.member'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_campaign_member'
        )
        return action | {'domain': [('partner_id', '=', self.id)], 'context': {}}
