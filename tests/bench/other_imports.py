"""Measure whether other people's imports of companies get slower by us.

10,000 companies come in by `load()`, as any file does that is imported into Odoo, and are changed
afterwards: in a database without the addon and in one with it, in turn, each time in a process of
its own. The exit status is 1 if the best of them is more than a tenth slower with the addon.

    .dev/venv/bin/python -m tests.bench.other_imports [--partners N] [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from dev.common import command_line, say
from dev.databases import copied, plain_template, template
from dev.inside import environment

PARTNERS, ROUNDS, MOST = 10_000, 3, 1.1
FIELDS = ['name', 'company_type', 'street', 'zip', 'city', 'phone', 'email', 'vat']
BATCH = 1000


def main() -> int:
    """Measure both in turn, print the best of each, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--partners', type=int, default=PARTNERS)
    parser.add_argument('--rounds', type=int, default=ROUNDS)
    parser.add_argument('--json', type=Path, default=os.environ.get('JSON') or None)
    parser.add_argument('--step', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        with environment(options.step) as env:
            print(json.dumps(measure(env, options.partners)))
        return 0
    sources = {'without': plain_template(), 'with': template()}
    best: dict[str, dict[str, float]] = {}
    for _round in range(options.rounds):
        for name, source in sources.items():
            with copied(source, f'bench_others_{os.getpid()}') as database:
                found = in_own_process(database, options.partners)
            so_far = best.setdefault(name, found)
            best[name] = {kind: min(so_far[kind], found[kind]) for kind in found}
    report: dict[str, Any] = {**best, 'times': {}}
    for kind, seconds in best['without'].items():
        report['times'][kind] = round(best['with'][kind] / seconds, 3)
        say(
            f"  {kind:<8} {seconds:.2f} s without, {best['with'][kind]:.2f} s with the addon:"
            f" {report['times'][kind]:.2f} times"
        )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + '\n')
    return int(max(report['times'].values()) > MOST)


def in_own_process(database: str, partners: int) -> dict[str, float]:
    """Measure where nothing was used before."""
    command = [sys.executable, '-m', 'tests.bench.other_imports', '--step', database]
    done = subprocess.run(
        [*command, '--partners', str(partners)], check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(env: Any, partners: int) -> dict[str, float]:
    """Return the seconds that importing and changing companies takes."""
    rows = [
        [f"Firma {n} ApS", 'company', f"Vestergade {n}", f'{1000 + n % 9000}', f"By {n % 90}",
         f'{20000000 + n}', f'post@firma{n}.dk', '']
        for n in range(partners)
    ]  # fmt: skip
    companies = env['res.partner']
    companies.create({'name': "One, so that all is loaded"})
    start = time.perf_counter()
    answer = companies.load(FIELDS, rows)
    env.cr.commit()
    loaded = time.perf_counter()
    assert len(answer['ids'] or ()) == partners, answer['messages']
    for first in range(0, partners, BATCH):
        for company in companies.browse(answer['ids'][first : first + BATCH]):
            company.phone = f'{company.phone}0'
        env.flush_all()
    env.cr.commit()
    changed = time.perf_counter()
    return {'import': loaded - start, 'change': changed - loaded}


if __name__ == '__main__':
    command_line(main)
