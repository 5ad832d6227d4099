"""Fill a database with purchases and two people, in a process of its own.

pytest-odoo has an Odoo in the tests' process, and there is room for one only.
"""

from __future__ import annotations

import os
import subprocess
import sys

from large_mirror import fill

from dev.common import ROOT, VENV_PYTHON
from dev.inside import environment

LANGUAGES = {'en': 'en_US', 'da': 'da_DK'}
GROUPS = ('economic_connector.group_economic_user', 'base.group_partner_manager')


def fill_site(database: str, invoices: int, companies: int) -> None:
    """Fill it; the people are ida_en and ida_da, and have no more than our group."""
    folders = [str(ROOT), str(ROOT / 'tests' / 'bench')]
    subprocess.run(
        [str(VENV_PYTHON), __file__, database, str(invoices), str(companies)],
        check=True,
        env=os.environ | {'PYTHONPATH': os.pathsep.join(folders)},
        capture_output=True,
    )


def main() -> None:
    """Do it in this process."""
    database, invoices, companies = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with environment(database) as env:
        fill(env, invoices, companies)
        env['economic.figures']._refresh()
        env['res.users'].with_context(no_reset_password=True).create(
            [
                {
                    'name': "Ida Salg",
                    'login': f'ida_{lang}',
                    'password': f'ida_{lang}',
                    'email': f'ida_{lang}@example.com',
                    'lang': code,
                    'tz': 'Europe/Copenhagen',
                    # No greeting over the screen.
                    'odoobot_state': 'disabled',
                    'group_ids': [(4, env.ref(group).id) for group in GROUPS],
                }
                for lang, code in LANGUAGES.items()
            ]
        )


if __name__ == '__main__':
    main()
