"""Find out which partner a debtor is, and say why. Knows nothing of Odoo.

Read records and name their keys (`keys_of`), gather candidates by equality of keys
(`candidate_pairs`), add up evidence, decide and explain (`decide`), find debtors that want the same
partner (`contested`), find duplicates in one table (`find_duplicates`).
"""

from __future__ import annotations

from .beside import Mark, beside
from .contest import Claim, claim_of, contested, doubted
from .decision import REASONS, decide
from .duplicates import DuplicateFinder, Group, find_duplicates
from .evidence import CODES, compare
from .keys import HARD_KINDS, KEYS_VERSION, candidate_pairs, duplicate_pairs, keys_of, name_words
from .normal import pack, read, unpack, with_packed
from .party import (
    OUTCOMES,
    Candidate,
    Decision,
    Evidence,
    Id,
    Key,
    Outcome,
    Party,
    Population,
)
from .persons import is_person

__all__ = [
    'CODES',
    'HARD_KINDS',
    'KEYS_VERSION',
    'OUTCOMES',
    'REASONS',
    'Candidate',
    'Claim',
    'Decision',
    'DuplicateFinder',
    'Evidence',
    'Group',
    'Id',
    'Key',
    'Mark',
    'Outcome',
    'Party',
    'Population',
    'beside',
    'candidate_pairs',
    'claim_of',
    'compare',
    'contested',
    'decide',
    'doubted',
    'duplicate_pairs',
    'find_duplicates',
    'is_person',
    'keys_of',
    'name_words',
    'pack',
    'read',
    'unpack',
    'with_packed',
]
