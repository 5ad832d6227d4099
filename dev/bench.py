"""Measure an import end to end, against what the same rows cost PostgreSQL and Odoo alone.

In one run, on one fresh database: the import from the simulator over HTTP by the demo's own steps;
a bare COPY of the invoices and lines that it stored into the same tables, with their indexes and
keys; and Odoo's `load()`, which is what its own import of files uses, on a sample of the lines.
The environment has the options: INVOICES (20000), SEED (7), JSON=FILE. The exit status is 1 if a
target is missed. Needs the virtual environment.
"""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path
from typing import Any

from dev.common import command_line, say
from dev.databases import connect as connect_database
from dev.databases import copied, template
from dev.demo import SECRETS, connect, import_all
from dev.inside import environment
from dev.processes import Simulator

INVOICES = 20_000
DEBTORS = 1_000
TABLES = ('economic_invoice', 'economic_invoice_line')
SAMPLE = 1_000  # rows for load(), which takes about a second for them
# The least share of COPY's speed, and the least multiple of load()'s.
LEAST_OF_COPY = 0.2
LEAST_OF_LOAD = 8


def main() -> int:
    """Measure, print, and compare with the targets."""
    options: dict[str, str | int] = {
        'seed': os.environ.get('SEED') or '7',
        'debtors': DEBTORS,
        'invoices': os.environ.get('INVOICES') or INVOICES,
        'rate-limit': 'off',
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
    }
    with copied(template(), f'bench_{os.getpid()}') as database, Simulator(options) as simulator:
        seconds = measure_import(database, simulator)
        rows, copy_seconds = measure_copy(database)
        load_rate = measure_load(database)
    import_rate = sum(rows) / seconds
    copy_rate = sum(rows) / copy_seconds
    report = {
        'invoices': rows[0],
        'lines': rows[1],
        'import seconds': round(seconds, 1),
        'import lines/s': round(rows[1] / seconds),
        'import rows/s': round(import_rate),
        'copy rows/s': round(copy_rate),
        'load rows/s': round(load_rate),
        'import to copy': round(import_rate / copy_rate, 3),
        'import to load': round(import_rate / load_rate, 1),
    }
    say('')
    for name, value in report.items():
        say(f"  {name:<20}{value:>12,}")
    if os.environ.get('JSON'):
        Path(os.environ['JSON']).write_text(json.dumps(report, indent=2) + '\n')
    met = import_rate >= LEAST_OF_COPY * copy_rate and import_rate >= LEAST_OF_LOAD * load_rate
    targets = f"at least {LEAST_OF_COPY} of COPY and {LEAST_OF_LOAD} times load()"
    say(f"\n  {targets}: {'met' if met else 'missed'}")
    return int(not met)


def measure_import(database: str, simulator: Simulator) -> float:
    """Import everything and return the seconds it took, from Load to the end of Start."""
    with environment(database) as env:
        agreement = connect(env, simulator)
        start = time.monotonic()
        import_all(env, agreement)
        return time.monotonic() - start


def measure_copy(database: str) -> tuple[list[int], float]:
    """Put the same rows into the same tables with COPY; return the rows of each, and seconds."""
    connection = connect_database(database)
    try:
        with connection.cursor() as cursor:
            texts = []
            for table in TABLES:
                texts.append(io.StringIO())
                cursor.copy_expert(f'COPY {table} TO STDOUT', texts[-1])
                texts[-1].seek(0)
            cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
            connection.commit()
            rows = []
            start = time.monotonic()
            for table, text in zip(TABLES, texts, strict=True):
                cursor.copy_expert(f'COPY {table} FROM STDIN', text)
                rows.append(cursor.rowcount)
            connection.commit()
            return rows, time.monotonic() - start
    finally:
        connection.close()


def measure_load(database: str) -> float:
    """Put a sample of the lines into their table with load(); return rows per second."""
    with environment(database) as env:
        # In sudo mode: nobody may write the mirror.
        model = env['economic.invoice.line'].sudo()
        columns = model.COLUMNS
        env.cr.execute(
            f"""
            WITH gone AS (
                DELETE FROM {model._table}
                 WHERE id IN (SELECT id FROM {model._table} ORDER BY id LIMIT {SAMPLE})
             RETURNING {', '.join(f'{column}::text' for column in columns)}
            ) SELECT * FROM gone
            """
        )
        rows = [['' if value is None else value for value in row] for row in env.cr.fetchall()]
        start = time.monotonic()
        loaded = model.load([import_name(model, column) for column in columns], rows)
        env.flush_all()
        seconds = time.monotonic() - start
        assert len(loaded['ids'] or ()) == len(rows), loaded['messages']
        env.cr.rollback()
        return len(rows) / seconds


def import_name(model: Any, column: str) -> str:
    """Return a field's name as load() wants it: database ids for relations."""
    return f'{column}/.id' if model._fields[column].type == 'many2one' else column


if __name__ == '__main__':
    command_line(main)
