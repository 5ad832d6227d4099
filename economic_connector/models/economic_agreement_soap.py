from odoo import fields, models
from odoo.exceptions import UserError

from . import vault

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

    def _get_secret_names(self):
        names = super()._get_secret_names()
        return (*names, *SOAP_SECRETS) if self.api_type == 'soap' else names

    def _get_secrets(self):
        """Return (agreement number, user-ID, password) for SOAP, or the tokens if these are set."""
        # In sudo mode: only code that talks to e-conomic reads the secrets.
        stored = [self.sudo()[name] for name in SOAP_SECRETS]
        if self.api_type != 'soap' or not all(stored):
            return super()._get_secrets()
        if not self.agreement_number:
            raise UserError(self.env._("Enter the agreement number of %s first.", self.name))
        try:
            user, password = (vault.decrypt(value) for value in stored)
        except vault.VaultError as error:
            raise UserError(self._vault_message(error)) from None
        return self.agreement_number, user, password
