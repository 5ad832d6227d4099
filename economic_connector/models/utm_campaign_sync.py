from ast import literal_eval

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .economic_campaign_member import BASES
from .res_partner_campaign import MAILER

# What lists companies can be added from.
SOURCES = [
    ('res.partner', "Contacts"),
    ('economic.figures', "Companies"),
    ('economic.debtor', "Debtors"),
    ('economic.invoice', "Invoices"),
    ('economic.invoice.line', "Invoice Lines"),
]
# What a filter that cannot be used raises: it is written wrongly, or names what is no longer there.
UNUSABLE = (ValueError, TypeError, KeyError, SyntaxError, UserError, psycopg2.DataError,
            psycopg2.ProgrammingError)  # fmt: skip


class UtmCampaign(models.Model):
    """A campaign that keeps in step with a filter."""

    _inherit = 'utm.campaign'

    economic_sync = fields.Selection(
        [
            ('no', "Added by hand"),
            ('add', "Add who comes to match"),
            ('both', "Add who comes to match, remove who no longer does"),
        ],
        "Follow the Filter",
        required=True,
        default='no',
        copy=False,
        groups=MAILER,
    )
    economic_source = fields.Selection(SOURCES, "Filter of", copy=False, groups=MAILER)
    economic_domain = fields.Char("Filter", copy=False, groups=MAILER)
    economic_basis = fields.Selection(BASES, "Legal Basis", default='customer', groups=MAILER)
    economic_company_id = fields.Many2one(
        'res.company',
        "Books of",
        default=lambda self: self.env.company,
        copy=False,
        groups=MAILER,
    )
    economic_filter_user_id = fields.Many2one(
        'res.users',
        "Filter by",
        readonly=True,
        copy=False,
        groups=MAILER,
        help="The filter finds what this person, who made it, may see.",
    )
    economic_sync_problem = fields.Char(
        "Problem with the Filter", readonly=True, copy=False, groups=MAILER
    )
    economic_synced_at = fields.Datetime("In Step Since", readonly=True, copy=False, groups=MAILER)

    @api.constrains('economic_source', 'economic_domain', 'economic_sync')
    def _check_economic_domain(self):
        for campaign in self:
            if campaign.economic_sync != 'no' and not campaign.economic_source:
                raise ValidationError(self.env._("Choose the list that the filter is of."))
            if campaign.economic_source:
                try:
                    with self.env.cr.savepoint(flush=False), mute_logger('odoo.sql_db'):
                        self.env[campaign.economic_source].search(
                            campaign._get_economic_domain(), limit=1
                        )
                except UNUSABLE as error:
                    raise ValidationError(
                        self.env._("The filter cannot be used: %s", error)
                    ) from error

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_filter_user(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_filter_user(vals))

    def _with_filter_user(self, vals):
        """Note whose filter it is: nobody lends the rights of another by writing one."""
        if {'economic_source', 'economic_domain', 'economic_sync', 'economic_company_id'} & set(
            vals
        ):
            return vals | {'economic_filter_user_id': self.env.uid}
        return vals

    def _get_economic_domain(self):
        try:
            return literal_eval(self.economic_domain or '[]')
        except (ValueError, SyntaxError) as error:
            raise UserError(self.env._("it is no list of conditions with fixed values.")) from error

    @api.model
    def _cron_economic_sync(self):
        """Bring all campaigns that follow a filter in step with it."""
        self.search([('economic_sync', '!=', 'no')])._economic_try_sync()

    def _economic_try_sync(self):
        """Do the same, and note it on a campaign whose filter cannot be used any more.

        :return: those campaigns
        """
        # In sudo mode: as in _economic_sync.
        return self.sudo().filtered(lambda campaign: not campaign._economic_try())

    def _economic_try(self):
        try:
            with self.env.cr.savepoint():
                self._economic_sync()
        except UNUSABLE as error:
            self.economic_sync_problem = str(error)
            return False
        return True

    def _economic_sync(self):
        """Add who matches the filter now; let go who was added by it and no longer matches.

        With the rights of the one who made the filter, so that it finds what that person may see.
        """
        # In sudo mode: a mailing keeps its campaign in step whoever sends it.
        for campaign in self.sudo():
            if campaign.economic_sync != 'no' and campaign.economic_source:
                campaign._economic_follow()

    def _economic_follow(self):
        user = self.economic_filter_user_id
        if not (user.active or user.id == SUPERUSER_ID):
            raise UserError(
                self.env._(
                    "“%s” follows a filter of somebody who is no longer here: save it again.",
                    self.title,
                )
            )
        company = self.economic_company_id or user.company_id
        env = self.env(user=user.id, su=False)
        model = env[self.economic_source].with_company(company)
        model = model.with_context(allowed_company_ids=company.ids)
        # In sudo mode: members are written in sets by us alone; who is found was decided above.
        members = self.env['economic.campaign.member'].with_company(company)
        domain = self._get_economic_domain()
        why = members._in_words(model, domain)
        if self.economic_sync == 'both':
            self._economic_let_go(members, model, domain, company)
        members._put(
            model, domain, self, self.economic_basis, self.economic_list_ids, why, by_filter=True
        )
        self.write({'economic_synced_at': fields.Datetime.now(), 'economic_sync_problem': False})

    def _economic_let_go(self, members, model, domain, company):
        members.flush_model()
        query = members._let_go_sql(model, domain, self, company)
        self.env.flush_query(query)
        self.env.cr.execute(query)
        members.invalidate_model()

    def action_economic_sync(self):
        """Bring the members in step with the filter now."""
        self.ensure_one()
        self.env['economic.campaign.member'].check_access('read')
        self.check_access('write')
        self._economic_sync()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}
