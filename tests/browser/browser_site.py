"""A served Odoo with the addon, and its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from browser_person import LANGUAGES, Person
from playwright.sync_api import Browser, Playwright

from dev.chromium import ensure_chromium
from dev.databases import execute
from dev.processes import OdooServer, Simulator

OPTIONS = [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
]


def launch(playwright: Playwright) -> Browser:
    """Start Chromium."""
    return playwright.chromium.launch(executable_path=ensure_chromium(), args=OPTIONS)


@dataclass
class Site:
    """A served Odoo with the addon, whose administrator reads one language."""

    lang: str
    odoo: OdooServer
    simulator: Simulator
    browser: Browser
    shots: Path

    def person(self, device: str = 'desk') -> Person:
        """Return the administrator, logged in."""
        person = Person(self.browser, self.odoo.url, self.lang, device, self.shots)
        person.log_in()
        return person


def prepare_administrator(database: str, lang: str) -> None:
    """Set the administrator's language, and keep Odoo's bot from opening a chat over the page."""
    execute("UPDATE res_users SET odoobot_state = 'disabled' WHERE login = 'admin'", database)
    execute(
        "UPDATE res_partner SET lang = %s, tz = 'Europe/Copenhagen'"
        " WHERE id IN (SELECT partner_id FROM res_users WHERE login = 'admin')",
        database,
        (LANGUAGES[lang],),
    )


def make_companies(site: Site) -> None:
    """Make the companies that are in Odoo before the import, and the agreement to be connected."""
    person = site.person()
    countries = {
        country['code']: country['id']
        for country in person.call('res.country', 'search_read', [], ['code'])
    }
    values = []
    for company in site.simulator.read('truth'):
        code = company['values'].pop('country_code', None)
        values.append(company['values'] | ({'country_id': countries[code]} if code else {}))
    person.call('res.partner', 'create', values)
    person.context.close()
