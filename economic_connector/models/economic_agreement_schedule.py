from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_datetime

from ..client import WaitError

_lt = LazyTranslate(__name__)

# Kind of scheduled action -> its name, method and interval.
CRONS = {
    'sync': (_lt("e-conomic: synchronize %s"), '_cron_sync', 15, 'minutes'),
    'open': (_lt("e-conomic: open amounts of %s"), '_cron_open', 6, 'hours'),
    'full': (_lt("e-conomic: full check of %s"), '_cron_full', 1, 'days'),
}


class EconomicAgreement(models.Model):
    """One scheduled action per agreement and kind, so that agreements run side by side."""

    _inherit = 'economic.agreement'

    not_before = fields.Datetime(
        "Asked to Wait Until",
        readonly=True,
        copy=False,
        help="e-conomic asked for a pause; it is asked nothing before this time.",
    )

    def _get_wait(self):
        """Return for how many seconds e-conomic still asks us to wait, 0 if it does not."""
        if not self.not_before:
            return 0
        return max((self.not_before - fields.Datetime.now()).total_seconds(), 0)

    def _check_wait(self):
        """Refuse to ask e-conomic anything during the pause it asked for.

        :raise WaitError: with the rest of the pause
        """
        if seconds := self._get_wait():
            raise WaitError('rate_limited', "the pause is not over", seconds=seconds)

    def _note_wait(self, error):
        """Remember the pause that e-conomic asked for; whoever comes next keeps to it, too."""
        if error.code == 'rate_limited' and not self._get_wait():
            # In sudo mode: the run may be driven by anybody who may import. A second more, since
            # times are stored to the second.
            self.sudo().not_before = fields.Datetime.now() + timedelta(seconds=error.seconds + 1)

    def _check_wait_of_person(self):
        """Tell a person who wants a run now until when e-conomic asked us to wait."""
        if self._get_wait():
            raise UserError(
                self.env._(
                    "e-conomic asked us to wait until %s; the next run goes on by itself then.",
                    format_datetime(self.env, self.not_before, dt_format='short'),
                )
            )

    def _create_crons(self):
        """Make one scheduled action per kind, so that agreements run side by side."""
        self.ensure_one()
        model = self.env['ir.model']._get(self._name)
        # In sudo mode: a manager need not be an administrator to connect an agreement.
        self.env['ir.cron'].sudo().create(
            [
                {
                    'name': str(name) % self.name,
                    'model_id': model.id,
                    'state': 'code',
                    'code': f'model.browse({self.id}).{method}()',
                    'interval_number': number,
                    'interval_type': unit,
                    'user_id': self.env.ref('base.user_root').id,
                    'economic_agreement_id': self.id,
                    'economic_kind': kind,
                }
                for kind, (name, method, number, unit) in CRONS.items()
            ]
        )

    def _get_crons(self, kind=None):
        """Return the scheduled actions of these agreements, also the switched-off ones."""
        domain = Domain('economic_agreement_id', 'in', self.ids)
        if kind:
            domain &= Domain('economic_kind', '=', kind)
        # In sudo mode: users see when the next run is due.
        return self.env['ir.cron'].sudo().with_context(active_test=False).search(domain)

    def _wake(self, *, offline=False):
        """Let the scheduler go on with this agreement's work as soon as it can.

        :param bool offline: e-conomic is not asked
        """
        self._get_crons('sync')._trigger()

    def _cron_sync(self):
        self._run_scheduled('sync')

    def _cron_open(self):
        self._run_scheduled('open')

    def _cron_full(self):
        self._run_scheduled('full')

    def _run_scheduled(self, kind):
        """Go on with the run in progress; else begin one of this kind if the schedule is on."""
        self.ensure_one()
        self._note_time()
        self._warn_of_licence()
        run = self.env['economic.run']._get_working(self)
        if not run and self._is_scheduled():
            run = self.env['economic.run']._begin(self, kind)
        if run:
            run._drive_by_cron(f'cron:{kind}')

    def _is_scheduled(self):
        """Tell whether scheduled runs may begin; the actions themselves are always on, since
        they also go on with what a person began.
        """
        return bool(
            self.scheduled
            and self.connection_state == 'connected'
            and self.first_import_date
            and self._may_schedule()
            and not self._get_wait()
        )
