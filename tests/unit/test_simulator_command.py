"""The command line: what it prints, how it stops."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / 'economic_connector'
COMMAND = [sys.executable, '-m', 'simulator']


def start(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Run the simulator and return it with its address."""
    process = subprocess.Popen(
        [*COMMAND, *options], cwd=ADDON, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith('listening on http://127.0.0.1:')
    return process, line.split()[-1]


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops(number: signal.Signals) -> None:
    process, url = start(
        '--port', '0', '--debtors', '3', '--invoices', '5', '--seed', '2', '--log',
        '--anchor', '2026-11-24', '--rate-limit', '6', '--app-secret', 'a', '--grant', 'b',
        '--latency-ms', '1', '--no-retry-after',
    )  # fmt: skip
    tokens = {'X-AppSecretToken': 'a', 'X-AgreementGrantToken': 'b'}
    connection = http.client.HTTPConnection(url.removeprefix('http://'), timeout=20)
    for _ in range(2):
        # A request is logged before the next one on its connection is read.
        connection.request('GET', '/customers', headers=tokens)
        assert json.load(connection.getresponse())['pagination']['results'] == 3
    process.send_signal(number)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output == ''
    assert 'GET /customers 200' in errors
    assert 'Traceback' not in errors


def test_it_is_silent_without_log() -> None:
    process, url = start('--port', '0', '--debtors', '1', '--invoices', '0')
    with urllib.request.urlopen(f'{url}/customers?demo=true', timeout=20) as answer:
        assert answer.status == 200
    process.terminate()
    assert process.communicate(timeout=20) == ('', '')


def test_it_writes_the_truth(tmp_path: Path) -> None:
    file = tmp_path / 'truth.json'
    subprocess.run([*COMMAND, '--seed', '3', '--truth', str(file)], cwd=ADDON, check=True)
    truth = json.loads(file.read_text(encoding='utf-8'))
    assert {'key', 'debtor', 'expect', 'values'} == set(truth[0])
    assert len(truth) > 50


def test_a_port_in_use_is_one_clear_line() -> None:
    process, url = start('--port', '0', '--debtors', '1', '--invoices', '0')
    second = subprocess.run(
        [*COMMAND, '--port', url.rsplit(':', 1)[1]], cwd=ADDON, capture_output=True, text=True
    )
    process.terminate()
    process.communicate(timeout=20)
    assert second.returncode == 1
    assert 'in use' in second.stderr
    assert 'Traceback' not in second.stderr


@pytest.mark.parametrize(
    ('options', 'said'),
    [
        ('--debtors -5', "'-5' is not a whole number"),
        ('--debtors 0', 'no invoices without debtors'),
        ('--port 70000', 'no port above 65535'),
        ('--rate-limit 0', 'off switches it off'),
        ('--latency-ms -1', '0 or more'),
        ('--anchor yesterday', "'yesterday' is not a date"),
        ('--anchor 2003-01-01', 'the anchor is after 2004'),
        ('--truth /nowhere/at/all', 'No such file'),
    ],
)
def test_options_that_make_no_sense_are_one_clear_line(options: str, said: str) -> None:
    done = subprocess.run(
        [*COMMAND, '--port', '0', *options.split()], cwd=ADDON, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert 'Traceback' not in done.stderr


def test_a_shells_background_job_can_be_interrupted() -> None:
    # A shell lets such a job ignore Ctrl-C, and Python then leaves it at that.
    script = '"$@" & read -r _; kill -INT $!; wait $!'
    options = ('--port', '0', '--debtors', '1', '--invoices', '0')
    shell = subprocess.Popen(
        ['sh', '-c', script, 'sh', *COMMAND, *options],
        cwd=ADDON, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert shell.stdin
    assert shell.stdout
    assert shell.stdout.readline().startswith('listening')
    shell.stdin.write('\n')
    shell.stdin.close()
    assert shell.wait(timeout=20) == 0
    shell.stdout.close()
