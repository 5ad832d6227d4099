"""Match 100,000 debtors with 1,000,000 partners in memory, and find the duplicates among them.

    PYTHONPATH=economic_connector python tests/bench/matching_scale.py [--partners N] [--debtors N]

The companies are those of matching_danish.py. Keys are joined by their hashes, as a database joins
them by their values; deciding is done in batches of 5,000 debtors, as in Odoo.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from matching_danish import write_link
from numpy.typing import NDArray

from matching import (
    Claim,
    Key,
    Party,
    Population,
    claim_of,
    contested,
    decide,
    find_duplicates,
    keys_of,
    name_words,
)
from matching.evaluate import read_party, read_rows

Hashes = NDArray[np.int64]
BATCH = 5_000
CHUNK = 50_000


class Keys:
    """Hold the hashes of many records' keys, sorted, with the record's place."""

    def __init__(self, parties: Sequence[Party]) -> None:
        hashes, owners = [], []
        for start in range(0, len(parties), CHUNK):
            some = [[hash(key) for key in keys_of(p)] for p in parties[start : start + CHUNK]]
            hashes.append(np.array([h for row in some for h in row], np.int64))
            lengths = [len(row) for row in some]
            owners.append(np.repeat(np.arange(start, start + len(some)), lengths))
        value, owner = np.concatenate(hashes), np.concatenate(owners)
        order = np.argsort(value, kind='stable')
        self.value, self.owner = value[order], owner[order].astype(np.int32)

    def spans(self, wanted: Hashes) -> tuple[Hashes, Hashes]:
        """Return where the rows of some hashes begin and how many there are."""
        start = np.searchsorted(self.value, wanted)
        return start, np.searchsorted(self.value, wanted, 'right') - start


def join(keys: Keys, debtors: Sequence[Party], limit: int) -> tuple[Hashes, Hashes]:
    """Return the pairs (place of debtor, place of partner) that share a key that few have."""
    mine = Keys(debtors)
    start, count = keys.spans(mine.value)
    used = (count > 0) & (count <= limit)
    start, count, owner = start[used], count[used], mine.owner[used].astype(np.int64)
    left = np.repeat(owner, count)
    within = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    right = keys.owner[np.repeat(start, count) + within].astype(np.int64)
    pairs = np.unique(left * 2**32 + right)
    return pairs >> 32, pairs & (2**32 - 1)


def self_join(keys: Keys, limit: int) -> tuple[Hashes, Hashes]:
    """Return the pairs of records in one table that share a key that few have."""
    first = np.flatnonzero(np.r_[True, keys.value[1:] != keys.value[:-1]])
    count = np.diff(np.r_[first, len(keys.value)])
    found = []
    for size in range(2, limit + 1):
        rows = first[count == size]
        for a in range(size):
            for b in range(a + 1, size):
                one, other = keys.owner[rows + a].astype(np.int64), keys.owner[rows + b]
                found.append(np.minimum(one, other) * 2**32 + np.maximum(one, other))
        if size % 10 == 0:
            found = [np.unique(np.concatenate(found))]
    pairs = np.unique(np.concatenate(found))
    return pairs >> 32, pairs & (2**32 - 1)


def counted(keys: Keys, size: int, wanted: Iterable[Key]) -> Population:
    """Return the population with the counts of some keys."""
    texts = list(dict.fromkeys(wanted))
    _, count = keys.spans(np.array([hash(key) for key in texts], np.int64))
    return Population(size, dict(zip(texts, count.tolist(), strict=True)))


def match(
    keys: Keys, debtors: list[Party], partners: list[Party]
) -> tuple[list[Claim], dict[str, int], int]:
    """Decide for all debtors in batches; return claims, outcomes, and how many pairs there were."""
    left, right = join(keys, debtors, Population(len(partners)).limit)
    claims: list[Claim] = []
    outcomes: dict[str, int] = {}
    for start in range(0, len(debtors), BATCH):
        batch = debtors[start : start + BATCH]
        a, b = np.searchsorted(left, [start, start + BATCH])
        found = {partners[at].id: partners[at] for at in set(right[a:b].tolist())}
        pairs = [
            (debtors[i].id, partners[j].id)
            for i, j in zip(left[a:b].tolist(), right[a:b].tolist(), strict=True)
        ]
        wanted = name_words(found.values())
        wanted.update(key for party in batch for key in keys_of(party))
        population = counted(keys, len(partners), wanted)
        for decision in decide(batch, found, pairs, population):
            outcomes[decision.outcome] = outcomes.get(decision.outcome, 0) + 1
            claim = claim_of(decision)
            if claim:
                claims.append(claim)
    return claims, outcomes, len(left)


def measure(folder: Path) -> dict[str, object]:
    """Return seconds, counts and accuracy."""
    partners = [read_party(row) for row in read_rows(folder / 'b.csv')]
    debtors = [read_party(row) for row in read_rows(folder / 'a.csv')]
    truth = {(row['a_id'], row['b_id']) for row in read_rows(folder / 'matches.csv')}
    before = _peak_mb()
    figures: dict[str, object] = {'partners': len(partners), 'debtors': len(debtors)}
    clock = time.perf_counter()
    keys = Keys(partners)
    figures['keys_seconds'] = round(time.perf_counter() - clock, 1)
    figures['keys_each'] = round(len(keys.value) / len(partners), 1)
    clock = time.perf_counter()
    claims, outcomes, pairs = match(keys, debtors, partners)
    doubts = contested(claims)
    figures['match_seconds'] = round(time.perf_counter() - clock, 1)
    figures |= {'pairs': pairs, **outcomes, 'doubts': len(doubts)}
    alone = {
        (c.debtor_id, c.partner_id)
        for c in claims
        if c.strength in ('sure', 'proposed', 'unit') and c.debtor_id not in doubts
    }
    known = len({debtor for debtor, _ in truth})
    figures['alone_precision'] = round(len(alone & truth) / len(alone), 4)
    figures['alone_recall'] = round(len(alone & truth) / known, 4)
    figures['match_mb_over_records'] = _peak_mb() - before
    clock = time.perf_counter()
    one, other = self_join(keys, Population(len(partners)).duplicate_limit)
    figures['duplicate_pairs'] = len(one)
    ids = [partner.id for partner in partners]
    some = ((ids[i], ids[j]) for i, j in zip(one.tolist(), other.tolist(), strict=True))
    population = counted(keys, len(partners), (key for p in partners for key in keys_of(p)))
    groups = find_duplicates(partners, some, population)
    figures['duplicates_seconds'] = round(time.perf_counter() - clock, 1)
    twice = {ident for ident in ids if str(ident).startswith('C')}
    found = [g for g in groups if len({str(m)[1:] for m in g.members}) == 1]
    figures['duplicate_groups'] = len(groups)
    figures['duplicate_precision'] = round(len(found) / max(len(groups), 1), 4)
    figures['duplicate_recall'] = round(len(found) / max(len(twice), 1), 4)
    figures['peak_mb'] = _peak_mb()
    return figures


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Make the data in a process of its own, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--partners', type=int, default=1_000_000)
    parser.add_argument('--debtors', type=int, default=100_000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--json', type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = (folder, options.seed, options.debtors, options.partners)
        maker = multiprocessing.get_context('spawn').Process(target=write_link, args=arguments)
        maker.start()
        maker.join()
        figures = measure(folder)
    for label, value in figures.items():
        print(f'{label:24} {value}')
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
