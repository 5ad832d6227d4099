"""A manager's whole way through an import, by keyboard and by mouse.

Overview, dialog, Load, Test, a choice, Start, undo, a conflict. Screenshots of every
screen are left in .dev/screenshots.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.common import DEV
from dev.databases import copied, template
from dev.demo import SECRETS, connect
from dev.inside import environment
from dev.processes import OdooServer, Simulator

SHOTS = DEV / 'screenshots'
WIDTHS = {'wide': (1400, 900), 'phone': (390, 844)}
PATIENCE = 90_000  # milliseconds that the scheduler may take for a step
OPTIONS = {
    'seed': 11,
    'debtors': 60,
    'invoices': 60,
    'rate-limit': 'off',
    'app-secret': SECRETS['app_secret_token'],
    'grant': SECRETS['agreement_grant_token'],
}
WORDS = {
    'en_US': {
        'import': "Data Import", 'load': "Load", 'test': "Test", 'start': "Start Import",
        'this': "This One", 'undo_import': "Undo This Import", 'undo': "Undo",
        'undone': "Undone", 'continue': "Continue",
    },
    'da_DK': {
        'import': "Dataimport", 'load': "Hent", 'test': "Test", 'start': "Start import",
        'this': "Denne", 'undo_import': "Fortryd denne import", 'undo': "Fortryd",
        'undone': "Fortrudt", 'continue': "Fortsæt",
    },
}  # fmt: skip


@contextmanager
def opened(server: OdooServer, width: str, browser: Browser) -> Iterator[Page]:
    """Log in and lend the page."""
    size = WIDTHS[width]
    page = browser.new_page(viewport={'width': size[0], 'height': size[1]})
    errors: list[str] = []
    page.on('pageerror', lambda error: errors.append(str(error)))
    page.goto(f'{server.url}/web/login')
    page.fill('input[name=login]', 'admin')
    page.fill('input[name=password]', 'admin')
    page.click('button[type=submit]')
    page.wait_for_selector('.o_main_navbar')
    yield page
    assert not errors
    page.close()


class Path:
    """The steps of a person; `press` uses the keyboard where a key is given."""

    def __init__(self, page: Page, url: str, words: dict[str, str], suffix: str) -> None:
        self.page, self.url, self.words, self.suffix = page, url, words, suffix

    def shoot(self, what: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=SHOTS / f'import_{what}_{self.suffix}.png', full_page=True)

    def button(self, name: str) -> Any:
        return self.page.get_by_role('button', name=self.words[name], exact=True)

    def press(self, name: str, key: str | None = None) -> None:
        """Press a button by its key, or by a click; on a phone it may be in a menu."""
        if key and self.suffix.endswith('wide'):
            self.button(name).last.wait_for(timeout=PATIENCE)
            self.page.keyboard.press(key)
            return
        if not self.button(name).count():
            self.page.locator(
                '.o_statusbar_buttons button, .o_cp_action_menus button'
            ).first.click()
        self.button(name).last.click()

    def wait(self, name: str) -> None:
        """Wait until a button is there: directly, or on a phone in the menu of buttons."""
        if self.suffix.endswith('phone'):
            state = {'test': 'loaded', 'start': 'tested', 'undo_import': 'done',
                     'undone': 'undone', 'continue': 'stopped'}[name]  # fmt: skip
            self.page.wait_for_function(
                """async (state) => {
                    const id = Number(location.pathname.split('/').pop());
                    const answer = await fetch('/web/dataset/call_kw/economic.run/read', {
                        method: 'POST', headers: {'Content-Type': 'application/json'},
                        body: JSON.stringify({jsonrpc: '2.0', params: {
                            model: 'economic.run', method: 'read',
                            args: [[id], ['state']], kwargs: {}}})});
                    return (await answer.json()).result?.[0]?.state === state;
                }""",
                arg=state,
                timeout=PATIENCE,
                polling=1000,
            )
            self.page.reload()
            self.page.wait_for_selector('.o_economic_run')
        elif name == 'undone':
            expect(self.page.locator('.o_statusbar_status')).to_contain_text(
                self.words['undone'], timeout=PATIENCE
            )
        else:
            self.button(name).first.wait_for(timeout=PATIENCE)

    def load_and_test(self) -> None:
        self.page.goto(f'{self.url}/odoo/economic')
        self.page.wait_for_selector('.o_kanban_record')
        card = self.page.locator('.o_kanban_record').first
        card.get_by_role('button', name=self.words['import'], exact=True).click()
        self.page.wait_for_selector('.modal .o_form_view')
        self.shoot('dialog')
        self.press('load', 'Alt+q')
        self.page.wait_for_selector('.o_economic_run', timeout=PATIENCE)
        self.shoot('running')
        self.wait('test')
        self.shoot('loaded')
        self.press('test', 'Alt+q')
        self.wait('start')
        self.shoot('tested')

    def chip(self, status: str) -> None:
        self.page.locator(f'[data-status={status}]').click()
        self.page.wait_for_timeout(500)

    def row(self) -> Any:
        return self.page.locator('.o_data_row, .o_kanban_record:not(.o_kanban_ghost)').first


@pytest.mark.parametrize(('language', 'width'), [('en_US', 'wide')])
def test_the_whole_way(browser: Browser, language: str, width: str) -> None:
    name = f'test_{os.getpid()}_import_{width}'
    with copied(template(), name) as database, Simulator(OPTIONS) as simulator:
        with environment(database) as env:
            env.user.lang = language
            agreement = connect(env(context={'lang': language}), simulator)
            agreement.scheduled = False
            env.cr.commit()
        with OdooServer(database) as server, opened(server, width, browser) as page:
            path = Path(page, server.url, WORDS[language], f'{language}_{width}')
            first_import(path)
            undo_it(path)
            answer_a_conflict(path, database, simulator)


def first_import(path: Path) -> None:
    """Load, test, settle one ambiguous debtor, start."""
    page = path.page
    page.goto(f'{path.url}/odoo/economic')
    page.wait_for_selector('.o_kanban_record')
    path.shoot('overview_new')
    path.load_and_test()
    path.chip('ambiguous')
    path.shoot('ambiguous')
    path.row().locator('td, .fw-bolder').nth(2 if page.viewport_size['width'] > 500 else 0).click()
    page.wait_for_selector('.modal .o_form_view')
    path.shoot('choose')
    page.locator('.modal').get_by_role('button', name=path.words['this'], exact=True).first.click()
    page.wait_for_timeout(1500)
    path.shoot('chosen')
    page.locator('.modal .btn-close, .modal .oi-arrow-left').first.click()
    # The page behind takes keys again once the dialog is gone.
    page.wait_for_selector('.modal', state='detached')
    path.press('start', 'Alt+q')
    path.wait('undo_import')
    path.shoot('done')
    page.goto(f'{path.url}/odoo/economic')
    page.wait_for_selector('.o_kanban_record')
    path.shoot('overview_done')
    page.go_back()
    page.wait_for_selector('.o_economic_run')


def undo_it(path: Path) -> None:
    """Look at what undoing would do, and undo."""
    path.press('undo_import')
    path.page.wait_for_selector('.modal .o_form_view')
    path.shoot('undo_preview')
    path.press('undo', 'Alt+q')
    path.wait('undone')
    path.shoot('undone')


def answer_a_conflict(path: Path, database: str, simulator: Simulator) -> None:
    """Import again, change a debtor on both sides, and choose."""
    path.load_and_test()
    path.press('start', 'Alt+q')
    path.wait('undo_import')
    with environment(database) as env:
        debtor = env['economic.debtor'].search(
            [('partner_id', '!=', False), ('city', '!=', False)], limit=1
        )
        debtor.partner_id.city = "Byen i Odoo"
        number = debtor.number
        env.cr.commit()
    simulator.control('edit_customer', number=number, city="Byen i e-conomic")
    path.load_and_test()
    path.chip('questions')
    path.row().locator('td, .fw-bolder').nth(
        2 if path.page.viewport_size['width'] > 500 else 0
    ).click()
    page = path.page
    page.wait_for_selector('.modal .o_economic_comparison')
    path.shoot('conflict')
    choice = page.locator('.o_economic_comparison button').filter(has_text="Byen i e-conomic")
    choice.focus()
    page.keyboard.press('Enter')
    expect(choice).to_have_attribute('aria-pressed', 'true')
    path.shoot('conflict_answered')
    page.locator('.modal .btn-close, .modal .oi-arrow-left').first.click()
