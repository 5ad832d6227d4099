from odoo import api, fields, models
from odoo.exceptions import UserError

CARRIED = (
    'with_contacts', 'with_deliveries', 'with_invoices', 'invoices_since', 'only_group_id',
    'only_barred', 'only_currency_id', 'only_country_id',
)  # fmt: skip


class EconomicScope(models.AbstractModel):
    """What an import brings in: kinds of record, and filters on the debtors.

    The dialog asks for it, the run carries it, and the agreement keeps what the last import that a
    person started was limited to, so that the schedule does not bring in what was left out.
    """

    _name = 'economic.scope'
    _description = "e-conomic Selection"

    with_debtors = fields.Boolean("Debtors", default=True)
    with_contacts = fields.Boolean("Contacts")
    with_deliveries = fields.Boolean("Delivery Addresses")
    with_invoices = fields.Boolean("Booked Invoices", default=True)
    invoices_since = fields.Date(
        "Since", help="Only invoices dated this day or later. Empty: all of them."
    )
    only_group_id = fields.Many2one('economic.reference', "Debtor Group")
    only_barred = fields.Selection(
        [('all', "All"), ('open', "Only debtors that are not barred"), ('barred', "Only barred")],
        "Barred",
        required=True,
        default='all',
    )
    only_currency_id = fields.Many2one(
        'res.currency', "Currency", context={'active_test': False}, help="The debtor's currency."
    )
    only_country_id = fields.Many2one(
        'res.country',
        "Country",
        help="A debtor without a country counts as one of your own country.",
    )

    @api.model
    def _get_carried(self, source):
        """Return the values of the selection of another record, for create or write."""
        return {
            name: source[name].id if source._fields[name].relational else source[name]
            for name in CARRIED
        }

    def _is_outside(self, debtor):
        """Tell whether the filters leave this debtor out."""
        self.ensure_one()
        if self.only_group_id and debtor.customer_group_id != self.only_group_id:
            return True
        if self.only_barred != 'all' and debtor.barred != (self.only_barred == 'barred'):
            return True
        if self.only_currency_id and debtor.currency_id != self.only_currency_id:
            return True
        if not self.only_country_id:
            return False
        own = debtor.company_id.country_id
        country = debtor.country_id if debtor.country_name else own
        return country != self.only_country_id


class EconomicAgreement(models.Model):
    _name = 'economic.agreement'
    _inherit = ['economic.agreement', 'economic.scope']


class EconomicRun(models.Model):
    _name = 'economic.run'
    _inherit = ['economic.run', 'economic.scope']

    changed_since = fields.Date(
        readonly=True, help="Only debtors changed in e-conomic since this day."
    )

    def _is_outside(self, debtor):
        if self.kind != 'import' and debtor.partner_id:
            return False  # What was imported once is kept in step.
        if self.changed_since and (
            not debtor.last_updated or debtor.last_updated.date() < self.changed_since
        ):
            return True
        return super()._is_outside(debtor)

    def _begin(self, agreement, kind, **values):
        run = super()._begin(agreement, kind)
        # In sudo mode: the schedule's runs are limited as the last import by a person was.
        run.write(self._get_carried(agreement.sudo()) | values)
        return run

    def action_narrow(self):
        """Open the dialog for another selection of the list that is loaded."""
        self._check_manager()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_debtor_import'
        )
        values = self._get_carried(self) | {
            'agreement_id': self.agreement_id.id, 'company_id': self.company_id.id,
            'run_id': self.id, 'with_debtors': self.with_debtors,
            'changed_since': self.changed_since,
        }  # fmt: skip
        action['context'] = {f'default_{name}': value for name, value in values.items()}
        return action

    def _change_selection(self, values):
        self._check_manager()
        if self.state not in ('loaded', 'tested'):
            raise UserError(self.env._("Load the list of debtors first."))
        # In sudo mode: runs are written by the engine alone; checked above.
        self.sudo().write(values | {'state': 'loaded'})
        self.sudo()._reset_plan()

    def action_start(self):
        result = super().action_start()
        if self.kind == 'import':
            # In sudo mode: checked above; the selection is the agreement's from now on.
            self.agreement_id.sudo().write(self._get_carried(self))
        return result
