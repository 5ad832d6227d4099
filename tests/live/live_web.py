"""A person at the web client of a live Odoo: a session, its calls and pages, and all it heard."""

from __future__ import annotations

from typing import Any

import requests
from live_server import LiveOdoo


class WebUser:
    """Somebody who is logged in.

    :param str login: also the password, except that of the administrator of a fresh database
    """

    def __init__(self, odoo: LiveOdoo, login: str) -> None:
        self.odoo = odoo
        self.browser = requests.Session()
        # Not through the proxy that the servers are told to use.
        self.browser.trust_env = False
        self.heard: list[bytes] = []
        who = {'db': odoo.database, 'login': login, 'password': login}
        assert self.post('/web/session/authenticate', who)['result']['uid']

    def post(self, path: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Call a JSON-RPC address; return the whole answer, also if it is a refusal."""
        body = {'jsonrpc': '2.0', 'method': 'call', 'params': parameters, 'id': 1}
        answer = self.browser.post(self.odoo.url + path, json=body, timeout=120)
        self._hear(answer)
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, model: str, method: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Call a method as the web client does; return the whole answer."""
        call = {'model': model, 'method': method, 'args': arguments, 'kwargs': named}
        return self.post(f'/web/dataset/call_kw/{model}/{method}', call)

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a method that is not refused; return its result."""
        answer = self.ask(model, method, *arguments, **named)
        assert 'error' not in answer, answer['error']['data']['debug']
        return answer['result']

    def refused(self, model: str, method: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Call a method that is refused; return the error, with what its dialog shows."""
        answer = self.ask(model, method, *arguments, **named)
        assert 'error' in answer, (model, method, answer)
        error: dict[str, Any] = answer['error']['data']
        return error

    def get(self, path: str, **named: Any) -> requests.Response:
        """Get a page; no redirect is followed."""
        answer = self.browser.get(self.odoo.url + path, timeout=120, allow_redirects=False, **named)
        self._hear(answer)
        return answer

    def _hear(self, answer: requests.Response) -> None:
        self.heard.append(answer.content)
        self.heard.append(repr(dict(answer.headers)).encode())
