"""Fixtures for tests below tests/. The addon's own tests use Odoo's test classes instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope='session')
def reference() -> Path:
    """Return the folder of e-conomic's schemas, specs and recorded answers."""
    folder = os.environ.get('ECONOMIC_REFERENCE')
    if not folder:
        pytest.skip("left out: ECONOMIC_REFERENCE names no folder")
    return Path(folder)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Lend a database of the test's own, with the addon installed, that servers may use."""
    from dev.databases import copied, template

    with copied(template(), f'test_{os.getpid()}_{request.node.name[:30]}') as name:
        yield name
