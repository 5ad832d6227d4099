"""Measure Test on a large loaded list, and count what it writes, by PostgreSQL's own counters.

On one fresh database: companies of the simulator's truth are put into Odoo, the list is loaded,
then only Test is measured. The environment has the options: DEBTORS (10000), SEED (7), JSON=FILE.
The exit status is 1 if a target is missed. Needs the virtual environment.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from dev.common import command_line, report_file, say, write_report
from dev.databases import connect as connect_database
from dev.databases import copied, template
from dev.demo import SECRETS, connect, drive
from dev.inside import environment
from dev.processes import Simulator

DEBTORS = 10_000
# The run's own tables, and the agreement, whose row is the lease.
OWN = {'economic_run', 'economic_run_line', 'economic_debtor_candidate', 'economic_agreement'}
MOST_SECONDS = 10
MOST_SECONDS_TO_OPEN = 1
PAGE = 40  # rows that the list shows


def main() -> int:
    """Measure, print, and compare with the targets."""
    file = report_file()
    options: dict[str, str | int] = {
        'seed': os.environ.get('SEED') or '7',
        'debtors': os.environ.get('DEBTORS') or DEBTORS,
        'invoices': 10,
        'rate-limit': 'off',
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
    }
    with (
        copied(template(), f'preview_{os.getpid()}') as database,
        Simulator(options) as simulator,
        environment(database) as env,
    ):
        report = measure(env, database, connect(env, simulator))
    say('')
    for name, value in report.items():
        say(f"  {name:<28}{value!s:>12}")
    write_report(file, report)
    met = (
        not report['rows written elsewhere']
        and report['Test, seconds'] <= MOST_SECONDS
        and report['opening the list, seconds'] <= MOST_SECONDS_TO_OPEN
    )
    targets = f"0 rows elsewhere, Test in {MOST_SECONDS} s, list in {MOST_SECONDS_TO_OPEN} s"
    say(f"\n  {targets}: {'met' if met else 'missed'}")
    return int(not met)


def measure(env: Any, database: str, agreement: Any) -> dict[str, Any]:
    """Load the list, then test it and look at what that wrote and how long it took."""
    wizard = env['economic.debtor.import'].create({'agreement_id': agreement.id})
    run = env['economic.run'].browse(wizard.action_load()['res_id'])
    drive(run, 'Load')
    run.action_test()
    env.cr.commit()
    before = counters(env, database)
    start, busy, server = time.monotonic(), time.process_time(), server_time(database)
    drive(run, 'Test')
    seconds, busy = time.monotonic() - start, time.process_time() - busy
    server = server_time(database) - server
    after = counters(env, database)
    written = {table: after[table] - before.get(table, 0) for table in after}
    written = {table: count for table, count in written.items() if count}
    elsewhere = {table: count for table, count in written.items() if table not in OWN}
    say(f"  written: {written}")
    return {
        'debtors': run.line_count,
        'Test, seconds': round(seconds, 1),
        'of it at work in Odoo': round(busy, 1),
        'at work in PostgreSQL': round(server, 1),
        'debtors a second': round(run.line_count / seconds),
        'rows written elsewhere': sum(elsewhere.values()),
        'opening the list, seconds': round(open_list(env, run), 2),
    }


def counters(env: Any, database: str) -> dict[str, int]:
    """Return how many rows of each table were ever inserted, updated or deleted."""
    env.cr.execute('SELECT pg_stat_clear_snapshot()')
    env.cr.commit()
    time.sleep(2)  # A backend hands its counts in at most once a second, after a transaction.
    env.cr.execute('SELECT 1')
    env.cr.commit()
    connection = connect_database(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables'
            )
            return dict(cursor.fetchall())
    finally:
        connection.close()


def server_time(database: str) -> float:
    """Return the processor seconds of the database's connections: on a machine that does something
    else as well they tell more than a clock.
    """
    connection = connect_database(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute('SELECT pid FROM pg_stat_activity WHERE datname = current_database()')
            files = [Path(f'/proc/{pid}/stat') for (pid,) in cursor.fetchall()]
    finally:
        connection.close()
    ticks = 0
    for file in files:
        if file.exists():
            # The name of the program, which may have blanks, ends with a bracket.
            words = file.read_text().rpartition(')')[2].split()
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf('SC_CLK_TCK')


def open_list(env: Any, run: Any) -> float:
    """Read what the web client reads to open the list of a run; return seconds."""
    env.invalidate_all()
    lines = env['economic.run.line']
    arch = lines.get_view(view_type='list')['models']['economic.run.line']
    specification: dict[str, Any] = {name: {} for name in arch}
    for name in ('partner_id', 'customer_group_id'):
        if name in specification:
            specification[name] = {'fields': {'display_name': {}}}
    start = time.monotonic()
    lines.web_search_read([('run_id', '=', run.id)], specification, limit=PAGE)
    run.get_progress()
    return time.monotonic() - start


if __name__ == '__main__':
    command_line(main)
