"""The settings of a company, as a person finds and fills them in."""

from __future__ import annotations

from browser_person import Person
from browser_site import Site
from playwright.sync_api import expect

BLOCK = '.app_settings_block[data-key=economic_connector]'
TOKENS = {"App Secret Token": 'app_secret_token', "Agreement Grant Token": 'agreement_grant_token'}
DEVICES = ('desk', 'phone')


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
