"""One runner at a time: two starts at once, and a runner that wakes up after it was replaced.

LIVE_ROUNDS is the number of rounds of two starts (5); LIVE_PATIENT=1 lets leases run out by
themselves.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from live_import import WORKING, Background, Import
from live_server import CLUSTER, LiveOdoo, RpcError, lent_database, wait_until

from dev.databases import execute
from dev.processes import Simulator

ROUNDS = int(os.environ.get('LIVE_ROUNDS', '5'))
PATIENT = os.environ.get('LIVE_PATIENT') == '1'
# Long enough to stop a runner that waits for this answer.
LONG = 6


@pytest.fixture(scope='module')
def connected(simulator_process: Simulator) -> Iterator[Import]:
    """Run an Odoo with a connected agreement."""
    with lent_database('lease') as name, LiveOdoo(name) as odoo:
        running = Import(odoo, simulator_process)
        running.connect()
        yield running


@pytest.fixture
def running(connected: Import, simulator: Simulator) -> Iterator[Import]:
    """Lend the agreement, with e-conomic as it was at its beginning and no run at work."""
    yield connected
    left = connected.odoo.call('economic.run', 'search', [('state', 'in', WORKING)])
    for run in left:
        connected.odoo.call('economic.run', 'action_cancel', [run])


def start_both(running: Import) -> list[Any]:
    """Press Load in two sessions at once; return what each got: a run's id or a refusal."""
    odoo = running.odoo
    wizards = [
        odoo.call('economic.debtor.import', 'create', [{'agreement_id': running.agreement}])
        for _ in range(2)
    ]
    ready = threading.Barrier(2)

    def press(wizard: list[int]) -> Any:
        ready.wait()
        try:
            return odoo.call('economic.debtor.import', 'action_load', wizard)['res_id']
        except RpcError as error:
            return str(error)

    sessions = [Background(press, wizard) for wizard in wizards]
    return [session.wait() for session in sessions]


def test_of_two_starts_one_runs(running: Import) -> None:
    """Of two starts at once exactly one runs; the other is told who is at work, and since when."""
    running.simulator.control('configure', latency_ms=300)
    for _ in range(ROUNDS):
        results = start_both(running)
        runs = [result for result in results if isinstance(result, int)]
        refusals = [result for result in results if isinstance(result, str)]
        assert len(runs) == len(refusals) == 1, results
        assert 'already running' in refusals[0]
        assert 'by Administrator' in refusals[0]
        working = running.odoo.call(
            'economic.run', 'search', [('state', 'in', WORKING)], order='id'
        )
        assert working == runs
        running.odoo.call('economic.run', 'action_cancel', runs)


def test_a_second_driver_leaves_a_living_one_alone(running: Import) -> None:
    """Another scheduled action does not touch a run that somebody is working on."""
    running.simulator.control('fault', path='/customers', delay=3)
    running.press('Load')
    before = wait_until(lambda: (now := running.look()).phase == 'debtor' and now, "it reads")
    take_over(running)
    now = running.look()
    assert (now.fence, now.owner) == (before.fence, 'cron:sync')
    running.wait_for('loaded')


def take_over(running: Import) -> None:
    """Run the other scheduled action of the agreement, as an administrator can by hand."""
    domain = [('economic_agreement_id', '=', running.agreement), ('economic_kind', '=', 'open')]
    cron = running.odoo.call('ir.cron', 'search', domain)
    running.odoo.call('ir.cron', 'method_direct_trigger', cron)


def let_lease_run_out(running: Import) -> None:
    """Wait until the lease has run out, or do to it what two minutes would do."""
    if not PATIENT:
        past = "SET lease_until = now() AT TIME ZONE 'utc' - interval '1 second'"
        execute(f'UPDATE economic_agreement {past}', running.odoo.database, cluster=CLUSTER)
    expired = "SELECT id FROM economic_agreement WHERE lease_until < now() AT TIME ZONE 'utc'"
    wait_until(lambda: running.database.rows(expired), "the lease has run out", 200)


def is_cron_free(running: Import) -> bool:
    """Tell whether no worker holds the agreement's scheduled action any more."""
    free = "SELECT id FROM ir_cron WHERE economic_kind = 'sync' FOR NO KEY UPDATE SKIP LOCKED"
    return bool(running.database.rows(free))


def mirror(running: Import) -> list[dict[str, Any]]:
    """Return the debtors and the state of run and agreement, with PostgreSQL's own row versions."""
    return [
        row
        for query in (
            'SELECT xmin::text, ctid::text, number, name FROM economic_debtor ORDER BY id',
            'SELECT xmin::text, ctid::text, state, message FROM economic_run ORDER BY id',
            'SELECT xmin::text, connection_state, fence FROM economic_agreement',
            'SELECT xmin::text, checkpoint::text FROM economic_stream ORDER BY id',
        )
        for row in running.database.rows(query)
    ]


@pytest.mark.parametrize(
    'fault',
    [
        pytest.param({}, id='page'),
        pytest.param({'status': 401}, id='refusal'),
        pytest.param({'cut': 'mid_body'}, id='cut'),
    ],
)
def test_nothing_of_a_zombie_is_stored(running: Import, fault: dict[str, Any]) -> None:
    """A runner that was stopped past its lease and replaced stores nothing when it wakes up:
    neither the page it waited for, nor what it thinks of an error.
    """
    running.simulator.control('fault', path='/customers', delay=LONG, **fault)
    running.press('Load')
    struck = lambda: any(fault['struck'] for fault in running.simulator.read('faults'))  # noqa: E731
    wait_until(struck, "a page is on its way")
    worker = running.odoo.cron_worker()
    with running.odoo.stopped(worker):
        asked = time.monotonic()
        before = running.look()
        assert before.inside
        assert before.phase == 'debtor'
        let_lease_run_out(running)
        # The page on its way has the old name.
        number = running.simulator.read('truth')[0]['debtor']
        running.simulator.control('edit_customer', number=number, name="Changed meanwhile")
        take_over(running)
        after = running.wait_for('loaded')
        assert (after.fence or 0) > (before.fence or 0)
        stored = mirror(running)
        assert {'number': number, 'name': "Changed meanwhile"}.items() <= next(
            row.items() for row in stored if row.get('number') == number
        )
        assert not is_cron_free(running)
        # The answer is there before the runner wakes up.
        time.sleep(max(LONG + 1 - (time.monotonic() - asked), 0))
    wait_until(lambda: is_cron_free(running), "the runner has given up")
    assert mirror(running) == stored
