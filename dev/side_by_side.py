"""A pytest plugin for two workers, which share what takes long and has to stay together.

Browser tests share served databases, live tests a cluster of their own that they take away: each of
the two groups goes to one worker, first of all. Whoever is through takes the rest, file by file.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

WORKERS = ('gw0', 'gw1')
TOGETHER = ('tests/browser/', 'tests/live/')


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
    """Put the longest groups first."""
    items.sort(key=lambda item: (*TOGETHER, group_of(item.nodeid)).index(group_of(item.nodeid)))


def group_of(nodeid: str) -> str:
    """Return what must stay with one worker: a folder, or else a file."""
    folders = [folder for folder in TOGETHER if nodeid.startswith(folder)]
    return folders[0] if folders else nodeid.partition('::')[0]


class SideBySide(LoadScopeScheduling):
    """Hands out groups of tests that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Choose the way that tests are handed out."""
    return SideBySide(config, log)
