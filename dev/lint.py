"""Check style, types and Odoo's rules: pre-commit's hooks, then the tests of Odoo's `test_lint`.

Files that git does not know yet are checked too. Needs the virtual environment.
"""

from __future__ import annotations

import os
import subprocess

from dev.common import DEV, ROOT, VENV_PYTHON, command_line, run
from dev.databases import copied, template
from dev.odoo_conf import read_conf, write_variant

# Of `test_lint`, less those about Odoo's own code (l10n, markers) or for other tools (eslint).
ODOO_CHECKS = (
    'docstring',
    'dunderinit',
    'i18n',
    'index',
    'jstranslate',
    'manifests',
    'naming',
    'onchange_domains',
    'orm_import',
    'override_signatures',
    'pofile',
    'pylint',
    'routes',
    'test_holes',
)


def main() -> int:
    """Run all checks, also when the first ones have failed."""
    return max(run_hooks(), run_odoo_checks())


def run_hooks() -> int:
    """Run pre-commit on every file of the checkout."""
    listing = ['git', 'ls-files', '--cached', '--others', '--exclude-standard']
    files = run(listing, fails="git failed", cwd=ROOT).splitlines()
    command = [str(VENV_PYTHON), '-m', 'pre_commit', 'run', '--color', 'auto', '--files']
    existing = [name for name in files if (ROOT / name).exists()]
    environment = os.environ | {'PRE_COMMIT_HOME': str(DEV / 'cache' / 'pre-commit')}
    return subprocess.run([*command, *existing], cwd=ROOT, env=environment).returncode


def run_odoo_checks() -> int:
    """Run the tests of Odoo's `test_lint` addon on ours."""
    folder = f"{read_conf()['addons_path'].split(',')[0]}/test_lint/tests"
    tests = [f'{folder}/test_{name}.py' for name in ODOO_CHECKS]
    plugins = ['-p', 'dev.odoo_lint', '-p', 'dev.strict_skips']
    command = [str(VENV_PYTHON), '-m', 'pytest', '-q', '-c', 'pyproject.toml', *plugins]
    with copied(template(), f'test_{os.getpid()}') as database:
        conf = DEV / 'run' / f'{database}.conf'
        write_variant(conf, db_name=database)
        try:
            # One of them looks for pylint in PATH.
            path = f"{VENV_PYTHON.parent}{os.pathsep}{os.environ['PATH']}"
            environment = os.environ | {'ODOO_RC': str(conf), 'PATH': path}
            return subprocess.run([*command, *tests], cwd=ROOT, env=environment).returncode
        finally:
            conf.unlink(missing_ok=True)


if __name__ == '__main__':
    command_line(main)
