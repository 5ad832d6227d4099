"""Measure lists, questions, figures and campaigns on a large mirror.

Fills it directly with the simulator's own data (20,000 companies, 200,000 invoices; lines of two
invoices in three twice, which makes 1,000,000), then asks through Odoo what a person asks, and asks
SQL by hand for the same answer in the same run: what is reported is the time, and how many times
that of the SQL by hand it is. The exit status is 1 if a target is missed or two answers differ.

    .dev/venv/bin/python -m tests.bench.purchases [--invoices 200000] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dev.common import command_line, say
from dev.databases import copied, template
from dev.inside import environment
from tests.bench.large_mirror import fill
from tests.bench.purchases_lists import SCREENS, read_screen
from tests.bench.purchases_sql import BY_HAND, PAGES

TIMES = 5  # each question is asked so often, the median counts
SECONDS, RATIO = 1.5, 2.0
TAB_SECONDS = 0.5
ADD_SECONDS, ADD_MEMORY = 10, 100
FIGURES_SECONDS = 10
ADDED = 100_000


def main() -> int:
    """Fill, measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--invoices', type=int, default=200_000)
    parser.add_argument('--json', type=Path, default=os.environ.get('JSON') or None)
    parser.add_argument('--campaign', metavar='DATABASE', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.campaign:
        with environment(options.campaign) as env:
            print(json.dumps(measure_campaign(env)))
        return 0
    report: dict[str, Any] = {}
    missed: list[str] = []
    with copied(template(), f'bench_purchases_{os.getpid()}') as database:
        with environment(database) as env:
            report['rows'] = fill(env, options.invoices)
            env.cr.commit()
        with environment(database) as env:
            measure_figures(env, report, missed)
            env.cr.commit()
            measure_questions(env, report, missed)
            measure_lists(env, report, missed)
            measure_tab(env, report, missed)
            env.cr.commit()
        # In a process of its own: what was used before must not hide what it uses.
        command = [sys.executable, '-m', 'tests.bench.purchases', '--campaign', database]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for name, values in answer.items():
            note(report, missed, name, values.pop('met'), **values)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + '\n')
    say(f"\n  {'missed: ' + ', '.join(missed) if missed else 'all targets met'}")
    return int(bool(missed))


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and the seconds it took."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def median(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and the median of its seconds."""
    results = [timed(call) for _time in range(TIMES)]
    return results[-1][0], statistics.median(seconds for _result, seconds in results)


def note(
    report: dict[str, Any], missed: list[str], name: str, met: bool, **values: float | int
) -> None:
    """Print and keep a figure."""
    report[name] = values
    shown = '   '.join(
        f'{key} {value:,.3f}'.rstrip('0').rstrip('.') for key, value in values.items()
    )
    say(f"  {name:<36} {shown}{'' if met else '   MISSED'}")
    if not met:
        missed.append(name)


def measure_figures(env: Any, report: dict[str, Any], missed: list[str]) -> None:
    """Refresh the figures of all companies, and after one invoice changed."""
    figures = env['economic.figures']
    changed, seconds = timed(figures._refresh)
    env.cr.execute('ANALYZE')
    note(report, missed, 'figures of all', seconds <= FIGURES_SECONDS, s=seconds, rows=changed)
    env.cr.execute('SELECT partner_id FROM economic_invoice WHERE amount_residual > 0 LIMIT 1')
    (partner_id,) = env.cr.fetchone()
    env.cr.execute(
        'UPDATE economic_invoice SET amount_residual = 0, amount_residual_base = 0'
        ' WHERE partner_id = %s',
        (partner_id,),
    )
    touched, seconds = timed(lambda: figures._refresh([partner_id]))
    note(report, missed, 'figures of one', touched == 1, s=seconds, rows=touched)


def questions(env: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield (name, what Odoo's web client asks for it, with a comparable answer)."""
    partners, invoices = env['res.partner'], env['economic.invoice']
    lines = env['economic.invoice.line']
    condition = [('amount_untaxed_base', '>', 5000), ('date', '>', '2025-02-01')]
    ever = [('amount_untaxed_base', '>', 5000), ('date', '>', '2005-02-01')]
    products = env['economic.reference'].search([('kind', '=', 'product')], order='id').ids

    def listed(model: Any, domain: list[Any]) -> int:
        model.search_fetch(domain, ['display_name'], limit=80)
        return int(model.search_count(domain))

    def pivot(domain: list[Any], groups: list[str], sums: list[str]) -> int:
        rows = lines._read_group(domain, groups, [f'{name}:sum' for name in sums] + ['__count'])
        return len(rows)

    money = ['price_subtotal_base', 'quantity', 'margin_base']
    yield (
        'the example, companies',
        lambda: listed(partners, [('economic_invoice_ids', 'any', condition)]),
    )
    yield 'the example, invoices', lambda: listed(invoices, condition)
    yield (
        'the example since 2005, companies',
        lambda: listed(partners, [('economic_invoice_ids', 'any', ever)]),
    )
    yield 'the example since 2005, invoices', lambda: listed(invoices, ever)
    asked = {
        'product P, not Q': {
            'kind': 'product',
            'product_ids': products[:1],
            'without_product_ids': products[-1:],
            'date_from': False,
        },
        'no purchase for 6 months': {'kind': 'silent', 'months': 6},
    }
    for name, values in asked.items():
        domain = list(env['economic.question'].create(values)._get_partner_domain())
        yield name, lambda domain=domain: listed(partners, domain)
    yield (
        'in all over 50,000 in 2026',
        lambda: listed(
            partners, [('economic_total_bought', '=', '> 50000 DKK: 2026-01-01..2026-12-31')]
        ),
    )
    yield 'overdue invoices', lambda: listed(invoices, [('state', '=', 'overdue')])
    yield (
        'month x product group x country',
        lambda: pivot([], ['date:month', 'product_group_id', 'country_id'], money),
    )
    yield (
        'company x month of this year',
        lambda: pivot([('date', '>=', '2026-01-01')], ['partner_id', 'date:month'], money[:1]),
    )
    yield 'product x quarter', lambda: pivot([], ['product_id', 'date:quarter'], money[:2])
    yield (
        'salesperson x customer group',
        lambda: pivot([], ['salesperson_id', 'customer_group_id'], [money[0], money[2]]),
    )
    yield 'invoices by state', lambda: len(invoices._read_group([], ['state'], ['__count']))


def seller(env: Any) -> Any:
    """Return the environment of a user with our group."""
    users = env['res.users'].with_context(no_reset_password=True)
    user = users.search([('login', '=', 'bench')]) or users.create(
        {
            'name': "Bench",
            'login': 'bench',
            'group_ids': [(4, env.ref('economic_connector.group_economic_user').id)],
        }
    )
    return env(user=user.id)


def measure_lists(env: Any, report: dict[str, Any], missed: list[str]) -> None:
    """Open each list as the web client does: all its columns of the first page, and the count."""
    env = seller(env)
    for name, screen in SCREENS.items():

        def open_it(screen: tuple[Any, ...] = screen) -> Any:
            env.invalidate_all()
            return read_screen(env, *screen)

        found, seconds = median(open_it)
        note(report, missed, name, seconds <= SECONDS, s=seconds, found=found)


def measure_questions(env: Any, report: dict[str, Any], missed: list[str]) -> None:
    """Ask each question through Odoo and by hand, as a user with our group."""
    for name, ask in questions(seller(env)):

        def by_hand(name: str = name) -> int:
            query = BY_HAND[name]
            if name in PAGES:
                columns, order = PAGES[name]
                page = query.replace('count(*)', columns, 1)
                env.cr.execute(f'{page} ORDER BY {order} LIMIT 80')
                env.cr.fetchall()
            env.cr.execute(query)
            rows = env.cr.fetchall()
            return int(rows[0][0]) if len(rows) == 1 else len(rows)

        def fresh(ask: Callable[[], Any] = ask) -> Any:
            env.invalidate_all()
            return ask()

        answer, seconds = median(fresh)
        expected, sql_seconds = median(by_hand)
        ratio = seconds / sql_seconds
        met = seconds <= SECONDS and ratio <= RATIO and answer == expected
        note(
            report, missed, name, met, s=seconds, sql=sql_seconds, times=ratio, found=answer,
            **({} if answer == expected else {'by_hand': expected}),
        )  # fmt: skip


def measure_tab(env: Any, report: dict[str, Any], missed: list[str]) -> None:
    """Open the company with most invoices as its form does, all fields of the tab."""
    env.cr.execute(
        'SELECT partner_id FROM economic_invoice GROUP BY 1 ORDER BY count(*) DESC LIMIT 1'
    )
    (partner_id,) = env.cr.fetchone()
    partner = env['res.partner'].browse(partner_id)
    names = [name for name in partner._fields if name.startswith('economic_')]
    heavy = {'economic_invoice_ids', 'economic_line_ids', 'economic_total_bought'}
    specification: dict[str, Any] = {name: {} for name in names if name not in heavy}
    invoice = {'date': {}, 'number': {}, 'amount_total': {}, 'amount_residual': {}, 'state': {}}
    specification['economic_latest_invoice_ids'] = {'fields': invoice}

    def open_tab() -> Any:
        env.invalidate_all()
        return partner.web_read(specification)

    _values, seconds = median(open_tab)
    note(report, missed, "a company's tab", seconds <= TAB_SECONDS, s=seconds)


def measure_campaign(env: Any) -> dict[str, dict[str, Any]]:
    """Put 100,000 companies into a campaign, twice; return the figures."""
    report: dict[str, dict[str, Any]] = {}
    env.cr.execute(
        """
        INSERT INTO res_partner (name, complete_name, active, email, email_normalized, is_company,
                                 type)
        SELECT 'Bulk ' || n, 'Bulk ' || n, true, a.address, a.address, true, 'contact'
          FROM generate_series(1, %s) n,
               LATERAL (SELECT CASE WHEN n %% 10 > 0 THEN 'b' || n || '@x.dk' END AS address) a
        """,
        (ADDED,),
    )
    env.cr.execute(
        """
        INSERT INTO mail_blacklist (email, active)
        SELECT 'b' || n || '@x.dk', true FROM generate_series(1, %s, 100) n
        """,
        (ADDED,),
    )
    env.cr.execute('ANALYZE res_partner')
    env.invalidate_all()
    domain = [('name', 'like', 'Bulk %')]
    campaign = env['utm.campaign'].create({'title': "bench"})
    wizard = env['economic.campaign.add'].create(
        {
            'source': 'res.partner',
            'domain': repr(domain),
            'selected_ids': [],
            'scope': 'all',
            'campaign_id': campaign.id,
            'basis': 'consent',
        }
    )
    counts, seconds = timed(lambda: (wizard.added_count, wizard.no_email_count))
    report['count 100,000 for a campaign'] = {'met': seconds <= SECONDS, 's': seconds}
    idle = memory_of('VmRSS')
    # From here on the kernel notes the most memory anew.
    Path('/proc/self/clear_refs').write_text('5')
    _action, seconds = timed(wizard.action_add)
    env.cr.commit()
    memory = memory_of('VmHWM') - idle
    expected = {
        'added': ADDED - ADDED // 10 - ADDED // 100,
        'no_email': ADDED // 10,
        'blacklisted': ADDED // 100,
    }
    result = {key: value for key, value in wizard.result.items() if value}
    met = seconds <= ADD_SECONDS and memory <= ADD_MEMORY and result == expected
    met = met and counts == (expected['added'], expected['no_email'])
    report['add 100,000 to a campaign'] = {'met': met, 's': seconds, 'mb': memory, **result}
    again = wizard.copy({'done': False, 'result': False})
    _action, seconds = timed(again.action_add)
    result = {key: value for key, value in again.result.items() if value}
    met = result.get('already') == expected['added']
    report['and again'] = {'met': met, 's': seconds, **result}
    return report


def memory_of(name: str) -> float:
    """Return a size of this process that the kernel notes, in MB: now (VmRSS), at most (VmHWM)."""
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(f'{name}:'):
            return int(line.split()[1]) / 1024
    raise OSError(f"no {name} in /proc/self/status")


if __name__ == '__main__':
    sys.path.insert(0, str(Path(__file__).parents[2]))
    command_line(main)
