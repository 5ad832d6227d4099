"""Find out who many debtors are, batch by batch, in bounded memory."""

import gc
from contextlib import contextmanager

from odoo.tools import SQL, split_every

from ..matching import Population, candidate_pairs, decide, keys_of, name_words, read

BATCH = 10_000
# Of so many keys the counts are remembered; then they are asked for anew.
MOST_COUNTS = 1_000_000


@contextmanager
def without_gc():
    """Look for no cycles meanwhile: there are hundreds of thousands of records, and none is in one.

    Odoo's own `disabling_gc` leaves it off for ever if what is done fails.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class KeyCounts:
    """Remember how many partners have a key: what is common is common in all batches."""

    def __init__(self, env):
        self.env, self.keys = env, env['economic.match.key']
        self.size = self.keys._count_partners()
        self.counts = {}

    def forget_many(self):
        """Keep the memory within bounds."""
        if len(self.counts) > MOST_COUNTS:
            self.counts.clear()

    def find_holders(self, wanted, limit):
        """Return {key: partners that have it} of those keys that few have; count all of them."""
        asked = [key for key in wanted if self.counts.get(key, 0) <= limit]
        found = self.keys._get_holders(asked, limit + 1)
        common = [key for key, holders in found.items() if len(holders) > limit]
        for key in common:
            del found[key]
        self.counts |= {key: len(found.get(key, ())) for key in asked}
        self.counts |= self.keys._count_keys(common)
        return found

    def count(self, keys):
        """Count the keys that are not counted yet."""
        unknown = [key for key in keys if key not in self.counts]
        if unknown:
            self.counts |= self.keys._count_keys(unknown)


class Matcher(KeyCounts):
    """Match debtors of one company with the partners it sees.

    Partners that changed since the stored keys were made are compared as they are now.
    """

    def __init__(self, env, company):
        super().__init__(env)
        self.company = company
        stale = self.keys._get_stale_ids()
        self.stale = frozenset(stale)
        self.changed = self.keys._read_partners(stale, company) if stale else {}

    def decide(self, debtor_ids):
        """Yield {debtor id: Decision} of the debtors, some at a time."""
        for ids in split_every(BATCH, debtor_ids):
            with without_gc():
                decisions = self._decide_batch(list(ids))
            yield decisions

    def _decide_batch(self, ids):
        self.forget_many()
        debtors = self.keys._read_debtors(ids)
        population = Population(self.size, self.counts)
        pairs = self._find_pairs(debtors, population.limit)
        partners = self.keys._read_partners(
            {partner for _, partner in pairs}, self.company, fresh=True
        )
        pairs = [pair for pair in pairs if pair[1] in partners]
        if self.changed:
            pairs += candidate_pairs(debtors, self.changed.values(), population)
            partners |= self.changed
        # How common the words of a name are decides what it is worth that they agree.
        self.count(name_words(partners.values()))
        decisions = decide(
            debtors, partners, sorted(pairs), population, refused=self._get_refused(ids), brief=True
        )
        return {decision.debtor_id: decision for decision in decisions}

    def _find_pairs(self, debtors, limit):
        """Return the pairs of ids that share a key which few partners have; count the keys."""
        owners = {}
        for debtor in debtors:
            # Kept with the debtor for what follows.
            read(debtor)
            for key in keys_of(debtor):
                owners.setdefault(key, []).append(debtor.id)
        pairs = set()
        for key, holders in self.find_holders(owners, limit).items():
            pairs.update(
                (owner, holder)
                for owner in owners[key]
                for holder in holders
                if holder not in self.stale
            )
        return pairs

    def _get_refused(self, ids):
        return set(
            self.env.execute_query(
                SQL(
                    'SELECT debtor_id, partner_id FROM economic_debtor_candidate'
                    ' WHERE refused AND debtor_id = ANY(%s)',
                    ids,
                )
            )
        )


def evidence_values(evidence):
    """Return evidence as it is stored."""
    return [
        {'code': e.code, 'weight': round(e.weight, 2), 'left': e.left, 'right': e.right}
        for e in evidence
    ]
