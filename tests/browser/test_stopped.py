"""A run that stops says what happened, and goes on when it is mended."""

from __future__ import annotations

from collections.abc import Callable

from browser_person import Person
from browser_site import Site
from playwright.sync_api import expect

from dev.demo import SECRETS
from dev.licences import issue


def test_a_run_stops_and_goes_on(site_of: Callable[[str], Site]) -> None:
    site = site_of('en')
    person = site.person()
    ensure_imported(person, site)
    page = person.page
    site.simulator.control('revoke')
    site.simulator.control('book', count=3)
    person.open('economic')
    person.press("Synchronize Now")
    expect(person.button("Continue")).to_be_visible()
    person.sees("Press Continue when it is mended.")
    person.look('stopped_run')
    person.open('economic')
    person.sees("What is here is kept.")
    expect(page.locator('.o_kanban_record .badge')).to_contain_text(person.say("Stopped"))
    person.look('stopped_overview')
    person.press("What to do")
    expect(person.button("Continue")).to_be_visible()
    site.simulator.control('restore')
    invoices = person.call('economic.invoice', 'search_count', [])
    person.press("Continue")
    person.wait_until_done()
    person.look('stopped_and_done')
    assert person.call('economic.invoice', 'search_count', []) == invoices + 3
    person.open('economic')
    expect(page.locator('.o_kanban_record .badge')).to_contain_text(person.say("Connected"))
    person.context.close()


def ensure_imported(person: Person, site: Site) -> None:
    """Import as the buttons do, if the path before this one has not."""
    if person.call('economic.run', 'search_count', [['state', '=', 'done']]):
        return
    agreement = person.call(
        'economic.agreement',
        'create',
        {
            'api_type': 'rest',
            'service_url': site.simulator.url,
            'licence_key': issue(),
        },
    )
    person.call('economic.agreement', 'action_save_access', [agreement], context=SECRETS)
    wizard = person.call('economic.debtor.import', 'create', {'agreement_id': agreement})
    run = person.call('economic.debtor.import', 'action_load', [wizard])['res_id']
    person.open(f'economic-runs/{run}')
    person.press("Test")
    person.press("Start Import")
    person.wait_until_done()
