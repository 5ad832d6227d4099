from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .asking import asks
from .connection import allowed_service_url


class EconomicAgreement(models.Model):
    """A connection to the books of one company in e-conomic."""

    _name = 'economic.agreement'
    _description = "e-conomic Agreement"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _check_company_auto = True
    _order = 'company_id, id'

    name = fields.Char(required=True, default="e-conomic", tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        "Our Company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    api_type = fields.Selection(
        [('rest', "Tokens (REST)"), ('demo', "Demo data")],
        string="Access By",
        required=True,
        default='rest',
        tracking=True,
    )
    agreement_number = fields.Integer(
        help="As shown in e-conomic at the top right. Test connection refuses any other.",
        tracking=True,
    )
    service_url = fields.Char(
        string="Service Address",
        groups='base.group_system',
        help="Only for tests: a loopback address that answers like e-conomic.",
    )
    app_secret_token = fields.Char(
        "Stored App Secret Token", groups=fields.NO_ACCESS, copy=False, exportable=False
    )
    agreement_grant_token = fields.Char(
        "Stored Agreement Grant Token", groups=fields.NO_ACCESS, copy=False, exportable=False
    )
    # What is typed in is never stored: it travels in the context of the button's call.
    new_app_secret_token = fields.Char("App Secret Token", store=False, exportable=False)
    new_agreement_grant_token = fields.Char("Agreement Grant Token", store=False, exportable=False)
    access_hint = fields.Char("Access", compute='_compute_access_hint')
    access_date = fields.Datetime("Access Set On", readonly=True, copy=False)
    connection_state = fields.Selection(
        [('new', "Not connected"), ('connected', "Connected"), ('stopped', "Stopped")],
        readonly=True,
        default='new',
        copy=False,
    )
    connection_message = fields.Char(readonly=True, copy=False)
    connection_date = fields.Datetime("Last Contact", readonly=True, copy=False)
    base_currency_id = fields.Many2one('res.currency', readonly=True, copy=False)

    own_companies_only = fields.Boolean(
        "Keep Imported Companies to This Company",
        help="Otherwise companies made by an import are shared by all of your companies.",
    )
    lang = fields.Selection(
        lambda self: self.env['res.lang'].get_installed(),
        string="Language",
        default=lambda self: self._default_lang(),
        help="Language of the companies that an import creates.",
    )
    create_companies = fields.Boolean(
        "Create Companies by Schedule",
        default=True,
        help="Scheduled runs create a company for a debtor that nothing in Odoo resembles, "
        "once a person has started a first import.",
    )
    stale_days = fields.Integer(
        "Stale After (Days)",
        default=2,
        help="A company's tab warns when its copy is older than this.",
    )
    scheduled = fields.Boolean(
        "Synchronize by Schedule",
        default=True,
        tracking=True,
        help="Begins with the first import that a person has started.",
    )
    first_import_date = fields.Datetime(readonly=True, copy=False)

    # One runner at a time: see `economic.run`.
    lease_owner = fields.Char(readonly=True, copy=False)
    lease_until = fields.Datetime(readonly=True, copy=False)
    lease_since = fields.Datetime(readonly=True, copy=False)
    lease_user_id = fields.Many2one('res.users', readonly=True, copy=False)
    fence = fields.Integer(readonly=True, copy=False, default=0)

    stream_ids = fields.One2many('economic.stream', 'agreement_id')
    run_ids = fields.One2many('economic.run', 'agreement_id')
    last_run_id = fields.Many2one('economic.run', compute='_compute_counts')
    debtor_count = fields.Integer(compute='_compute_counts')
    invoice_count = fields.Integer(compute='_compute_counts')
    review_count = fields.Integer("To Review", compute='_compute_counts')
    quarantine_count = fields.Integer("Need a Look", compute='_compute_counts')
    amount_open_base = fields.Monetary(
        "Open", compute='_compute_counts', currency_field='base_currency_id'
    )
    amount_overdue_base = fields.Monetary(
        "Overdue", compute='_compute_counts', currency_field='base_currency_id'
    )
    synced_at = fields.Datetime("Synchronized", compute='_compute_counts')
    next_sync = fields.Datetime("Next Run", compute='_compute_next_sync')

    _number_uniq = models.UniqueIndex(
        '(company_id, agreement_number) WHERE agreement_number > 0',
        "This company is already connected to that agreement number.",
    )

    @api.model
    def _default_lang(self):
        installed = [code for code, _name in self.env['res.lang'].get_installed()]
        return 'da_DK' if 'da_DK' in installed else self.env.lang or 'en_US'

    # === COMPUTE METHODS === #

    @api.depends('access_date', 'api_type')
    @api.depends_context('lang', 'tz')
    def _compute_access_hint(self):
        for agreement in self:
            agreement.access_hint = agreement._get_access_hint()

    def _compute_counts(self):
        today = fields.Date.context_today(self)
        in_agreement = Domain('agreement_id', 'in', self.ids)
        debtors = dict(
            self.env['economic.debtor']._read_group(in_agreement, ['agreement_id'], ['__count'])
        )
        reviews = dict(
            self.env['economic.debtor']._read_group(
                in_agreement & Domain('match_state', '=', 'review'), ['agreement_id'], ['__count']
            )
        )
        invoices = dict(
            self.env['economic.invoice']._read_group(in_agreement, ['agreement_id'], ['__count'])
        )
        opened = dict(
            self.env['economic.invoice']._read_group(
                in_agreement & Domain('amount_residual', '!=', 0),
                ['agreement_id'],
                ['amount_residual_base:sum'],
            )
        )
        overdue = dict(
            self.env['economic.invoice']._read_group(
                in_agreement & Domain('amount_residual', '>', 0) & Domain('date_due', '<', today),
                ['agreement_id'],
                ['amount_residual_base:sum'],
            )
        )
        # In sudo mode: users see that something needs a look, managers see what.
        quarantined = dict(
            self.env['economic.quarantine']
            .sudo()
            ._read_group(in_agreement & Domain('state', '=', 'open'), ['agreement_id'], ['__count'])
        )
        last_runs = dict(
            self.env['economic.run']
            .sudo()
            ._read_group(
                in_agreement & Domain('kind', '!=', 'review'), ['agreement_id'], ['id:max']
            )
        )
        synced = dict(
            self.env['economic.stream']
            .sudo()
            ._read_group(in_agreement, ['agreement_id'], ['synced_at:max'])
        )
        for agreement in self:
            agreement.debtor_count = debtors.get(agreement, 0)
            agreement.review_count = reviews.get(agreement, 0)
            agreement.invoice_count = invoices.get(agreement, 0)
            agreement.amount_open_base = opened.get(agreement, 0)
            agreement.amount_overdue_base = overdue.get(agreement, 0)
            agreement.quarantine_count = quarantined.get(agreement, 0)
            agreement.last_run_id = last_runs.get(agreement, False)
            agreement.synced_at = synced.get(agreement, False)

    def _compute_next_sync(self):
        for agreement in self:
            agreement.next_sync = (
                agreement._is_scheduled() and agreement._get_crons('sync').nextcall
            )

    @api.constrains('service_url')
    def _check_service_url(self):
        for agreement in self:
            if agreement.service_url and not allowed_service_url(agreement.service_url):
                raise ValidationError(
                    self.env._(
                        "A service address must be a loopback address, and only a server with "
                        "economic_connector_loopback in its configuration uses one."
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        for agreement in agreements:
            agreement._create_crons()
        return agreements

    def unlink(self):
        self._get_crons().unlink()
        return super().unlink()

    # === ACTIONS === #

    def action_import(self):
        self.ensure_one()
        self.check_access('write')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_debtor_import'
        )
        action['context'] = {'default_agreement_id': self.id}
        return action

    @asks
    def action_sync_now(self):
        """Begin a run that fetches what changed, without waiting for the schedule."""
        self.ensure_one()
        self.check_access('write')
        self._check_wait_of_person()
        run = self.env['economic.run']._get_working(self) or self.env['economic.run']._begin(
            self, 'sync'
        )
        self._wake()
        return run._get_form_action()

    def _get_list_action(self, xmlid, domain=(), access='read'):
        self.ensure_one()
        self.check_access(access)
        action = self.env['ir.actions.act_window']._for_xml_id(f'economic_connector.{xmlid}')
        action['domain'] = Domain('agreement_id', '=', self.id) & Domain(domain)
        action['context'] = {}
        return action

    def action_open_debtors(self):
        return self._get_list_action('action_economic_debtor')

    def action_open_invoices(self):
        return self._get_list_action('action_economic_invoice')

    def action_open_reviews(self):
        queue = [('match_state', '=', 'review')]
        if self.has_access('write'):
            return self._get_list_action('action_economic_review', queue)
        return self._get_list_action('action_economic_debtor', queue)

    def action_open_unpaid(self):
        return self._get_list_action('action_economic_invoice', [('amount_residual', '!=', 0)])

    def action_open_overdue(self):
        return self._get_list_action('action_economic_invoice', [('is_overdue', '=', True)])

    def action_open_quarantine(self):
        return self._get_list_action(
            'action_economic_quarantine', [('state', '=', 'open')], access='write'
        )

    def action_open_runs(self):
        return self._get_list_action('action_economic_run', access='write')
