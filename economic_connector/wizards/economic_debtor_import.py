from odoo import api, fields, models
from odoo.exceptions import UserError


class EconomicDebtorImport(models.TransientModel):
    """The front door of a run: choose the agreement and what to bring in, and load the list; later
    also the place to narrow a list that is loaded.
    """

    _name = 'economic.debtor.import'
    _inherit = ['economic.scope']
    _description = "e-conomic Import"
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, default=lambda s: s.env.company)
    agreement_id = fields.Many2one(
        'economic.agreement',
        required=True,
        check_company=True,
        default=lambda self: self._default_agreement_id(),
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    run_id = fields.Many2one('economic.run', readonly=True, ondelete='cascade')
    changed_since = fields.Date(help="Only debtors changed in e-conomic since this day.")
    connection_state = fields.Selection(related='agreement_id.connection_state')
    connection_message = fields.Char(related='agreement_id.connection_message')
    licence_state = fields.Selection(related='agreement_id.licence_state')
    licence_hint = fields.Char(related='agreement_id.licence_hint')
    open_run_id = fields.Many2one('economic.run', compute='_compute_open_run_id')
    has_groups = fields.Boolean(compute='_compute_open_run_id')

    @api.model
    def _default_agreement_id(self):
        agreements = self.env['economic.agreement'].search(
            [('company_id', 'in', self.env.companies.ids)], limit=2
        )
        return agreements if len(agreements) == 1 else agreements.browse()

    @api.depends('agreement_id')
    def _compute_open_run_id(self):
        for wizard in self:
            of_agreement = [('agreement_id', '=', wizard.agreement_id.id)]
            wizard.open_run_id = self.env['economic.run'].search(
                [*of_agreement, ('kind', '=', 'import'),
                 ('state', 'in', ('loading', 'loaded', 'testing', 'tested', 'importing'))],
                limit=1,
            )  # fmt: skip
            wizard.has_groups = bool(
                self.env['economic.reference'].search_count(
                    [*of_agreement, ('kind', '=', 'customer_group')], limit=1
                )
            )

    @api.onchange('agreement_id')
    def _onchange_agreement_id(self):
        self.company_id = self.agreement_id.company_id or self.company_id
        if self.agreement_id and not self.run_id:
            self.update(self._get_carried(self.agreement_id))

    def _get_selection(self):
        names = ('with_debtors', 'changed_since')
        return self._get_carried(self) | {name: self[name] for name in names}

    def action_load(self):
        """Begin a run that loads the list of debtors, and open it."""
        self.ensure_one()
        return self.agreement_id._ask_for(self, 'action_load', EconomicDebtorImport._load)

    def _load(self):
        agreement = self.agreement_id
        agreement.check_access('write')
        if agreement.api_type != 'demo' and agreement.connection_state == 'new':
            raise UserError(self.env._("Test the connection of this agreement first."))
        run = self.env['economic.run']._begin(agreement, 'import', **self._get_selection())
        agreement._wake()
        return run._get_form_action()

    def action_narrow(self):
        """Give a list that is loaded another selection; Test shows what comes of it."""
        self.ensure_one()
        self.agreement_id.check_access('write')
        if not self.run_id:
            raise UserError(self.env._("Load the list of debtors first."))
        self.run_id._change_selection(self._get_selection())
        return self.run_id._get_form_action()

    def action_open_run(self):
        self.ensure_one()
        return self.open_run_id._get_form_action()
