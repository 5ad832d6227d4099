"""What every script here shares: the places, and how to run a command and how to fail.

Plain standard library, since most of it runs before there is a virtual environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / '.dev'
VENV = DEV / 'venv'
VENV_PYTHON = VENV / 'bin' / 'python'
ODOO_CONF = DEV / 'odoo.conf'
ADDON = ROOT / 'economic_connector'


class ToolError(Exception):
    """Something a person has to know in one line; printed without a traceback."""


def say(text: str) -> None:
    """Print a line of progress at once, also where output is not a terminal."""
    print(text, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    fails: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a command quietly and return what it wrote.

    :param str fails: What to say when it fails; the command's own last line is added.
    :raise ToolError: if the command is missing or ends with an error.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as error:
        raise ToolError(f"{fails}: {command[0]} was not found.") from error
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise ToolError(f"{fails}: {' / '.join(lines[-2:]) or f'exit status {done.returncode}'}")
    return done.stdout


def fingerprint(*parts: str | bytes | Path) -> str:
    """Return 12 hexadecimal digits that change with the texts and files given."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        digest.update(data if isinstance(data, bytes) else data.encode())
        digest.update(b'\0')
    return digest.hexdigest()[:12]


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + '.new')
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), 'w') as file:
        file.write(text)
    new.replace(path)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def report_file() -> Path | None:
    """Return where a report is wanted as JSON: `--json FILE`, or JSON=FILE in the environment.

    :raise ToolError: if it cannot be written there, which is better said before the work.
    """
    named = os.environ.get('JSON')
    if '--json' in sys.argv[:-1]:
        named = sys.argv[sys.argv.index('--json') + 1]
    if not named:
        return None
    path = Path(named)
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise ToolError(f"the report cannot be written to {path}")
    return path


def write_report(path: Path | None, report: object) -> None:
    """Write a report as JSON, if it is wanted."""
    if path:
        path.write_text(json.dumps(report, indent=2, default=str) + '\n')


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process at a time do this in this checkout; others wait."""
    DEV.mkdir(exist_ok=True)
    with open(DEV / f'{name}.lock', 'w') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another make in this folder ({name}) …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being done, and afterwards how long it took."""
    say(f"{text} …")
    start = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - start:.0f} s")


def command_line(main: Callable[[], int | None]) -> None:
    """Run a script: an error is one line, and so is an interruption, of either kind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except (ToolError, OSError) as problem:
        sys.exit(f"{Path(sys.argv[0]).name}: {problem}")
    except KeyboardInterrupt:
        say("interrupted; type the same command to go on")
        sys.exit(130)
