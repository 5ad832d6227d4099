"""The tooling's own decisions: what is skipped, what is run, where Odoo is got from."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import dev.demo
from dev.common import ToolError, report_file, write_report
from dev.get_odoo import long_entries, private_sources, short_entries
from dev.get_python import check_version
from dev.test import ALL, chosen, drop_orphans

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
    trusted = short_entries('deb [trusted=yes] https://mirror.example/debian trixie main')
    assert trusted[0]['Trusted'] == 'yes'
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


@pytest.mark.parametrize('version', [(3, 9, 18), (3, 14, 0), (2, 7, 18)])
def test_a_python_that_will_not_do_is_one_line(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    check_version()
    monkeypatch.setattr('dev.get_python.sys.version_info', version)
    with pytest.raises(ToolError, match=f'3.10 to 3.13 .* is {version[0]}.{version[1]}'):
        check_version()


def test_a_report_goes_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv('JSON', raising=False)
    monkeypatch.setattr('sys.argv', ['prove'])
    assert report_file() is None
    monkeypatch.setenv('JSON', str(tmp_path / 'a.json'))
    assert report_file() == tmp_path / 'a.json'
    monkeypatch.setattr('sys.argv', ['prove', '--json', str(tmp_path / 'b.json')])
    write_report(report_file(), {'agrees': True})
    assert (tmp_path / 'b.json').read_text() == '{\n  "agrees": true\n}\n'
    for nowhere in (tmp_path, tmp_path / 'none' / 'c.json'):
        monkeypatch.setattr('sys.argv', ['prove', '--json', str(nowhere)])
        with pytest.raises(ToolError):
            report_file()


def test_databases_of_the_dead_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('dev.test.is_alive', lambda process: process == os.getpid())
    dead = ['test_1', 'test_1_browser_da', 'bench_1', 'bench_purchases_1', 'prove_3_1', 'preview_1']
    living = ['postgres', 'demo_7', 'template_addon_1', f'test_{os.getpid()}', 'prove_3']
    dropped: list[str] = []
    monkeypatch.setattr('dev.test.names', lambda: [*living, *dead])
    monkeypatch.setattr('dev.test.drop', dropped.append)
    drop_orphans()
    assert dropped == dead


@pytest.mark.parametrize(
    ('mark', 'work', 'anchor'),
    [
        (None, ['copy'], str(date.today())),  # there is none, or its copying was interrupted
        ('template_new 2026-11-01', [], '2026-11-01'),
        ('template_old 2026-11-01', ['update'], '2026-11-01'),
    ],
)
def test_the_demos_database_is_made_kept_or_updated(
    monkeypatch: pytest.MonkeyPatch, mark: str | None, work: list[str], anchor: str
) -> None:
    done: list[str] = []
    said: list[str] = []
    for name, stand_in in {
        'template': lambda: 'template_new',
        'exists': lambda _name: True,
        'comment': lambda _name: mark,
        'copy': lambda *_names: done.append('copy'),
        'odoo': lambda *_arguments: done.append('update'),
        'execute': said.append,
    }.items():
        monkeypatch.setattr(dev.demo, name, stand_in)
    assert dev.demo.prepare_database('7') == ('demo_7', anchor)
    assert done == work
    assert said == [f"COMMENT ON DATABASE \"demo_7\" IS 'template_new {anchor}'"]
