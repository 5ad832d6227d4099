"""Make the virtual environment .dev/venv from the pinned list."""

from __future__ import annotations

import sys
from pathlib import Path

from dev.common import (
    ROOT,
    VENV,
    VENV_PYTHON,
    ToolError,
    fingerprint,
    remove,
    run,
    step,
    write_whole,
)

PINNED = ROOT / 'dev' / 'requirements.txt'
STAMP = VENV / 'complete'


OLDEST, NEWEST = (3, 10), (3, 13)


def check_version() -> None:
    """Refuse a Python that Odoo 19 and the pinned packages are not made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = '.'.join(map(str, sys.version_info[:3]))
        raise ToolError(
            f"Python 3.10 to 3.13 is needed, {sys.executable} is {found}; "
            "name another: make … PYTHON=python3.12"
        )


def ensure_venv() -> None:
    """Make or renew the virtual environment if the list or the Python has changed."""
    check_version()
    interpreter = f'{sys.base_prefix} {sys.version}'
    wanted = [fingerprint(interpreter), fingerprint(PINNED)]
    found = STAMP.read_text().split() if STAMP.exists() else ['', '']
    if found == wanted:
        return
    if found[0] != wanted[0]:
        # Never finished, or made by another Python: what is there is of no use.
        remove(VENV)
    STAMP.unlink(missing_ok=True)
    with step("Python packages"):
        if not VENV.exists():
            make_venv(VENV)
        install(VENV_PYTHON, '-r', str(PINNED))
    write_whole(STAMP, ' '.join(wanted))


def make_venv(folder: Path) -> None:
    """Make an empty virtual environment."""
    try:
        import ensurepip  # noqa: F401  # Debian leaves it out of its python3.
    except ImportError as error:
        raise ToolError(
            "this Python has no venv; on Debian or Ubuntu: apt-get install python3-venv"
        ) from error
    run([sys.executable, '-m', 'venv', folder], fails="the virtual environment could not be made")


def install(python: Path, *arguments: str) -> None:
    """Install packages from PyPI (or whatever index pip is set up for)."""
    run(
        [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', *arguments],
        fails="Python packages could not be installed",
    )
