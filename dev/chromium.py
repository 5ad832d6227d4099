"""Make sure that there is a Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil

from dev.common import ToolError, run, step

# The names that Odoo's own browser tests look for too.
NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')


def ensure_chromium() -> str:
    """Return the path of a Chromium; install Debian's as root if there is none."""
    found = find()
    if not found and os.getuid() == 0 and shutil.which('apt-get'):
        with step("Chromium"):
            quiet = os.environ | {'DEBIAN_FRONTEND': 'noninteractive'}
            fails = "Chromium could not be installed"
            run(['apt-get', '-q', 'update'], fails=fails, env=quiet)
            install = ['apt-get', '-q', '-y', '--no-install-recommends', 'install', 'chromium']
            run(install, fails=fails, env=quiet)
        found = find()
    if not found:
        raise ToolError("the browser tests need Chromium; on Debian: apt-get install chromium")
    return found


def find() -> str | None:
    """Return the path of a Chromium if there is one."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
