"""What must never show: tokens in errors, logs and reprs; foreign text in a log line."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest
from client_bench import APP, GRANT, Bench
from client_server import answer, raw

from client import AccessError, Credentials, PasswordCredentials, Secret


def test_f20_no_token_in_errors_logs_or_reprs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({'message': f'bad token {APP} {GRANT}', 'detail': GRANT})
    replies = [answer(echo, status) for status in (400, 401, 403, 404, 429, 500)]
    replies += [answer('<html>'), answer('[' * 9), answer(b'\xff'), raw(b''), raw(b'', reset=True)]
    for reply in replies:
        error = bench.failure(reply)
        while error is not None:
            seen = f'{error} {error!r} {vars(error)} {error.args}'
            assert 'canary' not in seen
            error = error.__cause__ or error.__context__  # type: ignore[assignment]
    credentials = Credentials(Secret(APP), Secret(GRANT))
    assert 'canary' not in f'{credentials} {credentials!r} {bench.client!r} {Secret(APP)}'
    assert 'canary' not in caplog.text


def test_the_public_demo_tokens_need_no_hiding() -> None:
    demo = Credentials(Secret('demo'), Secret('demo'))
    assert demo.scrub('the demo agreement') == 'the demo agreement'


@pytest.mark.parametrize('write', [str, html.escape, quote, json.dumps, lambda text: f'<{text}>'])
def test_what_a_server_gives_back_is_taken_out_however_it_is_written(
    write: Callable[[str], str],
) -> None:
    token, word = 'a"<canary-1>&', 'å"<canary-2>&%'
    tokens = Credentials(Secret(token), Secret('other'))
    login = PasswordCredentials(7, 'ANN', Secret(word))
    assert 'canary' not in tokens.scrub(f'refused: {write(token)}')
    assert 'canary' not in login.scrub(f'refused: {write(word)}')
    # A user-ID may be initials, which are part of words.
    assert login.scrub('ANN may not, says ANNA') == '*** may not, says ANNA'
    assert 'ANN' not in repr(login)


def test_foreign_text_cannot_break_a_log_line(bench: Bench) -> None:
    body = json.dumps({'message': "a\r\nERROR root\x1b[2J\u202e\u2028" + 'x' * 5000})
    error = bench.failure(answer(body, 400))
    assert error.reason.isprintable()
    assert len(error.reason) < 500
    assert '\\u000d\\u000aERROR' in error.reason


@pytest.mark.parametrize('token', ['', ' ', 'a b', 'a\nX-Evil: 1', 'å', 'x' * 600, 'a\x00'])
def test_a_token_that_cannot_be_one_is_refused_before_anything_is_sent(token: str) -> None:
    for pair in ((token, 'good'), ('good', token)):
        with pytest.raises(AccessError) as caught:
            Credentials(Secret(pair[0]), Secret(pair[1]))
        assert caught.value.code == 'tokens_malformed'
        assert not token.strip() or token not in str(caught.value)


def test_a_secret_is_not_copied() -> None:
    import copy
    import pickle

    for spread in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            spread(Secret(APP))  # type: ignore[operator]
    assert Secret(APP) == Secret(APP)
    assert Secret(APP) != Secret(GRANT)
    assert Secret(APP) != APP
