from odoo import fields, models
from odoo.tools import SQL

from .words import describe

BASES = [
    ('customer', "Existing customer, similar products"),
    ('consent', "They agreed"),
    ('none', "Letters and calls only"),
]
STATES = [
    ('added', "Member"),
    ('no_email', "No e-mail"),
    ('blacklisted', "Blacklisted"),
    ('opted_out', "Opted out"),
    ('archived', "Archived"),
    ('no_basis', "No legal basis"),
    ('left', "Left"),
]
# The strongest first: what a merge of several memberships leaves.
STRENGTH = ('opted_out', 'blacklisted', 'added', 'left', 'no_basis', 'no_email', 'archived')
BASIS_STRENGTH = ('none', 'customer', 'consent')


class EconomicCampaignMember(models.Model):
    """A company in a campaign, or one that was left out of it and why.

    Written in sets by `_put`: campaigns have 100,000 members.
    """

    _name = 'economic.campaign.member'
    _description = "Campaign Member"
    _order = 'campaign_id, state, id'
    _rec_name = 'partner_id'

    campaign_id = fields.Many2one(
        'utm.campaign', required=True, readonly=True, index=True, ondelete='cascade'
    )
    partner_id = fields.Many2one(
        'res.partner', "Company", required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    state = fields.Selection(STATES, required=True, readonly=True, default='added')
    basis = fields.Selection(BASES, "Legal Basis", required=True, default='customer')
    why = fields.Char(readonly=True, help="What was asked for when the company was added.")
    invoice_id = fields.Many2one(
        'economic.invoice', readonly=True, index='btree_not_null', ondelete='set null',
        help="The latest of the invoices that were asked for.",
    )  # fmt: skip
    since = fields.Datetime(readonly=True)
    user_id = fields.Many2one('res.users', "Added By", readonly=True)
    by_filter = fields.Boolean(
        "By the Campaign's Filter", readonly=True, help="Leaves when the filter no longer finds it."
    )

    # The company's own, for call lists and letters.
    email = fields.Char(related='partner_id.email')
    phone = fields.Char(related='partner_id.phone')
    street = fields.Char(related='partner_id.street')
    street2 = fields.Char(related='partner_id.street2')
    zip = fields.Char(related='partner_id.zip')
    city = fields.Char(related='partner_id.city')
    country_id = fields.Many2one(related='partner_id.country_id')
    salesperson_id = fields.Many2one(related='partner_id.user_id', string="Salesperson")

    _member_uniq = models.Constraint(
        'UNIQUE(campaign_id, partner_id, company_id)', "A company is in a campaign only once."
    )
    _state_idx = models.Index('(campaign_id, state)')

    # === WHO IS FOUND === #

    def _candidates_sql(self, model, domain):
        """Return the companies behind the records that match: partner_id, invoice_id, rows.

        Only what the user may see is found, records and companies alike.
        """
        query = model._search(domain)
        column = SQL.identifier(
            model._table, 'id' if model._name == 'res.partner' else 'partner_id'
        )
        invoice = {
            'economic.invoice': SQL.identifier(model._table, 'id'),
            'economic.invoice.line': SQL.identifier(model._table, 'invoice_id'),
        }.get(model._name, SQL('NULL::int'))
        return SQL(
            'SELECT s.partner_id, max(s.invoice_id) AS invoice_id, count(*) AS rows'
            ' FROM (%s) s GROUP BY s.partner_id',
            query.select(SQL('%s AS partner_id', column), SQL('%s AS invoice_id', invoice)),
        )

    def _in_words(self, model, domain):
        """Return what a filter asks for in words, to be read next year."""
        sources = (
            self.env['utm.campaign']._fields['economic_source']._description_selection(self.env)
        )
        return f'{dict(sources)[model._name]}: {describe(model, domain)}'

    def _classified_sql(self, model, domain, campaign, basis, lists):
        """Return the same with what would happen to each: `reason` is a state, or already.

        Of other modules' tables only these columns are read, all at once; the ORM would need a
        record for each of 100,000 companies.
        """
        self._flush_what_is_read()
        visible = self.env['res.partner'].with_context(active_test=False)._search([])
        email = SQL('p.email_normalized')
        return SQL(
            """
            SELECT c.partner_id, c.invoice_id, c.rows, m.id AS member_id,
                   CASE WHEN c.partner_id IS NULL THEN 'unlinked'
                        WHEN m.state = 'added' THEN 'already'
                        WHEN m.state = 'opted_out' THEN 'opted_out'
                        WHEN NOT p.active THEN 'archived'
                        WHEN %(mailed)s AND COALESCE(p.email_normalized, '') = '' THEN 'no_email'
                        WHEN %(mailed)s AND %(blacklisted)s THEN 'blacklisted'
                        WHEN %(mailed)s AND %(opted_out)s THEN 'opted_out'
                        WHEN %(basis)s = 'customer' AND NOT EXISTS (
                             SELECT FROM economic_figures f
                              WHERE f.partner_id = c.partner_id AND f.company_id = %(company)s
                                AND f.invoice_count > 0) THEN 'no_basis'
                        ELSE 'added' END AS reason
              FROM (%(candidates)s) c
         LEFT JOIN res_partner p ON p.id = c.partner_id
         LEFT JOIN economic_campaign_member m
                ON m.partner_id = c.partner_id AND m.campaign_id = %(campaign)s
               AND m.company_id = %(company)s
             WHERE c.partner_id IS NULL OR c.partner_id IN %(visible)s
            """,
            candidates=self._candidates_sql(model, domain),
            mailed=basis != 'none',
            basis=basis,
            blacklisted=SQL(
                'EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = %s)', email
            ),
            opted_out=self._opted_out_sql(email, lists),
            campaign=campaign.id or 0,
            company=self.env.company.id,
            visible=visible.subselect(),
        )

    def _flush_what_is_read(self):
        self.flush_model()
        for name in ('res.partner', 'mail.blacklist', 'mailing.subscription', 'mailing.contact'):
            self.env[name].flush_model()

    def _opted_out_sql(self, email, lists):
        """Return whether an address opted out of one of the lists; of any list if none is given."""
        return SQL(
            'EXISTS (SELECT FROM mailing_subscription o JOIN mailing_contact k'
            ' ON k.id = o.contact_id WHERE o.opt_out AND k.email_normalized = %s %s)',
            email,
            SQL('AND o.list_id = ANY(%s)', lists.ids) if lists else SQL(),
        )

    def _count(self, model, domain, campaign, basis, lists):
        """Return {reason: (companies, records)}."""
        rows = self.env.execute_query(
            SQL(
                'SELECT reason, count(*), sum(rows)::bigint FROM (%s) x GROUP BY reason',
                self._classified_sql(model, domain, campaign, basis, lists),
            )
        )
        return {reason: (companies, records) for reason, companies, records in rows}

    # === PUTTING THEM IN === #

    def _put(self, model, domain, campaign, basis, lists, why, by_filter=False):
        """Put the companies found into the campaign, each as a member or with why not.

        :return: {reason: companies}
        """
        cr = self.env.cr
        found = self._classified_sql(model, domain, campaign, basis, lists)
        self.env.flush_query(found)
        cr.execute(SQL('CREATE TEMPORARY TABLE economic_campaign_now ON COMMIT DROP AS %s', found))
        values = {
            'basis': basis,
            'why': why,
            'by_filter': by_filter,
            'uid': self.env.uid,
            'now': cr.now(),
        }
        cr.execute(
            SQL(
                """
                UPDATE economic_campaign_member m
                   SET state = n.reason, basis = %(basis)s, why = %(why)s, since = %(now)s,
                       invoice_id = n.invoice_id, user_id = %(uid)s, by_filter = %(by_filter)s,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM economic_campaign_now n
                 WHERE m.id = n.member_id AND n.reason <> 'already'
                   AND m.state IS DISTINCT FROM n.reason
                """,
                **values,
            )
        )
        cr.execute(
            SQL(
                """
                INSERT INTO economic_campaign_member
                            (campaign_id, partner_id, company_id, state, basis, why, invoice_id,
                             since, user_id, by_filter,
                             create_uid, create_date, write_uid, write_date)
                SELECT %(campaign)s, n.partner_id, %(company)s, n.reason, %(basis)s, %(why)s,
                       n.invoice_id, %(now)s, %(uid)s, %(by_filter)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM economic_campaign_now n
                 WHERE n.member_id IS NULL AND n.reason <> 'unlinked'
           ON CONFLICT DO NOTHING
                """,
                campaign=campaign.id,
                company=self.env.company.id,
                **values,
            )
        )
        cr.execute('SELECT reason, count(*) FROM economic_campaign_now GROUP BY reason')
        counts = dict(cr.fetchall())
        cr.execute('DROP TABLE economic_campaign_now')
        self.invalidate_model()
        self.env['res.partner'].invalidate_model(['economic_member_ids'])
        self.env['utm.campaign'].invalidate_model(['economic_member_ids'])
        return counts

    def _let_go_sql(self, model, domain, campaign, company):
        """Return the UPDATE that lets go of whom the filter brought in and no longer finds."""
        return SQL(
            """
            UPDATE economic_campaign_member m
               SET state = 'left', write_uid = %(uid)s, write_date = %(now)s
             WHERE m.campaign_id = %(campaign)s AND m.company_id = %(company)s
               AND m.by_filter AND m.state <> 'left' AND m.state <> 'opted_out'
               AND NOT EXISTS (
                   SELECT FROM (%(candidates)s) c WHERE c.partner_id = m.partner_id)
            """,
            uid=self.env.uid,
            now=self.env.cr.now(),
            campaign=campaign.id,
            company=company.id,
            candidates=self._candidates_sql(model, domain),
        )

    # === SENDING === #

    def _get_opted_out_emails(self, campaign):
        """Return the addresses that opted out of the lists which the campaign respects.

        Mailings of other campaigns are as Odoo makes them.
        """
        # In sudo mode: who may not be mailed does not depend on who sends.
        if not self.sudo().search_count([('campaign_id', '=', campaign.id)], limit=1):
            return set()
        # In sudo mode: the one who sends need not see who opted out of what.
        subscriptions = self.env['mailing.subscription'].sudo()
        domain = [('opt_out', '=', True)]
        # In sudo mode: the lists are the campaign's, whoever sends.
        if lists := campaign.sudo().economic_list_ids:
            domain.append(('list_id', 'in', lists.ids))
        return set(subscriptions.search(domain).contact_id.mapped('email_normalized')) - {False}

    # === MERGING === #

    def _merge_members(self, survivor, sources):
        """Let the memberships of merged partners follow to the one that stays.

        In a campaign that several of them are in, one row stays: with the strongest of their states
        (an opt-out of one is an opt-out of all) and the narrowest legal basis.

        :return: the rows as they were, {id: values}, for an undo
        """
        # In sudo mode: memberships of all companies follow, whoever merges.
        members = self.sudo().search([('partner_id', 'in', (survivor | sources).ids)])
        before = {row['id']: row for row in members.read(load=None)}
        by_campaign = members.grouped(lambda member: (member.campaign_id, member.company_id))
        for rows in by_campaign.values():
            kept = (
                rows.filtered(lambda member: member.partner_id == survivor)[:1]
                or rows.sorted('since')[:1]
            )
            state = min(rows.mapped('state'), key=STRENGTH.index)
            basis = min(rows.mapped('basis'), key=BASIS_STRENGTH.index)
            # Who was added by hand stays when the filter no longer finds the company.
            by_filter = all(rows.mapped('by_filter'))
            (rows - kept).unlink()
            kept.write(
                {
                    'partner_id': survivor.id,
                    'state': state,
                    'basis': basis,
                    'by_filter': by_filter,
                }
            )
        return before
