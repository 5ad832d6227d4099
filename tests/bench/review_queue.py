"""Measure the review queue with 100,000 open debtors, against SQL written by hand in the same run.

What the web client asks is asked through the models, as a manager without administrator rights. The
exit status is 1 if a target is missed. Needs the virtual environment.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dev.common import command_line, say, step
from dev.databases import copied, template
from dev.inside import environment

OPEN = 100_000
CANDIDATES = 3  # for each debtor
PAGE = 80  # rows of a list
COUNTED = 10_001  # rows that a list counts at most
TIMES = 5
MOST_SECONDS = 1.0
DOMAIN = [('match_state', '=', 'review')]
EVIDENCE = '[{"code": "name_equal", "weight": 6.1, "left": "", "right": ""}]'
FIRST_PAGE = """
    SELECT d.id, d.number, d.name, d.zip, d.city, d.cvr, d.customer_group_id, d.match_state,
           d.agreement_id, p.complete_name, c.evidence, c.count
      FROM (SELECT * FROM economic_debtor
             WHERE match_state = 'review' AND active AND company_id = %(company)s
          ORDER BY number LIMIT %(page)s) d
 LEFT JOIN LATERAL (
           SELECT partner_id, evidence, count(*) OVER () AS count FROM economic_debtor_candidate
            WHERE debtor_id = d.id AND NOT COALESCE(refused, false)
         ORDER BY score DESC LIMIT 1) c ON true
 LEFT JOIN res_partner p ON p.id = c.partner_id
  ORDER BY d.number
"""
COUNT = """
    SELECT count(*) FROM (
        SELECT FROM economic_debtor
         WHERE match_state = 'review' AND active AND company_id = %(company)s LIMIT %(most)s) t
"""
ONE = """
    SELECT d.*, p.*, c.score, c.evidence,
           (SELECT count(*) FROM mail_message m WHERE m.model = 'res.partner' AND m.res_id = p.id),
           (SELECT count(*) FROM economic_invoice i WHERE i.partner_id = p.id),
           (SELECT count(*) FROM economic_debtor o WHERE o.partner_id = p.id)
      FROM economic_debtor d
      JOIN economic_debtor_candidate c ON c.debtor_id = d.id
      JOIN res_partner p ON p.id = c.partner_id
     WHERE d.id = %(debtor)s ORDER BY c.score DESC
"""
ALL = """
    SELECT count(*) FROM economic_debtor
     WHERE match_state = 'review' AND active AND company_id = %(company)s
"""


def main() -> int:
    """Fill, measure, print, and compare with the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--open', type=int, default=OPEN)
    parser.add_argument('--json', type=Path, default=os.environ.get('JSON') or None)
    options = parser.parse_args()
    with copied(template(), f'bench_review_{os.getpid()}') as database:
        with environment(database) as env, step(f"{options.open:,} open debtors"):
            login = fill(env, options.open)
            env.cr.commit()
        with environment(database, login) as env:
            report = measure(env, options.open)
    missed = [name for name, row in report.items() if row['s'] > MOST_SECONDS]
    for name, row in report.items():
        say(f"  {name:<24}{row['s']:>8.3f} s   SQL {row['sql']:.3f} s   {row['ratio']:.1f} ×")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + '\n')
    say(f"\n  each at most {MOST_SECONDS} s: {'missed: ' + ', '.join(missed) if missed else 'met'}")
    return int(bool(missed))


def fill(env: Any, size: int) -> str:
    """Make debtors that wait, companies they may be, and a manager; return the manager's login."""
    agreement = env['economic.agreement'].create({'agreement_number': 1, 'scheduled': False})
    env['res.partner'].flush_model()
    values = {
        'agreement': agreement.id, 'company': agreement.company_id.id, 'size': size,
        'each': CANDIDATES, 'evidence': EVIDENCE,
    }  # fmt: skip
    env.cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, is_company, active, type, zip, city, street,
                                 phone, company_registry, create_date, write_date)
        SELECT 'Firma ' || n || ' ApS', 'Firma ' || n || ' ApS', true, true, 'contact',
               (1000 + n %% 8999)::text, 'By ' || n %% 700, 'Vestergade ' || n %% 200,
               (20000000 + n)::text, (10000000 + n)::text, now(), now()
          FROM generate_series(1, %(size)s) n RETURNING id
        """,
        values,
    )
    values['first'] = min(id_ for (id_,) in env.cr.fetchall())
    env.cr.execute(
        """
        INSERT INTO economic_debtor (agreement_id, company_id, number, name, address, zip, city,
                                     phone, active, match_state, create_date, write_date)
        SELECT %(agreement)s, %(company)s, n, 'Firma ' || n, 'Vestergade ' || n %% 200,
               (1000 + n %% 8999)::text, 'By ' || n %% 700, (20000000 + n)::text, true, 'review',
               now(), now()
          FROM generate_series(1, %(size)s) n ORDER BY random()
        """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO economic_debtor_candidate (debtor_id, partner_id, score, evidence)
        SELECT d.id, %(first)s + (d.number + k * 7919) %% %(size)s, 10 - k,
               %(evidence)s::jsonb
          FROM economic_debtor d, generate_series(0, %(each)s - 1) k
        """,
        values,
    )
    groups = ('economic_connector.group_economic_manager',)
    env['res.users'].with_context(no_reset_password=True).create(
        {
            'name': "Manager", 'login': 'manager',
            'group_ids': [(4, env.ref(group).id) for group in groups],
        }
    )  # fmt: skip
    env.cr.commit()
    env.cr.execute('ANALYZE')
    return 'manager'


def measure(env: Any, size: int) -> dict[str, dict[str, float]]:
    """Open the list, a search in it, the first and the middle debtor, and begin."""
    debtors = env['economic.debtor']
    middle = debtors.search([('number', '=', size // 2)])
    values = {
        'company': env.company.id, 'page': PAGE, 'most': COUNTED, 'debtor': middle.id,
    }  # fmt: skip
    questions: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
        'the list': (lambda: open_list(env, DOMAIN), (FIRST_PAGE, COUNT)),
        'a debtor side by side': (lambda: open_form(env, middle.id), (ONE, ALL)),
        'the first debtor': (lambda: begin(env), (FIRST_PAGE, ONE, ALL)),
    }
    report = {}
    for name, (ask, by_hand) in questions.items():
        odoo = median(lambda ask=ask: fresh(env, ask))
        sql = median(lambda by_hand=by_hand: [run(env, text, values) for text in by_hand])
        report[name] = {'s': round(odoo, 4), 'sql': round(sql, 4), 'ratio': round(odoo / sql, 1)}
    return report


def fresh(env: Any, ask: Callable[[], Any]) -> Any:
    """Ask as a request of its own does: with nothing in the cache."""
    env.invalidate_all()
    return ask()


def run(env: Any, text: str, values: dict[str, Any]) -> Any:
    """Run SQL and fetch its rows."""
    env.cr.execute(text, values)
    return env.cr.fetchall()


def median(call: Callable[[], Any]) -> float:
    """Return the median of a call's seconds, after one that nobody counts."""
    call()
    seconds = []
    for _time in range(TIMES):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def specification(env: Any, view: str) -> dict[str, Any]:
    """Return what the web client reads for a view."""
    view_id = env.ref(f'economic_connector.economic_debtor_view_review_{view}').id
    known = env['economic.debtor'].get_view(view_id, view)['models']['economic.debtor']
    named = {'fields': {'display_name': {}}}
    fields = env['economic.debtor']._fields
    return {name: named if fields[name].type == 'many2one' else {} for name in known}


def open_list(env: Any, domain: list[Any]) -> Any:
    """Do what opening the list asks for: view, first page, count."""
    return env['economic.debtor'].web_search_read(
        domain, specification(env, 'list'), limit=PAGE, order='number', count_limit=COUNTED
    )


def open_form(env: Any, debtor_id: int) -> Any:
    """Do what opening a debtor of the queue asks for."""
    debtor = env['economic.debtor'].browse(debtor_id)
    return debtor.web_read(specification(env, 'form'))


def begin(env: Any) -> Any:
    """Do what the button Begin does, and open what it leads to."""
    return open_form(env, env['economic.debtor'].action_review_begin()['res_id'])


if __name__ == '__main__':
    command_line(main)
