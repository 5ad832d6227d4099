"""A person's path through Chromium: the specification's own example.

All companies that have had one or more transactions of more than 5000 after 1 February 2005; select
them; add them to the campaign "sales". In English and Danish, on a wide screen and a phone. The
pictures go to .dev/screenshots, or to the folder that SCREENSHOTS names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.chromium import ensure_chromium
from dev.common import DEV
from dev.databases import copied, execute, template
from dev.inside import environment
from dev.processes import OdooServer
from large_mirror import fill

playwright = pytest.importorskip('playwright.sync_api')

INVOICES, COMPANIES = 4_000, 300
PICTURES = Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots')
AMOUNT, DAY = '5000', '2005-02-01'
WORDS = {
    'en_US': {'add': "Add to campaign", 'invoices': "Show Invoices", 'date': '02/01/2005'},
    'da_DK': {'add': "Føj til kampagne", 'invoices': "Vis fakturaer", 'date': '01.02.2005'},
}
WIDTHS = {'wide': (1400, 900), 'phone': (390, 844)}
EXPECTED = f"""
    SELECT count(DISTINCT partner_id) FROM economic_invoice
     WHERE amount_untaxed_base > {AMOUNT} AND date > '{DAY}'
"""


@pytest.fixture(scope='module')
def server() -> Iterator[OdooServer]:
    """Run Odoo on a filled database, with a person who only has our group."""
    with copied(template(), f'test_{os.getpid()}_path') as database:
        with environment(database) as env:
            fill(env, INVOICES, COMPANIES)
            env['economic.figures']._refresh()
            env['res.users'].with_context(no_reset_password=True).create(
                {
                    'name': "Ida Salg",
                    'login': 'ida',
                    'password': 'ida-ida-ida',
                    'email': 'ida@example.com',
                    'group_ids': [
                        (4, env.ref('economic_connector.group_economic_user').id),
                        (4, env.ref('base.group_partner_manager').id),
                    ],
                }
            )
        with OdooServer(database) as odoo:
            yield odoo


@pytest.fixture(scope='module')
def chromium() -> Iterator[Any]:
    """Run one Chromium for all paths."""
    arguments = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync']
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=ensure_chromium(), args=arguments)
        yield browser
        browser.close()


class Person:
    """One person at one screen."""

    def __init__(self, chromium: Any, server: OdooServer, lang: str, width: str) -> None:
        self.phone = width == 'phone'
        self.words, self.name = WORDS[lang], f'{lang[:2]}-{width}'
        self.server = server
        size = WIDTHS[width]
        context = chromium.new_context(
            viewport={'width': size[0], 'height': size[1]},
            has_touch=self.phone,
            is_mobile=self.phone,
            locale=lang.replace('_', '-'),
        )
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.page.on('pageerror', lambda error: self.faults.append(str(error)))

    def log_in(self) -> None:
        """Log in as the person."""
        self.page.goto(f'{self.server.url}/web/login')
        self.page.fill('input[name=login]', 'ida')
        self.page.fill('input[name=password]', 'ida-ida-ida')
        self.page.click('button[type=submit]')
        self.page.wait_for_selector('.o_web_client')

    def picture(self, name: str) -> None:
        """Keep a picture."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=PICTURES / f'campaign-{name}-{self.name}.png')

    def ask(self) -> None:
        """Ask the question and have its invoices shown."""
        action = 'economic_connector.action_economic_question'
        self.page.goto(f'{self.server.url}/odoo/action-{action}')
        self.page.wait_for_selector('.o_economic_sentence')
        self.page.fill('.o_field_widget[name=amount] input', AMOUNT)
        self.page.locator('.o_field_widget[name=date_from] button, .o_field_widget[name=date_from] input').first.click()
        self.page.fill('.o_field_widget[name=date_from] input', self.words['date'])
        self.page.keyboard.press('Tab')
        self.picture('1-question')
        self.page.get_by_role('button', name=self.words['invoices']).click()
        self.page.wait_for_selector('.o_searchview_facet, .o_kanban_view, .o_list_view')

    def select_all(self) -> None:
        """Select everything the filter finds."""
        if self.phone:
            record = self.page.locator('.o_kanban_record:not(.o_kanban_ghost)').first
            record.dispatch_event('touchstart', {'touches': [{'identifier': 0}]})
            self.page.wait_for_timeout(800)
            record.dispatch_event('touchend')
        else:
            self.page.wait_for_selector('.o_data_row')
            self.page.click('thead .o_list_record_selector input')
        self.page.locator('.o_select_domain').first.click()
        self.picture('2-invoices')

    def add(self) -> int:
        """Add what is selected to the campaign; return how many companies were added."""
        menu = self.page.locator('.o_cp_action_menus .dropdown-toggle, .o_control_panel .o_cp_action_menus button')
        menu.last.click()
        self.page.get_by_text(self.words['add'], exact=True).click()
        self.page.wait_for_selector('.modal .o_field_widget[name=campaign_id] input')
        self.page.locator('.o_field_widget[name=campaign_id] input').click()
        self.page.keyboard.type(f'sales {self.name}')
        self.page.locator('.o_m2o_dropdown_option_create, .o-autocomplete--dropdown-item').first.click()
        self.page.wait_for_timeout(500)
        self.picture('3-dialog')
        self.page.click('.modal button[name=action_add]')
        self.page.wait_for_selector('.modal .alert-success:visible')
        self.picture('4-done')
        text = self.page.inner_text('.modal .o_field_widget[name=added_count]')
        return int(re.sub(r'\D', '', text))

    def open_members(self) -> None:
        """Open the campaign's member list."""
        self.page.locator('.modal button[name=action_open]:visible').first.click()
        self.page.wait_for_selector('.o_list_view .o_data_row, .o_kanban_view .o_kanban_record')
        self.picture('5-members')


@pytest.mark.parametrize('width', WIDTHS)
@pytest.mark.parametrize('lang', WORDS)
def test_the_example_of_the_specification(
    chromium: Any, server: OdooServer, lang: str, width: str
) -> None:
    """Follow the path and compare with SQL by hand."""
    with environment(server.database) as env:
        env['res.users'].search([('login', '=', 'ida')]).lang = lang
    path = Person(chromium, server, lang, width)
    path.log_in()
    path.ask()
    path.select_all()
    added = path.add()
    path.open_members()
    stored = """
        SELECT m.state, count(*) FROM economic_campaign_member m
          JOIN utm_campaign c ON c.id = m.campaign_id WHERE c.name = %s GROUP BY 1
    """
    states = dict(execute(stored, server.database, (f'sales {path.name}',)))
    assert states['added'] == added
    assert sum(states.values()) == execute(EXPECTED, server.database)[0][0]
    assert not path.faults
