"""Prove an import for several seeds: the same figures, the right links, the least requests, no
write without a change.

Each seed gets a fresh database and its own simulated e-conomic. It is imported, imported again by
a person, twice, and then by schedule, with nothing changed meanwhile; requests are counted by
e-conomic, written rows by PostgreSQL. The environment has the options: SEEDS ("1 2 3 4 5"; or
SEED for one), JSON=FILE (or `--json FILE`). The exit status is 1 unless everything holds. Needs the
virtual environment.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from dev.common import command_line, report_file, say, write_report
from dev.databases import copied, execute, template
from dev.demo import SECRETS, SIZES, connect, drive, import_all, measure
from dev.inside import environment
from dev.processes import Simulator

PAGE = 1000
KINDS_OF_REFERENCE_DATA = 6
# With nothing changed, whoever started it.
MOST_REQUESTS = 10
# A run writes down that it was there: its own rows, the checkpoints' times, the lease, Odoo's
# scheduler and the session's own traces. All other tables must stay as they are.
OWN_TABLES = (
    'economic_run', 'economic_run_line', 'economic_stream', 'economic_agreement',
    'economic_debtor_import', 'ir_cron', 'ir_cron_trigger', 'ir_cron_progress',
)  # fmt: skip
# What is computed about partners follows the first import's own changes when it is next needed.
FOLLOWING = {
    'again': (
        'economic_match_key',
        'economic_match_stamp',
        'economic_match_unsearched',
        'economic_debtor_candidate',
    )
}
AFTERWARDS = ('again', 'third', 'scheduled')


def main() -> int:
    """Prove, print, and return the exit status."""
    file = report_file()
    seeds = (os.environ.get('SEEDS') or os.environ.get('SEED') or '1 2 3 4 5').split()
    reports = {seed: prove(seed) for seed in seeds}
    for seed, report in reports.items():
        show(seed, report)
    holds = all(not report['faults'] for report in reports.values())
    write_report(file, {'holds': holds, 'seeds': reports})
    say("\neverything holds" if holds else "\nit does not hold")
    return int(not holds)


def prove(seed: str) -> dict[str, Any]:
    """Import a seed, and again with nothing changed; return figures and what does not hold."""
    options: dict[str, str | int] = {'seed': seed, **SIZES, 'rate-limit': 'off'}
    options |= {
        'app-secret': SECRETS['app_secret_token'],
        'grant': SECRETS['agreement_grant_token'],
    }
    with (
        copied(template(), f'prove_{seed}_{os.getpid()}') as database,
        Simulator(options) as simulator,
    ):
        report: dict[str, Any] = {}
        written = count_writes(database)
        for name, work in STEPS.items():
            report[name] = watch(database, simulator, work, written)
        report['least'] = least_requests(simulator)
    report['faults'] = find_faults(report)
    return report


def watch(database: str, simulator: Simulator, work: Work, counted: Counter[str]) -> dict[str, Any]:
    """Do something in Odoo; return what it measured, the requests, and the rows it wrote.

    :param counted: rows written so far, table by table; brought up to date here
    """
    before = counted.copy()
    with environment(database) as env:
        report = work(env, simulator)
    # The sessions are closed: PostgreSQL has counted what they wrote.
    counted.update(count_writes(database) - counted)
    report['requests'] = simulator.read('counters')['total']
    report['written'] = dict(sorted((counted - before).items()))
    return report


def import_first(env: Any, simulator: Simulator) -> dict[str, Any]:
    """Connect and import everything."""
    agreement = connect(env, simulator)
    simulator.control('clear_log')
    run = import_all(env, agreement)
    return measure(env, agreement, run, simulator)


def import_again(env: Any, simulator: Simulator) -> dict[str, Any]:
    """Import once more by the same buttons."""
    simulator.control('clear_log')
    agreement = env['economic.agreement'].search([('api_type', '=', 'rest')])
    return measure(env, agreement, import_all(env, agreement), simulator)


def synchronize(env: Any, simulator: Simulator) -> dict[str, Any]:
    """Do what the schedule does."""
    simulator.control('clear_log')
    agreement = env['economic.agreement'].search([('api_type', '=', 'rest')])
    run = env['economic.run'].browse(agreement.action_sync_now()['res_id'])
    drive(run, 'Synchronize')
    return measure(env, agreement, run, simulator)


Work = Callable[[Any, Simulator], dict[str, Any]]
STEPS: dict[str, Work] = {
    'first': import_first,
    'again': import_again,
    'third': import_again,
    'scheduled': synchronize,
}


def least_requests(simulator: Simulator) -> int:
    """Return the least requests that the API allows for a first import."""
    there = simulator.read('sums')
    rows = (
        there['customers'],
        there['invoices'] + there['credit_notes'],
        there['lines'],
        there['unpaid']['count'],
    )
    pages: int = sum(max(-(-count // PAGE), 1) for count in rows)
    return 1 + KINDS_OF_REFERENCE_DATA + pages


def count_writes(database: str) -> Counter[str]:
    """Return how many rows PostgreSQL has inserted, updated and deleted, table by table."""
    # A statistic is written when a session ends, which takes PostgreSQL a moment.
    time.sleep(0.5)
    rows = execute(
        'SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables', database
    )
    return Counter(dict(rows))


def find_faults(report: dict[str, Any]) -> list[str]:
    """Say what does not hold."""
    first = report['first']
    faults = [
        f"{name}: {report[name]}" for name in ('first', *AFTERWARDS) if not report[name]['agrees']
    ]
    if not first['links']['sure']:
        faults.append("first: there was nothing to link")
    if first['requests'] != report['least']:
        faults.append(f"first: {first['requests']} requests, {report['least']} would do")
    if not {'economic_invoice_line', 'res_partner'} <= first['written'].keys():
        faults.append(f"first: PostgreSQL has counted nothing: {first['written']}")
    for name in AFTERWARDS:
        if report[name]['requests'] > MOST_REQUESTS:
            faults.append(f"{name}: {report[name]['requests']} requests with nothing changed")
        allowed = OWN_TABLES + FOLLOWING.get(name, ())
        written = {t: n for t, n in report[name]['written'].items() if t not in allowed}
        # The run's own note on its agreement; a second message would be on somebody's company.
        if written.get('mail_message') == 1:
            del written['mail_message']
        if written:
            faults.append(f"{name}: rows written with nothing changed: {written}")
    return faults


def show(seed: str, report: dict[str, Any]) -> None:
    """Print a seed's figures."""
    first = report['first']
    differing = [
        name for name, value in first['e-conomic'].items() if first['odoo'].get(name) != value
    ]
    links = first['links']
    say(f"\nseed {seed}: {first['odoo']['lines']:,} lines; differences: {differing or 'none'}")
    say(f"  sure links {links['sure']}, missing {links['missing']}; wrong links {links['wrong']}")
    say(f"  requests {first['requests']}, the least is {report['least']}; with nothing changed:")
    say(f"    by hand {report['again']['requests']}, by schedule {report['scheduled']['requests']}")
    for fault in report['faults']:
        say(f"  DOES NOT HOLD  {fault}")


if __name__ == '__main__':
    command_line(main)
