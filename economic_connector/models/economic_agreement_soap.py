from odoo import fields, models
from odoo.exceptions import UserError

from .economic_agreement_connection import SECRETS

SOAP_SECRETS = ('soap_user', 'soap_password')


class EconomicAgreement(models.Model):
    """An agreement that is opened with a user's login, over SOAP."""

    _inherit = 'economic.agreement'

    api_type = fields.Selection(
        selection_add=[('soap', "User-ID and password (SOAP)")],
        ondelete={'soap': 'set default'},
    )
    soap_user = fields.Char("Stored User-ID", groups=fields.NO_ACCESS, copy=False, exportable=False)
    soap_password = fields.Char(
        "Stored Password", groups=fields.NO_ACCESS, copy=False, exportable=False
    )

    # What is typed in is never stored: it travels in the context of the button's call.
    new_soap_user = fields.Char("User-ID", store=False, exportable=False)
    new_soap_password = fields.Char("Password", store=False, exportable=False)

    def _get_stored_names(self):
        names = super()._get_stored_names()
        return (*names, *SOAP_SECRETS) if self.api_type == 'soap' else names

    def _get_secret_names(self):
        """Return the login for SOAP, or the tokens if these are there and no user-ID is."""
        # In sudo mode: only whether they are there is looked at.
        stored = self.sudo()
        tokens = any(stored[name] for name in SECRETS) and not stored.soap_user
        if self.api_type != 'soap' or tokens:
            return super()._get_secret_names()
        return SOAP_SECRETS

    def _get_secrets(self):
        """Return (agreement number, user-ID, password) for SOAP, or the two tokens."""
        if self._get_secret_names() != SOAP_SECRETS:
            return super()._get_secrets()
        if not self.agreement_number:
            raise UserError(self.env._("Enter the agreement number of %s first.", self.name))
        return self.agreement_number, *super()._get_secrets()
