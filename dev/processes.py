"""Start and stop the two servers everything talks to: Odoo and the simulator.

For example:

    with Simulator({'seed': 7}) as simulator, OdooServer('name_of_database') as odoo:
        …  # Both answer now.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from typing_extensions import Self

from dev.common import ADDON, DEV, ROOT, VENV_PYTHON, ToolError
from dev.odoo_conf import free_port, write_variant


class Server:
    """A process that answers HTTP on a loopback port; a context manager.

    It has a session of its own, so that a Ctrl-C meant for the one who started it does not reach
    it, and gets SIGTERM when that one dies in whatever way.
    """

    # The path that answers as soon as the server can work.
    ready_path = '/'
    # Seconds; a slow machine under load is no error.
    patience = 120

    def __init__(self, name: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.name = name
        self.log = DEV / 'log' / f'{name}-{os.getpid()}-{self.port}.log'
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        if error == (None, None, None):
            self.log.unlink(missing_ok=True)

    def command(self) -> list[str]:
        """Return the command that starts the server."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.spawn()
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def spawn(self) -> None:
        """Start the server's process and do not wait for it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                [*self._with_parent(), *self.command()],
                cwd=ADDON,
                env=os.environ | {'PYTHONUNBUFFERED': '1'},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, seconds: float = 20) -> None:
        """Ask the server to stop; kill it if it takes longer than that."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the server and all its workers at once (SIGKILL)."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def fetch(
        self,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> bytes:
        """GET a path of the server, or POST data to it, and return the answer."""
        request = urllib.request.Request(self.url + path, data, dict(headers or {}))
        # Never through a proxy that the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=timeout) as answer:
            return bytes(answer.read())

    @staticmethod
    def _with_parent() -> list[str]:
        return ['setpriv', '--pdeathsig', 'TERM', '--'] if shutil.which('setpriv') else []

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise ToolError(f"{self.name} ended at once: {self._last_words()}")
            try:
                self.fetch(self.ready_path, timeout=self.patience)
            except urllib.error.HTTPError as error:
                raise ToolError(f"{self.name} answers {error}; {self._last_words()}") from error
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise ToolError(f"{self.url} does not answer: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self.log.read_text(errors='replace').strip().splitlines()
        return f"{lines[-1] if lines else 'no message'} ({self.log.relative_to(ROOT)})"


class OdooServer(Server):
    """An Odoo server for one database.

    :param int workers: 0 for one process with threads, else that many worker processes.
    :param options: Other options of Odoo's configuration file.
    """

    ready_path = '/web/login'

    def __init__(
        self, database: str, *, port: int | None = None, workers: int = 0, **options: Any
    ) -> None:
        super().__init__('odoo', port)
        self.database = database
        self.conf = DEV / 'run' / f'{self.log.stem}.conf'
        self.options = {
            'db_name': database,
            'dbfilter': f'^{database}$',
            'http_port': self.port,
            'gevent_port': free_port(),
            'workers': workers,
            **options,
        }

    def command(self) -> list[str]:
        """Write the server's own configuration file and return the command."""
        write_variant(self.conf, **self.options)
        return [str(VENV_PYTHON), '-m', 'odoo', '-c', str(self.conf)]

    def kill(self) -> None:
        """Kill the server and all its workers at once (SIGKILL)."""
        super().kill()
        self.conf.unlink(missing_ok=True)


class Simulator(Server):
    """An e-conomic to run against, as a process of its own.

    :param options: The command line's options: `{'seed': 7, 'rate_limit': 'off'}`.
    """

    ready_path = '/_control/sums'

    def __init__(self, options: Mapping[str, str | int], *, port: int | None = None) -> None:
        super().__init__('simulator', port)
        self.options = options

    def command(self) -> list[str]:
        """Return the command."""
        options = [
            part
            for name, value in self.options.items()
            for part in (f"--{name.replace('_', '-')}", str(value))
        ]
        return [str(VENV_PYTHON), '-m', 'simulator', '--port', str(self.port), *options]

    def read(self, name: str) -> Any:
        """Read something of the control path: sums, truth, log, counters, faults."""
        return json.loads(self.fetch(f'/_control/{name}'))

    def control(self, name: str, /, **values: Any) -> Any:
        """Do something over the control path: book, pay, edit_customer, fault, …"""
        return json.loads(self.fetch(f'/_control/{name}', json.dumps(values).encode()))
