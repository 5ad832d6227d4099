"""A person at a browser: goes where a person goes, and looks at what is there.

Every look saves a screenshot, and fails if something is cut off, not translated, empty of sense, or
an error on the console.
"""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import polib
from playwright.sync_api import Browser, Locator, Page, Request, expect

from dev.common import ADDON

SEEN = (Path(__file__).parent / 'seen.js').read_text()
LANGUAGES = {'en': 'en_US', 'da': 'da_DK'}
SIZES = {'desk': {'width': 1400, 'height': 900}, 'phone': {'width': 390, 'height': 844}}
PATIENCE = 60  # seconds; a slow machine under load is no error
# Looks in a row, a tenth of a second apart, at which a page that has settled does nothing.
QUIET = 4
# A frame is drawn and what waited behind it is done. Not requestIdleCallback: after a click
# Chromium may keep that waiting for as long as it is allowed to. A hidden page draws no frames.
DRAWN = """new Promise(resolve => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 5000);
})"""
# English words that no Danish text has; and what Odoo itself has not translated.
ENGLISH = re.compile(r'\b(the|this|these|with|your|which|nothing|were|been)\b', re.IGNORECASE)
# Words that are right in Danish as well, although another one is used for that term.
DANISH_TOO = {'Test', 'By'}
ODOOS_OWN = {'The conversation is empty.', 'Address'}
ODOOS_START = ('Merged with the following partners',)
NONSENSE = re.compile(r'\bundefined\b|\bNaN\b|\[object |\bnull\b')


@cache
def danish() -> dict[str, str]:
    """Return {English: Danish} of the addon's terms."""
    return {_flat(e.msgid): _flat(e.msgstr) for e in polib.pofile(ADDON / 'i18n' / 'da.po')}


def _flat(text: str) -> str:
    return ' '.join(text.split())


class Person:
    """A person who is logged in as the administrator.

    :param str lang: 'en' or 'da', the user's language
    :param str device: 'desk' or 'phone'
    :param Path shots: the folder for screenshots
    """

    def __init__(self, browser: Browser, url: str, lang: str, device: str, shots: Path) -> None:
        phone = device == 'phone'
        self.context = browser.new_context(
            viewport=SIZES[device],
            has_touch=phone,
            is_mobile=phone,
            locale={'en': 'en-US', 'da': 'da-DK'}[lang],
            timezone_id='Europe/Copenhagen',
        )
        self.url, self.lang, self.device, self.shots = url, lang, device, shots
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        self.errors: list[str] = []
        self.page.on('console', lambda m: self.errors.append(m.text) if m.type == 'error' else None)
        self.page.on('pageerror', lambda error: self.errors.append(str(error)))
        self._watch_requests()

    def _watch_requests(self) -> None:
        """Know which calls of the client are under way; those of a page that was left are not."""
        self.under_way: set[Request] = set()
        self.page.on('request', self._note_request)
        self.page.on('requestfinished', self._forget_request)
        self.page.on('requestfailed', self._forget_request)
        self.page.on('domcontentloaded', lambda _page: self.under_way.clear())

    def _note_request(self, request: Request) -> None:
        # A page that drives an import has a step under way all the time.
        if request.resource_type in ('fetch', 'xhr') and not request.url.endswith('/step'):
            self.under_way.add(request)

    def _forget_request(self, request: Request) -> None:
        self.under_way.discard(request)

    def log_in(self, login: str = 'admin') -> None:
        """Send in Odoo's form, without drawing the page it is on; the password is the login."""
        address = f'{self.url}/web/login'
        token = re.search(r'csrf_token: "(\w+)"', self.context.request.get(address).text())
        assert token, "Odoo's page for the log-in has no token"
        form = {'login': login, 'password': login, 'csrf_token': token[1]}
        answer = self.context.request.post(address, form=form, max_redirects=0)
        assert answer.status == 303, f"{login} is not let in"

    def say(self, english: str) -> str:
        """Return what stands on the screen for an English term."""
        return danish()[_flat(english)] if self.lang == 'da' else _flat(english)

    # === GO === #

    def open(self, path: str, selector: str = '.o_view_controller') -> None:
        """Open a page of the web client by its address."""
        self.page.goto(f'{self.url}/odoo/{path}')
        self.page.wait_for_selector(selector)

    def menu(self, *names: str) -> None:
        """Choose an entry of the app's menu."""
        sections = self.page.locator('.o_menu_sections')
        section = sections.get_by_text(self.say(names[0]), exact=True)
        entry = self.page.locator('.o-dropdown--menu .dropdown-item')
        expect(section).to_be_attached()
        self.settle()
        if not section.is_visible():
            # There is no room for all sections: the last ones are in the menu of the plus sign.
            sections.locator('.o_menu_sections_more button').click()
            entry.get_by_text(self.say(names[-1]), exact=True).click()
            return
        section.click()
        if len(names) > 1:
            entry.get_by_text(self.say(names[1]), exact=True).click()

    def button(self, english: str) -> Locator:
        """Return the visible button of this name."""
        name = self.say(english)
        return self.page.get_by_role('button', name=name, exact=True).locator('visible=true')

    def press(self, english: str) -> None:
        """Press a button."""
        self.button(english).first.click()

    def search(self, text: str) -> None:
        """Search a list for a text.

        Enter chooses the proposal that is marked; before there is one it means something else.
        """
        facets = self.page.locator('.o_searchview_facet')
        before = facets.count()
        self.page.locator('.o_searchview_input').press_sequentially(text)
        proposal = self.page.locator('.o_searchview_autocomplete .o-dropdown-item.focus')
        expect(proposal.get_by_text(text).first).to_be_visible()
        self.page.keyboard.press('Enter')
        expect(facets).to_have_count(before + 1)
        self.settle()

    def select_by_touch(self, card: Locator) -> None:
        """Hold a finger on a card until it is selected."""
        card.dispatch_event('touchstart')
        expect(self.page.locator('.o_record_selected').first).to_be_visible()
        card.dispatch_event('touchend')

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as the web client does, to prepare what a person finds, or to compare."""
        kwargs['context'] = {'lang': LANGUAGES[self.lang]} | kwargs.get('context', {})
        answer = self.context.request.post(
            f'{self.url}/web/dataset/call_kw/{model}/{method}',
            data={
                'jsonrpc': '2.0',
                'params': {'model': model, 'method': method, 'args': args, 'kwargs': kwargs},
            },
        ).json()
        assert 'error' not in answer, answer['error']['data']['message']
        return answer['result']

    def wait_until_done(self) -> None:
        """Wait until the form of a run says that it is done; a phone hides that in a menu."""
        done = self.page.locator('.o_arrow_button_current[data-value=done]')
        expect(done).to_have_count(1)

    # === LOOK === #

    def sees(self, english: str) -> None:
        """Wait until a text of the addon is on the screen."""
        expect(
            self.page.get_by_text(self.say(english)).locator('visible=true').first
        ).to_be_visible()

    def look(self, name: str) -> None:
        """Save a screenshot and judge what is on it."""
        self.settle()
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.shots / f'{self.device}_{name}.png')
        seen = self.page.evaluate(SEEN)
        faults = {
            'cut off': seen['cutOff'],
            'not translated': self._untranslated(seen['texts']),
            'without sense': [text for text in seen['texts'] if NONSENSE.search(text)],
            'on the console': self.errors,
        }
        faults = {kind: found for kind, found in faults.items() if found}
        assert not faults, f'{self.lang} {self.device} {name}: {faults}'

    def settle(self) -> None:
        """Wait until nothing moves: no request is under way and what was to be drawn is drawn.

        Several looks in a row, since what one answer brings may be what asks for the next.
        """
        deadline = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < QUIET:
            assert time.monotonic() < deadline, [request.url for request in self.under_way]
            self.page.wait_for_timeout(100)
            self.page.evaluate(DRAWN)
            quiet = 0 if self.under_way else quiet + 1
        self.page.wait_for_function("!document.querySelector('.o_blockUI, .o_loading_indicator')")

    def _untranslated(self, texts: list[str]) -> list[str]:
        if self.lang != 'da':
            return []
        terms = danish()
        return [
            text
            for text in texts
            if text not in ODOOS_OWN
            and not text.startswith(ODOOS_START)
            and (ENGLISH.search(text) or (terms.get(text, text) != text and text not in DANISH_TOO))
        ]
