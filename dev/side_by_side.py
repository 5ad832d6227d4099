"""A pytest plugin for two workers: servers and browsers in one, all other tests in the other.

Tests that start servers wait most of their time; two of them at once would only disturb each
other. They begin first, in one group, and the other worker takes the rest file by file.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

WORKERS = ('gw0', 'gw1')
SERVED = ('tests/live/', 'tests/browser/')


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
    """Put the longest group first."""
    items.sort(key=lambda item: not item.nodeid.startswith(SERVED))


class SideBySide(LoadScopeScheduling):
    """Hands out groups of tests that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return 'served' if nodeid.startswith(SERVED) else nodeid.partition('::')[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Choose the way that tests are handed out."""
    return SideBySide(config, log)
