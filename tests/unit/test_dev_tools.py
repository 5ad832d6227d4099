"""The tooling's own decisions: what is skipped, what is run, where Odoo is got from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev.get_odoo import long_entries, private_sources, short_entries
from dev.test import ALL, chosen

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ('reason', 'status'), [('left out: no reference', 0), ('Chrome executable not found', 1)]
)
@pytest.mark.parametrize('body', ['def test_it():\n    {}', '{}'], ids=['test', 'module'])
def test_only_a_chosen_skip_passes(tmp_path: Path, reason: str, status: int, body: str) -> None:
    skip = f'pytest.skip({reason!r}, allow_module_level=True)'
    (tmp_path / 'test_skipped.py').write_text(f'import pytest\n{body.format(skip)}\n')
    (tmp_path / 'test_passed.py').write_text('def test_it():\n    pass\n')
    command = [sys.executable, '-m', 'pytest', '-p', 'no:odoo', '-p', 'dev.strict_skips']
    done = subprocess.run(
        [*command, '-c', str(ROOT / 'pyproject.toml'), '--rootdir', str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status
    assert (reason in done.stdout.partition('which is not passed')[2]) == bool(status)


def test_a_part_is_paths_or_an_expression() -> None:
    assert chosen('tests/unit/test_house.py::test_no_file_is_too_long dev') == (
        ['tests/unit/test_house.py::test_no_file_is_too_long', 'dev'],
        [],
    )
    paths, options = chosen('plan and not match')
    assert options == ['-k', 'plan and not match']
    assert 'tests/unit' in paths
    assert set(paths) <= set(ALL)
    assert chosen('') == (paths, [])


def test_apt_entries_of_both_forms_are_read() -> None:
    text = """
# deb https://old.example/debian trixie main
deb [arch=amd64 signed-by=/keys/debian.gpg] https://mirror.example/debian trixie main contrib
deb-src https://mirror.example/debian trixie main
"""
    entry = {
        'Types': 'deb',
        'URIs': 'https://mirror.example/debian',
        'Suites': 'trixie',
        'Components': 'main contrib',
        'Signed-By': '/keys/debian.gpg',
    }
    assert short_entries(text) == [entry]
    text = """
Types: deb
# A comment between.
URIs: https://mirror.example/debian
Suites: trixie
Components: main contrib
Signed-By: /keys/debian.gpg

Types: deb
URIs: https://flat.example/ ./
Suites: ./
"""
    assert long_entries(text) == [entry]


def test_private_sources_differ_from_the_machines_in_the_suite(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    security = {'Types': 'deb', 'URIs': 'x', 'Suites': 'trixie', 'Components': 'contrib'}
    main = security | {'URIs': 'y', 'Components': 'main', 'Signed-By': '/keys/debian.gpg'}
    monkeypatch.setattr('dev.get_odoo.system_entries', lambda: [security, main])
    assert private_sources() == (
        'Types: deb\nURIs: y\nSuites: sid bookworm\nComponents: main\nSigned-By: /keys/debian.gpg\n'
    )
