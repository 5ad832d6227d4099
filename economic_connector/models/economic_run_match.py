import json

from odoo import models
from odoo.tools import SQL, split_every

from ..matching import Claim, contested
from .economic_match_key import BATCH, BULK
from .matcher import Matcher, evidence_values
from .mirror import copy_rows, upsert

CANDIDATE_COLUMNS = ('debtor_id', 'partner_id', 'score', 'far', 'evidence')
# What a person has to look at.
UNSETTLED = ('proposed', 'ambiguous')
UNITS = ('department', 'address_of_company')


class EconomicRun(models.Model):
    """Which companies the debtors of a run are. Writes only the keys and the candidates."""

    _inherit = 'economic.run'

    def _refresh_keys(self, work, least=0):
        """Make the keys of companies that changed, if there are so many."""
        keys = self.env['economic.match.key']
        ids = keys._get_stale_ids()
        if len(ids) < least:
            return

        def refresh(some, last):
            keys._refresh(some)
            if last:
                # In the same transaction: a store of its own would be done again by every call
                # whose time is up after it, and the phase would never end.
                keys._settle(len(ids))

        if len(ids) >= BULK and len(ids) > 2 * keys._count_partners():
            work.store(keys._drop_indexes)
        for some in split_every(BATCH, ids, list):
            last = some[-1] == ids[-1]
            work.store(lambda some=some, last=last: refresh(some, last), len(some), len(ids))

    def _get_matcher(self):
        return Matcher(self.env, self.company_id)

    def _match(self, debtors, matcher=None, kept=UNSETTLED):
        """Return {debtor id: Decision} and keep the candidates a person looks at.

        :param kept: with which outcomes of the matcher
        """
        if not debtors:
            return {}
        self.env['economic.debtor.candidate'].flush_model(['refused'])
        decisions = {}
        for some in (matcher or self._get_matcher()).decide(debtors.ids):
            self._keep_candidates(some, kept)
            decisions |= some
        return decisions

    def _keep_candidates(self, decisions, kept):
        """Store who the debtors with these outcomes may be; forget what no longer holds."""
        rows = [
            (debtor_id, candidate.partner_id, *_candidate_values(candidate))
            for debtor_id, decision in decisions.items()
            if decision.outcome in kept
            for candidate in decision.candidates
        ]
        candidates = self.env['economic.debtor.candidate']
        if not candidates.sudo().search_count([('debtor_id', 'in', list(decisions))], limit=1):
            # As in a first import: nothing to compare with.
            table = SQL.identifier(candidates._table)
            copy_rows(self.env.cr, table, CANDIDATE_COLUMNS, rows)
            candidates.invalidate_model()
            return
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM economic_debtor_candidate c
                 WHERE debtor_id = ANY(%s) AND NOT COALESCE(refused, false)
                   AND NOT EXISTS (SELECT FROM unnest(%s::int[], %s::int[]) AS k(debtor, partner)
                                    WHERE k.debtor = c.debtor_id AND k.partner = c.partner_id)
                """,
                list(decisions),
                [row[0] for row in rows],
                [row[1] for row in rows],
            )
        )
        upsert(candidates, CANDIDATE_COLUMNS, rows, ('debtor_id', 'partner_id'))
        candidates.invalidate_model()

    # === CONTEST === #

    def _doubt_contested(self):
        """Two debtors that want one partner are a doubt, unless it is linked already."""
        lines = self.env['economic.run.line']
        lines.flush_model()
        wanting = self._get_wanting()
        claims = [
            Claim(debtor_id, partner_id, _get_strength(status, reason), score)
            for _id, debtor_id, partner_id, status, reason, score in wanting
        ]
        claims += [Claim(*linked, 'linked', 0) for linked in self._get_links(wanting)]
        doubts = contested(claims)
        doubtful = [row for row in wanting if row[1] in doubts]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO economic_debtor_candidate
                       (debtor_id, partner_id, score, evidence)
                SELECT debtor_id, partner_id, score, evidence
                  FROM economic_run_line WHERE id = ANY(%s)
                ON CONFLICT DO NOTHING
                """,
                # A sure one had no need of a candidate to choose; now it has.
                [row[0] for row in doubtful],
            )
        )
        lines._save_plan(
            [
                (id_, 'ambiguous', f'{reason} {doubts[debtor_id]}', None, None)
                for id_, debtor_id, _partner, _status, reason, _score in doubtful
            ],
            ('id', 'status', 'reason', 'partner_id', 'changes'),
        )
        self.env['economic.debtor.candidate'].invalidate_model()

    def _get_wanting(self):
        return self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.debtor_id, l.partner_id, l.status, COALESCE(l.reason, ''),
                       COALESCE(l.score, 0)::float
                  FROM economic_run_line l JOIN economic_debtor d ON d.id = l.debtor_id
                 WHERE l.run_id = %s AND l.status IN ('update', 'proposed') AND l.state = 'planned'
                   AND l.decision IS NULL AND l.contact_id IS NULL AND d.partner_id IS NULL
                   AND l.partner_id IS NOT NULL
              ORDER BY l.id
                """,
                self.id,
            )
        )

    def _get_links(self, wanting):
        return self.env.execute_query(
            SQL(
                'SELECT id, partner_id FROM economic_debtor'
                ' WHERE agreement_id = %s AND active AND partner_id = ANY(%s)',
                self.agreement_id.id,
                [row[2] for row in wanting],
            )
        )


def _get_strength(status, reason):
    if set(reason.split()) & set(UNITS):
        return 'unit'
    return 'sure' if status == 'update' else 'proposed'


def _candidate_values(candidate):
    said = evidence_values(candidate.evidence)
    evidence = json.dumps(said, ensure_ascii=False) if said else None
    return round(candidate.score, 1), candidate.far, evidence
