"""The page that grants access: for one app, without tokens, and back to the one who asked."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from simulator_calls import ANCHOR, call

from simulator import GRANT, Simulator, create_app
from simulator.app import PUBLIC

BACK = 'https://odoo.example.com/economic/grant/abc?x=1'


@pytest.fixture
def app() -> Simulator:
    return create_app(7, 20, 60, ANCHOR, company="Ås & Søn")


def page(**words: str) -> str:
    """Return the address of the page."""
    query = '&'.join(f'{name}={quote(word, safe="")}' for name, word in words.items())
    return f'/secure/api1/requestaccess.aspx?{query}'


def test_approving_sends_the_browser_back_with_the_token(app: Simulator) -> None:
    address = page(appPublicToken=PUBLIC, redirectUrl=BACK)
    shown = call(app, address, headers={})
    assert shown.status_code == 200
    assert "1100042" in shown.text
    assert "Ås &amp; Søn" in shown.text
    assert GRANT not in shown.text
    answer = call(app, address, method='POST', headers={})
    assert answer.status_code == 302
    back = urlsplit(answer.headers['Location'])
    assert back.hostname == 'odoo.example.com'
    assert parse_qs(back.query) == {'x': ['1'], 'token': [GRANT]}


def test_without_an_address_the_token_is_shown(app: Simulator) -> None:
    assert GRANT in call(app, page(appId=PUBLIC), method='POST', headers={}).text


def test_another_app_is_refused(app: Simulator) -> None:
    for address in (page(appPublicToken='another', redirectUrl=BACK), page(redirectUrl=BACK)):
        assert call(app, address, method='POST', headers={}).status_code == 400


def test_it_speaks_the_language_that_was_asked_for(app: Simulator) -> None:
    assert "Giv adgang" in call(app, page(appPublicToken=PUBLIC, locale='da-DK'), headers={}).text
    assert "Give access" in call(app, page(appPublicToken=PUBLIC, locale='en-US'), headers={}).text


def test_approving_gives_back_what_was_revoked(app: Simulator) -> None:
    app.control.revoke()
    assert call(app, '/self').status_code == 401
    call(app, page(appPublicToken=PUBLIC), method='POST', headers={})
    assert call(app, '/self').status_code == 200
