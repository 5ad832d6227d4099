"""Serve Odoo with the demo's database and its simulator, or open a shell on it.

Called as: python -m dev.serve [shell]
"""

from __future__ import annotations

import os
import subprocess
import sys

from dev.common import ODOO_CONF, ROOT, VENV_PYTHON, ToolError, command_line
from dev.databases import exists
from dev.demo import connect, name_database, serve, served
from dev.inside import environment


def main() -> int:
    """Do what the command line says on the database of SEED."""
    seed = os.environ.get('SEED') or '7'
    if not exists(name_database(seed)):
        raise ToolError(f"there is no demo database yet: make demo SERVE=0 SEED={seed}")
    if sys.argv[1:] == ['shell']:
        command = [str(VENV_PYTHON), '-m', 'odoo', 'shell', '-c', str(ODOO_CONF), '--no-http']
        return subprocess.run([*command, '-d', name_database(seed)], cwd=ROOT).returncode
    with served(seed) as (database, simulator):
        with environment(database) as env:
            connect(env, simulator)
        serve(database)
    return 0


if __name__ == '__main__':
    command_line(main)
