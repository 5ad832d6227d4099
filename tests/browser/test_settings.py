"""The settings of a company: what they refuse, the licence in each state, access at e-conomic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from browser_person import LANGUAGES, Person
from browser_site import Site
from playwright.sync_api import expect

from dev.databases import execute
from dev.demo import SECRETS
from dev.licences import AGREEMENT, issue

TOKENS = {"App Secret Token": 'app_secret_token', "Agreement Grant Token": 'agreement_grant_token'}
PUBLIC = 'simulator-public'
BLOCK = '.app_settings_block[data-key=economic_connector]'
# How e-conomic is made to refuse, and what must be read then.
REFUSALS: dict[str, tuple[dict[str, Any] | None, str]] = {
    'maintenance': (
        {'path': '^/self', 'body': 'html', 'count': None},
        "e-conomic sent a web page instead of data (maintenance?).",
    ),
    'number': (None, "was entered."),
    'tokens': (None, "e-conomic did not accept the access tokens."),
}


@pytest.fixture(params=LANGUAGES)
def site(request: pytest.FixtureRequest, site_of: Callable[[str], Site]) -> Site:
    return site_of(request.param)


def test_settings(site: Site) -> None:
    person = site.person()
    company = enter_new_company(person, "Nye Møbler A/S")
    look_at_nothing(person)
    agreement = prepare_agreement(person, site, company)
    refuse_login(person, site)
    refuse_tokens(person, site, company)
    connect(person, site)
    name_missing_rights(person, site, agreement)
    look_at_licences(person, site, agreement)
    ask_for_the_own_password(person)
    person.context.close()


def test_access_granted_at_e_conomic(site: Site) -> None:
    person = site.person()
    company = enter_new_company(person, "Adgang ApS")
    prepare_agreement(person, site, company)
    open_settings(person)
    page = person.page
    fill(person, "App Secret Token", SECRETS['app_secret_token'])
    fill(person, "App Public Token", PUBLIC)
    person.press("Get access at e-conomic")
    page.wait_for_url('**/requestaccess.aspx?*')
    page.screenshot(path=site.shots / 'desk_grant_page.png')
    page.get_by_role('button').click()
    page.wait_for_selector('.o_form_view .o_form_sheet')
    assert 'token' not in page.url
    expect(page.locator('[name=lights] [data-area=connection]')).to_have_attribute(
        'data-level', 'fine'
    )
    person.look('grant_taken')
    page.goto(f'{person.url}/economic/grant/made-up?token=made-up')
    expect(page.locator('h1')).to_have_text(person.say("No access was stored"))
    page.screenshot(path=site.shots / 'desk_grant_refused.png')
    # The browser notes that a page was refused; that is what was wanted.
    person.errors.clear()
    person.context.close()


def test_settings_on_a_phone(site: Site) -> None:
    person = site.person('phone')
    page = person.page
    company = enter_new_company(person, "Telefon ApS")
    open_settings(person)
    person.look('settings_nothing')
    agreement = prepare_agreement(person, site, company)
    person.call('economic.agreement', 'action_save_access', [agreement], context=SECRETS)
    open_settings(person)
    person.look('settings_lights')
    page.locator('[data-area=licence]').click()
    expect(page.locator('[name=economic_licence_key] textarea')).to_be_focused()
    person.look('settings_licence')
    person.open(f'economic-agreements/{agreement}')
    person.look('agreement_lights')
    person.context.close()


def enter_new_company(person: Person, name: str) -> int:
    """Make a company without an agreement and go to it; return its id."""
    company: int = person.call('res.company', 'create', {'name': name})
    user = person.call('res.users', 'search', [['login', '=', 'admin']])
    person.call('res.users', 'write', user, {'company_ids': [[4, company, False]]})
    person.context.add_cookies([{'name': 'cids', 'value': str(company), 'url': person.url}])
    return company


def prepare_agreement(person: Person, site: Site, company: int) -> int:
    """Make the agreement: where e-conomic is tried is no setting that people have."""
    site.simulator.control('reset')
    values = {'service_url': site.simulator.url, 'company_id': company}
    agreement: int = person.call('economic.agreement', 'create', values)
    return agreement


def open_settings(person: Person) -> None:
    person.open('settings', '.o_setting_container')
    person.page.click('.tab[data-key=economic_connector]')
    expect(person.page.locator('.o_economic_lights')).to_be_visible()


def fill(person: Person, label: str, value: str) -> None:
    person.page.locator(BLOCK).get_by_label(person.say(label), exact=True).fill(value)


def level(person: Person, area: str) -> str | None:
    return person.page.locator(f'{BLOCK} [data-area={area}]').get_attribute('data-level')


def save(person: Person) -> None:
    """Save the settings by their own button, and wait until that is done."""
    with person.page.expect_event('load'):
        person.page.click('.o_form_button_save')
    person.page.wait_for_selector('.o_setting_container')


def look_at_nothing(person: Person) -> None:
    open_settings(person)
    assert [level(person, area) for area in ('connection', 'licence')] == ['fill', 'fill']
    expect(person.button("Try it with demo data")).to_be_visible()
    person.page.locator(f'{BLOCK} [data-area=connection]').click()
    expect(person.page.locator('[name=economic_app_secret_token] input')).to_be_focused()
    person.look('settings_nothing')


def refuse_login(person: Person, site: Site) -> None:
    """User-ID and password: wrong, then as e-conomic answers since 2018."""
    page = person.page
    open_settings(person)
    fill(person, "Agreement number", str(AGREEMENT))
    page.get_by_label(person.say("User-ID and password (SOAP)")).check()
    fill(person, "User-ID", 'SIM')
    fill(person, "Password", 'wrong')
    person.press("Save and test connection")
    person.sees(
        "e-conomic did not accept agreement number, user-ID and password, or the tokens. Ask a "
        "manager to check them in the agreement's settings."
    )
    person.look('settings_refused_login')
    site.simulator.control('configure', password_login=False)
    fill(person, "User-ID", 'SIM')
    fill(person, "Password", 'simulator-password')
    person.press("Save and test connection")
    person.sees("e-conomic removed password login in February 2018; use tokens.")
    person.look('settings_refused_2018')
    site.simulator.control('configure', password_login=True)


def refuse_tokens(person: Person, site: Site, company: int) -> None:
    page = person.page
    open_settings(person)
    page.get_by_label(person.say("Tokens (REST)")).check()
    person.press("Save and test connection")
    # What is left empty is asked for.
    expect(page.locator('.o_economic_secret')).to_be_visible()
    person.look('settings_asked')
    for name, (fault, answer) in REFUSALS.items():
        open_settings(person)
        if fault:
            site.simulator.control('fault', **fault)
        fill(person, "Agreement number", '4711' if name == 'number' else str(AGREEMENT))
        for label, secret in TOKENS.items():
            fill(person, label, 'wrong' if name == 'tokens' else SECRETS[secret])
        person.press("Save and test connection")
        alert = page.locator(f'{BLOCK} .alert-warning')
        expect(alert).to_be_visible()
        if person.lang == 'en':
            expect(alert).to_contain_text(answer)
        if name == 'number':
            expect(alert).to_contain_text('4711')
            expect(alert).to_contain_text(str(AGREEMENT))
        person.look(f'settings_refused_{name}')
        site.simulator.control('clear_faults')
    agreements = person.call(
        'economic.agreement', 'search_read', [('company_id', '=', company)], ['access_hint']
    )
    assert [each['access_hint'] for each in agreements] == [False], "what was refused was stored"


def connect(person: Person, site: Site) -> None:
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
    page.screenshot(path=person.shots / 'desk_settings_identity.png')
    dialog.locator('.btn-close').click()
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
