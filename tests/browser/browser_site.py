"""A served Odoo with the addon, and its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from browser_person import Person
from playwright.sync_api import Browser

from dev.processes import OdooServer, Simulator


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
