"""A person's path, in English and in Danish, at a desk and on a phone."""

from __future__ import annotations

from browser_person import Person
from browser_site import Site
from playwright.sync_api import expect

from dev.demo import SECRETS, SIZES
from dev.licences import issue

# The empty lists: where the menu leads, and what they say.
EMPTY = {
    ('Overview',): "No agreement is connected yet",
    ('Data Import', 'Runs'): "No import has been run yet",
    ('Data Import', 'Need a Look'): "Nothing needs a look",
    ('Debtors',): "No debtors yet",
    ('Invoices',): "No invoices yet",
    ('Invoice Lines',): "No invoice lines yet",
    ('Configuration', 'Agreements'): "Connect your first agreement",
}
PAGES = ('economic-debtors', 'economic-invoices', 'economic-lines', 'economic-runs')


def test_from_the_tokens_to_the_company(site: Site) -> None:
    person = site.person()
    look_at_empty_lists(person)
    connect(person, site)
    load_and_test(person)
    choose_rows(person)
    start(person, site)
    look_at_results(person, site)
    look_at_company(person)
    look_on_a_phone(site)


def look_at_empty_lists(person: Person) -> None:
    person.open('economic')
    for path, text in EMPTY.items():
        person.menu(*path)
        person.sees(text)
        person.look('empty_' + '_'.join(path).lower().replace(' ', '_'))


def open_settings(person: Person) -> None:
    person.menu('Configuration', 'Settings')
    person.page.wait_for_selector('.o_setting_container')
    person.page.click('.tab[data-key=economic_connector]')


def connect(person: Person, site: Site) -> None:
    open_settings(person)
    expect(person.button("Try it with demo data")).to_be_visible()
    person.look('settings_new')
    # Where tokens are tried is no setting that people have.
    values = {'api_type': 'rest', 'service_url': site.simulator.url, 'licence_key': issue()}
    person.call('economic.agreement', 'create', [values])
    person.open('economic')
    expect(person.button("Connect")).to_be_visible()
    person.look('overview_new')
    open_settings(person)
    page = person.page
    page.get_by_label(person.say("App Secret Token")).fill(SECRETS['app_secret_token'])
    page.get_by_label(person.say("Agreement Grant Token")).fill('wrong')
    person.press("Save and test connection")
    person.sees(
        "e-conomic did not accept the access tokens. Ask a manager to check them in the "
        "agreement's settings."
    )
    person.look('settings_refused')
    page.get_by_label(person.say("Agreement Grant Token")).fill(SECRETS['agreement_grant_token'])
    person.press("Save and test connection")
    person.sees("Leave the fields empty to keep what is stored.")
    expect(page.locator('.o_notification')).to_be_visible()
    person.look('settings_connected')
    number = page.locator('[name=economic_agreement_number] input')
    assert number.input_value().isdigit()
    secrets = ['app_secret_token', 'agreement_grant_token']
    assert [page.input_value(f'[name=economic_{name}] input') for name in secrets] == ['', '']
    person.open('economic')
    person.look('overview_connected')


def load_and_test(person: Person) -> None:
    person.menu('Data Import', 'e-conomic web')
    person.page.wait_for_selector('.modal')
    person.look('import')
    person.press("Load")
    expect(person.button("Test")).to_be_visible()
    expect(person.page.locator('.o_economic_run .o_pager')).to_contain_text(str(SIZES['debtors']))
    person.look('run_loaded')
    person.press("Test")
    expect(person.button("Start Import")).to_be_visible()
    expect(person.page.locator('.o_economic_chip').first).to_be_visible()
    person.look('run_tested')


def chips(person: Person) -> dict[str, int]:
    """Return {status: number of debtors} as the chips say."""
    found = person.page.locator('.o_economic_chip')
    return {
        chip.get_attribute('data-status') or '': int(chip.locator('b').inner_text())
        for chip in found.all()
    }


def choose_rows(person: Person) -> None:
    page = person.page
    counts = chips(person)
    assert sum(counts.values()) == SIZES['debtors']
    assert {'create', 'update', 'ambiguous'} <= set(counts)
    page.click('.o_economic_chip[data-status=update]')
    expect(page.locator('.o_data_row')).to_have_count(min(counts['update'], 40))
    changes = page.locator('.o_data_row .o_economic_changes')
    expect(changes.locator('s').first).to_be_visible()
    expect(changes.locator('b').first).to_be_visible()
    person.look('run_changes')
    page.locator('.o_data_row td[name=debtor_name]').first.click()
    expect(page.locator('.modal .o_economic_comparison tr.table-info').first).to_be_visible()
    person.look('run_row')
    page.keyboard.press('Escape')
    page.click('.o_economic_chip[data-status=ambiguous]')
    expect(page.locator('.o_data_row')).to_have_count(counts['ambiguous'])
    person.look('run_ambiguous')
    page.click('.o_economic_chip[data-status=ambiguous]')
    expect(page.locator('.o_data_row')).to_have_count(40)
    untick(person)


def untick(person: Person) -> None:
    """Untick the first row by its own toggle, the second by the button of a selection."""
    page = person.page
    ticked = page.locator('.o_economic_ticked')

    def shown() -> int:
        return int(ticked.inner_text().split()[0])

    before = shown()
    rows = page.locator('.o_data_row:has(.o_boolean_toggle input:checked)')
    rows.first.locator('.o_boolean_toggle').click()
    expect(ticked).to_contain_text(str(before - 1))
    rows.first.locator('.o_list_record_selector input').check()
    person.look('run_selected')
    person.press("Untick")
    expect(ticked).to_contain_text(str(before - 2))


def start(person: Person, site: Site) -> None:
    person.press("Start Import")
    expect(person.page.locator('.progress-bar')).to_be_visible()
    person.look('run_importing')
    person.wait_until_done()
    person.look('run_done')
    run = person.call('economic.run', 'search_read', [], limit=1)[0]
    there = site.simulator.read('sums')
    assert run['invoice_count'] == there['invoices']
    assert run['credit_note_count'] == there['credit_notes']
    assert run['invoice_line_count'] == there['lines']
    assert (run['failed_count'], run['difference']) == (0, 0)
    for name, count in (('created', run['created_count']), ('updated', run['updated_count'])):
        button = person.page.locator(f'[name=action_open_partners] [name={name}_count]')
        expect(button).to_contain_text(str(count))
    person.page.locator('[name=action_open_partners]').first.click()
    expect(person.page.locator('.o_economic_run')).to_have_count(0)
    expect(person.page.locator('.o_pager_limit')).to_have_text(str(run['created_count']))


def look_at_results(person: Person, site: Site) -> None:
    page = person.page
    there = site.simulator.read('sums')
    person.open('economic')
    figures = page.locator('.o_economic_figures')
    expect(figures).to_contain_text(str(SIZES['debtors']))
    expect(figures).to_contain_text(person.say("no difference to e-conomic"))
    person.look('overview')
    total = there['invoices'] + there['credit_notes']
    for menu, count in (("Debtors", SIZES['debtors']), ("Invoices", total)):
        person.menu(menu)
        expect(page.locator('.o_pager_limit')).to_have_text(str(count))
        name = menu.lower()
        person.look(name)
        page.locator('.o_data_row td >> nth=2').first.click()
        page.wait_for_selector('.o_form_view .o_form_sheet')
        person.look(f'{name}_form')
    person.menu("Invoice Lines")
    page.wait_for_selector('.o_data_row')
    person.look('lines')
    for view in ('pivot', 'graph'):
        page.click(f'.o_switch_view.o_{view}')
        page.wait_for_selector(f'.o_{view}_view canvas, .o_{view}_view table')
        person.look(f'lines_{view}')
    person.menu("Invoices")
    for view in ('pivot', 'graph', 'calendar'):
        page.click(f'.o_switch_view.o_{view}')
        page.wait_for_selector(f'.o_{view}_view')
        person.look(f'invoices_{view}')
    for menu in (('Data Import', 'Runs'), ('Configuration', 'Agreements')):
        person.menu(*menu)
        page.wait_for_selector('.o_data_row')
        person.look(menu[1].lower())
        page.locator('.o_data_row td >> nth=1').first.click()
        page.wait_for_selector('.o_form_view .o_form_sheet')
    person.look('agreement')
    open_settings(person)
    person.look('settings')


def company_with_much_to_see(person: Person) -> int:
    """Return the company with an overdue invoice that has the most invoices."""
    found = person.call(
        'economic.invoice',
        'formatted_read_group',
        [['partner_id', '!=', False], ['partner_id.economic_invoice_ids.is_overdue', '=', True]],
        ['partner_id'],
        ['__count'],
        order='__count DESC',
        limit=1,
    )
    return int(found[0]['partner_id'][0])


def look_at_company(person: Person) -> None:
    page = person.page
    person.open(f'res.partner/{company_with_much_to_see(person)}')
    person.sees("Overdue in e-conomic:")
    page.click('.nav-link[name=economic]')
    expect(page.locator('.o_economic_sparkline rect')).to_have_count(12)
    page.locator('.o_economic_facts').scroll_into_view_if_needed()
    person.look('company')
    invoices = page.locator('[name=economic_latest_invoice_ids] .o_data_row')
    expect(invoices).to_have_count(10)
    page.locator('.o_economic_facts').evaluate('element => element.scrollIntoView()')
    person.look('company_invoices')
    invoices.first.locator('td >> nth=0').click()
    expect(page.locator('.modal [name=line_ids] .o_data_row').first).to_be_visible()
    person.look('company_invoice')
    page.keyboard.press('Escape')
    person.press("All invoices")
    expect(page.locator('.o_breadcrumb')).to_contain_text(person.say("Invoices"))


def look_on_a_phone(site: Site) -> None:
    person = site.person('phone')
    page = person.page
    run = person.call('economic.run', 'search', [], limit=1)[0]
    person.open(f'economic-runs/{run}')
    page.wait_for_selector('.o_economic_run .o_kanban_record')
    person.look('run')
    page.locator('.o_economic_run .o_kanban_record').first.click()
    page.wait_for_selector('.modal .o_economic_comparison')
    person.look('run_row')
    person.open('economic')
    person.look('overview')
    for path in PAGES:
        person.open(path)
        page.wait_for_selector('.o_kanban_record')
        person.look(path)
    person.open('economic-invoices')
    page.locator('.o_kanban_record').first.click()
    page.wait_for_selector('.o_form_sheet')
    person.look('invoice')
    person.open(f'res.partner/{company_with_much_to_see(person)}')
    page.click('.nav-link[name=economic]')
    page.locator('.o_economic_facts').evaluate('element => element.scrollIntoView()')
    person.look('company')
    person.open('settings', '.o_setting_container')
    page.click('.tab[data-key=economic_connector]')
    person.look('settings')
    person.context.close()
