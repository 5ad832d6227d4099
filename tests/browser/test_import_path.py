"""A manager's whole way through an import: with the mouse, a finger, and the keyboard alone.

Empty, stopped, running, failed; a choice, a conflict, an undo, forgetting. Screenshots of every
screen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_site import Site, make_companies, prepare_administrator
from browser_way import WORKING, Way
from playwright.sync_api import Browser, expect

from dev.common import DEV, ROOT
from dev.databases import copied, execute, served_template
from dev.demo import SECRETS
from dev.licences import issue
from dev.processes import OdooServer, Simulator

OPTIONS = {
    'seed': 11,
    'debtors': 60,
    'invoices': 60,
    'rate-limit': 'off',
    'app-secret': SECRETS['app_secret_token'],
    'grant': SECRETS['agreement_grant_token'],
}
# Milliseconds that an answer takes while a person looks at what is running; then it is set free.
SLOW = 20_000
# Each language, each size, and each manner of using them.
WAYS = [('en', 'desk', 'mouse'), ('da', 'desk', 'keyboard'), ('da', 'phone', 'mouse')]


@pytest.fixture(params=WAYS, ids='-'.join)
def way(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Way]:
    """Lend a person at an Odoo with companies, and an e-conomic that it is not connected to."""
    lang, device, by = request.param
    shots = ROOT / Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots') / lang
    with (
        copied(served_template(), f'test_{os.getpid()}_way_{lang}_{device}') as database,
        Simulator(OPTIONS) as simulator,
    ):
        prepare_administrator(database, lang)
        with OdooServer(database, log_level='warn') as odoo:
            site = Site(lang, odoo, simulator, browser, shots)
            make_companies(site)
            way = Way(site, device, by)
            yield way
            way.person.context.close()


def test_the_whole_way(way: Way) -> None:
    see_it_empty(way)
    connect(way)
    stop_and_go_on(way)
    settle_a_doubt(way)
    run = start_and_come_back(way)
    look_at_what_failed(way)
    answer_a_conflict(way)
    undo(way, run)
    forget(way)


def see_it_empty(way: Way) -> None:
    """See what the lists say when there is nothing."""
    person = way.person
    for path, text in {
        'economic': "No agreement is connected yet",
        'economic-runs': "No import has been run yet",
    }.items():
        person.open(path)
        person.sees(text)
        person.look(f'way_empty_{path}')


def connect(way: Way) -> None:
    """Connect the agreement: how is another test's matter. No schedule comes in between."""
    values = {
        'api_type': 'rest',
        'service_url': way.site.simulator.url,
        'scheduled': False,
        'licence_key': issue(),
    }
    agreement = way.person.call('economic.agreement', 'create', values)
    way.person.call('economic.agreement', 'action_save_access', [agreement], context=SECRETS)


def stop_and_go_on(way: Way) -> None:
    """Load while the tokens are refused; go on once they are not, and see it at work."""
    person, simulator = way.person, way.site.simulator
    person.open('economic')
    person.look('way_overview_new')
    simulator.control('revoke')
    way.begin()
    person.look('way_dialog')
    way.press("Load", 'Alt+q')
    way.wait_for('stopped')
    expect(person.button("Continue")).to_be_visible()
    person.look('way_stopped')
    person.open('economic')
    person.sees("What is here is kept.")
    person.look('way_overview_stopped')
    way.use_on_card("What to do")
    simulator.control('restore')
    simulator.control('configure', latency_ms=SLOW)
    way.press("Continue", 'Alt+q')
    expect(way.page.locator(WORKING)).to_be_visible()
    person.look('way_loading')
    simulator.control('configure', latency_ms=0)
    way.wait_for('loaded')
    person.look('way_loaded')


def settle_a_doubt(way: Way) -> None:
    """Test, look at what would happen, and say which company one debtor is."""
    person = way.person
    way.test()
    person.look('way_tested')
    way.choose('ambiguous')
    person.look('way_ambiguous')
    way.open_row()
    person.look('way_choose')
    way.use(person.button("This One").first)
    because = way.page.locator('.modal [name=because]').first
    expect(because).to_contain_text(person.say("chosen by hand"))
    person.look('way_chosen')
    way.close_dialog()


def start_and_come_back(way: Way) -> str:
    """Start; let somebody else try too; close the browser, come back: all is still right.

    Return the page of the run.
    """
    site, url = way.site, way.page.url
    refuse_one_company(way)
    second = Way(site, way.person.device, 'mouse')
    second.begin()
    site.simulator.control('configure', latency_ms=SLOW)
    way.press("Start Import", 'Alt+q')
    expect(way.page.locator(WORKING)).to_be_visible()
    way.person.look('way_running')
    second.press("Load")
    expect(second.page.locator('.modal').last).to_contain_text("Administrator")
    second.person.look('way_refused')
    second.person.context.close()
    way.come_back(url)
    expect(way.page.locator(WORKING)).to_be_visible()
    way.person.look('way_running_again')
    site.simulator.control('configure', latency_ms=0)
    way.wait_for('done')
    way.person.look('way_done')
    return url


def refuse_one_company(way: Way) -> None:
    """Let Odoo refuse one of the companies that would be created."""
    ticked = [['status', '=', 'create'], ['approved', '=', True]]
    (line,) = way.person.call('economic.run.line', 'search_read', ticked, ['debtor_name'], limit=1)
    execute(
        'ALTER TABLE res_partner ADD CONSTRAINT refused CHECK (name <> %s) NOT VALID',
        way.site.odoo.database,
        (line['debtor_name'],),
    )


def look_at_what_failed(way: Way) -> None:
    """Go from the overview to what needs a look, and try it again once it is mended."""
    person = way.person
    person.open('economic')
    person.look('way_overview_done')
    way.use(way.card.locator('[name=action_open_quarantine]'))
    rows = way.page.locator('.o_data_row td[name=number], .o_kanban_record:not(.o_kanban_ghost)')
    expect(rows).to_have_count(1)
    person.look('way_need_a_look')
    rows.first.click()
    way.page.wait_for_selector('.o_form_view .o_form_sheet')
    person.look('way_failed')
    execute('ALTER TABLE res_partner DROP CONSTRAINT refused', way.site.odoo.database)
    way.press("Try Again")
    way.wait_for('done')
    person.look('way_tried_again')
    person.open('economic')
    expect(way.card.locator('[name=action_open_quarantine]')).to_have_count(0)


def answer_a_conflict(way: Way) -> None:
    """Change a debtor on both sides, load again, and choose."""
    person = way.person
    change_on_both_sides(way)
    way.load()
    way.test()
    way.choose('questions')
    way.open_row()
    way.page.wait_for_selector('.modal .o_economic_comparison')
    person.look('way_conflict')
    choice = way.page.locator('.o_economic_comparison button').filter(has_text="Byen i e-conomic")
    way.use(choice)
    expect(choice).to_have_attribute('aria-pressed', 'true')
    person.look('way_conflict_answered')
    way.close_dialog()


def change_on_both_sides(way: Way) -> None:
    """Let a colleague in Odoo and another one in e-conomic change the same value."""
    known = [['partner_id', '!=', False], ['city', '!=', False]]
    (debtor,) = way.person.call(
        'economic.debtor', 'search_read', known, ['number', 'partner_id'], order='id DESC', limit=1
    )
    way.person.call('res.partner', 'write', debtor['partner_id'][0], {'city': "Byen i Odoo"})
    way.site.simulator.control('edit_customer', number=debtor['number'], city="Byen i e-conomic")


def undo(way: Way, run: str) -> None:
    """Look at what undoing would do, and undo."""
    way.page.goto(run)
    way.wait_for('done')
    way.press("Undo This Import")
    way.page.wait_for_selector('.modal .o_form_view')
    way.person.look('way_undo_preview')
    way.press("Undo", 'Alt+q')
    way.wait_for('undone')
    way.person.look('way_undone')


def forget(way: Way) -> None:
    """Forget the one debtor that is still linked, and its company."""
    person = way.person
    linked = [['partner_id', '!=', False]]
    (debtor,) = person.call('economic.debtor', 'search_read', linked, ['name'])
    person.open(f'economic-debtors/{debtor["id"]}', '.o_form_view')
    way.press("Forget")
    way.page.wait_for_selector('.modal .o_form_view')
    person.look('way_forget')
    way.press("Forget", 'Alt+q')
    person.sees("Let It In Again")
    person.look('way_forgotten')
    assert not person.call('res.partner', 'search_count', [['name', '=', debtor['name']]])
