"""Import a simulated agreement into a fresh Odoo, compare, and serve the result.

The environment has the options: SEED (7), SERVE=0 ends after the table, JSON=FILE writes the same
as JSON (`--json FILE` does too). The exit status is 1 unless counts, sums and links agree. A second
time the database is used again. Needs the virtual environment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from dev import demo_campaign
from dev.common import (
    ADDON,
    ToolError,
    alone,
    command_line,
    report_file,
    say,
    step,
    write_report,
)
from dev.databases import comment, copy, execute, exists, odoo, template
from dev.inside import environment
from dev.licences import issue
from dev.odoo_conf import read_conf
from dev.processes import OdooServer, Simulator

SIZES = {'debtors': 300, 'invoices': 4000}
SECRETS = {'app_secret_token': 'demo-app-secret', 'agreement_grant_token': 'demo-grant'}
# The module that the external ids of the companies made beforehand are under.
TRUTH = 'economic_demo'
Watch = Callable[[Any], None]
# Seconds between two lines of progress.
PROGRESS_PAUSE = 1
# What became of a run's debtors, in the order of the table, and in words. The first ones are states
# of a row, the others what the test found of rows that Start did not touch.
DONE = {
    'created': "created",
    'updated': "updated",
    'linked': "linked as they were",
    'failed': "failed",
    'again': "changed since the test",
}
LEFT = {
    'unchanged': "unchanged",
    'proposed': "proposed",
    'ambiguous': "ambiguous",
    'conflict': "in conflict",
    'skipped': "skipped",
    'create': "new, not approved",
    'update': "with changes, not approved",
    'error': "with errors",
}
ALWAYS_SHOWN = ('created', 'updated', 'unchanged', 'proposed', 'ambiguous', 'skipped', 'failed')
# What a person does with a run in which state.
BUTTONS = {'loaded': ('Test', 'action_test'), 'tested': ('Start', 'action_start')}
# What is compared, in the order of the table: counts, amounts in base currency, then the net
# amounts of each currency.
COUNTS = ('debtors', 'invoices', 'credit notes', 'lines', 'unpaid')
AMOUNTS = ('net in base currency', 'gross in base currency', 'open in base currency')


def main() -> int:
    """Run the demo and return the exit status."""
    seed = os.environ.get('SEED') or '7'
    file = report_file()
    with served(seed) as (database, simulator):
        start = time.monotonic()
        with environment(database) as env:
            agreement = connect(env, simulator)
            run = import_all(env, agreement)
            report = measure(env, agreement, run, simulator)
            report['campaign'] = demo_campaign.make_campaign(env)
            env.cr.commit()
        report['seconds'] = round(time.monotonic() - start, 1)
        show(report)
        write_report(file, report)
        say(demo_campaign.in_words(report['campaign']))
        if not demo_campaign.agrees(report['campaign']):
            say("The campaign has not the companies that SQL by hand finds.")
            return 1
        if not report['agrees']:
            say("Odoo and e-conomic do not agree.")
            return 1
        if os.environ.get('SERVE') != '0':
            serve(database)
    return 0


@contextmanager
def served(seed: str) -> Iterator[tuple[str, Simulator]]:
    """Lend the database of a seed, and a simulator that it belongs to."""
    with alone('demo'):
        database, anchor = prepare_database(seed)
        names = {'app-secret': 'app_secret_token', 'grant': 'agreement_grant_token'}
        options = {option: SECRETS[name] for option, name in names.items()}
        with Simulator({'seed': seed, 'anchor': anchor, **SIZES, **options}) as simulator:
            yield database, simulator


def prepare_database(seed: str) -> tuple[str, str]:
    """Return the demo's database and the day up to which its e-conomic has invoices.

    Makes the database, or brings it up to the addon as it is now. Its comment says what it was
    made from and the day, so that the same invoices are there the next time.
    """
    database = name_database(seed)
    source = template()
    anchor = str(date.today())
    if not exists(database) or not comment(database):
        # Without a comment its copying was interrupted.
        copy(source, database)
    else:
        former, anchor = str(comment(database)).split()
        if former != source:
            with step(f"updating the addon in database {database}"):
                odoo(database, '-u', ADDON.name, '--stop-after-init', '--log-level', 'warn')
    execute(f"COMMENT ON DATABASE \"{database}\" IS '{source} {anchor}'")
    return database, anchor


def name_database(seed: str) -> str:
    """Return the name of the demo's database for a seed."""
    if not seed.isdigit():
        raise ToolError(f"SEED={seed} is not a number")
    return f'demo_{seed}'


def connect(env: Any, simulator: Simulator) -> Any:
    """Return the agreement of the simulator, connected."""
    agreement = env['economic.agreement'].search([('api_type', '=', 'rest')], limit=1)
    if not agreement:
        make_companies(env, simulator.read('truth'))
        agreement = env['economic.agreement'].create({'api_type': 'rest'})
    if agreement.service_url != simulator.url:
        agreement.service_url = simulator.url
    agreement.with_context(**SECRETS).action_save_access()
    if agreement.licence_state != 'valid':
        agreement.licence_key = issue(agreement.agreement_number, agreement.name)
    env.cr.commit()
    say(f"connected: {agreement.name}, {agreement.connection_message}")
    return agreement


def make_companies(env: Any, truth: list[dict[str, Any]]) -> None:
    """Make the companies that are in Odoo before the import."""
    countries = {country.code: country.id for country in env['res.country'].search([])}
    values = []
    for company in truth:
        code = company['values'].pop('country_code', None)
        values.append(company['values'] | ({'country_id': countries[code]} if code else {}))
    partners = env['res.partner'].with_context(tracking_disable=True).create(values)
    # In sudo mode: people do not write external ids.
    env['ir.model.data'].sudo().create(
        [
            {'module': TRUTH, 'name': company['key'], 'model': 'res.partner', 'res_id': partner.id}
            for company, partner in zip(truth, partners, strict=True)
        ]
    )
    say(f"companies in Odoo before the import: {len(partners)}")


def import_all(env: Any, agreement: Any, watch: Watch | None = None) -> Any:
    """Load, test and start by the methods that the buttons call; return the run.

    A run that was interrupted is gone on with.

    :param watch: called with the run after each stored page
    """
    wizard = env['economic.debtor.import'].create({'agreement_id': agreement.id})
    if run := wizard.open_run_id:
        drive(run, 'Continue')
    else:
        run = env['economic.run'].browse(wizard.action_load()['res_id'])
        drive(run, 'Load', watch)
    while run.state in BUTTONS:
        button, method = BUTTONS[run.state]
        getattr(run, method)()
        drive(run, button, watch)
    return run


def drive(run: Any, button: str, watch: Watch | None = None) -> None:
    """Work a run off up to where a person would press the next button."""
    said = 0.0

    def on_progress(run: Any) -> None:
        nonlocal said
        if watch:
            watch(run)
        if time.monotonic() - said > PROGRESS_PAUSE and (progress := run.get_progress())['done']:
            said = time.monotonic()
            of = f" of {progress['total']:,}" if progress['total'] else ''
            say(f"  {progress['phase']}: {progress['done']:,}{of}")

    start = time.monotonic()
    run.env.cr.commit()
    run._drive(on_progress)
    run.env.cr.commit()
    run.invalidate_recordset()
    say(f"{button}: {run.state}, {time.monotonic() - start:.1f} s {run.message or ''}")


def measure(env: Any, agreement: Any, run: Any, simulator: Simulator) -> dict[str, Any]:
    """Count what is in Odoo now and what e-conomic has."""
    economic = read_sums(simulator)
    odoo_sums = sums(env, agreement)
    links = check_links(env, agreement, simulator.read('truth'))
    agrees = odoo_sums == economic and not links['wrong'] and not links['missing']
    return {
        'state': run.state,
        'results': count_results(env, run),
        'odoo': odoo_sums,
        'e-conomic': economic,
        'links': links,
        'requests': run.request_count,
        'agrees': agrees and run.state == 'done',
    }


def count_results(env: Any, run: Any) -> dict[str, int]:
    """Count the run's debtors by what became of them."""
    counts = dict.fromkeys([*DONE.values(), *LEFT.values()], 0)
    groups = env['economic.run.line']._read_group(
        [('run_id', '=', run.id)], ['status', 'state'], ['__count']
    )
    for status, state, count in groups:
        counts[DONE.get(state) or LEFT[status]] += count
    return counts


def read_sums(simulator: Simulator) -> dict[str, Any]:
    """Return e-conomic's own counts and amounts."""
    there = simulator.read('sums')
    unpaid = there['unpaid']
    names = ('customers', 'invoices', 'credit_notes', 'lines')
    counts = [*(there[name] for name in names), unpaid['count']]
    amounts = [there['net_base'], there['gross_base'], unpaid['remainder_base']]
    return {
        **dict(zip(COUNTS, counts, strict=True)),
        **dict(zip(AMOUNTS, map(Decimal, amounts), strict=True)),
        **{f'net in {code}': Decimal(net) for code, net in there['net'].items()},
    }


def sums(env: Any, agreement: Any) -> dict[str, Any]:
    """Count the mirror's rows and add up its amounts."""
    env.flush_all()
    env.cr.execute(
        """
        SELECT (SELECT count(*) FROM economic_debtor WHERE agreement_id = %(id)s AND active),
               count(*) FILTER (WHERE kind = 'invoice'),
               count(*) FILTER (WHERE kind = 'credit_note'),
               (SELECT count(*) FROM economic_invoice_line WHERE agreement_id = %(id)s),
               count(*) FILTER (WHERE amount_residual <> 0),
               coalesce(sum(amount_untaxed_base), 0)::text,
               coalesce(sum(amount_total_base), 0)::text,
               coalesce(sum(amount_residual_base), 0)::text
          FROM economic_invoice
         WHERE agreement_id = %(id)s
        """,
        {'id': agreement.id},
    )
    found = env.cr.fetchone()
    env.cr.execute(
        """
        SELECT c.name, sum(i.amount_untaxed)::text
          FROM economic_invoice i JOIN res_currency c ON c.id = i.currency_id
         WHERE i.agreement_id = %(id)s
      GROUP BY c.name ORDER BY c.name
        """,
        {'id': agreement.id},
    )
    # As text, since Odoo's connections turn numbers with decimals into floats.
    return {
        **dict(zip(COUNTS, found, strict=False)),
        **dict(zip(AMOUNTS, map(Decimal, found[len(COUNTS) :]), strict=True)),
        **{f'net in {code}': Decimal(net) for code, net in env.cr.fetchall()},
    }


def check_links(env: Any, agreement: Any, truth: list[dict[str, Any]]) -> dict[str, int]:
    """Compare the links to the companies made beforehand with the truth."""
    known = env['ir.model.data'].sudo().search([('module', '=', TRUTH)])
    company_of = {data.name: data.res_id for data in known}
    if not {company['key'] for company in truth} <= company_of.keys():
        raise ToolError(
            "the demo's database was made by an earlier simulator; make clean, then again"
        )
    debtor_of = {company_of[company['key']]: company['debtor'] for company in truth}
    debtors = env['economic.debtor'].search([('agreement_id', '=', agreement.id)])
    linked = {debtor.number: debtor.partner_id.id for debtor in debtors}
    sure = [company for company in truth if company['expect'] == 'sure']
    # A debtor that is linked to a company made for another one, or for none.
    wrong = [n for n, company in linked.items() if debtor_of.get(company, n) != n]
    return {
        'sure': len(sure),
        'missing': sum(linked.get(c['debtor']) != company_of[c['key']] for c in sure),
        'wrong': len(wrong),
    }


def show(report: dict[str, Any]) -> None:
    """Print the table."""
    say('')
    for name, count in report['results'].items():
        if count or name in ALWAYS_SHOWN:
            say(f"  debtors {name:<30}{count:>10,}")
    say(f"\n  {'':<32}{'Odoo':>16}{'e-conomic':>18}")
    for name in {**report['e-conomic'], **report['odoo']}:
        ours, theirs = report['odoo'].get(name, 0), report['e-conomic'].get(name, 0)
        say(f"  {name:<32}{ours:>16,}{theirs:>18,}{'' if ours == theirs else '   differs'}")
    links = report['links']
    say(f"\n  sure links {links['sure']}, missing {links['missing']}; wrong links {links['wrong']}")
    say(f"  {report['requests']} requests, {report['seconds']} seconds\n")


def serve(database: str) -> None:
    """Serve Odoo until it is interrupted."""
    with OdooServer(database, port=int(read_conf()['http_port'])) as server:
        say(f"Odoo: {server.url}/odoo   login: admin   password: admin   (Ctrl-C stops it)")
        try:
            assert server.process
            server.process.wait()
        except KeyboardInterrupt:
            say("stopping")


if __name__ == '__main__':
    command_line(main)
