"""*Try it with demo data*, on a phone, in a company that has nothing yet."""

from __future__ import annotations

from collections.abc import Callable

from browser_person import Person
from browser_site import Site
from playwright.sync_api import expect

from dev.demo import SIZES


def test_demo_data_on_a_phone(site_of: Callable[[str], Site]) -> None:
    person = site_of('da').person('phone')
    company = enter_new_company(person)
    page = person.page
    person.open('settings', '.o_setting_container')
    page.click('.tab[data-key=economic_connector]')
    person.look('demo_settings')
    person.press("Try it with demo data")
    page.wait_for_selector('.modal')
    person.look('demo_import')
    person.press("Load")
    expect(person.button("Test")).to_be_visible()
    person.look('demo_loaded')
    person.press("Test")
    expect(person.button("Start Import")).to_be_visible()
    person.look('demo_tested')
    person.press("Start Import")
    person.wait_until_done()
    person.look('demo_done')
    person.open('economic')
    expect(page.locator('.o_economic_figures')).to_contain_text(str(SIZES['debtors']))
    person.look('demo_overview')
    ours = [['company_id', '=', company]]
    assert person.call('economic.invoice', 'search_count', ours) == SIZES['invoices']
    person.context.close()


def enter_new_company(person: Person) -> int:
    """Make a company without an agreement and go to it; return its id."""
    company: int = person.call('res.company', 'create', {'name': "Prøv A/S"})
    user = person.call('res.users', 'search', [['login', '=', 'admin']])
    person.call('res.users', 'write', user, {'company_ids': [[4, company, False]]})
    person.context.add_cookies([{'name': 'cids', 'value': str(company), 'url': person.url}])
    return company
