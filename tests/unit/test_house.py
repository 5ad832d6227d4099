"""The house rules of the design that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / 'economic_connector'
LONGEST_FILE = 350

# What each part may import beside the standard library and itself. Imports run one way.
MAY_IMPORT = {
    'simulator': {'werkzeug', 'lxml'},
    'client': {'requests', 'urllib3', 'zeep', 'lxml'},
    'matching': {'rapidfuzz', 'numpy', 'stdnum'},
    'licence.py': {'cryptography', 'licence_command'},
    'licence_command.py': {'cryptography', 'licence'},
}
# What each part of Odoo's side may import of the addon's other parts.
ODOO_SIDE = {
    'models': {'client', 'matching', 'licence', 'simulator'},
    'wizards': set(),
    'controllers': set(),
}


@cache
def tracked_files() -> tuple[Path, ...]:
    """List the files that git knows, or will with the next `git add`."""
    command = ['git', 'ls-files', '--cached', '--others', '--exclude-standard']
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return tuple(path for path in paths if path.is_file())


def python_files(part: str) -> Iterator[Path]:
    """Yield the Python files of one part of the addon."""
    return (path for path in tracked_files() if path.suffix == '.py' and is_in(path, ADDON / part))


def is_in(path: Path, place: Path) -> bool:
    """Tell whether a file is this place or below it."""
    return path == place or place in path.parents


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the full names of all modules and objects that a file imports, lazily or not.

    The addon's own are named as seen from the addon: `client.errors.AccessError`.
    """
    package = path.relative_to(ROOT).with_suffix('').parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(), path.name)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = '.'.join(package[: len(package) - node.level + 1]) if node.level else ''
            start = '.'.join(part for part in (base, node.module) if part)
            names = [f'{start}.{alias.name}' for alias in node.names]
        else:
            continue
        for name in names:
            yield name.removeprefix('odoo.addons.').removeprefix(f'{ADDON.name}.')


@pytest.mark.parametrize('part', MAY_IMPORT)
def test_parts_without_odoo_import_only_what_they_may(part: str) -> None:
    own = part.removesuffix('.py')
    allowed = MAY_IMPORT[part] | {own} | set(sys.stdlib_module_names)
    wrong = [
        f'{path.relative_to(ROOT)} imports {name}'
        for path in python_files(part)
        for name in imported_modules(path)
        if name.split('.')[0] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize('part', ODOO_SIDE)
def test_odoo_side_imports_only_what_it_may(part: str) -> None:
    inside = {path.name.removesuffix('.py') for path in ADDON.iterdir()}
    forbidden = inside - ODOO_SIDE[part] - {part}
    wrong = [
        f'{path.relative_to(ROOT)} imports {name}'
        for path in python_files(part)
        for name in imported_modules(path)
        if name.split('.')[0] in forbidden
    ]
    assert not wrong


def test_one_module_of_the_addon_imports_the_simulator_and_does_so_lazily() -> None:
    importers = [
        path
        for path in python_files('')
        if not is_in(path, ADDON / 'simulator') and not is_in(path, ADDON / 'tests')
        if any(name.split('.')[0] == 'simulator' for name in imported_modules(path))
    ]
    at_the_top = [
        path
        for path in importers
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom) and 'simulator' in ast.unparse(node)
    ]
    assert len(importers) <= 1
    assert not at_the_top


def test_addon_tests_use_odoos_test_classes() -> None:
    # Odoo skips classes of `unittest.TestCase` silently: they have no test tags.
    wrong = [
        path
        for path in python_files('')
        for name in imported_modules(path)
        if name == 'unittest.TestCase'
        or (name == 'unittest' and 'unittest.TestCase' in path.read_text())
    ]
    assert not wrong


def test_tests_with_servers_leave_the_odoo_of_their_process_alone() -> None:
    # The addon's tests may come after them in the same process, on the database that it has.
    wrong = [
        path
        for folder in ('browser', 'live')
        for path in (ROOT / 'tests' / folder).glob('*.py')
        if path.name.startswith('test_') or path.name == 'conftest.py'
        if any(name.startswith('dev.inside') for name in imported_modules(path))
    ]
    assert not wrong


def test_every_test_module_of_the_addon_is_imported() -> None:
    # Odoo finds only those.
    modules = {path.stem for path in python_files('tests') if path.name.startswith('test_')}
    init = ADDON / 'tests' / '__init__.py'
    imported = {name.split('.')[-1] for name in imported_modules(init)} if modules else set()
    assert modules == {name for name in imported if name.startswith('test_')}


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix in {'.py', '.js', '.xml', '.scss'}
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Put together here, so that this file does not name them either.
    places = '|'.join(f'/{name}/' for name in ('work', 'farm', 'root', r'home/[a-z]+'))
    registries = '|'.join(
        re.escape(name + end)
        for name, end in (('pypi', '.org'), ('pythonhosted', '.org'), ('deb.debian', '.org'))
    )
    pattern = re.compile(f'{places}|{registries}|index-' + 'url', re.IGNORECASE)
    wrong = [
        f'{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}'
        for path in tracked_files()
        if (text := read_text(path))
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not wrong


def read_text(path: Path) -> str:
    """Read a file if it is text."""
    data = path.read_bytes()
    return '' if b'\0' in data else data.decode()
