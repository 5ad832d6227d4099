"""A person looks through duplicates: from the menu, of companies selected in a list, from the hint
on a company's form; side by side, to the merge dialog, and says of some that they are none. In
English and Danish, on a wide screen and on a phone.
"""

from __future__ import annotations

import pytest
from browser_person import Person
from playwright.sync_api import Browser, expect
from test_merge import odoo as _odoo
from test_merge import select_both, visit

from dev.processes import OdooServer

odoo = _odoo
# Names that have nothing in common, for each of the tests.
WORDS = iter(
    "Kornkammeret Blomsterhuset Snedkeriet Vinhjørnet Fiskeboden Guldsmeden Lædersalen Osteklokken"
    " Papirmøllen Rosengården Teltmageren Urværket".split()
)
NAMES = {
    (lang, device, use): next(WORDS)
    for lang in ('en', 'da')
    for device in ('desk', 'phone')
    for use in range(3)
}
ROWS = '.o_data_row, .o_kanban_record:not(.o_kanban_ghost)'


def make_twins(person: Person, name: str) -> list[int]:
    """Make a company twice, as two people would write it; unlike the others that are made."""
    number = sum(map(ord, name)) % 90 + 10
    common = {
        'is_company': True, 'phone': f'+45 86 {number} 34 {number}',
        'zip': f'{number}00', 'city': f"{name}by",
    }  # fmt: skip
    made: list[int] = person.call(
        'res.partner',
        'create',
        [
            {**common, 'name': f'{name} Café Åen ApS', 'street': f'{name}s Åboulevard {number}'},
            {**common, 'name': f'{name} Cafe Aaen', 'street': f'{name}s Aaboulevard {number}'},
        ],
    )
    return made


@pytest.mark.parametrize('device', ['desk', 'phone'])
@pytest.mark.parametrize('lang', ['en', 'da'])
def test_from_the_list_to_a_decision(
    browser: Browser, odoo: OdooServer, lang: str, device: str
) -> None:
    person = visit(browser, odoo, lang, device)
    page, name = person.page, NAMES[lang, device, 0]
    twins = make_twins(person, name)

    open_list(person)
    person.press("Find Duplicates")
    row = page.locator(ROWS).filter(has_text=name)
    expect(row).to_have_count(1)
    person.look('duplicates_1_list')

    open_group(person, name)
    page.wait_for_selector('.o_economic_side_by_side')
    expect(page.locator('.o_economic_side_by_side')).to_contain_text('Aaboulevard')
    person.look('duplicates_2_side_by_side')

    press(person, "Merge…")
    page.wait_for_selector('.modal .o_economic_merge')
    person.look('duplicates_3_merge')
    page.locator('.modal-footer').get_by_text(person.say("Cancel"), exact=True).click()
    expect(page.locator('.modal')).to_have_count(0)

    # The hint on the company's form leads there, too.
    person.open(f'res.partner/{twins[0]}', '.o_form_view')
    expect(person.button("Side by side")).to_be_visible()
    person.look('duplicates_4_hint')
    person.press("Side by side")
    page.wait_for_selector('.o_economic_side_by_side')
    press(person, "Not Duplicates")
    page.wait_for_selector('.o_list_view, .o_kanban_view')
    expect(page.locator(ROWS).filter(has_text=name)).to_have_count(0)
    person.press("Find Duplicates")
    person.look('duplicates_5_decided')
    expect(page.locator(ROWS).filter(has_text=name)).to_have_count(0)
    person.open(f'res.partner/{twins[0]}', '.o_form_view')
    expect(person.button("Side by side")).to_have_count(0)
    person.context.close()


def open_group(person: Person, name: str) -> None:
    """Open a group of duplicates: a row of the list, or a card."""
    row = person.page.locator(ROWS).filter(has_text=name)
    (row if person.device == 'phone' else row.locator('[name=names]')).first.click()


def open_list(person: Person) -> None:
    """Go to the list of duplicates; by the menu, where there is one in sight."""
    if person.device == 'phone':
        person.open('economic-duplicates')
    else:
        person.open('economic')
        person.menu("Duplicates")
    expect(person.button("Find Duplicates").first).to_be_visible()


@pytest.mark.parametrize('device', ['desk', 'phone'])
@pytest.mark.parametrize('lang', ['en', 'da'])
def test_of_selected_companies(browser: Browser, odoo: OdooServer, lang: str, device: str) -> None:
    """Only what the selected companies are like is shown, and is merged from there."""
    person = visit(browser, odoo, lang, device)
    page, name = person.page, NAMES[lang, device, 1]
    make_twins(person, NAMES[lang, device, 2])
    one, two = make_twins(person, name)

    select_both(person, name)
    page.locator('.o_cp_action_menus button').locator('visible=true').last.click()
    page.get_by_text(person.say("Find duplicates of these"), exact=True).click()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text(name)
    person.look('duplicates_6_selected')

    open_group(person, name)
    page.wait_for_selector('.o_economic_side_by_side')
    press(person, "Merge…")
    page.wait_for_selector('.modal .o_economic_merge')
    page.locator('.modal-footer').get_by_text(person.say("Merge"), exact=True).click()
    page.wait_for_selector('.o_form_view:not(.modal .o_form_view) .o_field_widget[name=name]')
    person.look('duplicates_7_merged')
    active = person.call('res.partner', 'search', [['id', 'in', [one, two]]])
    assert len(active) == 1, "the other one is archived"
    person.context.close()


def press(person: Person, english: str) -> None:
    """Press a button of the form; a phone has all but the first in a menu."""
    if person.device == 'phone' and not person.button(english).count():
        person.page.locator('.o_statusbar_buttons button:has(.oi-ellipsis-v)').click()
    person.press(english)
