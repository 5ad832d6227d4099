from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..matching import Claim, contested, decide
from .ownership import compare

PLAN_BATCH = 2000
TICKED = ('create', 'update', 'proposed')


class EconomicRun(models.Model):
    """What a run would do: match each debtor, compare field by field. Writes only the run's own
    tables and the candidates.
    """

    _inherit = 'economic.run'

    # === LIST === #

    def _phase_list(self, work):
        """Put the debtors of this run on its list, and make the keys for matching them."""
        if not self._at('listed', False):
            work.store(self._make_lines)
        keys = self.env['economic.match.key']
        while keys._get_stale_ids(limit=1):
            work.store(keys._refresh)

    def _make_lines(self):
        """List all debtors; after a scheduled read, beside the changed ones, the unsettled."""
        self._add_lines(SQL("d.match_state = 'new'") if self.kind == 'sync' else SQL('true'))
        self.checkpoint = {'listed': True}

    def _add_lines(self, scope):
        """Put the debtors `d` of the agreement that are in the SQL `scope` on the list."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO economic_run_line
                       (run_id, company_id, debtor_id, number, debtor_name, city, partner_id,
                        status, state, create_uid, create_date, write_uid, write_date)
                SELECT %(run)s, d.company_id, d.id, d.number, d.name, d.city, d.partner_id,
                       'pending', 'planned', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM economic_debtor d
                 WHERE d.agreement_id = %(agreement)s AND d.active AND %(scope)s
                ON CONFLICT DO NOTHING
                """,
                run=self.id, uid=self.env.uid, now=self.env.cr.now(),
                agreement=self.agreement_id.id, scope=scope,
            )
        )  # fmt: skip
        self.env['economic.run.line'].invalidate_model()

    # === PLAN === #

    def _phase_plan(self, work):
        domain = Domain('run_id', '=', self.id) & Domain('status', '=', 'pending')
        total = self.env['economic.run.line'].search_count([('run_id', '=', self.id)])
        while lines := self.env['economic.run.line'].search(domain, limit=PLAN_BATCH, order='id'):
            work.store(lambda lines=lines: self._plan(lines), len(lines), total)
        return self._finish_plan

    def _finish_plan(self):
        self._doubt_contested()
        self._tick()

    def _plan(self, lines):
        debtors = lines.debtor_id
        debtors.fetch()
        unsettled = debtors.filtered(lambda d: not d.partner_id and self._can_match(d))
        decisions = self._match(unsettled)
        partners = self.env['res.partner'].browse(
            {d.best.partner_id for d in decisions.values() if d.best} | set(debtors.partner_id.ids)
        )
        partners.fetch()
        for line in lines:
            line.write(self._plan_line(line.debtor_id, decisions.get(line.debtor_id.id)))

    def _can_match(self, debtor):
        return bool(debtor.name) and not debtor.deleted and debtor.match_state != 'ignored'

    def _match(self, debtors):
        """Return {debtor id: Decision} and keep the candidates of those that are not settled."""
        if not debtors:
            return {}
        keys = self.env['economic.match.key']
        parties, partners, pairs, population = keys._get_candidates(self.agreement_id, debtors)
        refused = set(
            self.env.execute_query(
                SQL(
                    'SELECT debtor_id, partner_id FROM economic_debtor_candidate'
                    ' WHERE refused AND debtor_id = ANY(%s)',
                    debtors.ids,
                )
            )
        )
        decisions = {
            decision.debtor_id: decision
            for decision in decide(parties, partners, pairs, population, refused=refused)
        }
        self._keep_candidates(debtors, decisions)
        return decisions

    def _keep_candidates(self, debtors, decisions):
        candidates = self.env['economic.debtor.candidate']
        wanted = {
            (debtor_id, candidate.partner_id): candidate
            for debtor_id, decision in decisions.items()
            for candidate in decision.candidates
        }
        old = candidates.search([('debtor_id', 'in', debtors.ids), ('refused', '=', False)])
        have = {(row.debtor_id.id, row.partner_id.id): row for row in old}
        for pair, row in have.items():
            values = pair in wanted and _candidate_values(wanted[pair])
            if not values:
                row.unlink()
            elif row.evidence != values['evidence'] or row.score != values['score']:
                row.write(values)
        candidates.create(
            [
                {'debtor_id': pair[0], 'partner_id': pair[1], **_candidate_values(candidate)}
                for pair, candidate in wanted.items()
                if pair not in have
            ]
        )

    def _plan_line(self, debtor, decision):
        """Return what a run line says about its debtor.

        :param decision: the matcher's, None for a debtor that is linked or left out
        """
        values = {'reason': False, 'evidence': False, 'score': 0, 'changes': False}
        if debtor.deleted:
            return values | {'status': 'skipped', 'reason': 'deleted'}
        if debtor.match_state == 'ignored':
            return values | {'status': 'skipped', 'reason': 'ignored'}
        if not debtor.name:
            return values | {'status': 'error', 'reason': 'no_name'}
        if debtor.partner_id:
            changes = self._compare(debtor, debtor.partner_id)
            values |= {'partner_id': debtor.partner_id.id, 'changes': changes or False}
            return values | {'status': _get_status(changes)}
        values['partner_id'] = False
        if decision.outcome == 'none':
            changes = [
                {'field': field, 'old': '', 'new': value}
                for field, value in debtor._prepare_partner_values().items()
                if value
            ]
            return values | {'status': 'create', 'reason': 'nothing', 'changes': changes}
        best = decision.candidates[0]
        values |= {
            'score': round(best.score, 1),
            'evidence': _evidence_values(best),
            'reason': ' '.join(decision.reasons),
        }
        if decision.outcome == 'ambiguous':
            return values | {'status': 'ambiguous'}
        partner = self.env['res.partner'].browse(best.partner_id)
        return values | {
            'status': 'update' if decision.outcome == 'sure' else 'proposed',
            'partner_id': partner.id,
            'changes': self._compare(debtor, partner) or False,
        }

    def _compare(self, debtor, partner):
        return compare(
            debtor._prepare_partner_values(),
            debtor._read_partner_values(partner),
            debtor.applied_values or {},
        )

    def _doubt_contested(self):
        """Two debtors that want one partner are a doubt, unless it is linked already."""
        wanting = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('status', 'in', ('update', 'proposed')),
             ('state', '=', 'planned'), ('debtor_id.partner_id', '=', False)]
        )  # fmt: skip
        linked = self.env['economic.debtor'].search(
            [('agreement_id', '=', self.agreement_id.id),
             ('partner_id', 'in', wanting.partner_id.ids)]
        )  # fmt: skip
        claims = [line._get_claim() for line in wanting]
        claims += [Claim(debtor.id, debtor.partner_id.id, 'linked', 0) for debtor in linked]
        doubts = contested(claims)
        for line in wanting.filtered(lambda line: line.debtor_id.id in doubts):
            line.write(
                {
                    'status': 'ambiguous',
                    'reason': f'{line.reason} {doubts[line.debtor_id.id]}',
                    'partner_id': False,
                    'changes': False,
                }
            )

    def _tick(self):
        """Tick what the policies let this kind of run do by itself."""
        lines = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('state', '=', 'planned')]
        )
        if self.kind == 'import':
            ticked = lines.filtered(lambda line: line.status in TICKED)
        else:
            statuses = ('update', 'create') if self.agreement_id.create_companies else ('update',)
            ticked = lines.filtered(lambda line: line.status in statuses)
        ticked.approved = True


def _get_status(changes):
    """Return the status of a line whose debtor is linked."""
    if any(not change.get('conflict') for change in changes):
        return 'update'
    return 'conflict' if changes else 'unchanged'


def _evidence_values(candidate):
    return [
        {'code': e.code, 'weight': round(e.weight, 2), 'left': e.left, 'right': e.right}
        for e in candidate.evidence
    ]


def _candidate_values(candidate):
    return {'score': round(candidate.score, 1), 'evidence': _evidence_values(candidate)}
