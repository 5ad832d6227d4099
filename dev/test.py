"""Run the tests in one pytest: those that need no Odoo, the addon's, the live and browser ones.

T (in the environment) names a part: paths, or else an expression for pytest's -k. Tests below
tests/unit alone need no database and get none. Needs the virtual environment.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev.chromium import ensure_chromium
from dev.common import DEV, ROOT, VENV_PYTHON, ToolError, command_line, say
from dev.databases import copied, drop, names, template
from dev.odoo_conf import write_variant
from dev.side_by_side import WORKERS

ALL = ('tests/unit', 'economic_connector', 'tests/live', 'tests/browser')
NEED_NO_DATABASE = ('tests/unit', 'tests/bench')
# Databases that are lent for a while are named after the process that does.
LENT = re.compile(r'(?:test|preview|bench(?:_purchases)?|prove_\d+)_(\d+)(?:_.*)?')


def main() -> int:
    """Run what T says and return pytest's exit status."""
    paths, options = chosen(os.environ.get('T', ''))
    check_reference()
    if all(path.startswith(NEED_NO_DATABASE) for path in paths):
        return pytest(['-p', 'no:odoo', *options, *paths])
    ensure_chromium()
    drop_orphans()
    conf = DEV / 'run' / f'test_{os.getpid()}.conf'
    with ExitStack() as lent:
        if paths == list(ALL) and not options:
            options = [*options, '-p', 'dev.side_by_side', '-n', str(len(WORKERS))]
            options.append('--no-loadscope-reorder')
            for worker in WORKERS:
                lent.enter_context(database_for(Path(f'{conf}.{worker}'), f'_{worker}'))
        lent.enter_context(database_for(conf))
        return pytest(['--odoo-http', *options, *paths], ODOO_RC=str(conf))


@contextmanager
def database_for(conf: Path, suffix: str = '') -> Iterator[None]:
    """Lend a database and the configuration that leads to it."""
    with copied(template(), f'test_{os.getpid()}{suffix}') as database:
        # Odoo's limit on memory is inherited by the browsers that tests start, which die of it.
        write_variant(conf, db_name=database, dbfilter=f'^{database}$', limit_memory_hard=0)
        try:
            yield
        finally:
            conf.unlink(missing_ok=True)


def chosen(wanted: str) -> tuple[list[str], list[str]]:
    """Split what was asked for into paths and options for pytest."""
    words = shlex.split(wanted)
    if words and all((ROOT / word.split('::')[0]).exists() for word in words):
        return words, []
    paths = [path for path in ALL if any((ROOT / path).rglob('test_*.py'))]
    return paths, ['-k', wanted] if words else []


def check_reference() -> None:
    """Say in one line what is left out without the reference."""
    reference = os.environ.get('ECONOMIC_REFERENCE')
    if not reference:
        say("left out: tests against e-conomic's reference (ECONOMIC_REFERENCE names its folder)")
    elif not (ROOT / reference).is_dir():
        raise ToolError(f"ECONOMIC_REFERENCE={reference} is not a folder")
    else:
        os.environ['ECONOMIC_REFERENCE'] = str(ROOT / reference)


def drop_orphans() -> None:
    """Drop the databases of tests and measurements that were killed."""
    for name in names():
        found = LENT.fullmatch(name)
        if found and not is_alive(int(found[1])):
            drop(name)


def is_alive(process: int) -> bool:
    """Tell whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def pytest(arguments: list[str], **environment: str) -> int:
    """Run pytest and return its exit status; its last line is ours too."""
    command = [str(VENV_PYTHON), '-m', 'pytest', '-p', 'dev.strict_skips', *arguments]
    environment['HYPOTHESIS_STORAGE_DIRECTORY'] = str(DEV / 'hypothesis')
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # A terminal has told pytest too; anybody else has not. It ends its tests in order.
        process.send_signal(signal.SIGINT)
        return process.wait()


if __name__ == '__main__':
    command_line(main)
