from odoo import api, fields, models
from odoo.exceptions import UserError

MANAGER = 'economic_connector.group_economic_manager'
# What the settings write on the company's agreement: name here -> name there.
WRITTEN = {
    'economic_api_type': 'api_type',
    'economic_agreement_number': 'agreement_number',
    'economic_app_public_token': 'app_public_token',
    'economic_licence_key': 'licence_key',
}


class ResConfigSettings(models.TransientModel):
    """The company's default agreement; the agreement's own form has all of it."""

    _inherit = 'res.config.settings'

    economic_agreement_id = fields.Many2one(
        'economic.agreement', compute='_compute_economic_agreement_id', groups=MANAGER
    )
    economic_api_type = fields.Selection(
        [('rest', "Tokens (REST)"), ('soap', "User-ID and password (SOAP)")],
        "Access By",
        compute='_compute_economic_api_type',
        readonly=False,
        store=True,
        groups=MANAGER,
    )
    economic_agreement_number = fields.Integer(
        "e-conomic Agreement Number",
        compute='_compute_economic_agreement_number',
        readonly=False,
        store=True,
        groups=MANAGER,
    )
    economic_app_public_token = fields.Char(
        "App Public Token",
        compute='_compute_economic_app_public_token',
        readonly=False,
        store=True,
        groups=MANAGER,
    )
    economic_licence_key = fields.Text(
        "Licence Key",
        compute='_compute_economic_licence_key',
        readonly=False,
        store=True,
        groups=MANAGER,
    )
    # What is typed in is never stored: it travels in the context of the button's call.
    economic_app_secret_token = fields.Char("App Secret Token", store=False, groups=MANAGER)
    economic_agreement_grant_token = fields.Char(
        "Agreement Grant Token", store=False, groups=MANAGER
    )
    economic_soap_user = fields.Char("User-ID", store=False, groups=MANAGER)
    economic_soap_password = fields.Char("Password", store=False, groups=MANAGER)
    economic_is_demo = fields.Boolean(compute='_compute_economic_agreement_id', groups=MANAGER)
    economic_access_hint = fields.Char(related='economic_agreement_id.access_hint', groups=MANAGER)
    economic_connection_state = fields.Selection(
        related='economic_agreement_id.connection_state', groups=MANAGER
    )
    economic_connection_message = fields.Char(
        related='economic_agreement_id.connection_message', groups=MANAGER
    )
    economic_rights_hint = fields.Char(related='economic_agreement_id.rights_hint', groups=MANAGER)
    economic_licence_state = fields.Selection(
        related='economic_agreement_id.licence_state', groups=MANAGER
    )
    economic_licence_hint = fields.Char(
        related='economic_agreement_id.licence_hint', groups=MANAGER
    )
    economic_lights = fields.Json(compute='_compute_economic_lights', groups=MANAGER)
    economic_create_companies = fields.Boolean(
        related='economic_agreement_id.create_companies', readonly=False, groups=MANAGER
    )
    economic_scheduled = fields.Boolean(
        related='economic_agreement_id.scheduled', readonly=False, groups=MANAGER
    )
    economic_with_invoices = fields.Boolean(
        related='economic_agreement_id.with_invoices', readonly=False, groups=MANAGER
    )
    economic_next_sync = fields.Datetime(related='economic_agreement_id.next_sync', groups=MANAGER)
    economic_next_open = fields.Datetime(related='economic_agreement_id.next_open', groups=MANAGER)
    economic_next_full = fields.Datetime(related='economic_agreement_id.next_full', groups=MANAGER)
    economic_schedule_hint = fields.Char(
        related='economic_agreement_id.schedule_hint', groups=MANAGER
    )

    @api.depends('company_id')
    def _compute_economic_agreement_id(self):
        for settings in self:
            settings.economic_agreement_id = settings._get_economic_agreement()
            settings.economic_is_demo = settings.economic_agreement_id.api_type == 'demo'

    # One method per field: of fields that share one, none is computed if any of them is given.

    @api.depends('company_id')
    def _compute_economic_api_type(self):
        for settings in self:
            settings.economic_api_type = settings._get_own_agreement().api_type or 'rest'

    @api.depends('company_id')
    def _compute_economic_agreement_number(self):
        for settings in self:
            settings.economic_agreement_number = settings._get_own_agreement().agreement_number

    @api.depends('company_id')
    def _compute_economic_app_public_token(self):
        for settings in self:
            settings.economic_app_public_token = settings._get_own_agreement().app_public_token

    @api.depends('company_id')
    def _compute_economic_licence_key(self):
        for settings in self:
            settings.economic_licence_key = settings._get_own_agreement().licence_key

    @api.depends('company_id')
    @api.depends_context('lang', 'tz')
    def _compute_economic_lights(self):
        for settings in self:
            agreement = settings._get_economic_agreement() or self.env['economic.agreement'].new(
                {'company_id': settings.company_id.id}
            )
            settings.economic_lights = agreement._get_lights()

    @api.onchange('economic_licence_key')
    def _onchange_economic_licence_key(self):
        licence = self.env['economic.agreement'].new({'licence_key': self.economic_licence_key})
        if not self.economic_agreement_number:
            self.economic_agreement_number = licence._get_licensed_number()

    def _get_economic_agreement(self):
        """Return the company's default agreement: the first one, of the demo only if no other."""
        company = self.company_id or self.env.company
        found = self.env['economic.agreement'].search([('company_id', '=', company.id)], order='id')
        return (found.filtered(lambda agreement: agreement.api_type != 'demo') or found)[:1]

    def _get_own_agreement(self):
        """Return the default agreement unless it is the demo: what is entered is not for that."""
        return self._get_economic_agreement().filtered(lambda found: found.api_type != 'demo')

    def set_values(self):
        result = super().set_values()
        if self.env.user.has_group(MANAGER):
            self._write_economic_agreement()
        return result

    def _write_economic_agreement(self):
        """Write what was changed here on the company's agreement; make it if there is none yet."""
        agreement = self._get_own_agreement()
        values = {of_agreement: self[name] for name, of_agreement in WRITTEN.items()}
        if not agreement:
            if not values['agreement_number'] and not values['licence_key']:
                return agreement
            return agreement.create(values | {'company_id': self.company_id.id})
        changed = {name: value for name, value in values.items() if agreement[name] != value}
        if changed:
            agreement.write(changed)
        return agreement

    def action_economic_connect(self):
        """Store the typed-in access on the company's agreement and test it."""
        return self._ensure_economic_agreement().action_save_access()

    def action_economic_get_access(self):
        """Open e-conomic's page for granting access to the company's agreement."""
        return self._ensure_economic_agreement().action_get_access()

    def action_confirm_identity(self, names=()):
        """Ask for the user's own Odoo password before stored secrets are changed."""
        return self._get_economic_agreement().action_confirm_identity(names)

    def _ensure_economic_agreement(self):
        self.ensure_one()
        return self._write_economic_agreement() or self.env['economic.agreement'].create(
            {'company_id': self.company_id.id, 'api_type': self.economic_api_type}
        )

    def action_economic_try_demo(self):
        self.ensure_one()
        return self.env['economic.agreement'].with_company(self.company_id).action_try_demo()

    def action_economic_import(self):
        """Open the import of the company's agreement."""
        self.ensure_one()
        return self._get_economic_agreement().action_import()

    def action_economic_open(self):
        """Open the agreement's own form."""
        self.ensure_one()
        if not self.economic_agreement_id:
            raise UserError(self.env._("Connect an agreement first."))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.agreement',
            'res_id': self.economic_agreement_id.id,
            'views': [(False, 'form')],
        }
