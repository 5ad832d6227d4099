"""A password that is left out: asked for each time, no use to others, gone with its page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser_person import LANGUAGES, Person
from browser_site import prepare_administrator
from playwright.sync_api import Browser, Locator, Response, expect

from dev.common import DEV, ROOT
from dev.databases import copied, served_template
from dev.licences import issue
from dev.processes import OdooServer, Simulator

USER, PASSWORD = 'ANN', 'canary-password-of-anna'
# Reads 500 records a call: enough calls to look at an import while it goes on.
OPTIONS = {
    'seed': 5,
    'debtors': 40,
    'invoices': 1500,
    'rate-limit': 'off',
    'user': USER,
    'password': PASSWORD,
}
GROUPS = ('economic_connector.group_economic_manager', 'base.group_partner_manager')
SLOW, QUICK = 2500, 0  # milliseconds that e-conomic takes to answer


class Office:
    """Two people with an agreement that keeps neither user-ID nor password."""

    def __init__(self, lang: str, odoo: OdooServer, simulator: Simulator, browser: Browser) -> None:
        self.lang, self.odoo, self.simulator, self.browser = lang, odoo, simulator, browser
        self.shots = ROOT / Path(os.environ.get('SCREENSHOTS') or DEV / 'screenshots') / lang
        # All that the server ever told others than the one who typed.
        self.told: list[str] = []
        self.admin = self.person('admin')
        self.admin.call('res.users', 'create', [self._user(name) for name in ('anna', 'bo')])
        (self.agreement,) = self.admin.call(
            'economic.agreement',
            'create',
            [
                {
                    'name': "Nordisk Møbler A/S",
                    'api_type': 'soap',
                    'agreement_number': 1100042,
                    'service_url': simulator.url,
                    'licence_key': issue(),
                }
            ],
        )

    def _user(self, name: str) -> dict[str, object]:
        groups = [
            self.admin.call('ir.model.data', 'search_read', [('name', '=', group.split('.')[1])])
            for group in GROUPS
        ]
        return {
            'name': name.capitalize(),
            'login': name,
            'password': name,
            'email': f'{name}@example.com',
            'lang': LANGUAGES[self.lang],
            'tz': 'Europe/Copenhagen',
            'odoobot_state': 'disabled',
            'group_ids': [(4, group['res_id']) for (group,) in groups],
        }

    def person(self, login: str, device: str = 'desk') -> Person:
        person = Person(self.browser, self.odoo.url, self.lang, device, self.shots)
        if login != 'anna':
            person.page.on('response', self._listen)
        person.log_in(login)
        return person

    def _listen(self, response: Response) -> None:
        if response.request.resource_type in {'document', 'xhr', 'fetch'}:
            self.told.append(response.text() if response.ok else '')


@pytest.fixture(params=LANGUAGES)
def office(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Office]:
    with opened(request.param, browser) as office:
        yield office


@contextmanager
def opened(lang: str, browser: Browser) -> Iterator[Office]:
    """Serve an Odoo with the agreement."""
    with (
        copied(served_template(), f'test_{os.getpid()}_secret_{lang}') as database,
        Simulator(OPTIONS) as simulator,
    ):
        prepare_administrator(database, lang)
        with OdooServer(database, log_level='debug') as odoo:
            yield Office(lang, odoo, simulator, browser)


def test_what_one_types_is_of_no_use_to_another(office: Office) -> None:
    anna = office.person('anna')
    connect(anna, office)
    load(anna)
    anna.press("Test")
    expect(anna.button("Start Import").first).to_be_visible()
    office.simulator.control('configure', latency_ms=SLOW)
    anna.press("Start Import")
    answer(anna, PASSWORD)
    anna.page.wait_for_selector('.o_economic_run .progress')
    anna.look('secret_driving')
    bo = look_elsewhere(anna, office)
    anna.context.close()
    continue_elsewhere(bo, office)
    look_on_a_phone(office)
    assert office.told
    assert PASSWORD not in ''.join(office.told)
    assert PASSWORD not in office.odoo.log.read_text(errors='replace')


def connect(anna: Person, office: Office) -> None:
    """Test the connection: nothing typed, a wrong password, the right one."""
    anna.open(f'economic-agreements/{office.agreement}')
    anna.look('secret_agreement')
    anna.press("Test Connection")
    anna.page.wait_for_selector('.o_economic_secret')
    expect(anna.page.locator('.o_economic_secret')).to_contain_text("Nordisk Møbler A/S (1100042)")
    anna.look('secret_dialog')
    # A dialog that is closed asks nothing of e-conomic.
    anna.press("Cancel")
    assert office.simulator.read('counters')['resources'] == {}
    anna.press("Test Connection")
    answer(anna, 'not it')
    anna.sees("e-conomic did not accept this. Try again; if it is right, the rest of the "
              "agreement's access is wrong.")  # fmt: skip
    expect(password(anna)).to_have_value('')
    anna.look('secret_refused')
    answer(anna, PASSWORD)
    anna.page.wait_for_selector('.o_economic_secret', state='detached')
    expect(anna.page.locator('.o_field_widget[name=connection_message]')).to_contain_text('1100042')
    anna.look('secret_connected')


def password(person: Person) -> Locator:
    return person.page.locator('.o_economic_secret input[name=soap_password]')


def answer(person: Person, word: str) -> None:
    """Fill in the dialog, and press Enter."""
    person.page.locator('.o_economic_secret input[name=soap_user]').fill(USER)
    password(person).fill(word)
    password(person).press('Enter')


def load(anna: Person) -> None:
    """Load the list: asked again, since what was typed is gone with the dialog."""
    anna.page.click('.o_statusbar_buttons button[name=action_import]')
    anna.page.wait_for_selector('.modal .o_form_view')
    anna.press("Load")
    answer(anna, PASSWORD)
    expect(anna.button("Test").first).to_be_visible()


def look_elsewhere(anna: Person, office: Office) -> Person:
    """Another person sees who drives it, and cannot."""
    bo = office.person('bo')
    bo.page.goto(anna.page.url)
    bo.page.wait_for_selector('.o_economic_run')
    says = bo.say("%s lets this import go on in another window.").replace('%s', "Anna")
    expect(bo.page.get_by_text(says)).to_be_visible()
    expect(bo.page.locator('.o_economic_run .alert-warning')).to_have_count(0)
    bo.look('secret_elsewhere')
    run = int(anna.page.url.split('/')[-1])
    asked = bo.call('economic.run', 'step', [run], 'f' * 32)
    assert asked['taken']
    return bo


def continue_elsewhere(bo: Person, office: Office) -> None:
    """Its page is closed, so it waits; whoever continues is asked."""
    expect(bo.page.locator('.o_economic_run .alert-warning')).to_be_visible()
    bo.look('secret_paused')
    done = progress(bo)
    bo.page.locator('.o_economic_run .alert-warning button').click()
    answer(bo, 'not it')
    bo.page.wait_for_selector('.o_economic_secret .alert-warning')
    assert progress(bo) == done
    office.simulator.control('configure', latency_ms=QUICK)
    answer(bo, PASSWORD)
    bo.wait_until_done()
    assert bo.call('economic.invoice', 'search_count', []) == OPTIONS['invoices']
    bo.look('secret_done')


def progress(person: Person) -> object:
    run = int(person.page.url.split('/')[-1])
    answer = person.call('economic.run', 'get_progress', [run])
    return answer['phase'], answer['done']


def look_on_a_phone(office: Office) -> None:
    phone = office.person('bo', 'phone')
    phone.open('economic')
    phone.press("Synchronize Now")
    phone.page.wait_for_selector('.o_economic_secret')
    phone.look('secret_dialog')
    answer(phone, 'not it')
    phone.page.wait_for_selector('.o_economic_secret .alert-warning')
    phone.look('secret_refused')
    phone.press("Cancel")
    phone.context.close()
