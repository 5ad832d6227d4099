"""Import debtors that leave something to be decided, in a process of its own (see filled_site)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from dev.common import ROOT, VENV_PYTHON
from dev.demo import connect, drive
from dev.inside import environment
from dev.processes import Simulator

# Number in e-conomic -> a name that two companies in Odoo have as well.
NAMES = {
    501: "Hansen VVS", 502: "Bager Olsen", 503: "Cykel Møller", 504: "Maler Krogh",
    505: "Tømrer Lund", 506: "Café Åen", 507: "Optik Skov",
}  # fmt: skip
PLACE = {'zip': '5000', 'city': "Odense C"}


def fill_review(database: str, simulator: Simulator) -> None:
    """Do it."""
    subprocess.run(
        [str(VENV_PYTHON), __file__, database, str(simulator.port)],
        check=True,
        env=os.environ | {'PYTHONPATH': str(ROOT)},
        capture_output=True,
    )


def import_all(env: Any, simulator: Simulator) -> None:
    """Make two companies for each of the names, and import; more companies have things to bring."""
    twin = {**PLACE, 'is_company': True, 'street': "Vestergade 12"}
    for number, name in NAMES.items():
        first, second = env['res.partner'].create(
            [
                {**twin, 'name': f'{name} ApS', 'phone': '+45 66 99 88 77',
                 'company_registry': '13585628'},
                {**twin, 'name': f'{name} A/S', 'email': f'post@kunde{number}.dk',
                 'company_registry': '25052943'},
            ]
        )  # fmt: skip
        first.message_post(body="Hello", message_type='comment')
        env['res.partner'].create({'name': "Bent Bentsen", 'parent_id': second.id})
    agreement = connect(env, simulator)
    wizard = env['economic.debtor.import'].create({'agreement_id': agreement.id})
    run = env['economic.run'].browse(wizard.action_load()['res_id'])
    drive(run, 'Load')
    run.action_test()
    drive(run, 'Test')
    run.action_start()
    drive(run, 'Start Import')
    env.cr.commit()


def main() -> None:
    """Do it in this process."""
    database, port = sys.argv[1:]
    with environment(database) as env:
        import_all(env, Simulator({}, port=int(port)))


if __name__ == '__main__':
    main()
