"""Measure matching at the size of a register, in PostgreSQL and through Odoo.

Fills a database directly with made-up Danish companies (matching_danish.py): 1,000,000 partners
and 100,000 debtors. Then builds the keys, finds the companies of all debtors to stored candidates,
tests a whole import's list, finds the duplicates; each in a process of its own whose memory is told
over that of an idle Odoo. Times are told beside those of bare SQL in the same run. The exit status
is 1 if a target is missed.

    .dev/venv/bin/python -m tests.bench.register [--partners N] [--debtors N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.common import command_line, say, step
from dev.databases import copied, execute, template
from dev.inside import environment
from tests.bench.large_mirror import make_agreement
from tests.bench.purchases import memory_of
from tests.bench.register_data import fill, generate

PARTNERS, DEBTORS = 1_000_000, 100_000
# Seconds and MB at the full size.
TARGETS = {
    'keys': {'s': 120, 'mb': 1500},
    'matching': {'s': 60, 'mb': 1500},
    'test': {'mb': 1500},
    'duplicates': {'s': 90, 'mb': 1500, 'list s': 1},
}


def main() -> int:
    """Fill, measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--partners', type=int, default=PARTNERS)
    parser.add_argument('--debtors', type=int, default=DEBTORS)
    parser.add_argument('--json', type=Path, default=os.environ.get('JSON') or None)
    parser.add_argument('--step', nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, database = options.step
        with environment(database) as env:
            print(json.dumps(STEPS[name](env)))
        return 0
    report: dict[str, Any] = {}
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, copied(template(), DATABASE) as database:
        prepare(database, Path(folder), options.partners, options.debtors)
        for name in STEPS:
            report[name] = values = in_own_process(database, name)
            if name == 'keys':
                # As autovacuum does in the hours after.
                execute('VACUUM ANALYZE economic_match_key', database)
            met = options.partners < PARTNERS or all(
                values[unit] <= most for unit, most in TARGETS.get(name, {}).items()
            )
            shown = '   '.join(f'{unit} {value:,}' for unit, value in values.items())
            say(f"  {name:<12} {shown}{'' if met else '   MISSED'}")
            if not met:
                missed.append(name)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + '\n')
    say(f"\n  {'missed: ' + ', '.join(missed) if missed else 'all targets met'}")
    return int(bool(missed))


DATABASE = f'bench_register_{os.getpid()}'


def prepare(database: str, folder: Path, partners: int, debtors: int) -> None:
    """Fill the database, with a run whose list is still to be made."""
    with step(f"{partners:,} partners, {debtors:,} debtors"):
        maker = multiprocessing.get_context('spawn').Process(
            target=generate, args=(folder, partners, debtors)
        )
        maker.start()
        maker.join()
        with environment(database) as env:
            agreement = make_agreement(env)
            fill(env, agreement, folder)
            env['economic.run'].sudo().create(
                {'agreement_id': agreement.id, 'company_id': agreement.company_id.id,
                 'state': 'loading', 'phase': 'list'}
            )  # fmt: skip


def in_own_process(database: str, name: str) -> dict[str, Any]:
    """Measure one step where nothing was used before."""
    command = [sys.executable, '-m', 'tests.bench.register', '--step', name, database]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def measured(report: dict[str, Any]) -> Iterator[None]:
    """Note the seconds of a block, how many of them Python worked, and the memory it needed."""
    idle = memory_of('VmRSS')
    # From here on the kernel notes the most memory anew.
    Path('/proc/self/clear_refs').write_text('5')
    start, busy = time.perf_counter(), time.process_time()
    yield
    report['s'] = round(time.perf_counter() - start, 1)
    report['python'] = round(time.process_time() - busy, 1)
    report['mb'] = round(memory_of('VmHWM') - idle)


def by_hand(env: Any, report: dict[str, Any], *statements: str) -> None:
    """Note the seconds of bare SQL, and how many times those the step took."""
    start = time.perf_counter()
    for statement in statements:
        env.cr.execute(statement)
    report['sql'] = round(time.perf_counter() - start, 1)
    report['times'] = round(report['s'] / max(report['sql'], 0.1), 1)
    env.cr.rollback()


def get_run(env: Any) -> tuple[Any, Any]:
    """Return the run as the engine works on it, and the work that stores its pages."""
    from odoo.addons.economic_connector.models import lease
    from odoo.addons.economic_connector.models.economic_run_engine import NoClient, Work

    run = env['economic.run'].search([], limit=1)
    run = run._as_engine(run.user_id)
    return run, Work(run, NoClient(), lease.take(run.agreement_id, 'cli:bench'))


def make_keys(env: Any) -> dict[str, Any]:
    """Make the keys of all partners, as a first import does."""
    report: dict[str, Any] = {}
    run, work = get_run(env)
    with measured(report):
        run._phase_list(work)
    env.cr.commit()
    env.cr.execute('SELECT count(*) FROM economic_match_key')
    (report['keys'],) = env.cr.fetchone()
    by_hand(
        env,
        report,
        'CREATE TABLE bench_copy AS SELECT * FROM economic_match_key',
        'CREATE INDEX ON bench_copy (value, kind, partner_id)',
        'CREATE INDEX ON bench_copy (partner_id)',
    )
    return report


def match(env: Any) -> dict[str, Any]:
    """Find the companies of all debtors, to stored candidates."""
    report: dict[str, Any] = {}
    run, work = get_run(env)
    work.store(lambda: run.write({'state': 'testing', 'phase': 'plan'}))
    debtors = env['economic.debtor'].search([])
    with measured(report):
        decisions = run._match(debtors)
        env.cr.commit()
    env.cr.execute('SELECT count(*) FROM economic_debtor_candidate')
    (report['candidates'],) = env.cr.fetchone()
    report |= judge(env, decisions)
    return report


def judge(env: Any, decisions: dict[int, Any]) -> dict[str, Any]:
    """Hold what was found against the truth."""
    env.cr.execute(
        """
        SELECT d.id, b.partner_id FROM bench_matches m
          JOIN bench_a a ON a.rec_id = m.a_id JOIN economic_debtor d ON d.number = a.n
          JOIN bench_b b ON b.rec_id = m.b_id
        """
    )
    truth = set(env.cr.fetchall())
    alone = {(d.debtor_id, d.best.partner_id) for d in decisions.values() if d.best}
    shown = {(d.debtor_id, c.partner_id) for d in decisions.values() for c in d.candidates}
    known = {debtor for debtor, _partner in truth}
    return {
        'precision': round(len(alone & truth) / max(len(alone), 1), 4),
        'recall': round(len({d for d, _p in alone & truth}) / len(known), 4),
        'among 15': round(len({d for d, _p in shown & truth}) / len(known), 4),
    }


def test(env: Any) -> dict[str, Any]:
    """Test the whole list: matching, comparing, what each row would do."""
    from odoo.addons.economic_connector.models import lease

    report: dict[str, Any] = {}
    run, work = get_run(env)
    lease.release(run.agreement_id, work.fence)
    env.cr.commit()
    with measured(report):
        run._drive()
    return report


def find_duplicates(env: Any) -> dict[str, Any]:
    """Find the duplicates among all partners, to stored groups; then open their list."""
    report: dict[str, Any] = {}
    groups = env['economic.duplicate'].sudo()
    with measured(report):
        for _done in groups._search_all():
            env.cr.commit()
    env.cr.execute('SELECT count(*) FROM economic_duplicate')
    (report['groups'],) = env.cr.fetchone()
    shown = env['economic.duplicate'].get_view(view_type='list')['models']['economic.duplicate']
    groups.env.invalidate_all()
    start = time.perf_counter()
    groups.web_search_read([], {name: {} for name in shown}, limit=80)
    report['list s'] = round(time.perf_counter() - start, 2)
    by_hand(
        env,
        report,
        """
        SELECT count(*) FROM (SELECT array_agg(partner_id) FROM economic_match_key
                            GROUP BY value, kind HAVING count(*) BETWEEN 2 AND 8) k
        """,
    )
    return report


STEPS: dict[str, Callable[[Any], dict[str, Any]]] = {
    'keys': make_keys,
    'matching': match,
    'test': test,
    'duplicates': find_duplicates,
}

if __name__ == '__main__':
    command_line(main)
