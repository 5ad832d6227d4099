"""The dashboard installs itself beside Odoo's own and shows what was bought."""

from __future__ import annotations

import os
from pathlib import Path

from browser_person import Person
from filled_site import fill_site
from playwright.sync_api import Browser

from dev.common import DEV, ROOT
from dev.databases import copied, execute, odoo, served_template
from dev.processes import OdooServer


def test_it_comes_by_itself_and_shows_purchases(browser: Browser) -> None:
    with copied(served_template(), f'test_{os.getpid()}_dashboard') as database:
        # What installs itself is not named.
        odoo(database, '-i', 'spreadsheet_dashboard', '--stop-after-init', '--log-level', 'warn')
        fill_site(database, 2_000, 200)
        ((dashboard,),) = execute(
            "SELECT res_id FROM ir_model_data WHERE module = 'economic_connector_spreadsheet'"
            " AND model = 'spreadsheet.dashboard'",
            database,
        )
        with OdooServer(database, log_level='warn') as server:
            shots = Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots')
            person = Person(browser, server.url, 'en', 'desk', ROOT / shots / 'en')
            person.log_in()
            person.page.goto(f'{server.url}/odoo/dashboards?dashboard_id={dashboard}')
            person.page.wait_for_selector('.o-figure canvas')
            person.look('dashboard')
