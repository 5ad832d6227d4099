"""Fixtures: the durable cluster, a simulator, and an import that nothing disturbed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import pytest
from live_calm import Calm
from live_import import STAGES, Import, Timeline
from live_server import LiveOdoo, lent_database, started_cluster
from live_snapshot import take_snapshot

from dev.demo import SECRETS
from dev.processes import Simulator

# Larger ones for longer runs.
DEBTORS = int(os.environ.get('LIVE_DEBTORS', '1200'))
INVOICES = int(os.environ.get('LIVE_INVOICES', '4000'))
LATENCY = int(os.environ.get('LIVE_LATENCY_MS', '100'))
SEED = int(os.environ.get('LIVE_SEED', '7'))
OPTIONS = {
    'seed': SEED,
    'debtors': DEBTORS,
    'invoices': INVOICES,
    'latency-ms': LATENCY,
    # The day must not change between the two imports that are compared.
    'anchor': str(date.today()),
    'rate-limit': 'off',
    'app-secret': SECRETS['app_secret_token'],
    'grant': SECRETS['agreement_grant_token'],
}


@pytest.fixture(scope='session', autouse=True)
def cluster() -> Iterator[None]:
    """Run the durable cluster."""
    with started_cluster():
        yield


@pytest.fixture(scope='session')
def simulator_process() -> Iterator[Simulator]:
    """Run one simulator for all tests."""
    with Simulator(OPTIONS) as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: Simulator) -> Simulator:
    """Lend the simulator as it was at its beginning."""
    simulator_process.control('reset')
    return simulator_process


@pytest.fixture(scope='session')
def calm(simulator_process: Simulator) -> Calm:
    """Import once without any disturbance, by the same kind of server."""
    simulator_process.control('reset')
    with lent_database('calm') as name, LiveOdoo(name) as odoo:
        running = Import(odoo, simulator_process)
        running.connect()
        timelines = {}
        for button, state in STAGES.items():
            running.press(button)
            timelines[button] = Timeline()
            timelines[button].watch(running, button)
            running.wait_for(state)
        requests = running.requests()
        return Calm(timelines, requests, take_snapshot(running.database))
