from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..licence import GRACE, PUBLIC_KEYS, Verdict, judge
from . import vault
from .economic_agreement_connection import LICENCE

MANAGER = 'economic_connector.group_economic_manager'
# The clock is noted at most this often: the row is the one that runners take turns on.
NOTE_EVERY = timedelta(hours=1)
# The demo needs no key.
FREE = 'free'
FINE = (FREE, 'valid')


class EconomicAgreement(models.Model):
    """The licence: without one nothing is loaded or synchronized, what is here stays readable.

    Test connection alone works without it: it tells the agreement number that a key is made for.
    """

    _inherit = 'economic.agreement'

    licence_key = fields.Text(groups=MANAGER, copy=False)
    # Only ever moves forward, by the server's own clock.
    licence_seen = fields.Datetime(groups=fields.NO_ACCESS, copy=False, exportable=False)
    licence_state = fields.Selection(
        [
            (FREE, "Not needed"),
            ('missing', "Missing"),
            ('invalid', "Not valid"),
            ('foreign', "For another agreement"),
            ('clock', "Clock turned back"),
            ('early', "Not valid yet"),
            ('valid', "Valid"),
            ('grace', "Ended, still works"),
            ('expired', "Ended"),
        ],
        string="Licence",
        compute='_compute_licence',
    )
    licence_until = fields.Date(compute='_compute_licence')
    licence_hint = fields.Char(compute='_compute_licence')

    @api.depends('licence_key', 'agreement_number', 'api_type')
    @api.depends_context('lang')
    def _compute_licence(self):
        for agreement in self:
            verdict = agreement._get_licence()
            agreement.licence_state = verdict.state
            agreement.licence_until = verdict.licence and verdict.licence.expires
            agreement.licence_hint = agreement._get_licence_hint(verdict)

    @api.onchange('licence_key')
    def _onchange_licence_key(self):
        if not self.agreement_number:
            self.agreement_number = self._get_licensed_number()

    def _get_licensed_number(self):
        """Return the number of the agreement that the licence key is for, 0 if it is none."""
        licence = self._get_licence().licence
        return licence.agreement if licence else 0

    # === THE GATE === #

    def _check_licence(self, number=None):
        """Let only those through who may load or synchronize now.

        :param number: the agreement that was reached; by default the one that is entered
        """
        verdict = self._get_licence(number)
        if verdict.state == FREE:
            return
        if not verdict.usable:
            raise UserError(self._get_licence_hint(verdict))
        if 'import' not in verdict.licence.features:
            raise UserError(self.env._("This licence key does not cover importing."))

    def _may_schedule(self):
        """Tell whether the licence lets scheduled runs begin."""
        verdict = self._get_licence()
        return verdict.state == FREE or (verdict.usable and 'schedule' in verdict.licence.features)

    def _warn_of_licence(self):
        """Ask the managers for a new key once the schedule needs one."""
        if self.scheduled and self.first_import_date and self.licence_state not in FINE:
            self._alert(self.env._("Licence of e-conomic"), self.licence_hint, LICENCE)

    def _note_time(self):
        """Remember the highest time that the clock has shown, so that turning it back is seen."""
        now = fields.Datetime.now()
        # In sudo mode: the column is closed to everybody.
        agreement = self.sudo()
        if not agreement.licence_seen or now > agreement.licence_seen + NOTE_EVERY:
            agreement.licence_seen = now

    def _get_licence(self, number=None):
        """Return what the licence key of this agreement is worth now."""
        if self.api_type == 'demo':
            return Verdict(FREE)
        # In sudo mode: users see the state, managers see the key.
        return judge(
            self.sudo().licence_key,
            number or self.agreement_number,
            fields.Datetime.now(),
            self._get_highest_time(),
            self._get_public_keys(),
        )

    def _get_highest_time(self):
        # In sudo mode: one clock for all agreements of this server, whosever they are.
        agreements = self.env['economic.agreement'].sudo().with_context(active_test=False)
        return agreements._read_group([], [], ['licence_seen:max'])[0][0]

    @api.model
    def _get_public_keys(self):
        """Return the publisher's public keys and those that the server's configuration adds."""
        added = vault.setting('ECONOMIC_CONNECTOR_LICENCE_KEYS').replace(',', ' ').split()
        return (*PUBLIC_KEYS, *added)

    # === WORDS === #

    def _get_licence_hint(self, verdict):
        """Return what a verdict means, in one or two sentences."""
        if verdict.usable or verdict.state == FREE:
            return self._get_usable_hint(verdict)
        return self.env._(
            "%s Nothing can be loaded or synchronized until then; everything that is here stays "
            "readable.",
            self._get_refusal(verdict),
        )

    def _get_usable_hint(self, verdict):
        if verdict.state == FREE:
            return self.env._("Demo data needs no licence.")
        company, until = verdict.licence.company, self._format_day(verdict.licence.expires)
        if verdict.state == 'grace':
            return self.env._(
                "The licence ended on %(until)s. Everything works until %(end)s: enter a new "
                "licence key before.",
                until=until,
                end=self._format_day(verdict.licence.expires + GRACE),
            )
        if 'schedule' not in verdict.licence.features:
            return self.env._(
                "Valid until %(until)s, for %(company)s. It covers imports by hand, no schedule.",
                until=until,
                company=company,
            )
        return self.env._("Valid until %(until)s, for %(company)s.", until=until, company=company)

    def _get_refusal(self, verdict):
        licence = verdict.licence
        if verdict.state == 'missing':
            return self.env._("Enter the licence key.")
        if verdict.state == 'invalid':
            if not self._get_public_keys():
                return self.env._(
                    "Licence keys cannot be checked: this copy of the app lacks its publisher's "
                    "public key (the README tells where it goes)."
                )
            return self.env._(
                "The licence key is not valid. Copy it once more, whole, from where you got it."
            )
        if verdict.state == 'foreign':
            return self.env._(
                "The licence key is for agreement %(licensed)s (%(company)s), not for this one. "
                "Enter the one of this agreement.",
                licensed=licence.agreement,
                company=licence.company,
            )
        if verdict.state == 'clock':
            return self.env._(
                "The clock of the server is behind: it was past %s before. Set it right.",
                format_datetime(self.env, self._get_highest_time(), dt_format='short'),
            )
        if verdict.state == 'early':
            return self.env._("The licence begins on %s.", self._format_day(licence.not_before))
        return self.env._(
            "The licence ended on %s. Enter a new licence key.", self._format_day(licence.expires)
        )

    def _format_day(self, day):
        return format_date(self.env, day)
