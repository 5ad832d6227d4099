"""The settings of a company: the lights, the licence in each state, access at e-conomic."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from browser_person import Person
from browser_settings import (
    BLOCK,
    DEVICES,
    TOKENS,
    enter_new_company,
    fill,
    level,
    open_settings,
    prepare_agreement,
    save,
)
from browser_site import Site
from playwright.sync_api import expect

from dev.databases import execute
from dev.demo import SECRETS
from dev.licences import AGREEMENT, issue

PUBLIC = 'simulator-public'


@pytest.mark.parametrize('device', DEVICES)
def test_settings(site: Site, device: str) -> None:
    person = site.person(device)
    company = enter_new_company(person, f"Nye Møbler {device}")
    look_at_nothing(person)
    agreement = prepare_agreement(person, site, company)
    connect(person)
    follow_lights(person)
    name_missing_rights(person, site, agreement)
    look_at_licences(person, site, agreement)
    ask_for_the_own_password(person)
    person.open(f'economic-agreements/{agreement}')
    person.look('agreement_lights')
    person.context.close()


@pytest.mark.parametrize('device', DEVICES)
def test_access_granted_at_e_conomic(site: Site, device: str) -> None:
    person = site.person(device)
    company = enter_new_company(person, f"Adgang {device}")
    prepare_agreement(person, site, company)
    open_settings(person)
    page = person.page
    fill(person, "App Secret Token", SECRETS['app_secret_token'])
    fill(person, "App Public Token", PUBLIC)
    person.press("Get access at e-conomic")
    page.wait_for_url('**/requestaccess.aspx?*')
    page.screenshot(path=site.shots / f'{device}_grant_page.png')
    page.get_by_role('button').click()
    page.wait_for_selector('.o_form_view .o_form_sheet')
    assert 'token' not in page.url
    expect(page.locator('[name=lights] [data-area=connection]')).to_have_attribute(
        'data-level', 'fine'
    )
    person.look('grant_taken')
    page.goto(f'{person.url}/economic/grant/made-up?token=made-up')
    expect(page.locator('h1')).to_have_text(person.say("No access was stored"))
    page.screenshot(path=site.shots / f'{device}_grant_refused.png')
    # The browser notes that a page was refused; that is what was wanted.
    person.errors.clear()
    person.context.close()


def look_at_nothing(person: Person) -> None:
    open_settings(person)
    assert [level(person, area) for area in ('connection', 'licence')] == ['fill', 'fill']
    expect(person.button("Try it with demo data")).to_be_visible()
    person.page.locator(f'{BLOCK} [data-area=connection]').click()
    expect(person.page.locator('[name=economic_app_secret_token] input')).to_be_focused()
    person.look('settings_nothing')


def connect(person: Person) -> None:
    page = person.page
    open_settings(person)
    fill(person, "Agreement number", str(AGREEMENT))
    for label, secret in TOKENS.items():
        fill(person, label, SECRETS[secret])
    page.locator('[name=economic_licence_key] textarea').fill('\n '.join(issue().split()))
    person.press("Save and test connection")
    expect(page.locator('.o_notification')).to_be_visible()
    person.sees("Leave the fields empty to keep what is stored.")
    person.look('settings_answered')
    assert [level(person, area) for area in ('connection', 'licence')] == ['fine', 'fine']
    hint = page.locator(f'{BLOCK} [name=economic_access_hint]')
    expect(hint).to_contain_text(f"…{SECRETS['agreement_grant_token'][-4:]}")
    html = page.content()
    assert not [secret for secret in SECRETS.values() if secret in html]


def follow_lights(person: Person) -> None:
    """Each line leads to the field that it is about."""
    page = person.page
    fields = {
        'connection': 'agreement_number',
        'licence': 'licence_key',
        'matching': 'create_companies',
        'schedule': 'scheduled',
        'campaigns': 'with_invoices',
    }
    areas = page.locator(f'{BLOCK} [data-area]')
    assert [area.get_attribute('data-area') for area in areas.all()] == [*fields]
    for area, name in fields.items():
        page.locator(f'{BLOCK} [data-area={area}]').click()
        field = page.locator(f'[name=economic_{name}]').locator('input, textarea')
        expect(field.first).to_be_focused()
        expect(field.first).to_be_in_viewport()


def name_missing_rights(person: Person, site: Site, agreement: int) -> None:
    person.call('economic.agreement', 'write', [agreement], {'with_contacts': True})
    site.simulator.control('fault', path='Contacts/count', status=403, count=None)
    open_settings(person)
    person.press("Save and test connection")
    expect(person.page.locator('.o_notification')).to_contain_text(person.say("contacts"))
    person.look('settings_rights')
    assert level(person, 'connection') == 'look'
    site.simulator.control('clear_faults')
    person.press("Save and test connection")
    expect(person.page.locator('[data-area=connection][data-level=fine]')).to_be_visible()


def look_at_licences(person: Person, site: Site, agreement: int) -> None:
    """Put in a key of each state, and see what it means."""
    today = date.today()

    def key(start: int, end: int, number: int = AGREEMENT) -> str:
        days = [str(today + timedelta(days=days)) for days in (start, end)]
        return issue(number, "Nye Møbler A/S", '--from', days[0], '--until', days[1])

    keys = {
        'missing': ('', 'fill'),
        'invalid': (issue()[:-3], 'fill'),
        'foreign': (key(0, 10, 7654321), 'fill'),
        'early': (key(5, 10), 'look'),
        'expired': (key(-60, -15), 'fill'),
        'grace': (key(-60, -1), 'look'),
        'valid': (key(-60, 200), 'fine'),
    }
    for state, (text, expected) in keys.items():
        open_settings(person)
        person.page.locator('[name=economic_licence_key] textarea').fill(text)
        save(person)
        open_settings(person)
        assert level(person, 'licence') == expected, state
        person.page.locator(f'{BLOCK} [data-area=licence]').click()
        expect(person.page.locator('[name=economic_licence_key] textarea')).to_be_focused()
        person.look(f'settings_licence_{state}')
    ahead = "UPDATE economic_agreement SET licence_seen = %s WHERE id = %s"
    later = f'{today + timedelta(days=30)} 12:00:00'
    execute(ahead, site.odoo.database, (later, agreement))
    person.open(f'economic-agreements/{agreement}')
    person.look('agreement_licence_clock')
    execute(ahead, site.odoo.database, (None, agreement))


def ask_for_the_own_password(person: Person) -> None:
    page = person.page
    open_settings(person)
    fill(person, "Agreement Grant Token", SECRETS['agreement_grant_token'])
    person.press("Save and test connection")
    dialog = page.locator('.modal')
    dialog.locator('input[type=password]').fill('wrong')
    person.settle()
    page.screenshot(path=person.shots / f'{person.device}_settings_identity.png')
    page.keyboard.press('Escape')
    expect(dialog).to_have_count(0)
    assert person.call('economic.agreement', 'search_count', []) > 0
    # What was typed in is still there for another try.
    typed = page.locator('[name=economic_agreement_grant_token] input')
    expect(typed).to_have_value(SECRETS['agreement_grant_token'])
    person.press("Save and test connection")
    dialog.locator('input[type=password]').fill('admin')
    dialog.locator('button[name=run_check]').click()
    expect(page.locator('.o_notification')).to_be_visible()
    person.look('settings_changed')
