"""Licence keys for agreements of this checkout: a pair of its own, that no other server accepts.

Odoo's configuration names the public key, which only the owner of a server can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dev.common import ADDON, DEV, VENV_PYTHON, run

PRIVATE = DEV / 'licence.key'
OPTION = 'economic_connector_licence_keys'
DAYS = 365
AGREEMENT = 1100042  # the simulator's


def ensure_pair(former: Mapping[str, str]) -> str:
    """Return the public key of this checkout's pair; make the pair if it is not there.

    :param former: the options of the configuration file until now
    """
    if PRIVATE.exists() and former.get(OPTION):
        return former[OPTION]
    PRIVATE.unlink(missing_ok=True)
    said = _licence('keygen', '--private', PRIVATE)
    return said.split('public key:')[1].strip()


def issue(agreement: int = AGREEMENT, company: str = 'Simulator A/S', *options: str) -> str:
    """Return a licence key for an agreement."""
    until = str(date.today() + timedelta(days=DAYS))
    words = ['--agreement', str(agreement), '--company', company, '--until', until, *options]
    return _licence('issue', '--private', PRIVATE, *words).strip()


def _licence(*arguments: Any) -> str:
    command = [VENV_PYTHON, '-m', 'licence', *arguments]
    return run(command, fails="the licence command failed", cwd=ADDON)
