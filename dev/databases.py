"""Make Odoo databases quickly: two templates that are built once, and copies of them.

The first template has the modules the addon depends on, the second the addon too. Their names end
in a fingerprint of what they were made from: one that is out of date is simply never found.
Needs the virtual environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from dev.common import (
    ADDON,
    DEV,
    ODOO_CONF,
    ROOT,
    VENV_PYTHON,
    ToolError,
    alone,
    fingerprint,
    remove,
    step,
)
from dev.odoo_conf import read_conf
from dev.postgres import Cluster

# What the addon depends on, and the languages and currency of a Danish company.
MODULES = 'contacts,mass_mailing'
# The first one is the main one.
LANGUAGES = 'en_US,da_DK'
PREPARE = """
env.ref('base.DKK').active = True
company = env.ref('base.main_company')
company.write({'currency_id': env.ref('base.DKK').id, 'country_id': env.ref('base.dk').id})
env.cr.commit()
"""
# A new database's first visitor waits for this; each copy would wait anew.
BUNDLES = """
env['ir.qweb']._pregenerate_assets_bundles()
env.cr.commit()
"""
# Not part of what is in a database.
NOT_INSTALLED = {'static', 'tests', '__pycache__'}


def template() -> str:
    """Return the template with the addon installed; build it if it is missing."""
    with alone('databases'):
        base = _base()
        name = f'template_addon_{fingerprint(base, *_installed_parts())}'
        if not exists(name):
            with step("database with the addon"):
                _build(name, f'template_addon_new_{os.getpid()}', base, '-i', ADDON.name)
            _forget('template_addon_', keep=name)
        return name


def plain_template() -> str:
    """Return the template with Odoo's own modules alone; build it if it is missing."""
    with alone('databases'):
        return _base()


def served_template() -> str:
    """Return the template with the addon and what browsers load; build it if it is missing."""
    source = template()
    with alone('databases'):
        made_from = fingerprint(source, *_files(ADDON / 'static'), BUNDLES)
        name = f'template_served_{made_from}'
        if not exists(name):
            with step("what browsers load"):
                _build(name, f'template_served_new_{os.getpid()}', source, script=BUNDLES)
            _forget('template_served_', keep=name)
        return name


def wide_template(modules: str) -> str:
    """Return a template with the addon and more of Odoo's modules; build it if it is missing."""
    narrow = template()
    with alone('databases'):
        name = f'template_wide_{fingerprint(narrow, modules)}'
        if not exists(name):
            with step("database with the addon and more of Odoo's modules"):
                _build(name, f'template_wide_new_{os.getpid()}', narrow, '-i', modules)
            _forget('template_wide_', keep=name)
        return name


def _base() -> str:
    release = Path(read_conf()['addons_path'].split(',')[0]).parent / 'release.py'
    made_from = (release, str(release), str(release.stat().st_mtime_ns))
    name = f'template_odoo_{fingerprint(*made_from, MODULES, LANGUAGES, PREPARE)}'
    if not exists(name):
        with step("database with Odoo's own modules"):
            options = ('-i', MODULES, '--load-language', LANGUAGES)
            _build(name, f'template_odoo_new_{os.getpid()}', None, *options, script=PREPARE)
        _forget('template_odoo_', keep=name)
    return name


def _installed_parts() -> Iterator[str | Path]:
    for path in _files(ADDON):
        inside = path.relative_to(ADDON)
        if not NOT_INSTALLED & set(inside.parts):
            yield str(inside)
            yield path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob('*') if path.is_file())


def _build(name: str, new: str, source: str | None, *options: str, script: str = '') -> None:
    """Build under another name first, so that an interrupted one is never taken for whole."""
    try:
        if source:
            copy(source, new)
        if options:
            odoo(new, *options, '--stop-after-init', '--log-level', 'warn')
        if script:
            odoo_shell(new, script)
        # The database comes last: once it has its name, it has its attachments.
        remove(filestore(name))
        filestore(new).rename(filestore(name))
        execute(f'ALTER DATABASE "{new}" RENAME TO "{name}"')
    finally:
        drop(new)


def _forget(start: str, keep: str) -> None:
    """Drop templates that are out of date and what interrupted runs left behind."""
    for name in names():
        if name.startswith(start) and name != keep:
            drop(name)


def copy(source: str, name: str, cluster: Cluster | None = None) -> None:
    """Make a database as a copy of another, with its attachments."""
    drop(name, cluster)
    execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"', cluster=cluster)
    if filestore(source).exists():
        # Attachments are named after their content and never changed: links will do.
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


@contextmanager
def copied(source: str, name: str, cluster: Cluster | None = None) -> Iterator[str]:
    """Lend a copy of a database for a while."""
    try:
        copy(source, name, cluster)
        yield name
    finally:
        drop(name, cluster)


def bring(name: str, cluster: Cluster) -> None:
    """Copy a database of the main cluster into another, if it is not there; forget its likes.

    :param str name: of a template; templates whose name differs only in the last part are dropped
    """
    present = names(cluster)
    if name in present:
        return
    start = name.rpartition('_')[0] + '_'
    for former in present:
        if former.startswith(start):
            drop(former, cluster)
    new = f'{start}new_{os.getpid()}'
    execute(f'CREATE DATABASE "{new}" TEMPLATE template0', cluster=cluster)
    source, target = ([*client_options(of)] for of in (Cluster(), cluster))
    dump = subprocess.Popen(
        [cluster.program('pg_dump'), *source, '--no-owner', name], stdout=subprocess.PIPE
    )
    load = [cluster.program('psql'), *target, '-q', '-o', os.devnull, '-v', 'ON_ERROR_STOP=1', new]
    loaded = subprocess.run(load, stdin=dump.stdout)
    if dump.wait() or loaded.returncode:
        raise ToolError(f"database {name} could not be copied into cluster {cluster.name}")
    execute(f'ALTER DATABASE "{new}" RENAME TO "{name}"', cluster=cluster)


def client_options(cluster: Cluster) -> list[str]:
    """Return the options of psql and its like for a cluster."""
    dsn = cluster.dsn
    return ['-h', str(dsn['host']), '-p', str(dsn['port']), '-U', str(dsn['user'])]


def drop(name: str, cluster: Cluster | None = None) -> None:
    """Drop a database and its attachments, whoever is connected to it."""
    # DROP … WITH (FORCE) would fail where PostgreSQL itself is just cleaning up (autovacuum).
    connected = 'FROM pg_stat_activity WHERE datname = %s AND usename = current_user'
    execute(f'SELECT pg_terminate_backend(pid) {connected}', parameters=(name,), cluster=cluster)
    execute(f'DROP DATABASE IF EXISTS "{name}"', cluster=cluster)
    remove(filestore(name))


def exists(name: str) -> bool:
    """Tell whether there is a database of this name."""
    return name in names()


def names(cluster: Cluster | None = None) -> list[str]:
    """Return the names of all databases."""
    return [row[0] for row in execute('SELECT datname FROM pg_database', cluster=cluster)]


def comment(name: str) -> str | None:
    """Return what a database's comment says."""
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    text: str | None = execute(statement, parameters=(name,))[0][0]
    return text


def filestore(name: str) -> Path:
    """Return the folder of a database's attachments."""
    return DEV / 'data' / 'filestore' / name


def connect(name: str, cluster: Cluster | None = None) -> Any:
    """Open a connection to a database of a cluster, by default the main one."""
    dsn: dict[str, Any] = {**(cluster or Cluster()).dsn}
    return psycopg2.connect(dbname=name, **dsn)


def execute(
    statement: str,
    name: str = 'postgres',
    parameters: Any = None,
    cluster: Cluster | None = None,
) -> list[tuple[Any, ...]]:
    """Run one statement outside of a transaction and return its rows."""
    connection = connect(name, cluster)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def odoo(database: str, *options: str) -> None:
    """Run Odoo to the end on one database."""
    _run_odoo([*options, '--no-http', '-d', database])


def odoo_shell(database: str, script: str) -> str:
    """Run a script in Odoo's shell on one database and return what it printed."""
    return _run_odoo(['shell', '--no-http', '--log-level', 'warn', '-d', database], script)


def _run_odoo(arguments: list[str], script: str = '') -> str:
    command = arguments[:1] if arguments[0] == 'shell' else []
    rest = arguments[len(command) :]
    done = subprocess.run(
        [str(VENV_PYTHON), '-m', 'odoo', *command, '-c', str(ODOO_CONF), *rest],
        input=script,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    # Odoo logs a query that failed as an error even where it expects that and goes on.
    pattern = r'^.* (?:ERROR|CRITICAL) (?!.*bad query).*$|^\w*Error: .*$'
    faults = re.findall(pattern, done.stderr, re.MULTILINE)
    if done.returncode or faults:
        log = DEV / 'log' / 'odoo-failed.log'
        log.parent.mkdir(exist_ok=True)
        log.write_text(done.stdout + done.stderr)
        reason = faults[-1] if faults else f"exit status {done.returncode}"
        raise ToolError(f"Odoo failed ({log.relative_to(ROOT)}): {reason}")
    return done.stdout
