"""The review queue, by mouse and by keyboard, many at once, and on a phone, in two languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from browser_person import LANGUAGES, Person
from browser_site import Site, prepare_administrator
from playwright.sync_api import Browser, expect
from review_site import NAMES, PLACE, fill_review

from dev.common import DEV
from dev.databases import copied, served_template
from dev.demo import SECRETS
from dev.processes import OdooServer, Simulator

OPTIONS = {
    'seed': 11,
    'debtors': 60,
    'invoices': 200,
    'rate-limit': 'off',
    'app-secret': SECRETS['app_secret_token'],
    'grant': SECRETS['agreement_grant_token'],
}


@pytest.fixture(params=LANGUAGES)
def site(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Site]:
    """Serve a database after an import that left debtors to be decided."""
    name = f'test_{os.getpid()}_review_{request.param}'
    with copied(served_template(), name) as database, Simulator(OPTIONS) as simulator:
        for number, company in NAMES.items():
            add(simulator, number, company)
        fill_review(database, simulator)
        prepare_administrator(database, request.param)
        with OdooServer(database) as odoo:
            shots = DEV / 'screenshots' / request.param
            yield Site(request.param, odoo, simulator, browser, shots)


def add(simulator: Simulator, number: int, name: str) -> None:
    """Let e-conomic have a debtor without a number that tells which company it is."""
    simulator.control(
        'create_customer', number=number, name=name, address="Vestergade 12", country="Danmark",
        telephoneAndFaxNumber=f'66 12 3{number}', email=f'info@kunde{number}.dk', **PLACE,
    )  # fmt: skip


def test_the_queue(site: Site) -> None:
    person = site.person()
    person.open('economic')
    person.menu("Review")
    person.page.wait_for_selector('.o_data_row')
    person.look('review_list')
    by_mouse(person)
    by_keyboard(person)
    many_at_once(person)
    the_history(person)
    on_a_phone(site)
    to_the_end(person)


def read(person: Person, number: int) -> dict[str, Any]:
    """Return a debtor as it is now."""
    found = person.call(
        'economic.debtor', 'search_read', [['number', '=', number]],
        ['match_state', 'partner_id', 'event_ids', 'candidate_ids'],
    )  # fmt: skip
    return dict(found[0])


def shows(person: Person, number: int) -> None:
    """Wait until the screen shows this debtor."""
    head = person.page.locator('.o_economic_review thead a, .o_economic_review_card .fw-bold').first
    expect(head).to_have_text(f'{number} {NAMES[number]}')


def told(person: Person, name: str) -> None:
    """Wait until the foot of the screen tells a decision about this debtor."""
    expect(person.page.locator('.o_economic_review_said')).to_contain_text(name)


def by_mouse(person: Person) -> None:
    """Open the first one, refuse, take that back, link, undo, link again."""
    page = person.page
    page.locator('.o_data_row').filter(has_text=NAMES[501]).locator('td[name=name]').click()
    shows(person, 501)
    person.look('review')
    heads = page.locator('.o_economic_review thead th a')
    expect(heads).to_have_count(3)
    assert page.locator('.o_economic_review_mark.text-success').count()
    page.get_by_role('button', name=person.say("Not this one")).first.click()
    expect(heads).to_have_count(2)
    person.look('review_refused')
    person.press("Offer again")
    expect(heads).to_have_count(3)
    words = person.say("Show %s that are less alike").partition('%s')[2].strip()
    more = page.get_by_role('button', name=words)
    more.click()
    expect(heads.nth(3)).to_be_visible()
    expect(more).to_have_count(0)
    person.look('review_more')
    page.locator('.o_economic_review tbody button.btn-primary').first.click()
    shows(person, 502)
    expect(heads).to_have_count(3)
    told(person, NAMES[501])
    person.look('review_linked')
    assert read(person, 501)['match_state'] == 'linked'
    person.press("Undo (U)")
    shows(person, 501)
    expect(person.button("New company (N)")).to_be_visible()
    assert read(person, 501)['match_state'] == 'review'
    page.locator('.o_economic_review tbody button.btn-primary').first.click()
    shows(person, 502)


def by_keyboard(person: Person) -> None:
    """Decide with single keys: second candidate, new company, ignore; back and forth."""
    page = person.page
    page.keyboard.press('2')
    shows(person, 503)
    assert read(person, 502)['match_state'] == 'linked'
    page.keyboard.press('u')
    shows(person, 502)
    assert read(person, 502)['match_state'] == 'review'
    page.keyboard.press('2')
    shows(person, 503)
    page.keyboard.press('n')
    shows(person, 504)
    made = read(person, 503)
    assert made['partner_id'][1] == NAMES[503]
    page.keyboard.press('i')
    shows(person, 505)
    assert read(person, 504)['match_state'] == 'ignored'
    page.keyboard.press('ArrowRight')
    shows(person, 506)
    assert read(person, 505)['match_state'] == 'review'
    page.keyboard.press('ArrowLeft')
    shows(person, 505)
    page.keyboard.press('ArrowLeft')
    shows(person, 504)
    expect(person.button("Decide again")).to_be_visible()
    person.look('review_decided')
    person.press("Decide again")
    expect(person.button("New company (N)")).to_be_visible()
    assert read(person, 504)['match_state'] == 'review'
    page.keyboard.press('a')
    page.wait_for_selector('.modal .o_data_row')
    person.look('review_search')
    # Not in the field for searching, where a 1 is a 1.
    page.locator('.modal .modal-title').click()
    page.keyboard.press('1')
    page.locator('.modal .btn-close').click()
    page.wait_for_selector('.modal', state='detached')
    assert read(person, 504)['match_state'] == 'review', "a dialog keeps the keys to itself"


def select(person: Person, *numbers: int) -> None:
    """Tick debtors of the list, which is read anew after a dialog."""
    person.settle()
    for number in numbers:
        row = person.page.locator('.o_data_row').filter(has_text=NAMES[number])
        row.locator('.o_list_record_selector input').check()


def many_at_once(person: Person) -> None:
    page = person.page
    person.open('economic-review')
    page.wait_for_selector('.o_data_row')
    select(person, 504, 505)
    person.press("Link to Best")
    page.wait_for_selector('.modal .o_form_view')
    person.look('review_bulk_link')
    person.press("Cancel")
    page.wait_for_selector('.modal', state='detached')
    select(person, 504, 505)
    person.press("Ignore")
    page.wait_for_selector('.modal .o_form_view')
    expect(page.locator('.modal [name=ready_count]')).to_have_text('2')
    page.locator('.modal footer .btn-primary').locator('visible=true').click()
    page.wait_for_selector('.modal', state='detached')
    expect(page.locator('.o_data_row').filter(has_text=NAMES[504])).to_have_count(0)
    assert {read(person, number)['match_state'] for number in (504, 505)} == {'ignored'}


def the_history(person: Person) -> None:
    """Read on the debtor's own form what was decided, and take it back there."""
    page = person.page
    debtor = read(person, 501)
    person.open(f'economic-debtors/{debtor["id"]}')
    history = page.locator('[name=event_ids] .o_data_row')
    expect(history).to_have_count(len(debtor['event_ids']))
    assert len(debtor['event_ids']) == 5, "refused, offered, linked, reopened, linked"
    page.locator('[name=event_ids]').scroll_into_view_if_needed()
    person.look('review_history')
    person.press("Decide Again")
    page.locator('.modal .btn-primary').click()
    shows(person, 501)
    assert read(person, 501)['match_state'] == 'review'


def on_a_phone(site: Site) -> None:
    person = site.person('phone')
    page = person.page
    person.open('economic-review')
    page.wait_for_selector('.o_kanban_record')
    person.look('review_list')
    page.locator('.o_kanban_record').filter(has_text=NAMES[506]).click()
    shows(person, 506)
    person.look('review')
    page.locator('.o_economic_review_card').last.scroll_into_view_if_needed()
    person.look('review_below')
    page.locator('.o_economic_review_card button.btn-primary').first.tap()
    shows(person, 507)
    assert read(person, 506)['match_state'] == 'linked'
    person.context.close()


def to_the_end(person: Person) -> None:
    """Ignore all that is left."""
    page = person.page
    person.open('economic-review')
    page.wait_for_selector('.o_data_row')
    person.press("Begin")
    left = person.call('economic.debtor', 'search_count', [['match_state', '=', 'review']])
    head = page.locator('.o_economic_review thead a').first
    for _debtor in range(left - 1):
        shown = head.inner_text()
        page.keyboard.press('i')
        expect(head).not_to_have_text(shown)
    page.keyboard.press('i')
    person.sees("That was the last one")
    person.look('review_through')
    person.press("Back to the list")
    person.sees("Nothing waits for you")
    person.look('review_empty')
