"""A pytest plugin that points the tests of Odoo's own `test_lint` addon at ours.

They look at every addon they find, which is all of Odoo. Those of them that ask the registry
instead see our models with the ones they extend, and are left as they are.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from dev.common import ADDON

real_run = subprocess.run
# As in Odoo's own list of exceptions: another index begins with this column.
FIRST_OF_AN_INDEX = {'economic.invoice.partner_id', 'economic.invoice.line.partner_id'}


@pytest.fixture(autouse=True)
def only_our_addon() -> Iterator[None]:
    """Let the tests of `test_lint` find no addon but ours."""
    from odoo.modules import Manifest
    from odoo.tools import config

    from odoo.addons.test_lint.tests import test_docstring, test_index, test_pofile, test_pylint

    name = ADDON.name
    with (
        patch.object(Manifest, 'all_addon_manifests', lambda: [Manifest.for_addon(name)]),
        patch.object(test_pofile, 'get_modules', lambda: [name]),
        patch.object(test_docstring, 'MODULES_TO_LINT', (name,)),
        patch.object(
            test_index,
            'BTREE_INDEX_IGNORE_FIELDS',
            test_index.BTREE_INDEX_IGNORE_FIELDS | FIRST_OF_AN_INDEX,
        ),
        # The place that test_pylint looks at beside the addons: all of Odoo, without this.
        patch.dict(config.__dict__, root_path=str(ADDON)),
        # Which it runs with pytest's path, where Odoo's addon `calendar` would be Python's module.
        patch.object(sys, 'path', [path for path in sys.path if not path.endswith('/addons')]),
        patch.object(test_pylint.subprocess, 'run', run_pylint),
    ):
        yield


def run_pylint(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run pylint on what is written for Odoo; exceptions elsewhere are no messages for people.

    Comments for other plugins' checks are not its business either.
    """
    places = f'--ignore-paths={ADDON}/(client|matching|simulator)/.*'
    return real_run([*command, '--disable=unknown-option-value', places], **options)


@pytest.fixture(autouse=True)
def warnings_are_failures(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that only logs what it has found."""
    yield
    logged = [
        record.getMessage()
        for record in caplog.get_records('call')
        if record.name.startswith('odoo.addons.test_lint') and record.levelno >= logging.WARNING
    ]
    assert not logged, '\n'.join(logged)
