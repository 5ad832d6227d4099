"""One runner at a time per agreement.

A stored lease (owner, heartbeat, expiry) says who runs; its number, the fence, grows with every
new owner and is checked by each page's commit, so that a runner which was paused and replaced can
store nothing more.
"""

import os
import socket
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo.tools import SQL

# Longer than one request may take, so that a slow answer does not cost the lease.
LEASE = timedelta(seconds=120)
# A page that drives a run asks for the next step at once; one that does not has been closed.
BETWEEN_STEPS = timedelta(seconds=10)
PAGE = 'page'


class LeaseTakenError(Exception):
    """Somebody else runs this agreement."""


class LeaseLostError(Exception):
    """Somebody else has taken over; nothing more may be stored."""


def command_line_owner() -> str:
    """Return the owner's name for a run that is driven from a command line."""
    return f'cli:{socket.gethostname()}:{os.getpid()}'


def take(agreement, owner) -> int:
    """Take the lease and commit it; return the fence.

    :raise LeaseTakenError: a living owner has it
    """
    cr = agreement.env.cr
    cr.execute(
        SQL(
            'SELECT lease_owner FROM economic_agreement WHERE id = %s AND lease_until > %s',
            agreement.id,
            cr.now(),
        )
    )
    holder = cr.fetchone()
    if holder and holder[0] != owner and _is_alive(agreement, holder[0]):
        raise LeaseTakenError(holder[0])
    claim = SQL(
        """
        UPDATE economic_agreement
           SET lease_owner = %(owner)s, lease_user_id = %(uid)s, lease_since = %(now)s,
               lease_until = %(until)s, fence = COALESCE(fence, 0) + 1
         WHERE id = %(id)s
     RETURNING fence
        """,
        owner=owner,
        uid=agreement.env.uid,
        now=cr.now(),
        until=cr.now() + LEASE,
        id=agreement.id,
    )
    try:
        cr.execute(claim, log_exceptions=False)
    except SerializationFailure:
        cr.rollback()
        raise LeaseTakenError("a runner that was quicker") from None
    fence = cr.fetchone()[0]
    agreement.invalidate_recordset()
    # Tells the scheduler that this call gets somewhere: after three in a row that died before they
    # said so, Odoo would put its job off by a whole interval.
    agreement.env['ir.cron']._commit_progress(1, remaining=1)
    return fence


def renew(agreement, fence):
    """Beat the heart, as part of the page's own transaction.

    :raise LeaseLostError: the fence has moved on
    """
    cr = agreement.env.cr
    cr.execute(
        SQL(
            'UPDATE economic_agreement SET lease_until = %s WHERE id = %s AND fence = %s',
            cr.now() + LEASE,
            agreement.id,
            fence,
        )
    )
    if not cr.rowcount:
        raise LeaseLostError


def hold(agreement, fence):
    """Keep the lease for the page's next step, unless somebody has taken it over."""
    cr = agreement.env.cr
    cr.execute(
        SQL(
            'UPDATE economic_agreement SET lease_until = %s WHERE id = %s AND fence = %s',
            cr.now() + BETWEEN_STEPS,
            agreement.id,
            fence,
        )
    )
    agreement.invalidate_recordset()


def release(agreement, fence):
    """Give the lease back, unless somebody has taken it over."""
    agreement.env.cr.execute(
        SQL(
            'UPDATE economic_agreement SET lease_owner = NULL, lease_until = NULL'
            ' WHERE id = %s AND fence = %s',
            agreement.id,
            fence,
        )
    )
    agreement.invalidate_recordset()


def _is_alive(agreement, owner):
    """Tell whether the owner of an unexpired lease can still be working."""
    kind, _, rest = owner.partition(':')
    if kind == 'cron':
        # The scheduler holds the row of a job while it runs: a free row means a dead worker.
        cron = agreement._get_crons(rest)
        return not cron.try_lock_for_update()
    if kind == 'cli':
        host, _, pid = rest.rpartition(':')
        return host != socket.gethostname() or _has_process(int(pid))
    return True


def _has_process(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
