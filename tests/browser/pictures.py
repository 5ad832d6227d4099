"""Take the README's pictures anew, in real Chromium, from the demo's data: `make pictures`.

A fresh Odoo imports the simulated agreement as a person would; on the way and at the end pictures
are taken of what is on the screen, by the same steps that the browser tests walk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from browser_person import Person
from browser_site import launch, prepare_administrator
from PIL import Image
from playwright.sync_api import sync_playwright
from test_campaign import add, ask, select_all

from dev.common import DEV, ROOT, command_line, say
from dev.databases import copied, served_template
from dev.demo import SECRETS, SIZES, connect, drive
from dev.inside import environment
from dev.processes import OdooServer, Simulator

SEED = 7
SHOTS = DEV / 'screenshots' / 'readme'
FOLDER = ROOT / 'docs' / 'screenshots'
# What a step of the browser tests calls its picture, and what the README calls it.
NAMES = {
    'import-tested': 'import-tested',
    'overview': 'overview',
    'purchases': 'purchases',
    'company-tab': 'company-tab',
    'campaign_1_question': 'campaign-question',
    'campaign_3_dialog': 'campaign-dialog',
    'campaign_5_members': 'campaign-members',
}
COLOURS = 256  # are enough for a screen, and half of the bytes


def main() -> int:
    """Take all pictures."""
    options: dict[str, Any] = {
        'seed': SEED,
        'anchor': str(date.today()),
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
        **SIZES,
    }
    with copied(served_template(), 'pictures') as database, Simulator(options) as simulator:
        prepare_administrator(database, 'en')
        with environment(database) as env:
            run = test_import(env, connect(env, simulator))
            take(database, lambda person: take_import(person, run.id))
            run.action_start()
            drive(run, 'Start')
        take(database, take_purchases)
    return 0


def test_import(env: Any, agreement: Any) -> Any:
    """Load the debtors and test them; return the run."""
    wizard = env['economic.debtor.import'].create({'agreement_id': agreement.id})
    run = env['economic.run'].browse(wizard.action_load()['res_id'])
    drive(run, 'Load')
    run.action_test()
    drive(run, 'Test')
    return run


def take(database: str, walk: Callable[[Person], None]) -> None:
    """Let the administrator walk through the screens, and put the pictures where they belong."""
    with sync_playwright() as playwright, OdooServer(database, log_level='warn') as odoo:
        browser = launch(playwright)
        person = Person(browser, odoo.url, 'en', 'desk', SHOTS)
        person.log_in()
        walk(person)
        browser.close()
    for shot in SHOTS.glob('desk_*.png'):
        if name := NAMES.get(shot.stem.removeprefix('desk_')):
            with Image.open(shot) as image:
                image.quantize(COLOURS).save(FOLDER / f'{name}.png', optimize=True)
            say(f"docs/screenshots/{name}.png")
        shot.unlink()


def take_import(person: Person, run_id: int) -> None:
    """Show what an import would do."""
    person.open(f'economic-runs/{run_id}', '.o_data_row')
    person.look('import-tested')


def take_purchases(person: Person) -> None:
    """Show what was bought, and bring the specification's example into a campaign."""
    person.open('economic', '.o_kanban_record')
    person.look('overview')
    person.open('action-economic_connector.action_economic_pivot_product', '.o_pivot')
    person.look('purchases')
    (company,) = person.call(
        'economic.figures',
        'search_read',
        [
            ('overdue', '>', 1000),
            ('barred', '=', False),
            ('turnover_year', '>', 0),
            ('turnover_same_time', '>', 0),
        ],
        ['partner_id'],
        limit=1,
        order='oldest_due DESC',
    )
    person.open(f'res.partner/{company["partner_id"][0]}', '.o_form_view')
    person.page.click('.nav-link[name=economic]')
    person.look('company-tab')
    ask(person)
    select_all(person)
    add(person, 'sales')
    person.button("Show").first.click()
    person.page.wait_for_selector('.o_list_view .o_data_row')
    person.look('campaign_5_members')


if __name__ == '__main__':
    command_line(main)
