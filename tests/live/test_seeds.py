"""Whole imports for several seeds: figures, links, requests, and no write without a change."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from dev.common import ROOT, VENV_PYTHON

SEEDS = (os.environ.get('SEEDS') or '1 2 3 4 5').split()


@pytest.fixture(scope='module')
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what does not hold, seed by seed."""
    path: Path = tmp_path_factory.mktemp('prove') / 'report.json'
    environment = os.environ | {'SEEDS': ' '.join(SEEDS), 'JSON': str(path)}
    command = [str(VENV_PYTHON), '-m', 'dev.prove']
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert path.exists(), done.stdout + done.stderr
    print(done.stdout)
    found = json.loads(path.read_text())
    assert found['holds'] == (done.returncode == 0)
    return {seed: report['faults'] for seed, report in found['seeds'].items()}


@pytest.mark.parametrize('seed', SEEDS)
def test_everything_holds(report: dict[str, list[str]], seed: str) -> None:
    """No difference in counts and sums, no wrong and no missing link, the least requests, and not
    one row written where nothing changed.
    """
    assert not report[seed]
