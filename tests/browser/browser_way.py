"""How a person uses the screens of an import: with the mouse, a finger, or the keyboard alone."""

from __future__ import annotations

from browser_site import Site
from playwright.sync_api import Locator, expect

# The most a person would press Tab for one thing.
MOST_TABS = 150
WORKING = '.o_economic_run .progress-bar'


class Way:
    """The steps of an import, taken by one person in one manner.

    :param str device: 'desk' or 'phone'
    :param str by: 'mouse' (on a phone a finger) or 'keyboard'
    """

    def __init__(self, site: Site, device: str, by: str) -> None:
        self.site, self.by = site, by
        self.come(device)

    def come(self, device: str) -> None:
        """Open a browser and log in."""
        self.person = self.site.person(device)
        self.page = self.person.page

    def come_back(self, url: str) -> None:
        """Close the browser, open another one, and go to a page again."""
        self.person.context.close()
        self.come(self.person.device)
        self.page.goto(url)

    # === REACH AND PRESS === #

    def use(self, thing: Locator) -> None:
        """Press something: click it, or walk to it with Tab and press the space bar."""
        expect(thing).to_be_visible()
        if self.by == 'mouse':
            thing.click()
        else:
            self.walk_to(thing)
            self.page.keyboard.press('Space')

    def walk_to(self, thing: Locator) -> None:
        """Press Tab until something has the focus.

        Odoo's search bar keeps Tab for itself; the arrow leads out of it, into what it searches.
        """
        trail = []
        for _ in range(MOST_TABS):
            if thing.evaluate('element => element === document.activeElement'):
                return
            trail.append(self.page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
            searching = self.page.evaluate(
                "!!document.activeElement.closest('.o_searchview_input_container')"
            )
            self.page.keyboard.press('ArrowDown' if searching else 'Tab')
        raise AssertionError(f"the keyboard does not reach {thing}: {trail}")

    def press(self, english: str, key: str = '') -> None:
        """Press a button, by its key if there is one; on a phone it may be in the menu of more."""
        person = self.person
        button = person.button(english).last
        if self.by == 'keyboard' and key:
            expect(button).to_be_visible()
            # What came before is over: a key goes to whatever is on the screen just then.
            person.settle()
            self.page.keyboard.press(key)
            return
        more = self.page.locator('.o_statusbar_buttons .oi-ellipsis-v')
        if person.device == 'phone' and more.count():
            expect(button.or_(more).first).to_be_visible()
            if not button.count():
                more.click()
        self.use(button)

    def choose(self, status: str) -> None:
        """Choose a chip, and wait for its list."""
        chip = self.page.locator(f'[data-status={status}]')
        count = chip.locator('b').inner_text()
        self.use(chip)
        expect(chip).to_have_attribute('aria-pressed', 'true')
        if self.person.device == 'desk':
            expect(self.page.locator('.o_economic_run .o_data_row')).to_have_count(int(count))
        self.person.settle()

    def open_row(self) -> None:
        """Open the first row of the list."""
        if self.by == 'mouse':
            rows = (
                '.o_data_row td[name=debtor_name], .o_kanban_record:not(.o_kanban_ghost) .fw-bolder'
            )
            self.page.locator(rows).first.click()
        else:
            self.walk_to(self.page.locator('.o_economic_run .o_searchview_input'))
            # Into the list, past its titles, and into the first row.
            self.page.keyboard.press('ArrowDown')
            row = self.page.locator('.o_data_row').first
            for _ in range(3):
                if row.evaluate('element => element.contains(document.activeElement)'):
                    break
                self.page.keyboard.press('ArrowDown')
            self.page.keyboard.press('Enter')
        self.page.wait_for_selector('.modal .o_form_view')

    def close_dialog(self) -> None:
        """Close the dialog; the page behind takes keys again once it is gone."""
        if self.by == 'keyboard':
            self.page.keyboard.press('Escape')
        else:
            self.page.locator('.modal .btn-close, .modal .oi-arrow-left').first.click()
        self.page.wait_for_selector('.modal', state='detached')
        self.person.settle()

    # === THE RUN === #

    @property
    def card(self) -> Locator:
        """The agreement's card on the overview."""
        return self.page.locator('.o_kanban_record:not(.o_kanban_ghost)').first

    def wait_for(self, state: str) -> None:
        """Wait until the form says that the run is in a state; a phone hides that in a menu."""
        current = self.page.locator(f'.o_arrow_button_current[data-value={state}]')
        expect(current).to_have_count(1)
        self.person.settle()

    def begin(self) -> None:
        """Open the dialog from the overview."""
        self.person.open('economic')
        self.use_on_card("Data Import")
        self.page.wait_for_selector('.modal .o_form_view')

    def use_on_card(self, english: str) -> None:
        """Press a button of the card."""
        name = self.person.say(english)
        self.use(self.card.get_by_role('button', name=name, exact=True))

    def load(self) -> None:
        """Load the list, from the overview on."""
        self.begin()
        self.press("Load", 'Alt+q')
        self.page.wait_for_selector('.o_economic_run')

    def test(self) -> None:
        """Test what is loaded."""
        self.wait_for('loaded')
        self.press("Test", 'Alt+q')
        self.wait_for('tested')
