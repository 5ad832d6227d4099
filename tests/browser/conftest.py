"""Fixtures: a browser, and per language an Odoo with a simulated e-conomic beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser_person import LANGUAGES
from browser_site import Site, launch, make_companies, prepare_administrator
from playwright.sync_api import Browser, sync_playwright

from dev.common import DEV, ROOT
from dev.databases import copied, served_template
from dev.demo import SECRETS, SIZES
from dev.processes import OdooServer, Simulator

# Not the seed of the demo data, which one test brings into the same database.
SEED = 5


@pytest.fixture(scope='session')
def browser() -> Iterator[Browser]:
    """Run the browser."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def pages_are_closed(browser: Browser) -> Iterator[None]:
    """Close what a test leaves open: a page goes on working and takes the next ones' time."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope='session')
def site_of(browser: Browser) -> Iterator[Callable[[str], Site]]:
    """Return a function that lends the site of a language; one is served per language."""
    sites: dict[str, Site] = {}
    with ExitStack() as stack:

        def site_of(lang: str) -> Site:
            if lang not in sites:
                sites[lang] = stack.enter_context(served(lang, browser))
            return sites[lang]

        yield site_of


@pytest.fixture(params=LANGUAGES)
def site(request: pytest.FixtureRequest, site_of: Callable[[str], Site]) -> Site:
    """Lend the site of each language in turn."""
    return site_of(request.param)


@contextmanager
def served(lang: str, browser: Browser) -> Iterator[Site]:
    """Serve an Odoo that has the companies of the simulator's truth, not connected to it yet."""
    simulator_options: dict[str, Any] = {
        'seed': SEED,
        **SIZES,
        'anchor': str(date.today()),
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
    }
    shots = Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots')
    with (
        copied(served_template(), f'test_{os.getpid()}_browser_{lang}') as database,
        Simulator(simulator_options) as simulator,
    ):
        prepare_administrator(database, lang)
        with OdooServer(database, log_level='warn') as odoo:
            site = Site(lang, odoo, simulator, browser, ROOT / shots / lang)
            make_companies(site)
            yield site
