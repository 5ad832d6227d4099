"""Find out which partner a debtor is, and say why. Knows nothing of Odoo.

Normalise (`keys_of`), gather candidates by equality of keys (`candidate_pairs`), add up evidence,
decide and explain (`decide`), find doubts between debtors (`contested`).
"""

from __future__ import annotations

from .decision import contested, decide
from .keys import HARD_KINDS, candidate_pairs, keys_of
from .party import Candidate, Decision, Evidence, Id, Key, Outcome, Party, Population

__all__ = [
    'HARD_KINDS',
    'Candidate',
    'Decision',
    'Evidence',
    'Id',
    'Key',
    'Outcome',
    'Party',
    'Population',
    'candidate_pairs',
    'contested',
    'decide',
    'keys_of',
]
