"""A person merges companies and takes it back: from the list of companies, with a value copied
across, in English and Danish, on a wide screen and on a phone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_person import Person
from filled_site import fill_site
from playwright.sync_api import Browser, expect

from dev.common import DEV, ROOT
from dev.databases import copied, execute, served_template
from dev.processes import OdooServer

LANGUAGES = {'en': 'en_US', 'da': 'da_DK'}
STATE = """
    SELECT p.name, p.active, p.phone, (SELECT count(*) FROM economic_invoice i
                                        WHERE i.partner_id = p.id)
      FROM res_partner p WHERE p.name LIKE %s ORDER BY p.id
"""


@pytest.fixture(scope='module')
def odoo() -> Iterator[OdooServer]:
    """Serve an Odoo with purchases; the people may merge, and are no administrators."""
    with copied(served_template(), f'test_{os.getpid()}_merge') as database:
        fill_site(database, 400, 40)
        execute(
            """
            INSERT INTO res_groups_users_rel (gid, uid)
            SELECT d.res_id, u.id FROM ir_model_data d, res_users u
             WHERE d.module = 'economic_connector' AND d.name = 'group_economic_manager'
               AND u.login LIKE 'ida_%%'
            """,
            database,
        )
        with OdooServer(database, log_level='warn') as server:
            yield server


def visit(browser: Browser, odoo: OdooServer, lang: str, device: str) -> Person:
    """Return the person, logged in, reading a language."""
    shots = Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots')
    person = Person(browser, odoo.url, lang, device, ROOT / shots / lang)
    person.log_in(f'ida_{lang}')
    return person


def make_twins(person: Person, name: str) -> tuple[int, int]:
    """Make two companies, of which the second has two debtors' worth of everything; return them."""
    common = {'is_company': True, 'city': 'Aarhus'}
    kept, other = person.call(
        'res.partner',
        'create',
        [
            {**common, 'name': f'{name} Cafe Aaen', 'email': 'kontakt@aaen.example',
             'street': 'Havnegade 1'},
            {**common, 'name': f'{name} Café Åen ApS', 'email': 'info@aaen.example',
             'phone': '+45 86 12 34 56'},
        ],
    )  # fmt: skip
    person.call('res.partner', 'message_post', [other], body="Called them")
    person.call('res.partner', 'create', [{'name': f'{name} Kasse', 'parent_id': other}])
    return kept, other


def give_debtor(odoo: OdooServer, partner: int) -> None:
    """Tie a debtor with invoices to a company."""
    execute(
        """
        WITH d AS (UPDATE economic_debtor SET partner_id = %s WHERE id = (
                     SELECT debtor_id FROM economic_invoice i JOIN economic_debtor d
                         ON d.id = i.debtor_id JOIN res_partner p ON p.id = d.partner_id
                      WHERE p.name NOT LIKE '%%Aaen%%' AND p.name NOT LIKE '%%Åen%%'
                      GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) RETURNING id)
        UPDATE economic_invoice i SET partner_id = %s FROM d WHERE i.debtor_id = d.id
        """,
        odoo.database,
        (partner, partner),
    )
    execute(
        'UPDATE economic_invoice_line l SET partner_id = d.partner_id FROM economic_debtor d'
        ' WHERE d.id = l.debtor_id AND d.partner_id = %s',
        odoo.database,
        (partner,),
    )


def select_both(person: Person, name: str) -> None:
    """Find the two companies in the list of companies, and select them."""
    page = person.page
    person.open('action-economic_connector.action_economic_partner', '.o_list_view, .o_kanban_view')
    if person.device == 'phone':
        page.locator('.o_control_panel .oi-search, .o_control_panel .fa-search').locator(
            'visible=true'
        ).first.click()
    person.search(name)
    cards = page.locator('.o_kanban_record:not(.o_kanban_ghost)')
    for place, words in enumerate(('Cafe Aaen', 'Café Åen')):
        if person.device == 'phone' and place == 0:
            person.select_by_touch(cards.filter(has_text=words).first)
        elif person.device == 'phone':
            cards.filter(has_text=words).first.click()
        else:
            row = page.locator('.o_data_row').filter(has_text=words).first
            row.locator('.o_list_record_selector input').click()


@pytest.mark.parametrize('device', ['desk', 'phone'])
@pytest.mark.parametrize('lang', ['en', 'da'])
def test_merge_and_undo(browser: Browser, odoo: OdooServer, lang: str, device: str) -> None:
    person = visit(browser, odoo, lang, device)
    page, name = person.page, f'{lang}{device}'
    kept, other = make_twins(person, name)
    give_debtor(odoo, other)
    before = execute(STATE, odoo.database, (f'{name}%',))

    select_both(person, name)
    page.locator('.o_cp_action_menus button').locator('visible=true').last.click()
    page.get_by_text(person.say("Merge (e-conomic)"), exact=True).click()
    page.wait_for_selector('.modal .o_economic_merge')
    person.look('merge_1_dialog')

    # Keep the first, with the name of the second.
    page.locator(f'.o_economic_merge input[data-partner="{kept}"]').click()
    expect(page.locator(f'.o_economic_merge input[data-partner="{kept}"]')).to_be_checked()
    names = page.locator('.o_economic_merge_row[data-field=name] button')
    names.filter(has_text='Åen').click()
    expect(names.filter(has_text='Åen')).to_have_attribute('aria-pressed', 'true')
    person.look('merge_2_chosen')
    page.locator('.modal-footer').get_by_text(person.say("Merge"), exact=True).click()
    page.wait_for_selector('.o_form_view:not(.modal .o_form_view) .o_field_widget[name=name]')
    person.look('merge_3_company')
    merged = execute(STATE, odoo.database, (f'{name}%',))
    invoices = before[1][3]
    assert invoices
    assert merged[0] == (f'{name} Café Åen ApS', True, '+45 86 12 34 56', invoices)
    assert merged[1][1:] == (False, '+45 86 12 34 56', 0)

    person.open('action-economic_connector.action_economic_merge')
    person.look('merge_4_merges')
    page.locator('.o_data_row, .o_kanban_record:not(.o_kanban_ghost)').first.click()
    page.wait_for_selector('.o_form_view')
    person.look('merge_5_merge')

    # What somebody changed since is told, and the rest is put back.
    if device == 'desk':
        person.call('res.partner', 'write', [kept], {'phone': '99 99 99 99'})
        press_undo(person)
        page.wait_for_selector('.modal .o_field_widget[name=conflicts]')
        expect(page.locator('.modal')).to_contain_text('99 99 99 99')
        person.look('merge_6_changed')
        person.press("Undo the Rest")
        expect(page.locator('.o_field_widget[name=kept_text]')).to_contain_text('99 99 99 99')
    else:
        press_undo(person)
        page.wait_for_selector('.o_field_widget[name=undone_at]')
    person.look('merge_7_undone')
    after = execute(STATE, odoo.database, (f'{name}%',))
    if device == 'desk':
        after[0] = (*after[0][:2], None, after[0][3])
    assert after == before


def press_undo(person: Person) -> None:
    """Press the button; a phone has it in a menu."""
    button = person.button("Undo Merge")
    if person.device == 'phone' and not button.count():
        person.page.locator(
            '.o_statusbar_buttons .dropdown-toggle, .o_cp_action_menus button'
        ).locator('visible=true').first.click()
        person.page.get_by_text(person.say("Undo Merge"), exact=True).click()
        return
    button.first.click()
