from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..client import EconomicError
from . import asking, vault
from .connection import error_message, open_client, user_errors


class EconomicAgreement(models.Model):
    """What is not stored is asked for; then nothing runs by schedule."""

    _inherit = 'economic.agreement'

    asking_hint = fields.Char("Asked Each Time", compute='_compute_asking_hint')

    @api.depends('access_date', 'api_type')
    @api.depends_context('lang')
    def _compute_asking_hint(self):
        for agreement in self:
            asked = agreement._get_missing_secrets()
            agreement.asking_hint = asked and self.env._(
                "%s: not stored, so everybody is asked each time. Nothing runs by schedule.",
                format_list(self.env, [agreement._get_secret_labels()[name] for name in asked]),
            )

    # === WHICH SECRETS === #

    def _get_missing_secrets(self):
        """Return the names of the secrets that are needed and not stored."""
        self.ensure_one()
        # In sudo mode: only whether they are there is looked at.
        stored = self.sudo()
        return [name for name in self._get_secret_names() if not stored[name]]

    def _get_secret_labels(self):
        return {
            'app_secret_token': self.env._("App secret token"),
            'agreement_grant_token': self.env._("Agreement grant token"),
            'soap_user': self.env._("User-ID"),
            'soap_password': self.env._("Password"),
        }

    def _get_asking_reason(self):
        """Return the one sentence that says why somebody is asked."""
        names = {
            'app_secret_token': self.env._("the app secret token"),
            'agreement_grant_token': self.env._("the agreement grant token"),
            'soap_user': self.env._("the user-ID"),
            'soap_password': self.env._("the password"),
        }
        number = self.agreement_number
        return self.env._(
            "Odoo does not keep %(secrets)s of %(agreement)s, so it asks for it each time.",
            secrets=format_list(self.env, [names[name] for name in self._get_missing_secrets()]),
            agreement=f'{self.name} ({number})' if number else self.name,
        )

    # === TALKING TO E-CONOMIC === #

    def _get_secrets(self):
        """Return the secrets, stored or typed, in the order of their names.

        :raise SecretWanted: one is neither
        """
        typed = self.env.context.get(asking.CONTEXT)
        # In sudo mode: only code that talks to e-conomic reads the secrets.
        stored = self.sudo()
        secrets = []
        for name in self._get_secret_names():
            if stored[name]:
                secrets.append(self._decrypt(stored[name]))
            elif isinstance(typed, asking.Typed) and (secret := typed.get(self, name)):
                secrets.append(secret.reveal().strip())
            else:
                raise asking.SecretWanted(self)
        return tuple(secrets)

    def _decrypt(self, stored):
        try:
            return vault.decrypt(stored)
        except vault.VaultError as error:
            raise UserError(self._vault_message(error)) from None

    @contextmanager
    def _open_client(self, *, licensed=True):
        """Yield a client for this agreement.

        :param licensed: False to ask who is there, all that may be asked without a licence
        :raise UserError: there is no licence, or the stored tokens cannot be read
        :raise SecretWanted: a secret is not stored, and was not typed or is refused
        :raise WaitError: e-conomic asked for a pause that is not over
        """
        self._check_wait()
        if licensed:
            self._check_licence()
        try:
            with open_client(self) as client:
                yield client
        except EconomicError as error:
            if error.code in asking.REFUSED and self._get_missing_secrets():
                raise asking.SecretWanted(self, error) from None
            raise

    def _get_secret_refusal(self, error):
        if error.code.endswith('_malformed'):
            return error_message(self.env, error)
        return self.env._(
            "e-conomic did not accept this. Try again; if it is right, the rest of the "
            "agreement's access is wrong."
        )

    def _ask_for(self, records, name, work):
        """Do `work` with the records of a dialog; see `asking.ask_for`."""
        return asking.ask_for(records, name, work)

    def _wake(self, *, offline=False):
        """Let the work go on: by the scheduler, or by the page that has the secret.

        :raise SecretWanted: the page does not have it
        """
        if not self._get_missing_secrets():
            return super()._wake()
        if not offline:
            try:
                with user_errors(self.env), self._open_client() as client:
                    number = client.fetch_agreement().agreement_number
            except asking.SecretWanted as wanted:
                wanted.drives = True
                raise
            self._check_agreement_number(number)
        return None

    # === SCHEDULE === #

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._switch_crons()
        return agreements

    def write(self, vals):
        done = super().write(vals)
        if vals.keys() & self._get_columns_of_access():
            self._switch_crons()
        return done

    def _get_columns_of_access(self):
        return {'api_type', *self._get_secret_labels()}

    def _switch_crons(self):
        """Switch the scheduled actions off while a secret is asked for, and on when none is."""
        for agreement in self:
            active = not agreement._get_missing_secrets()
            crons = agreement._get_crons()
            if set(crons.mapped("active")) != {active}:
                crons.active = active

    def _is_scheduled(self):
        return super()._is_scheduled() and not self._get_missing_secrets()

    def _run_scheduled(self, kind):
        # An administrator may have switched the action on by hand.
        return None if self._get_missing_secrets() else super()._run_scheduled(kind)
