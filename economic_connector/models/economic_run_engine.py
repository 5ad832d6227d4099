import logging
import math
import random
import time
from contextlib import nullcontext
from datetime import timedelta

from psycopg2 import errors as pg

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..client import AccessError, EconomicError, WaitError
from . import lease
from .asking import SecretWanted, with_typed, without_typed
from .connection import error_message
from .economic_run import WORKING

_logger = logging.getLogger(__name__)

PHASES = {
    ('import', 'loading'): ('agreement', 'reference', 'debtor', 'contact', 'list'),
    ('import', 'testing'): ('plan',),
    ('import', 'importing'): ('partner', 'invoice', 'line', 'open', 'check', 'figures'),
    ('open', 'importing'): ('agreement', 'open', 'figures'),
    ('review', 'importing'): ('plan', 'partner', 'figures'),
    ('retry', 'importing'): ('agreement', 'retry', 'plan', 'partner', 'check', 'figures'),
}
SCHEDULED = (
    'agreement', 'reference', 'debtor', 'contact', 'list', 'plan', 'partner', 'invoice', 'line',
    'open', 'check', 'figures',
)  # fmt: skip
NEXT_STATE = {'loading': 'loaded', 'testing': 'tested', 'importing': 'done', 'undoing': 'undone'}

# What a page's transaction may lose against others; it is tried again from memory.
CONFLICTS = (pg.SerializationFailure, pg.DeadlockDetected, pg.LockNotAvailable, LockError)
TRIES = 5
LOCKED = 30  # seconds until a page that lost every time is worth another try
FAILURES = 3  # unexpected errors in a row before a run stops and asks for a person
DEATHS = 10  # runners in a row that died and stored nothing, likewise
PATIENCE = 60  # seconds that a command line waits for e-conomic by itself


class NoClient:
    """Stands for the client where e-conomic is not asked."""

    requests, rate = 0, None


class CancelledError(Exception):
    """Somebody cancelled the run between two pages."""


class OutOfTimeError(Exception):
    """The budget of this call is used up; the checkpoint says where to go on."""


class Work:
    """What a phase needs: the client, the fence, and how to store a page."""

    def __init__(self, run, client, fence, on_progress=None, deadline=math.inf):
        self.run, self.client, self.fence = run, client, fence
        self.on_progress, self.deadline = on_progress, deadline
        self.requests = client.requests
        self.clock = time.monotonic()

    def store(self, save, done=0, total=None):
        """Run `save` and commit it together with checkpoint, heartbeat and progress.

        A transaction that loses against others is run again; nothing is fetched again.

        :param save: callable that writes one page
        :param done: rows that this page adds to the phase's progress
        :param total: rows of the phase in all, if known
        :raise OutOfTimeError: stored, but the caller's time is up
        :raise CancelledError: a person cancelled the run, nothing was stored
        :raise LeaseLostError: another runner has taken over, nothing was stored
        """
        run = self.run
        for attempt in range(1, TRIES + 1):
            try:
                if run.state not in WORKING:
                    raise CancelledError
                result = save()
                run._note_progress(self, done, total)
                lease.renew(run.agreement_id, self.fence)
                left = run.env['ir.cron']._commit_progress(1, remaining=int(run.state in WORKING))
                break
            except (*CONFLICTS, pg.UniqueViolation) as error:
                run.env.cr.rollback()
                if attempt == TRIES:
                    raise WaitError('locked', type(error).__name__, seconds=LOCKED) from None
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        if self.on_progress:
            self.on_progress(run)
        if not left or time.monotonic() >= self.deadline:
            raise OutOfTimeError
        return result


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    @api.depends('phase')
    @api.depends_context('lang')
    def _compute_phase_label(self):
        labels = {
            'agreement': self.env._("Connecting"),
            'reference': self.env._("Reading groups, terms and products"),
            'debtor': self.env._("Reading debtors"),
            'list': self.env._("Preparing the list"),
            'plan': self.env._("Comparing with your companies"),
            'partner': self.env._("Writing companies"),
            'invoice': self.env._("Reading invoices"),
            'line': self.env._("Reading invoice lines"),
            'open': self.env._("Reading open amounts"),
            'check': self.env._("Checking totals"),
            'contact': self.env._("Reading contacts and delivery addresses"),
            'retry': self.env._("Reading again what could not be stored"),
            'undo': self.env._("Putting companies back"),
            'figures': self.env._("Computing figures"),
        }
        for run in self:
            run.phase_label = labels.get(run.phase, False)

    # === DRIVERS === #

    def _drive_by_cron(self, owner):
        """Work for as long as the scheduler gives us; errors wait for the next call."""
        try:
            self._drive(owner=owner)
            if self.state in WORKING:
                # Odoo's workers sleep for a minute before the next slice unless they are called.
                self.env.cr.postcommit.add(self.env['ir.cron']._notifydb)
        except lease.LeaseTakenError as taken:
            _logger.info("%s is driven by %s", self.agreement_id.name, taken)
            self.env['ir.cron']._commit_progress(remaining=0)
        except WaitError as error:
            self.agreement_id._get_crons('sync')._trigger(
                fields.Datetime.now() + timedelta(seconds=error.seconds)
            )
            self.env['ir.cron']._commit_progress(remaining=0)

    def _drive(self, on_progress=None, *, owner=None, deadline=math.inf):
        """Work on this run until it waits for a person or the caller's time is up.

        :param on_progress: called with the run after each stored page
        :param deadline: the monotonic time at which the caller's time is up
        :raise SecretWanted: one is not stored, and what the caller has does not do
        :raise LeaseTakenError: another runner has it
        :raise WaitError: e-conomic is busy or down; a command line waits up to a minute itself
        """
        self.ensure_one()
        owner = owner or lease.command_line_owner()
        # What was typed stays with the agreement that is opened with it: the engine's own context
        # is seen by everybody's code.
        agreement = with_typed(self)._as_engine(self.user_id).agreement_id
        run = without_typed(self)._as_engine(self.user_id)
        # The runner before did not give it back; pages are closed in the middle of their work.
        died = (run.agreement_id.lease_owner or lease.PAGE).partition(':')[0] != lease.PAGE
        fence = lease.take(run.agreement_id, owner)
        waited = 0
        try:
            if died:
                run._count_failure(DEATHS)
                run.env['ir.cron']._commit_progress(0, remaining=int(run.state in WORKING))
            while True:
                try:
                    run._work(agreement, fence, on_progress, deadline)
                    break
                except WaitError as error:
                    if not owner.startswith('cli:') or waited + error.seconds > PATIENCE:
                        raise
                    waited += error.seconds
                    time.sleep(error.seconds)
        except (CancelledError, OutOfTimeError, lease.LeaseLostError):
            run.env.cr.rollback()
        finally:
            if owner.startswith(f'{lease.PAGE}:') and run.state in WORKING:
                lease.hold(run.agreement_id, fence)
            else:
                lease.release(run.agreement_id, fence)
            run.env['ir.cron']._commit_progress(0, remaining=int(run.state in WORKING))

    def _get_engine_context(self):
        return {
            'lang': self.user_id.lang,
            'economic_running': True,
            'tracking_disable': True,
            'mail_create_nolog': True,
            'mail_create_nosubscribe': True,
            'active_test': False,
        }

    def _work(self, agreement, fence, on_progress, deadline):
        """Do phase after phase; turn errors into a state that a person understands."""
        try:
            offline = self._is_offline(self.state)
            with nullcontext(NoClient) if offline else agreement._open_client() as client:
                work = Work(self, client, fence, on_progress, deadline)
                while self.state in WORKING:
                    self._work_phase(work)
        except WaitError as error:
            self._drop_page(fence)
            self.agreement_id._note_wait(error)
            self._count_stuck(error)
            self._say(error_message(self.env, error))
            raise
        except SecretWanted:
            self._drop_page(fence)
            raise
        except (EconomicError, UserError) as error:
            self._drop_page(fence)
            _logger.warning("Run %s of %s stopped: %s", self.id, self.agreement_id.name, error)
            self._stop(error)
        except (CancelledError, OutOfTimeError, lease.LeaseLostError):
            raise
        except Exception:
            self._drop_page(fence)
            self._count_failure(FAILURES)
            self.env['ir.cron']._commit_progress(0, remaining=0)
            raise

    def _drop_page(self, fence):
        """Forget the page that failed; say nothing about a run that another has taken over.

        :raise LeaseLostError: another runner has
        """
        self.env.cr.rollback()
        lease.renew(self.agreement_id, fence)

    def _work_phase(self, work):
        """Do the rest of the phase that the checkpoint names, or the first one.

        What a phase returns is its end: stored together with the step into the next one, since a
        call whose time is up between the two would do the end of the phase again.
        """
        phases = PHASES.get((self.kind, self.state), SCHEDULED)
        if self.state == 'undoing':
            phases = ('undo',)
        phase = self.phase if self.phase in phases else phases[0]
        if phase != self.phase:
            work.store(lambda: self._enter(phase))
        end = self._try_phase(work, phase)
        following = phases[phases.index(phase) + 1 :]
        work.store(lambda: self._end_phase(end, following))

    def _end_phase(self, end, following):
        if end:
            end()
        if following:
            self._enter(following[0])
        else:
            self._finish()

    def _enter(self, phase):
        if phase in self.env['economic.stream']._fields['kind'].get_values(self.env):
            # Made here and not on first use: a row that is not yet committed while a page is on
            # its way would hold up whoever takes over from a runner that hangs.
            self._get_stream(phase)
        self.write(
            {
                'phase': phase,
                'phase_since': fields.Datetime.now(),
                'progress_done': 0,
                'progress_total': 0,
                'checkpoint': {},
            }
        )

    def _finish(self):
        state = NEXT_STATE[self.state]
        self.write(
            {'state': state, 'phase': False, 'message': False, 'progress_done': 0,
             'progress_total': 0}
            | ({'finished_at': fields.Datetime.now()} if state in ('done', 'undone') else {})
        )  # fmt: skip

    # === STATE === #

    def _at(self, name, default):
        """Return a value of the phase's checkpoint."""
        return (self.checkpoint or {}).get(name, default)

    def _note_progress(self, work, done, total):
        now = time.monotonic()
        values = {
            'progress_done': self.progress_done + done,
            'seconds': self.seconds + now - work.clock,
            'request_count': self.request_count + work.client.requests - work.requests,
            'failures': 0,
        }
        work.clock, work.requests = now, work.client.requests
        if total is not None:
            values['progress_total'] = total
        if self.message:
            values['message'] = False
        self.write(values)
        self.flush_recordset()

    def _say(self, message):
        self.message = self.env._(
            "%(what)s %(done)s of %(total)s are in and kept; it goes on by itself.",
            what=message, done=self.progress_done, total=self.progress_total or self.progress_done,
        )  # fmt: skip
        self.env['ir.cron']._commit_progress(remaining=0)

    def _stop(self, error):
        """End this call and wait for a person; what is stored stays stored."""
        message = error_message(self.env, error) if isinstance(error, EconomicError) else str(error)
        self.write(
            {
                'state': 'stopped',
                'stopped_state': self.state,
                'message': self.env._(
                    "%s Everything read so far is kept. Press Continue when it is mended.", message
                ),
                'finished_at': fields.Datetime.now(),
            }
        )
        if isinstance(error, AccessError | UserError):
            self.agreement_id._stop(message)
        self.env['ir.cron']._commit_progress(remaining=0)

    def _count_failure(self, limit):
        """Count an interruption that nobody foresaw; too many in a row stop the run."""
        self.failures += 1
        if self.failures >= limit:
            self._stop(
                UserError(
                    self.env._(
                        "The import was interrupted on this server %s times in a row; the "
                        "server's log has the reason.",
                        self.failures,
                    )
                )
            )
