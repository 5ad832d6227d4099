"""The page on which a user of e-conomic gives an app access to an agreement.

It needs no tokens: the browser of somebody who is logged in to e-conomic opens it. Approving sends
the browser back to the app, with the grant in the address; without an address it is shown.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from .answer import Answer, Call, Route

if TYPE_CHECKING:
    from .app import Simulator

PATH = '/secure/api1/requestaccess.aspx'
HTML = 'text/html; charset=utf-8'
_TEXTS = {
    'da': ("Giv appen adgang", "Appen beder om adgang til aftale {number}, {company}.",
           "Giv adgang"),
    'en': ("Give the app access", "The app asks for access to agreement {number}, {company}.",
           "Give access"),
}  # fmt: skip
_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>
<body style="font-family: sans-serif; max-width: 30em; margin: 4em auto; padding: 0 1em">
<h1>{title}</h1><p>{text}</p>{rest}</body></html>
"""


class Grant:
    """Answer for the page of one agreement."""

    def __init__(self, app: Simulator, public: str, grant: str, number: int, company: str) -> None:
        self._app = app
        self._public, self._grant = public, grant
        self._about = {'number': number, 'company': html.escape(company)}

    def route(self, call: Call) -> Route | None:
        """Return what answers a request, None if it is not for this page."""
        if call.path.lower() != PATH:
            return None
        return Route('grant', lambda: self._answer(call), ('GET', 'POST'))

    def _answer(self, call: Call) -> Answer:
        # Older links use the second name.
        given = call.parameter('apppublictoken') or call.parameter('appid')
        if given != self._public:
            return Answer("Unknown app", 400, 'text/plain; charset=utf-8')
        title, text, button = _TEXTS['da' if call.parameter('locale') == 'da-DK' else 'en']
        back = call.parameter('redirecturl')
        if call.method == 'POST':
            self._app.revoked = False
            if back:
                return Answer('', 302, HTML, {'Location': _with_token(back, self._grant)})
            rest = f'<code>{html.escape(self._grant)}</code>'
        else:
            rest = f'<form method="post"><button>{button}</button></form>'
        page = _PAGE.format(
            lang='da' if button == _TEXTS['da'][2] else 'en',
            title=title,
            text=text.format(**self._about),
            rest=rest,
        )
        return Answer(page, 200, HTML)


def _with_token(address: str, token: str) -> str:
    parts = urlsplit(address)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), ('token', token)]
    return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))
