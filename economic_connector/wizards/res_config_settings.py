from odoo import api, fields, models
from odoo.exceptions import UserError

MANAGER = 'economic_connector.group_economic_manager'


class ResConfigSettings(models.TransientModel):
    """The company's default agreement; the agreement's own form has all of it."""

    _inherit = 'res.config.settings'

    economic_agreement_id = fields.Many2one(
        'economic.agreement', compute='_compute_economic_agreement_id', groups=MANAGER
    )
    economic_agreement_number = fields.Integer(
        "e-conomic Agreement Number",
        compute='_compute_economic_agreement_number',
        readonly=False,
        store=True,
        groups=MANAGER,
    )
    # What is typed in is never stored: it travels in the context of the button's call.
    economic_app_secret_token = fields.Char("App Secret Token", store=False, groups=MANAGER)
    economic_agreement_grant_token = fields.Char(
        "Agreement Grant Token", store=False, groups=MANAGER
    )
    economic_access_hint = fields.Char(related='economic_agreement_id.access_hint', groups=MANAGER)
    economic_connection_state = fields.Selection(
        related='economic_agreement_id.connection_state', groups=MANAGER
    )
    economic_connection_message = fields.Char(
        related='economic_agreement_id.connection_message', groups=MANAGER
    )
    economic_api_type = fields.Selection(related='economic_agreement_id.api_type', groups=MANAGER)
    economic_first_import_date = fields.Datetime(
        related='economic_agreement_id.first_import_date', groups=MANAGER
    )
    economic_next_sync = fields.Datetime(related='economic_agreement_id.next_sync', groups=MANAGER)
    economic_review_count = fields.Integer(
        related='economic_agreement_id.review_count', groups=MANAGER
    )

    @api.depends('company_id')
    def _compute_economic_agreement_id(self):
        for settings in self:
            settings.economic_agreement_id = settings._get_economic_agreement()

    @api.depends('company_id')
    def _compute_economic_agreement_number(self):
        for settings in self:
            settings.economic_agreement_number = settings._get_economic_agreement().agreement_number

    def _get_economic_agreement(self):
        return self.env['economic.agreement'].search(
            [('company_id', '=', self.company_id.id)], limit=1, order='api_type DESC, id'
        )

    def set_values(self):
        super().set_values()
        if not self.env.user.has_group(MANAGER):
            return
        agreement = self._get_economic_agreement()
        if agreement and agreement.agreement_number != self.economic_agreement_number:
            agreement.agreement_number = self.economic_agreement_number

    def action_economic_connect(self):
        """Store the typed-in access on the company's agreement and test it."""
        self.ensure_one()
        agreement = self._get_economic_agreement()
        if not agreement or agreement.api_type == 'demo':
            agreement = self.env['economic.agreement'].create({'company_id': self.company_id.id})
        if self.economic_agreement_number:
            agreement.agreement_number = self.economic_agreement_number
        return agreement.action_save_access()

    def action_economic_test(self):
        self.ensure_one()
        return self._get_economic_agreement().action_test_connection()

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
