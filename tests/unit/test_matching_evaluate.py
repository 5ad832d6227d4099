"""The command that measures, on sets small enough to count by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADER = 'rec_id,name,street,zip,city,country,phone,registry_no\n'
A = HEADER + (
    'A1,Hansen VVS ApS,Vestergade 12,5000,Odense,DK,66123456,13585628\n'
    'A2,CAFE ÅEN,Nørregade 3,8000,Aarhus C,DK,,\n'
    'A3,Ingen kender os A/S,Strandvej 1,3700,Rønne,DK,,\n'
    'A4,Nordlys Maskinfabrik,Havnen 9,9900,Frederikshavn,DK,,25052943\n'
)
B = HEADER + (
    'B1,Hansen V.V.S. Anpartsselskab,Vestergade 12,5000,Odense C,DK,,DK 13 58 56 28\n'
    'B2,Café Aaen,Nørregade 3,8000,Århus C,DK,,\n'
    'B3,Kystens Blomster,Torvet 2,4700,Næstved,DK,,\n'
    'B4,Helt andet navn,Skovvej 7,6000,Kolding,DK,,\n'
)
MATCHES = 'a_id,b_id\nA1,B1\nA2,B2\nA4,B4\n'


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, '-m', 'matching', *arguments],
        cwd=ROOT / 'economic_connector', capture_output=True, text=True, check=False,
        env=os.environ | {'PYTHONIOENCODING': 'utf-8'},
    )  # fmt: skip


@pytest.fixture
def link_set(tmp_path: Path) -> Path:
    folder = tmp_path / 'link'
    folder.mkdir()
    for name, text in (('a', A), ('b', B), ('matches', MATCHES)):
        (folder / f'{name}.csv').write_text(text, encoding='utf-8')
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    folder = tmp_path / 'table'
    folder.mkdir()
    records = A + B.removeprefix(HEADER)
    clusters = 'rec_id,entity_id\nA1,E1\nB1,E1\nA2,E2\nB2,E2\nA3,E3\nA4,E4\nB3,E5\nB4,E4\n'
    (folder / 'records.csv').write_text(records, encoding='utf-8')
    (folder / 'clusters.csv').write_text(clusters, encoding='utf-8')
    return folder


def test_figures_of_two_tables(link_set: Path, tmp_path: Path) -> None:
    file = tmp_path / 'figures.json'
    done = run('evaluate', str(link_set), '--json', str(file))
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_text(encoding='utf-8'))
    (figures,) = report['sets']
    # Two of three links are found, nothing else is; A3 has none, A4 shares nothing with B4.
    assert (figures['precision'], figures['recall'], figures['f1']) == (1.0, 0.6667, 0.8)
    assert (figures['alone_precision'], figures['alone_recall']) == (1.0, 0.6667)
    assert (figures['alone_share'], figures['sure'], figures['among_15']) == (0.5, 1, 0.6667)
    assert (figures['records'], figures['partners'], figures['links']) == (4, 4, 3)
    assert {'records_per_second', 'peak_mb', 'seconds'} <= set(figures)
    for text in ('link: 4 debtors', 'F1 0.8000', 'among the first 15', 'records/s', 'peak'):
        assert text in done.stdout


def test_hidden_identifiers_are_not_seen(link_set: Path, tmp_path: Path) -> None:
    file = tmp_path / 'figures.json'
    assert run('evaluate', str(link_set), '--hide-ids', '1', '--json', str(file)).returncode == 0
    (figures,) = json.loads(file.read_text(encoding='utf-8'))['sets']
    assert (figures['sure'], figures['alone_recall']) == (0, 0.6667)


def test_the_share_that_is_hidden_depends_on_the_record_alone() -> None:
    from matching.evaluate import hidden
    from matching.party import Party

    parties = [Party(f'A{n}', 'x', registry='13585628') for n in range(1000)]
    half = {p.id for p in parties if not hidden(p, 0.5).registry}
    assert 400 < len(half) < 600
    assert half == {p.id for p in reversed(parties) if not hidden(p, 0.5).registry}
    assert half < {p.id for p in parties if not hidden(p, 0.8).registry}
    assert not any(hidden(p, 1.0).registry for p in parties)
    assert all(hidden(p, 0.0).registry for p in parties)


def test_figures_of_one_table(table: Path, tmp_path: Path) -> None:
    file = tmp_path / 'figures.json'
    assert run('evaluate', str(table), '--json', str(file)).returncode == 0
    (figures,) = json.loads(file.read_text(encoding='utf-8'))['sets']
    assert figures['kind'] == 'duplicates'
    assert (figures['precision'], figures['recall'], figures['groups']) == (1.0, 0.6667, 2)


def test_two_tables_together_are_one(link_set: Path, tmp_path: Path) -> None:
    file = tmp_path / 'figures.json'
    assert run('evaluate', str(link_set), '--together', '--json', str(file)).returncode == 0
    (figures,) = json.loads(file.read_text(encoding='utf-8'))['sets']
    assert (figures['kind'], figures['precision'], figures['recall']) == ('duplicates', 1.0, 0.6667)


def test_several_sets_are_told_one_after_the_other(link_set: Path, table: Path) -> None:
    done = run('evaluate', str(link_set), str(table))
    assert done.stdout.index('link: ') < done.stdout.index('table: ')


@pytest.mark.parametrize('arguments', [('evaluate', 'nowhere'), ('evaluate',), ()])
def test_what_is_missing_is_one_line(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert 'Traceback' not in done.stderr


def test_a_share_must_be_one(link_set: Path) -> None:
    done = run('evaluate', str(link_set), '--hide-ids', '2')
    assert (done.returncode, 'between 0 and 1' in done.stderr) == (2, True)
