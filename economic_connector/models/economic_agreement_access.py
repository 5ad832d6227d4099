import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_datetime
from odoo.tools.i18n import format_list

from odoo.addons.base.models.res_users import check_identity

from . import vault
from .connection import grant_page

MANAGER = 'economic_connector.group_economic_manager'
IDENTITY = 10 * 60  # seconds that a password check is good for, as everywhere in Odoo
# Half told by its ending, unlike a token: people choose passwords.
PASSWORD = 'soap_password'
SHORT = 8  # characters; of fewer, the last four would tell too much


class EconomicAgreement(models.Model):
    """Who may change what is stored, how it is shown, and getting access at e-conomic itself."""

    _inherit = 'economic.agreement'

    app_public_token = fields.Char(
        copy=False,
        groups=MANAGER,
        help="Names the app on e-conomic's page for granting access. It is not secret.",
    )

    missing_rights = fields.Char(readonly=True, copy=False)
    rights_hint = fields.Char("Missing Rights", compute='_compute_rights_hint')

    @api.depends('missing_rights')
    @api.depends_context('lang')
    def _compute_rights_hint(self):
        labels = {
            'debtor': self.env._("debtors"),
            'contact': self.env._("contacts"),
            'delivery': self.env._("delivery addresses"),
            'invoice': self.env._("invoices"),
            'line': self.env._("invoice lines"),
            'open': self.env._("open amounts"),
        }
        for agreement in self:
            kinds = (agreement.missing_rights or '').split()
            agreement.rights_hint = bool(kinds) and self.env._(
                "e-conomic does not let this app read %s. Change the app's role in e-conomic, or "
                "leave them out under What Is Imported.",
                format_list(self.env, [labels[kind] for kind in kinds]),
            )

    def _get_needed_kinds(self):
        """Return the kinds of records that are read with what is switched on."""
        kinds = ['debtor']
        if self.with_contacts:
            kinds.append('contact')
        if self.with_deliveries:
            kinds.append('delivery')
        if self.with_invoices:
            kinds += ['invoice', 'line', 'open']
        return kinds

    # === WHAT IS STORED === #

    def _get_stored_names(self):
        """Return the names of the columns that the stored access of this agreement is in."""
        return ('app_secret_token', 'agreement_grant_token')

    def _has_stored_access(self, names=None):
        """Tell whether any of these secrets is stored, by default of all that there are."""
        # In sudo mode: the columns are closed to everybody.
        return any(self.sudo()[name] for name in names or self._get_stored_names())

    def _get_access_hint(self):
        """Return when the access was set and what it ends in, never more of it."""
        # In sudo mode: nobody may read a secret, its last four characters tell which it is.
        agreement = self.sudo()
        stored = {name: agreement[name] for name in self._get_stored_names() if agreement[name]}
        if not agreement.access_date or not stored:
            return False
        try:
            name, secret = [(name, vault.decrypt(text)) for name, text in stored.items()][-1]
        except vault.VaultError as error:
            return self._vault_message(error)
        date = format_datetime(self.env, agreement.access_date, dt_format='short')
        if name == PASSWORD or len(secret) < SHORT:
            return self.env._("set on %s", date)
        return self.env._("set on %(date)s, ends in …%(ending)s", date=date, ending=secret[-4:])

    # === CHANGING IT === #

    def _store_given(self):
        """Store the secrets that came in the context of this call; return self without them."""
        self.ensure_one()
        self.check_access('write')
        names = self._get_stored_names()
        given = {name: (self.env.context.get(name) or '').strip() for name in names}
        given = {name: value for name, value in given.items() if value}
        agreement = self.with_context(**dict.fromkeys(names))
        if given:
            agreement._check_new_access(list(given))
            agreement._store_access(given)
        return agreement

    def action_confirm_identity(self, names=()):
        """Ask for the user's own Odoo password before stored secrets are changed.

        :param names: of the secrets that are to be changed
        :return: the dialog that asks, or False if nothing has to be asked now
        """
        self.check_access('write')
        names = [name for name in names if name in self._get_stored_names()]
        if not names or not self._has_stored_access(names) or self._is_identity_confirmed():
            return False
        return self._identity_confirmed()

    @check_identity
    def _identity_confirmed(self):
        return {'type': 'ir.actions.act_window_close'}

    def _is_identity_confirmed(self):
        """Tell whether this user has just given the password; outside of a browser's session
        nobody could, and whoever works there has the server.
        """
        return not request or request.session.get('identity-check-last', 0) > time.time() - IDENTITY

    def _check_new_access(self, names):
        """Let only those change stored secrets who may, and who have proved who they are."""
        self.ensure_one()
        self.check_access('write')
        if names and self._has_stored_access(names) and not self._is_identity_confirmed():
            raise UserError(
                self.env._(
                    "Access that is stored is only changed after you have entered your own Odoo "
                    "password. Nothing was changed."
                )
            )

    # === E-CONOMIC'S OWN PAGE === #

    def action_get_access(self):
        """Open e-conomic's page, where a user of it grants access to this agreement; what was
        typed in comes in the context of this call and is stored first.
        """
        self._check_new_access(['agreement_grant_token'])
        agreement = self._store_given()
        # In sudo mode: the column is closed to everybody.
        if not agreement.sudo().app_secret_token or not agreement.app_public_token:
            raise UserError(
                self.env._(
                    "Enter the app's secret token and its public token first: e-conomic's page "
                    "asks for access for that app."
                )
            )
        return {
            'type': 'ir.actions.act_url',
            'url': f'/economic/access/{self.id}',
            'target': 'self',
        }

    def _get_grant_page(self):
        # In sudo mode: the address is hidden from managers, it is for tests only.
        return grant_page(self.sudo().service_url)

    def _take_grant(self, token):
        """Store the token that e-conomic's page has sent, and say what it opens."""
        self.ensure_one()
        self.check_access('write')
        self._store_access({'agreement_grant_token': token})
        try:
            self.action_test_connection()
        except UserError as error:
            # In sudo mode: what e-conomic answers is nobody's to write.
            self.sudo().write({'connection_state': 'new', 'connection_message': str(error)})
