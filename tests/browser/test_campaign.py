"""The specification's own example, from the list of invoices to the campaign's members.

All companies that have had one or more transactions of more than 5000 after 1 February 2005; select
them; add them to the campaign "sales". In English and Danish, on a wide screen and on a phone, and
once with more companies than the web client hands to an action.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_person import Person
from filled_site import fill_site
from playwright.sync_api import Browser

from dev.common import DEV, ROOT
from dev.databases import copied, execute, served_template
from dev.processes import OdooServer

INVOICES, COMPANIES = 4_000, 300
MANY = 25_000
DAYS = {'en': '02/01/2005', 'da': '01.02.2005'}
EXPECTED = """
    SELECT count(DISTINCT partner_id) FROM economic_invoice
     WHERE amount_untaxed_base > 5000 AND date > '2005-02-01'
"""
STORED = """
    SELECT m.state, count(*) FROM economic_campaign_member m
      JOIN utm_campaign c ON c.id = m.campaign_id WHERE c.name = %s GROUP BY 1
"""


@pytest.fixture(scope='module')
def odoo() -> Iterator[OdooServer]:
    """Serve an Odoo with purchases, and a person who has no more than our group."""
    with copied(served_template(), f'test_{os.getpid()}_campaign') as database:
        fill_site(database, INVOICES, COMPANIES)
        with OdooServer(database, log_level='warn') as server:
            yield server


def seller(browser: Browser, odoo: OdooServer, lang: str, device: str) -> Person:
    """Return the person, logged in, reading a language."""
    shots = Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots')
    person = Person(browser, odoo.url, lang, device, ROOT / shots / lang)
    person.log_in(f'ida_{lang}')
    return person


def ask(person: Person) -> None:
    """Ask the question and have its invoices shown."""
    page = person.page
    person.open('action-economic_connector.action_economic_question', '.o_economic_sentence')
    page.fill('.o_field_widget[name=amount] input', '5000')
    # A date with a value is a button until somebody wants to change it.
    page.locator('.o_field_widget[name=date_from]').locator('button, input').first.click()
    page.fill('.o_field_widget[name=date_from] input', DAYS[person.lang])
    page.locator('.o_economic_sentence b').locator('visible=true').click()
    person.look('campaign_1_question')
    person.press("Show Invoices")
    page.wait_for_selector('.o_list_view .o_data_row, .o_kanban_view .o_kanban_record')
    person.settle()


def select_all(person: Person) -> None:
    """Select everything that the filter finds, not only the page."""
    page = person.page
    if person.device == 'phone':
        person.select_by_touch(page.locator('.o_kanban_record:not(.o_kanban_ghost)').first)
    else:
        page.locator('thead .o_list_record_selector input').click()
    page.locator('.o_select_domain').first.click()
    person.look('campaign_2_selected')


def press_add(person: Person) -> None:
    """Press as slowly as a hand does: nothing may move under it for what was typed before."""
    person.button("Add").first.click(delay=700)


def add(person: Person, campaign: str) -> int:
    """Add what is selected to a new campaign; return how many companies were added."""
    page = person.page
    page.locator('.o_cp_action_menus button').locator('visible=true').last.click()
    page.get_by_text(person.say("Add to campaign"), exact=True).click()
    page.fill('.modal .o_field_widget[name=new_campaign] input', campaign)
    person.look('campaign_3_dialog')
    press_add(person)
    page.wait_for_selector('.modal .alert-success')
    person.look('campaign_4_done')
    added = page.locator('.modal .o_field_widget[name=added_count]').inner_text()
    return int(re.sub(r'\D', '', added))


@pytest.mark.parametrize('source', ['companies', 'debtors', 'invoices', 'lines', 'pivot'])
def test_the_right_mouse_button_has_the_actions_of_a_row(
    browser: Browser, odoo: OdooServer, source: str
) -> None:
    person = seller(browser, odoo, 'en', 'desk')
    page = person.page
    if source == 'pivot':
        person.open('action-economic_connector.action_economic_pivot_company', '.o_pivot_view')
        page.locator('.o_pivot_cell_value:not(.o_empty)').nth(4).click()
    else:
        person.open(f'economic-{source}', '.o_list_view')
    page.wait_for_selector('.o_list_view .o_data_row')
    # Another row is selected: the one under the pointer is selected instead.
    page.locator('.o_list_record_selector input').nth(2).click()
    row = page.locator('.o_data_row').first
    row.locator('.o_data_cell').nth(1).click(button='right')
    page.locator('.o-dropdown--menu').get_by_text("Add to campaign", exact=True).hover()
    assert page.locator('.o_data_row_selected').count() == 1
    page.locator('.o-dropdown--menu').get_by_text("Add to campaign", exact=True).click()
    page.wait_for_selector('.modal [name=basis]')
    person.look(f'right_click_{source}')
    assert page.locator('.modal [name=selected_count]').inner_text() == '1'
    assert page.locator('.modal [name=company_count]').inner_text() == '1'


@pytest.mark.parametrize('device', ['desk', 'phone'])
@pytest.mark.parametrize('lang', ['en', 'da'])
def test_from_a_question_to_the_members_of_a_campaign(
    browser: Browser, odoo: OdooServer, lang: str, device: str
) -> None:
    person = seller(browser, odoo, lang, device)
    campaign = f'sales {lang} {device}'
    ask(person)
    select_all(person)
    added = add(person, campaign)
    person.button("Show").first.click()
    person.page.wait_for_selector('.o_list_view .o_data_row, .o_kanban_view .o_kanban_record')
    person.look('campaign_5_members')
    states = dict(execute(STORED, odoo.database, (campaign,)))
    assert states['added'] == added
    assert sum(states.values()) == execute(EXPECTED, odoo.database)[0][0]


def test_more_companies_than_the_web_client_hands_over(browser: Browser, odoo: OdooServer) -> None:
    execute(
        """
        INSERT INTO res_partner (name, complete_name, active, email, email_normalized, is_company,
                                 type)
        SELECT 'Mange ' || n, 'Mange ' || n, true, a, a, true, 'contact'
          FROM generate_series(1, %s) n, LATERAL (SELECT 'm' || n || '@example.com' AS a) x
        """,
        odoo.database,
        (MANY,),
    )
    person = seller(browser, odoo, 'en', 'desk')
    person.open('action-economic_connector.action_economic_partner', '.o_list_view')
    person.search('Mange')
    select_all(person)
    page = person.page
    page.locator('.o_cp_action_menus button').locator('visible=true').last.click()
    page.get_by_text("Add to campaign", exact=True).click()
    page.wait_for_selector('.modal [name=basis]')
    page.get_by_text("They agreed", exact=True).click()
    # Other numbers and another text come for it.
    person.settle()
    page.fill('.modal .o_field_widget[name=new_campaign] input', 'many')
    press_add(person)
    page.wait_for_selector('.modal .alert-success')
    person.look('campaign_many')
    assert dict(execute(STORED, odoo.database, ('many',))) == {'added': MANY}
