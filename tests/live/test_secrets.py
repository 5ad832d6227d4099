"""No secret shows anywhere: canaries are planted wherever one can be given, then looked for.

Every search must find the canary that is not secret, so that it is known to be able to find.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from live_import import Background
from live_office import MODEL, PAGE, Office, opened_office
from live_server import CLUSTER, Database, wait_until
from live_web import WebUser

from dev.common import DEV
from dev.databases import client_options, execute, filestore

HIDDEN = ('app_secret_token', 'agreement_grant_token', 'soap_user', 'soap_password')
PAGES = ('/odoo', '/odoo/economic-agreements', '/odoo/settings', '/web/login', '/odoo?debug=1')
SLOW = 60  # seconds that e-conomic takes to answer the request during which the server is killed


@pytest.fixture(scope='module')
def office() -> Iterator[Office]:
    """Lend the office; the canaries are planted."""
    log = CLUSTER.log
    start = log.stat().st_size
    with opened_office() as office:
        office.log_start = start
        office.plant()
        yield office


def only_public(office: Office, place: bytes) -> None:
    """Check that of all canaries only that one is found which is not secret."""
    found = office.canaries.found(place)
    assert found.pop('public', None), "this search finds nothing at all"
    if found:
        pytest.fail('\n'.join(f'{name}: {around}' for name, around in found.items()))


def dump(office: Office) -> bytes:
    """Return a plain dump of the database."""
    command = [CLUSTER.program('pg_dump'), *client_options(CLUSTER), '-d', office.odoo.database]
    return subprocess.run(command, check=True, capture_output=True).stdout


def files(office: Office) -> bytes:
    """Return all sessions, and all attachments of the database."""
    folders = (DEV / 'data' / 'sessions', filestore(office.odoo.database))
    return b'\n'.join(
        path.read_bytes() for folder in folders for path in folder.rglob('*') if path.is_file()
    )


def database_log(office: Office) -> bytes:
    """Return what PostgreSQL has logged since the beginning."""
    return CLUSTER.log.read_bytes()[office.log_start :]


def test_logs(office: Office) -> None:
    """Nothing in Odoo's log at its loudest, nor in the access log within it."""
    log = office.odoo.log.read_bytes()
    for logger in (b' zeep', b'urllib3.connectionpool', b'odoo.sql_db: ', b'werkzeug: '):
        assert logger in log, logger
    assert b'/economic/grant/' in log
    assert b"'economic_soap_password'" in log
    only_public(office, log)


def test_database_log(office: Office) -> None:
    """Nothing in PostgreSQL's log of all statements, nor of those that failed."""
    log = database_log(office)
    assert b'failing on purpose' in log
    assert b'out of range' in log
    assert b'STATEMENT: ' in log
    only_public(office, log)


def test_dump_and_files(office: Office) -> None:
    """Nothing in a dump, in which the stored ones are encrypted, in sessions and attachments."""
    whole = dump(office)
    stored = ciphers(office)
    assert len(stored) == 4
    assert all(text in whole for text in stored)
    only_public(office, whole)
    only_public(office, files(office))


def ciphers(office: Office) -> list[bytes]:
    """Return the stored secrets as they stand in the database."""
    names = ', '.join(HIDDEN)
    (rows,) = [Database(office.odoo.database).rows(f'SELECT {names} FROM economic_agreement')]
    return [text.encode() for row in rows for text in row.values() if text]


def test_errors(office: Office) -> None:
    """Nothing in what was answered to those who gave a secret: dialogs, tracebacks, pages."""
    heard = b'\n'.join([*office.anna.heard, *office.boss.heard])
    assert b'Traceback' in heard
    only_public(office, heard)


@pytest.mark.parametrize('role', ['nobody', 'user', 'manager', 'system', 'admin'])
def test_reading(office: Office, role: str) -> None:
    """Nothing by reading, searching and exporting every field of every model, nor in the pages."""
    person = office.boss if role == 'admin' else office.people[role]
    person.heard.clear()
    read = [model for model in models(office) if read_all(office, person, model)]
    # Who has no role in e-conomic reads none of it, except what is the person's own dialog.
    assert (MODEL in read) == (role in ('manager', 'admin')), read
    ask_for_hidden(office, person)
    for page in (*PAGES, *(f'/odoo/economic-agreements/{n}' for n in office.agreements.values())):
        person.get(page)
    heard = b'\n'.join(person.heard)
    only_public(office, heard)
    assert not [text for text in ciphers(office) if text[:40] in heard]
    # A licence key is no secret, but only managers have to do with it.
    assert (office.licence.split()[-1].encode() in heard) == (role in ('manager', 'admin'))


def models(office: Office) -> list[str]:
    """Return all models that might show one."""
    domain = ['|', ('model', '=like', 'economic.%'), ('model', 'in', (
        'res.config.settings', 'ir.attachment', 'mail.message', 'mail.activity', 'ir.cron',
        'ir.logging', 'ir.config_parameter', 'res.users.identitycheck', 'base.automation',
    ))]  # fmt: skip
    found = office.boss.call('ir.model', 'search_read', domain, ['model'])
    assert len(found) > 25
    return [model['model'] for model in found]


def read_all(office: Office, person: WebUser, model: str) -> bool:
    """Read all records of a model in each way; tell whether that was allowed."""
    context = {'context': office.context(active_test=False)}
    fields = person.ask(model, 'fields_get', **context)
    if 'error' in fields:
        return False
    names = [name for name, field in fields['result'].items() if field['type'] != 'binary']
    assert not {*HIDDEN} & {*names}
    if model == 'res.config.settings':
        person.ask(model, 'onchange', [], {}, [], {name: {} for name in names}, **context)
    answer = person.ask(model, 'search_read', [], names, limit=200, **context)
    if 'error' in answer:
        return False
    ids = [row['id'] for row in answer['result']]
    spec = {name: {} for name in names}
    person.ask(model, 'web_search_read', [], spec, limit=200, **context)
    person.ask(model, 'export_data', ids, names, **context)
    person.ask(model, 'copy_data', ids[:5], **context)
    return True


def ask_for_hidden(office: Office, person: WebUser) -> None:
    """Ask for the columns of the secrets by name: refused in every way, also to find by them."""
    context = {'context': office.context()}
    agreements = list(office.agreements.values())
    for name in HIDDEN:
        domain = [(name, '=like', 'g%')]
        asked: list[tuple[Any, ...]] = [
            ('read', agreements, [name]),
            ('web_read', agreements, {name: {}}),
            ('search_read', [], [name]),
            ('search_count', domain),
            ('search', [], 0, 1, name),
            ('export_data', agreements, [name]),
            ('formatted_read_group', [], [name]),
            ('formatted_read_group', [], [], [f'{name}:max']),
        ]
        for method, *arguments in asked:
            person.refused(MODEL, method, *arguments, **context)
        related = [(f'agreement_id.{name}', '=like', 'g%')]
        person.refused('economic.run', 'search_count', related, **context)


def test_other_hosts(office: Office) -> None:
    """Nothing was sent to any other host, by way of proxy or redirect."""
    told = len(office.witness.told)
    address = {'http': office.witness.url}
    requests.get(f"http://example.com/{office.canaries['public']}", proxies=address, timeout=60)
    assert len(office.witness.told) > told, "the witness is deaf"
    only_public(office, b'\n'.join(office.witness.told))
    assert not [text for text in office.witness.told if b'e-conomic' in text]


def test_killed_in_the_middle(office: Office) -> None:
    """A server that is killed in the middle of a step leaves nothing of what was typed."""
    run = office.load()
    office.asked.control('fault', delay=SLOW, count=None)
    step = Background(office.step, run)
    struck = lambda: any(fault['struck'] for fault in office.asked.read('faults'))  # noqa: E731
    wait_until(struck, "e-conomic is asked")
    with office.odoo.killed():
        only_public(office, dump(office))
        only_public(office, files(office))
        only_public(office, database_log(office))
        only_public(office, office.odoo.log.read_bytes())
    with pytest.raises(requests.ConnectionError):
        step.wait()
    office.asked.control('clear_faults')
    wait_until(lambda: is_up(office), "the server is there again")
    # It has forgotten: the page that drove it is asked, and so is another person, once the page
    # has not been heard of for long enough.
    forgotten = {'context': office.context()}
    answer = office.anna.call('economic.run', 'step', [run], PAGE, **forgotten)
    assert answer.get('tag') == 'economic_secret', answer
    execute(
        'UPDATE economic_agreement SET lease_until = now()', office.odoo.database, cluster=CLUSTER
    )
    progress = office.boss.call('economic.run', 'get_progress', [run], **forgotten)
    assert (progress['working'], progress['asked'], progress['driver']) == (True, True, False)
    for method, *arguments in (('action_resume',), ('step', 'b' * 32)):
        answer = office.boss.call('economic.run', method, [run], *arguments, **forgotten)
        assert answer.get('tag') == 'economic_secret', answer
    # With the right one it goes on to the end.
    while office.step(run)['working']:
        pass


def is_up(office: Office) -> bool:
    """Tell whether Odoo answers."""
    try:
        return bool(office.odoo.fetch('/web/login'))
    except OSError:
        return False
