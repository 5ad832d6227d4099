from odoo import api, fields, models
from odoo.tools import format_datetime

# What a licence means for the light, by its state; anything else must be put right.
LICENCE = {'free': 'fine', 'valid': 'fine', 'grace': 'look', 'early': 'look'}


class EconomicAgreement(models.Model):
    """The traffic light: what must be filled in, what may need attention, what is fine."""

    _inherit = 'economic.agreement'

    lights = fields.Json(compute='_compute_lights')

    @api.depends_context('lang', 'tz')
    def _compute_lights(self):
        for agreement in self:
            agreement.lights = agreement._get_lights()

    def _get_lights(self):
        """Return one line per area: its level (fill, look or fine), a sentence, and where it leads.

        That is a field of the form, on a page of it if there is one, or else an action of ours.
        """
        areas = {
            'connection': (self.env._("Connection"), self._light_connection()),
            'licence': (self.env._("Licence"), self._light_licence()),
            'matching': (self.env._("Matching"), self._light_matching()),
            'schedule': (self.env._("Schedule"), self._light_schedule()),
            'campaigns': (self.env._("Campaigns"), self._light_campaigns()),
        }
        return [
            {'area': area, 'label': label, 'level': level, 'text': text, 'id': self._origin.id}
            | where
            for area, (label, (level, text, where)) in areas.items()
        ]

    def _light_connection(self):
        where = {'field': 'agreement_number'}
        if self.connection_state == 'stopped':
            return 'look', self.connection_message, where
        if self.connection_state == 'connected':
            if self.missing_rights:
                return 'look', self.rights_hint, {'field': 'with_invoices', 'page': 'scope'}
            return 'fine', self.connection_message or self.env._("Connected"), where
        if self.connection_message:
            return 'fill', self.connection_message, where
        if self.api_type == 'demo' or self._has_stored_access():
            return 'look', self.env._("Not tested yet."), where
        secret = 'new_soap_password' if self.api_type == 'soap' else 'new_app_secret_token'
        return 'fill', self.env._("Enter how to reach e-conomic."), {'field': secret}

    def _light_licence(self):
        level = LICENCE.get(self.licence_state, 'fill')
        return level, self.licence_hint, {'field': 'licence_key'}

    def _light_matching(self):
        where = {'field': 'create_companies'}
        if self.review_count:
            text = self.env._("%s debtors to review.", self.review_count)
            return 'look', text, {'method': 'action_open_reviews'}
        if not self.debtor_count:
            return 'look', self.env._("Nothing to match yet: load the list of debtors."), where
        return 'fine', self.env._("Nothing to review."), where

    def _light_schedule(self):
        where = {'field': 'scheduled'}
        if not self.next_sync:
            return 'look', self.schedule_hint, where
        next_run = format_datetime(self.env, self.next_sync, dt_format='short')
        return 'fine', self.env._("Next run %s.", next_run), where

    def _light_campaigns(self):
        where = {'field': 'with_invoices', 'page': 'scope'}
        if not self.with_invoices:
            text = self.env._("Invoices are left out, so nobody can be chosen by purchases.")
            return 'look', text, where
        if not self.invoice_count:
            return 'look', self.env._("Purchases come with the first import."), where
        count = self.env['economic.figures'].search_count(
            [('company_id', '=', self.company_id.id), ('last_purchase', '!=', False)]
        )
        return 'fine', self.env._("%s companies can be chosen by what they bought.", count), where
