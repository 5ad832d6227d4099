"""A whole live Odoo for tests: a database that survives power cuts, workers, and a supervisor.

For example:

    with started_cluster(), lent_database('a') as database, LiveOdoo(database) as odoo:
        odoo.call('res.partner', 'search_count', [])
        with odoo.killed():
            …  # Dead; started again at the end of the block.

Nothing here imports Odoo: it is used as its users and its administrator use it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from typing_extensions import Self

from dev.databases import bring, connect, copied, drop, names, template
from dev.postgres import Cluster
from dev.processes import OdooServer
from dev.test import is_alive

# It keeps its promises when it is killed; all others of this checkout do not.
CLUSTER = Cluster('live', durable=True)
PREFIX = 'live'
LOGIN, PASSWORD = 'admin', 'admin'
LAUNCHER = Path(__file__).with_name('quick_odoo.py')
# Seconds to wait for something that always comes, on a machine that has other work too.
PATIENCE = 120


class RpcError(Exception):
    """What the server answered instead of a result: the words a person would read."""


def wait_until(true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Ask again and again, quickly, until the answer is true; return it.

    :raise TimeoutError: with `what`, if it never is
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.005)
    raise TimeoutError(f"waited {seconds:.0f} s until {what}")


@contextmanager
def started_cluster() -> Iterator[Cluster]:
    """Lend the durable cluster with an up-to-date template, and stop it afterwards."""
    source = template()
    CLUSTER.start()
    try:
        for name in names(CLUSTER):
            kind, _, process = name.partition('_')
            if kind == PREFIX and not is_alive(int(process.partition('_')[0])):
                drop(name, CLUSTER)
        bring(source, CLUSTER)
        yield CLUSTER
    finally:
        CLUSTER.stop()


@contextmanager
def lent_database(name: str) -> Iterator[str]:
    """Lend a fresh database with the addon in the durable cluster."""
    with copied(template(), f'{PREFIX}_{os.getpid()}_{name}', CLUSTER) as database:
        yield database


class Database:
    """Look into a database from outside; survives that the database is killed meanwhile."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._connection: Any = None

    def rows(self, query: str, parameters: Any = None) -> list[dict[str, Any]]:
        """Return the rows of a query as dicts; waits for a database that is starting."""
        return wait_until(lambda: self._try(query, parameters), "the database answers")[0]

    def _try(self, query: str, parameters: Any) -> list[list[dict[str, Any]]]:
        try:
            if self._connection is None:
                self._connection = connect(self.name, CLUSTER)
                self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(query, parameters)
                columns = [column.name for column in cursor.description or ()]
                rows = cursor.fetchall() if columns else []
                return [[dict(zip(columns, row, strict=True)) for row in rows]]
        except (psycopg2.DatabaseError, psycopg2.InterfaceError) as error:
            if not isinstance(error, psycopg2.OperationalError) and error.pgcode:
                raise
            self.close()
            time.sleep(0.1)
            return []

    def close(self) -> None:
        """Close the connection; the next query opens a new one."""
        with suppress(psycopg2.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = None


class LiveOdoo(OdooServer):
    """An Odoo with worker processes; one that ends is started again, as a service manager does.

    :param options: Other options of Odoo's configuration file.
    """

    def __init__(self, database: str, **options: Any) -> None:
        limits = {
            'max_cron_threads': 1,
            'limit_time_cpu': 120,
            'limit_time_real': 120,
            # Room for a worker that a test stops for a while.
            'limit_time_real_cron': 600,
            'db_maxconn': 8,
        }
        where = {'db_host': str(CLUSTER.socket)}
        super().__init__(database, workers=2, **limits, **where, **options)
        self.starts = 0
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def command(self) -> list[str]:
        """Return the command, with the launcher that is quick to look for work."""
        python, _, _, *options = super().command()
        return [python, str(LAUNCHER), *options]

    def __enter__(self) -> Self:
        with self._lock:
            self.start()
        self._supervisor.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        self._supervisor.join()
        # Nobody waits for what a worker may still be doing: its database goes away too.
        self.kill()
        super().__exit__(*error)

    def spawn(self) -> None:
        """Start the server's process and do not wait for it."""
        self.starts += 1
        super().spawn()

    def _supervise(self) -> None:
        while not self._ending.wait(0.05):
            with self._lock:
                if self.process is None or self.process.poll() is not None:
                    # Workers whose master died go by themselves, but not at once.
                    self.kill()
                    self.spawn()

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Kill the server with all its workers (SIGKILL); it stays dead for the block."""
        with self._lock:
            self.kill()
            yield

    def cron_worker(self) -> psutil.Process:
        """Return the process that does scheduled work: the one that Odoo makes nicer."""
        with self._lock:
            assert self.process
            master = psutil.Process(self.process.pid)
            return next(child for child in master.children() if child.nice() > master.nice())

    @contextmanager
    def stopped(self, worker: psutil.Process) -> Iterator[None]:
        """Stop a worker for a while (SIGSTOP, SIGCONT)."""
        worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            worker.send_signal(signal.SIGCONT)

    # === AS A USER === #

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a public method as the administrator.

        :raise RpcError: the server's words, if it refuses or fails
        """
        return self._rpc('object', 'execute_kw', model, method, arguments, named)

    def _rpc(self, service: str, method: str, *arguments: Any) -> Any:
        uid = self._uid()
        whole = [self.database, uid, PASSWORD, *arguments]
        return self._post({'service': service, 'method': method, 'args': whole})

    def _uid(self) -> int:
        login = [self.database, LOGIN, PASSWORD]
        uid: int = self._post({'service': 'common', 'method': 'login', 'args': login})
        return uid

    def _post(self, parameters: dict[str, Any]) -> Any:
        body = {'jsonrpc': '2.0', 'method': 'call', 'params': parameters, 'id': 1}
        answer = json.loads(
            self.fetch(
                '/jsonrpc', json.dumps(body).encode(), {'Content-Type': 'application/json'}, 300
            )
        )
        if 'error' in answer:
            data = answer['error'].get('data', {})
            print(data.get('debug', ''), file=sys.stderr)
            raise RpcError(data.get('message') or answer['error']['message'])
        return answer['result']
