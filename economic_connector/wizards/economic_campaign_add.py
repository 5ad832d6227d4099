from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql

REASONS = (
    'added', 'already', 'no_email', 'blacklisted', 'opted_out', 'archived', 'no_basis', 'unlinked',
)  # fmt: skip
NAMED = 3  # of the selected rows, in words


def _number(label):
    return fields.Integer(label, compute='_compute_counts')


class EconomicCampaignAdd(models.TransientModel):
    """Add the companies behind a list to a campaign: first counted, then done."""

    _name = 'economic.campaign.add'
    _description = "Add to Campaign"

    source = fields.Selection(
        lambda self: self._options_of('utm.campaign', 'economic_source'),
        required=True,
        readonly=True,
    )
    domain = fields.Char(readonly=True, help="What the list is filtered by.")
    selected_ids = fields.Json(readonly=True)
    selected_count = fields.Integer(compute='_compute_totals')
    matching_count = fields.Integer(compute='_compute_totals')
    scope = fields.Selection(
        [('selected', "What is selected"), ('all', "All that match the filter")],
        "Which",
        required=True,
        default='selected',
    )
    in_words = fields.Char(compute='_compute_totals')

    campaign_id = fields.Many2one('utm.campaign')
    new_campaign = fields.Char("Or a New One")
    basis = fields.Selection(
        lambda self: self._options_of('economic.campaign.member', 'basis'),
        "Why May We Contact Them?",
        required=True,
        default='customer',
    )
    list_ids = fields.Many2many(
        'mailing.list',
        string="Respect Opt-outs of",
        compute='_compute_list_ids',
        store=True,
        readonly=False,
        help="If none is chosen, an opt-out of any list counts.",
    )
    sync = fields.Selection(
        [('no', "Only now"), ('add', "Add who comes to match"),
         ('both', "Add who comes to match, remove who no longer does")],
        "Later On", required=True, default='no',
    )  # fmt: skip
    done = fields.Boolean(readonly=True)
    result = fields.Json(readonly=True)

    company_count = _number("Companies")
    added_count = _number("Will Be Added")
    already_count = _number("Already In")
    no_email_count = _number("No E-mail")
    blacklisted_count = _number("Blacklisted")
    opted_out_count = _number("Opted Out")
    archived_count = _number("Archived")
    no_basis_count = _number("No Legal Basis")
    unlinked_count = _number("Rows without a Company")

    @api.model
    def _options_of(self, model, name):
        return self.env[model]._fields[name]._description_selection(self.env)

    @api.model
    def _open(self, records):
        """Open the dialog for the selected records of a list, or all that its filter finds.

        The web client hands over no more ids than a limit; what is beyond it is in the domain.
        """
        domain = self.env.context.get('active_domain')
        # In sudo mode: nobody else may read how many ids the web client hands over.
        limit = int(self.env['ir.config_parameter'].sudo().get_param('web.active_ids_limit', 20000))
        everything = domain is not None and (
            len(records) >= limit or len(records) == records.search_count(domain)
        )
        wizard = self.create(
            {
                'source': records._name,
                'domain': repr(domain) if domain is not None else False,
                'selected_ids': records.ids,
                'scope': 'all' if everything else 'selected',
                'campaign_id': self.env.context.get('economic_campaign_id', False),
            }
        )
        return wizard._reopen()

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Add to Campaign"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    # === WHAT IT IS ABOUT === #

    def _get_model(self):
        # What is selected counts even if it is archived; what a filter finds is as in the list.
        return self.env[self.source].with_context(active_test=self.scope == 'all')

    def _get_domain(self):
        if self.scope == 'all' and self.domain:
            return literal_eval(self.domain)
        return [('id', 'in', self.selected_ids or [])]

    @api.depends('source', 'domain', 'selected_ids', 'scope')
    def _compute_totals(self):
        for wizard in self:
            model = self.env[wizard.source]
            wizard.selected_count = len(wizard.selected_ids or ())
            wizard.matching_count = (
                model.search_count(literal_eval(wizard.domain)) if wizard.domain else 0
            )
            if wizard.scope == 'all':
                wizard.in_words = self.env['economic.campaign.member']._in_words(
                    model, literal_eval(wizard.domain or '[]')
                )
                continue
            wizard.in_words = wizard._get_selection_in_words(model)

    def _get_selection_in_words(self, model):
        """Name what was selected; many rows are told better by the filter they were found with."""
        ids = self.selected_ids or []
        domain = Domain(literal_eval(self.domain or '[]'))
        if len(ids) > NAMED and not domain.is_true():
            words = self.env['economic.campaign.member']._in_words(model, domain)
            return self.env._("Selected from %s", words)
        if 'invoice' not in model._name:
            # Each member has its own name; those of the others are none of its business.
            sources = dict(self._options_of('utm.campaign', 'economic_source'))
            return self.env._("Selected in the list: %s", sources[model._name])
        names = ', '.join(model.browse(ids[:NAMED]).mapped('display_name'))
        return self.env._("Selected: %s", names) + (' …' if len(ids) > NAMED else '')

    @api.onchange('new_campaign')
    def _onchange_new_campaign(self):
        """Take the campaign of this name that is there already, instead of making a second one."""
        name = (self.new_campaign or '').strip()
        same = name and self.env['utm.campaign'].search(
            [('title', '=ilike', escape_psql(name))], limit=1
        )
        if same:
            self.campaign_id, self.new_campaign = same, False
        elif name:
            self.campaign_id = False

    @api.onchange('campaign_id')
    def _onchange_campaign_id(self):
        """Add to the one that was chosen last."""
        if self.campaign_id:
            self.new_campaign = False

    @api.depends('campaign_id')
    def _compute_list_ids(self):
        for wizard in self:
            wizard.list_ids = wizard.campaign_id.economic_list_ids

    @api.depends('source', 'scope', 'campaign_id', 'basis', 'list_ids', 'done')
    def _compute_counts(self):
        for wizard in self:
            if wizard.done:
                counts = wizard.result
            else:
                counts = {
                    reason: records if reason == 'unlinked' else companies
                    for reason, (companies, records) in wizard._count().items()
                }
            for reason in REASONS:
                wizard[f'{reason}_count'] = counts.get(reason, 0)
            wizard.company_count = sum(counts.get(reason, 0) for reason in REASONS[:-1])

    def _count(self):
        members = self.env['economic.campaign.member']
        members.check_access('read')
        return members._count(
            self._get_model(), self._get_domain(), self.campaign_id._origin, self.basis,
            self.list_ids._origin,
        )  # fmt: skip

    # === DOING IT === #

    def action_add(self):
        """Put the companies into the campaign and show what became of each."""
        self.ensure_one()
        self.check_access('write')
        members = self.env['economic.campaign.member']
        members.check_access('write')
        if not self.campaign_id and not self.new_campaign:
            raise UserError(self.env._("Choose a campaign, or type the name of a new one."))
        if not self.campaign_id:
            self.campaign_id = self.env['utm.campaign'].create({'title': self.new_campaign})
        campaign = self.campaign_id
        campaign.economic_list_ids = self.list_ids
        # Single rows are no filter that a campaign could follow.
        by_filter = self.sync != 'no' and self.scope == 'all'
        if by_filter:
            campaign.write(
                {
                    'economic_sync': self.sync,
                    'economic_source': self.source,
                    'economic_domain': repr(self._get_domain()),
                    'economic_basis': self.basis,
                    'economic_company_id': self.env.company.id,
                }
            )
        unlinked = self.unlinked_count
        counts = members._put(
            self._get_model(), self._get_domain(), campaign, self.basis, self.list_ids,
            self.in_words, by_filter,
        )  # fmt: skip
        self.write({'done': True, 'result': counts | {'unlinked': unlinked}})
        return self._reopen()

    def action_open(self):
        """Open the companies of the state that the context names."""
        self.ensure_one()
        self.check_access('read')
        state = self.env.context.get('economic_state') or 'added'
        return self.campaign_id._open_economic_members([state])

    def action_open_campaign(self):
        """Open the campaign."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'utm.campaign',
            'res_id': self.campaign_id.id,
            'views': [(False, 'form')],
        }
