"""Test connection with each kind of refusal: what one reads, and that nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from browser_person import Person
from browser_settings import (
    BLOCK,
    DEVICES,
    TOKENS,
    enter_new_company,
    fill,
    open_settings,
    prepare_agreement,
)
from browser_site import Site
from playwright.sync_api import expect

from dev.demo import SECRETS
from dev.licences import AGREEMENT

LOGIN = {"User-ID": 'SIM', "Password": 'simulator-password'}
OTHER = 4711
HOUR = 3600


@dataclass(frozen=True)
class Refusal:
    """One way of being refused.

    :param str answer: what is read then, up to where it depends on the case
    :param fault: how e-conomic is made to answer
    :param typed: what is put in instead of the right access
    """

    answer: str
    fault: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


BY_TOKENS = {
    'tokens': Refusal(
        "e-conomic did not accept the access tokens. Ask a manager to check them in the "
        "agreement's settings.",
        typed=dict.fromkeys(TOKENS, 'wrong'),
    ),
    'malformed': Refusal(
        "One of the access tokens has characters that no token has.",
        typed={"App Secret Token": 'with a blank'},
    ),
    'number': Refusal(
        "This access opens agreement %(reached)s, but %(expected)s was entered. Nothing was read. "
        "Correct the number, or enter the access of that agreement.",
        typed={"Agreement number": str(OTHER)},
    ),
    'forbidden': Refusal(
        "The agreement has not given this app access to everything it needs (%s).",
        {'status': 403},
    ),
    'maintenance': Refusal(
        "e-conomic sent a web page instead of data (maintenance?).", {'body': 'html'}
    ),
    'garbage': Refusal("e-conomic sent something unexpected (%s).", {'body': 'garbage'}),
    'redirect': Refusal(
        "e-conomic pointed to another address, which is never followed.",
        {'redirect': 'https://example.com/'},
    ),
    'busy': Refusal("e-conomic asks us to wait until %s.", {'status': 429, 'retry_after': HOUR}),
    'down': Refusal("e-conomic answers with an error (%s).", {'status': 503, 'retry_after': HOUR}),
}
BY_LOGIN = {
    'login': Refusal(
        "e-conomic did not accept agreement number, user-ID and password, or the tokens. Ask a "
        "manager to check them in the agreement's settings.",
        typed={"Password": 'wrong'},
    ),
    '2018': Refusal(
        "e-conomic removed password login in February 2018; use tokens.",
        settings={'password_login': False},
    ),
    'login_maintenance': Refusal(
        "e-conomic sent a web page instead of data (maintenance?).", {'body': 'html'}
    ),
}


@pytest.mark.parametrize('device', DEVICES)
def test_each_refusal_is_said_in_plain_words(site: Site, device: str) -> None:
    person = site.person(device)
    company = enter_new_company(person, f"Afvist {device}")
    prepare_agreement(person, site, company)
    open_settings(person)
    ask_for_what_is_left_empty(person)
    open_settings(person)
    for name, refusal in BY_TOKENS.items():
        be_refused(person, site, name, refusal, {t: SECRETS[s] for t, s in TOKENS.items()})
    person.page.get_by_label(person.say("User-ID and password (SOAP)")).check()
    for name, refusal in BY_LOGIN.items():
        be_refused(person, site, name, refusal, LOGIN)
    agreements = person.call(
        'economic.agreement', 'search_read', [('company_id', '=', company)], ['access_hint']
    )
    assert [each['access_hint'] for each in agreements] == [False], "what was refused was stored"
    person.context.close()


def ask_for_what_is_left_empty(person: Person) -> None:
    person.press("Save and test connection")
    expect(person.page.locator('.o_economic_secret')).to_be_visible()
    person.look('settings_asked')


def be_refused(
    person: Person, site: Site, name: str, refusal: Refusal, access: dict[str, str]
) -> None:
    if refusal.fault:
        site.simulator.control('fault', count=None, **refusal.fault)
    site.simulator.control('configure', **{'password_login': True, **refusal.settings})
    for label, text in ({"Agreement number": str(AGREEMENT)} | access | refusal.typed).items():
        fill(person, label, text)
    alert = person.page.locator(f'{BLOCK} .alert-warning')
    person.press("Save and test connection")
    expect(alert).to_contain_text(person.say(refusal.answer).partition('%')[0])
    if name == 'number':
        expect(alert).to_contain_text(str(OTHER))
        expect(alert).to_contain_text(str(AGREEMENT))
    person.look(f'settings_refused_{name}')
    site.simulator.control('clear_faults')
