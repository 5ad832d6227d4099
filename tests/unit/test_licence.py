"""Licence keys: only what the publisher signed counts, and nothing that is typed in raises."""

from __future__ import annotations

import random
import stat
import string
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from licence import (
    FEATURES,
    GRACE,
    Licence,
    issue,
    judge,
    make_pair,
    peek,
    public_text,
    tidy,
    verify,
)
from licence_command import altered, main, read_private

AGREEMENT = 1234567
COMPANY = "Nordisk Møbler A/S"
START, END = date(2026, 1, 1), date(2026, 12, 31)
PRIVATE, PUBLIC = make_pair()
OTHER, OTHER_PUBLIC = make_pair()
KEY = issue(PRIVATE, AGREEMENT, COMPANY, START, END)


def state(day: date, **changes: object) -> str:
    """Return the state of the key at noon of a day."""
    values = {'text': KEY, 'agreement': AGREEMENT, 'seen': None, 'public_keys': [PUBLIC]} | changes
    return judge(now=datetime(day.year, day.month, day.day, 12), **values).state  # type: ignore[arg-type]


def test_a_key_says_what_was_signed() -> None:
    licence = verify(KEY, [PUBLIC])
    assert licence is not None
    assert (licence.agreement, licence.company) == (AGREEMENT, COMPANY)
    assert (licence.not_before, licence.expires) == (START, END)
    assert licence.features == FEATURES


def test_copying_may_add_blanks_and_line_ends() -> None:
    copied = '\n  '.join(KEY[place : place + 20] for place in range(0, len(KEY), 20))
    for text in (copied, f'\r\n{KEY}\t', KEY.replace('.', '\u200b.\u00a0'), f'\ufeff{KEY}'):
        assert verify(text, [PUBLIC])
        assert tidy(text) == KEY


def test_nobody_elses_key_is_good() -> None:
    assert verify(KEY, [OTHER_PUBLIC]) is None
    assert verify(KEY, []) is None


def test_two_public_keys_are_good_while_one_replaces_the_other() -> None:
    later = issue(OTHER, AGREEMENT, COMPANY, START, END)
    for text in (KEY, later):
        assert verify(text, [OTHER_PUBLIC, PUBLIC])


def test_altered_keys_are_refused_and_none_raises() -> None:
    others = [issue(OTHER, AGREEMENT, COMPANY, START, END), issue(PRIVATE, 7, COMPANY, START, END)]
    wrong = list(altered(KEY, others, random.Random(1)))
    assert len(wrong) == 3000
    assert KEY not in wrong
    assert not [text for text in wrong if verify(text, [OTHER_PUBLIC, PUBLIC])]


def test_garbage_is_refused_and_none_raises() -> None:
    draw = random.Random(2)
    alphabet = string.printable + 'æøå\u0000\ud800😀'
    garbage = [''.join(draw.choices(alphabet, k=draw.randrange(400))) for _ in range(1000)]
    garbage += ['EC1', 'EC1..', 'EC1.e30.', f'{KEY}.', f'{KEY}=', KEY * 100, '[' * 3000, '٣' * 300]
    for text in garbage:
        assert verify(text, [PUBLIC]) is None
        peek(text)
    assert verify(KEY, ['', 'nonsense', PUBLIC[:-1], 'ø' * 43]) is None


def test_a_signed_text_that_is_no_licence_is_refused() -> None:
    from licence import _PURPOSE, _encode

    for payload in (b'', b'{}', b'[]', b'null', b'"x"', b'{"agreement":[]}', b'\xff'):
        text = '.'.join(('EC1', _encode(payload), _encode(PRIVATE.sign(_PURPOSE + payload))))
        assert verify(text, [PUBLIC]) is None


@pytest.mark.parametrize(
    ('day', 'expected'),
    [
        (START - timedelta(days=1), 'early'),
        (START, 'valid'),
        (END, 'valid'),
        (END + timedelta(days=1), 'grace'),
        (END + GRACE, 'grace'),
        (END + GRACE + timedelta(days=1), 'expired'),
    ],
)
def test_dates(day: date, expected: str) -> None:
    assert state(day) == expected


def test_other_states() -> None:
    assert state(START, text='') == 'missing'
    assert state(START, text=' \n') == 'missing'
    assert state(START, text=None) == 'missing'
    assert state(START, text=KEY[:-1]) == 'invalid'
    assert state(START, agreement=AGREEMENT + 1) == 'foreign'
    assert state(START, agreement=0) == 'valid'


def test_turning_the_clock_back_does_not_help() -> None:
    after = datetime(2027, 6, 1)
    assert state(END, seen=after) == 'clock'
    # A clock may be corrected a little; the days still count from the highest time.
    ended = datetime(2027, 1, 15, 6)
    assert state(date(2027, 1, 14), seen=ended) == 'expired'
    assert state(date(2027, 1, 14)) == 'grace'


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private = tmp_path / 'private'
    assert main(['keygen', '--private', str(private)]) == 0
    public = capsys.readouterr().out.split('public key:')[1].strip()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert public_text(read_private(private)) == public
    assert main(['keygen', '--private', str(private)]) == 1, "an old private key was lost"
    options = ['--agreement', '12', '--company', "Ås ApS", '--from', '2026-01-01']
    issuing = ['issue', '--private', str(private), *options, '--until', '2026-12-31']
    capsys.readouterr()
    assert main(issuing) == 0
    text = capsys.readouterr().out
    assert verify(text, [public]) == Licence(
        12, "Ås ApS", FEATURES, START, END, peek(text).key_id  # type: ignore[union-attr]
    )  # fmt: skip
    assert main(['show', text]) == 0
    assert "Ås ApS" in capsys.readouterr().out
    assert main(['verify', text]) == 1
    assert main(['verify', '--public', public, text]) == 0
    assert main([*issuing[:-1], '2025-12-31']) == 1


def test_the_repository_ships_no_private_key_and_no_known_publisher() -> None:
    root = Path(__file__).resolve().parents[2]
    marker = '-----BEGIN ' + 'PRIVATE KEY'
    places = [root / 'economic_connector', root / 'dev', root / 'tests', root / 'docs']
    files = [path for place in places for path in place.rglob('*') if path.suffix in {'.py', '.md'}]
    assert not [path for path in files if marker in path.read_text(errors='replace')]
