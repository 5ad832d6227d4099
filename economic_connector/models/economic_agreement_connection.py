from odoo import api, fields, models
from odoo.exceptions import UserError

from . import vault
from .asking import asks
from .connection import user_errors

SECRETS = ('app_secret_token', 'agreement_grant_token')
# Causes of activities about an agreement as a whole; others are about single records.
STOPPED, LICENCE, MISSING = ALERTS = ('stopped', 'licence', 'missing')


class EconomicAgreement(models.Model):
    """How an agreement reaches e-conomic, and what it says when it cannot."""

    _inherit = 'economic.agreement'

    def action_save_access(self):
        """Store the tokens that came in the context of this call, encrypted, and test them."""
        return self._store_given().action_test_connection()

    def _store_access(self, given):
        try:
            values = {name: vault.encrypt(value) for name, value in given.items()}
        except vault.VaultError as error:
            raise UserError(self._vault_message(error)) from None
        # In sudo mode: the columns are closed to everybody.
        self.sudo().write(values | {'access_date': fields.Datetime.now()})

    @asks
    def action_test_connection(self):
        """Ask e-conomic who we are, and show the answer."""
        self.ensure_one()
        self.check_access('write')
        with user_errors(self.env), self._open_client(licensed=False) as client:
            info = client.fetch_agreement()
            self._check_agreement_number(info.agreement_number)
            refused = client.missing_rights(self._get_needed_kinds())
        self._learn(info)
        # In sudo mode: these fields are e-conomic's, nobody writes them by hand.
        self.sudo().missing_rights = ' '.join(refused) or False
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if refused else 'success',
                'title': self.env._("Connected to %s", info.company_name),
                'message': '. '.join(
                    hint for hint in (self.connection_message, self.rights_hint) if hint
                ),
                'sticky': bool(refused),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _check_agreement_number(self, number):
        if self.agreement_number and self.agreement_number != number:
            raise UserError(
                self.env._(
                    "This access opens agreement %(reached)s, but %(expected)s was entered. "
                    "Nothing was read. Correct the number, or enter the access of that agreement.",
                    reached=number,
                    expected=self.agreement_number,
                )
            )

    def _learn(self, info):
        """Keep what e-conomic said about the agreement."""
        currency = (
            self.env['res.currency']
            .with_context(active_test=False)
            .search([('name', '=', info.base_currency)], limit=1)
        )
        values = {
            'name': info.company_name or self.name,
            'agreement_number': info.agreement_number,
            'base_currency_id': currency.id,
            'connection_state': 'connected',
            'connection_message': self.env._(
                "Agreement %(number)s, base currency %(currency)s, user %(user)s",
                number=info.agreement_number,
                currency=info.base_currency,
                user=info.user_name or "–",
            ),
        }
        changed = {
            name: value
            for name, value in values.items()
            if (self[name].id if isinstance(self[name], models.Model) else self[name]) != value
        }
        # In sudo mode: these fields are e-conomic's, nobody writes them by hand.
        self.sudo().write(changed | {'connection_date': fields.Datetime.now()})

    def _get_secret_names(self):
        """Return the names of the secrets that open this agreement."""
        return () if self.api_type == 'demo' else SECRETS

    def _vault_message(self, error):
        messages = {
            'missing': self.env._(
                "Secrets cannot be stored: the server has no key for them. Put "
                "economic_connector_key into the Odoo configuration file (the README tells how)."
            ),
            'malformed': self.env._(
                "Secrets cannot be stored: economic_connector_key in the Odoo configuration file "
                "is not a valid key (the README tells how to make one)."
            ),
            'changed': self.env._(
                "The stored access cannot be read: economic_connector_key in the Odoo "
                "configuration is another than before. Put the old key back, or enter the "
                "access again."
            ),
        }
        return messages[str(error)]

    @api.model
    def action_try_demo(self):
        """Connect this company to demo data and open its import."""
        self.check_access('create')
        agreement = self.search(
            [('company_id', '=', self.env.company.id), ('api_type', '=', 'demo')], limit=1
        ) or self.create({'api_type': 'demo', 'name': self.env._("Demo company")})
        agreement.action_test_connection()
        return agreement.action_import()

    # === ALERTS === #

    def _stop(self, message):
        """Say on the agreement that it stopped, and ask the managers once to look."""
        self.ensure_one()
        # In sudo mode: the run may be driven by anybody who may import.
        agreement = self.sudo()
        agreement.write({'connection_state': 'stopped', 'connection_message': message})
        agreement._alert(self.env._("e-conomic has stopped"), message, STOPPED)

    def _alert(self, summary, message, cause):
        """Ask the managers to look, unless they have been asked for this and not answered yet.

        :param cause: one of `ALERTS`; other causes are of single records
        """
        # In sudo mode: the run may be driven by anybody who may import.
        agreement = self.sudo()
        if cause in agreement.activity_ids.mapped('economic_cause'):
            return
        managers = self.env.ref('economic_connector.group_economic_manager').all_user_ids
        for user in managers.filtered(
            lambda u: self.company_id in u.company_ids and not u._is_superuser()
        ):
            agreement.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=summary,
                note=message,
                user_id=user.id,
                economic_cause=cause,
            )
