"""A pytest plugin for a few workers, which share what takes long and has to stay together.

Live tests share a cluster of their own, which they take away: all of them go to one worker, first
of all. The others begin with browser tests; whoever is through takes the next file.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Each waits for its browser and servers about half of the time; more would wait for a processor.
WORKERS = ('gw0', 'gw1', 'gw2')
LIVE, BROWSER = 'tests/live/', 'tests/browser/'


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Give a worker the Odoo configuration, and by it the database, that was made for it."""
    worker = getattr(config, 'workerinput', {}).get('workerid')
    if worker:
        os.environ['ODOO_RC'] += f'.{worker}'
        # Left to itself pytest-odoo copies the database, by programs that a machine may not have.
        del os.environ['PYTEST_XDIST_WORKER']
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith(LIVE), not item.nodeid.startswith(BROWSER))
    )


class SideBySide(LoadScopeScheduling):
    """Hands out groups of tests that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return LIVE if nodeid.startswith(LIVE) else nodeid.partition('::')[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Choose the way that tests are handed out."""
    return SideBySide(config, log)
