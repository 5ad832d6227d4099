"""Measure an import end to end, against what the same rows cost PostgreSQL and Odoo alone.

In one run, in one fresh database: the import from a simulator that is a process of its own, over
HTTP, by the demo's own steps; a bare COPY of the rows that it stored into empty clones of their
tables, with the same indexes and foreign keys; and Odoo's `load()`, which is what its own import of
files uses, on a sample of the lines. Ratios within a run hardly depend on the machine's load.

The environment has the options: INVOICES (34000, with three lines each), SEED (7), JSON=FILE; the
report is in .dev/bench/latest.json too. The exit status is 1 if a target is missed. Needs the
virtual environment.
"""

from __future__ import annotations

import io
import os
import platform
import statistics
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

from dev.common import DEV, ROOT, ToolError, command_line, report_file, run, say, write_report
from dev.databases import connect as connect_database
from dev.databases import copied, execute, template
from dev.demo import SECRETS, connect, import_all, measure
from dev.inside import environment
from dev.processes import Simulator

INVOICES = 34_000
DEBTORS = 2_000
MIRROR = ('economic_debtor', 'economic_invoice', 'economic_invoice_line')
LINES = MIRROR[-1]
SAMPLE = 1_000  # rows for load(), which takes about a second for them
REPEATED = 3  # times that a baseline is measured; its median counts
# The least share of COPY's speed, and the least multiple of load()'s, of the stream of lines.
LEAST_OF_COPY = 0.2
LEAST_OF_LOAD = 8


def main() -> int:
    """Measure, print, store, and compare with the targets."""
    file = report_file()
    options: dict[str, str | int] = {
        'seed': os.environ.get('SEED') or '7',
        'debtors': DEBTORS,
        'invoices': os.environ.get('INVOICES') or INVOICES,
        'rate-limit': 'off',
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
    }
    machine = describe_machine()
    with copied(template(), f'bench_{os.getpid()}') as database, Simulator(options) as simulator:
        phases = measure_import(database, simulator)
        copied_rows = measure_copy(database)
        load_rate = measure_load(database)
    report = {'machine': machine, 'options': options, 'phases': phases}
    report |= compare(phases, copied_rows, load_rate)
    del options['app-secret'], options['grant']
    show(report)
    latest = DEV / 'bench' / 'latest.json'
    latest.parent.mkdir(exist_ok=True)
    for path in (latest, file):
        write_report(path, report)
    return int(not report['met'])


def describe_machine() -> dict[str, Any]:
    """Say where and when this is measured."""
    info = Path('/proc/cpuinfo')
    models = [line for line in info.read_text().splitlines() if line.startswith('model name')]
    settings = ('server_version', 'fsync', 'synchronous_commit', 'shared_buffers')
    shown = {name: execute(f'SHOW {name}')[0][0] for name in settings}
    try:
        revision = run(['git', 'rev-parse', '--short', 'HEAD'], fails="git failed", cwd=ROOT)
    except ToolError:
        revision = 'unknown'
    return {
        'at': datetime.now(timezone.utc).isoformat(timespec='seconds'),
        'revision': revision.strip(),
        'processors': os.cpu_count(),
        'processor': models[0].partition(':')[2].strip() if models else platform.processor(),
        'memory_gib': round(psutil.virtual_memory().total / 2**30, 1),
        'system': platform.platform(),
        'python': platform.python_version(),
        'postgresql': shown,
        'load_before': os.getloadavg()[0],
    }


class Stopwatch:
    """Measure the phases of a run: seconds, and processor seconds of each of the three at work."""

    def __init__(self, simulator: Simulator, env: Any) -> None:
        assert simulator.process
        self._processes = {
            'e-conomic': psutil.Process(simulator.process.pid),
            'odoo': psutil.Process(),
            'postgresql': psutil.Process(env.cr._cnx.get_backend_pid()),
        }
        self.phases: dict[str, dict[str, float]] = {}
        self._at = ''
        self._clocks = self._read()

    def _read(self) -> dict[str, float]:
        used = {name: sum(p.cpu_times()[:2]) for name, p in self._processes.items()}
        return {'seconds': time.monotonic(), **used}

    def page(self, working: Any) -> None:
        """Add the time since the last page's commit to the phase that the page belongs to."""
        now = self._read()
        # The page that ends a phase already names the next one.
        phase = self._at or working.phase
        times = self.phases.setdefault(phase, dict.fromkeys(now, 0.0))
        for name, clock in now.items():
            times[name] += clock - self._clocks[name]
        self._clocks, self._at = now, working.phase or ''


def measure_import(database: str, simulator: Simulator) -> dict[str, dict[str, float]]:
    """Import everything; return what each phase took, from before its first request to its last
    commit.
    """
    with environment(database) as env:
        agreement = connect(env, simulator)
        watch = Stopwatch(simulator, env)
        report = measure(env, agreement, import_all(env, agreement, watch.page), simulator)
    if not report['agrees']:
        raise ToolError(f"the import does not agree with e-conomic: {report}")
    return {
        phase: {name: round(seconds, 3) for name, seconds in times.items()}
        for phase, times in watch.phases.items()
    }


def measure_copy(database: str) -> dict[str, tuple[int, float]]:
    """COPY the mirror's rows into empty clones of its tables; return rows and seconds by table."""
    connection = connect_database(database)
    found = {}
    try:
        with connection.cursor() as cursor:
            for table in MIRROR:
                clone_table(cursor, table)
                text = io.StringIO()
                cursor.copy_expert(f'COPY {table} TO STDOUT', text)
                times = []
                for _ in range(REPEATED):
                    cursor.execute(f'TRUNCATE {table}_clone')
                    connection.commit()
                    text.seek(0)
                    start = time.monotonic()
                    cursor.copy_expert(f'COPY {table}_clone FROM STDIN', text)
                    connection.commit()
                    times.append(time.monotonic() - start)
                found[table] = (cursor.rowcount, statistics.median(times))
    finally:
        connection.close()
    return found


def clone_table(cursor: Any, table: str) -> None:
    """Make an empty table like another, with its indexes, checks and foreign keys."""
    cursor.execute(f'CREATE TABLE {table}_clone (LIKE {table} INCLUDING ALL)')
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s"
        '::regclass',
        (table,),
    )
    for (constraint,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table}_clone ADD {constraint}')


def measure_load(database: str) -> float:
    """Put a sample of the lines into their table with load(); return rows per second."""
    with environment(database) as env:
        # In sudo mode: nobody may write the mirror.
        model = env['economic.invoice.line'].sudo()
        rates = []
        for _ in range(REPEATED):
            rows = take_sample(env, model)
            names = [import_name(model, column) for column in model.COLUMNS]
            start = time.monotonic()
            loaded = model.load(names, rows)
            env.flush_all()
            rates.append(len(rows) / (time.monotonic() - start))
            assert len(loaded['ids'] or ()) == len(rows), loaded['messages']
            env.cr.rollback()
    return statistics.median(rates)


def take_sample(env: Any, model: Any) -> list[list[str]]:
    """Take rows out of a table, until the next rollback, and return them as texts."""
    env.cr.execute(
        f"""
        WITH gone AS (
            DELETE FROM {model._table}
             WHERE id IN (SELECT id FROM {model._table} ORDER BY id LIMIT {SAMPLE})
         RETURNING {', '.join(f'{column}::text' for column in model.COLUMNS)}
        ) SELECT * FROM gone
        """
    )
    return [['' if value is None else value for value in row] for row in env.cr.fetchall()]


def import_name(model: Any, column: str) -> str:
    """Return a field's name as load() wants it: database ids for relations."""
    return f'{column}/.id' if model._fields[column].type == 'many2one' else column


def compare(
    phases: dict[str, dict[str, float]], copied_rows: dict[str, tuple[int, float]], load: float
) -> dict[str, Any]:
    """Return rates in rows per second, and how they stand to each other."""
    lines, lines_copy = copied_rows[LINES]
    rows = sum(count for count, _ in copied_rows.values())
    seconds = sum(times['seconds'] for times in phases.values())
    stream = lines / phases['line']['seconds']
    copy = lines / lines_copy
    whole_copy = rows / sum(times for _, times in copied_rows.values())
    return {
        'lines': lines,
        'stream of lines': {
            'seconds': phases['line']['seconds'],
            'lines/s': round(stream),
            'copy rows/s': round(copy),
            'load rows/s': round(load),
            'to copy': round(stream / copy, 3),
            'to load': round(stream / load, 1),
        },
        'whole import': {
            'seconds': round(seconds, 1),
            'rows': rows,
            'rows/s': round(rows / seconds),
            'lines/s': round(lines / seconds),
            'copy rows/s': round(whole_copy),
            'to copy': round(rows / seconds / whole_copy, 3),
            'to load': round(rows / seconds / load, 1),
        },
        'met': stream >= LEAST_OF_COPY * copy and stream >= LEAST_OF_LOAD * load,
    }


def show(report: dict[str, Any]) -> None:
    """Print the report."""
    say(f"\n  {'phase':<12}{'seconds':>9}   processor seconds of: e-conomic, Odoo, PostgreSQL")
    for phase, times in report['phases'].items():
        used = ''.join(f'{times[name]:>10.2f}' for name in ('e-conomic', 'odoo', 'postgresql'))
        say(f"  {phase:<12}{times['seconds']:>9.2f}{'':<24}{used}")
    for title in ('stream of lines', 'whole import'):
        say(f'\n  {title}')
        for name, value in report[title].items():
            say(f"    {name:<14}{value:>12,}")
    targets = f"at least {LEAST_OF_COPY} of COPY and {LEAST_OF_LOAD} times load()"
    say(f"\n  stream of lines, {targets}: {'met' if report['met'] else 'missed'}")


if __name__ == '__main__':
    command_line(main)
