import json

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..matching import Claim, contested, decide
from .mirror import upsert

PLAN_BATCH = 2000
CANDIDATES = 15  # for one debtor: more are no choice but a search
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
            work.store(self._make_lists)
        keys = self.env['economic.match.key']
        while keys._get_stale_ids(limit=1):
            work.store(keys._refresh)

    def _make_lists(self):
        self._make_lines()
        self._make_contact_lines()
        self.checkpoint = {'listed': True}

    def _make_lines(self):
        """List all debtors; after a scheduled read, beside the changed ones, the unsettled."""
        self._add_lines(SQL("d.match_state = 'new'") if self.kind == 'sync' else SQL('true'))

    def _make_contact_lines(self):
        """List all contacts; after a scheduled read, beside the changed ones, the new ones."""
        if not (self.with_contacts or self.with_deliveries):
            return
        new = SQL('c.partner_id IS NULL AND NOT COALESCE(c.deleted, false)'
                  ' AND d.partner_id IS NOT NULL')  # fmt: skip
        self._add_contact_lines(new if self.kind == 'sync' else SQL('true'))

    def _add_lines(self, scope):
        """Put the debtors `d` of the agreement that are in the SQL `scope` on the list."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO economic_run_line
                       (run_id, company_id, debtor_id, kind, number, debtor_name, city, notes,
                        customer_group_id, partner_id, status, state, create_uid, create_date,
                        write_uid, write_date)
                SELECT %(run)s, d.company_id, d.id, 'debtor', d.number, d.name, d.city, d.notes,
                       d.customer_group_id, d.partner_id, 'pending', 'planned', %(uid)s, %(now)s,
                       %(uid)s, %(now)s
                  FROM economic_debtor d
                 WHERE d.agreement_id = %(agreement)s AND d.active AND %(scope)s
              ORDER BY d.number
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
        """Say of each line what an import would do; contacts after their debtors."""
        contacts = lines.filtered('contact_id')
        self._plan_debtors(lines - contacts)
        self._plan_contacts(contacts)

    def _plan_debtors(self, lines):
        debtors = lines.debtor_id
        debtors.fetch()
        decided = lines.filtered(
            lambda li: li.decision and (li.decision != 'link' or li.partner_id)
        ).debtor_id
        decisions = self._match(
            (debtors - decided).filtered(lambda d: not d.partner_id and self._can_match(d))
        )
        partners = self.env['res.partner'].browse(
            {d.best.partner_id for d in decisions.values() if d.best} | set(debtors.partner_id.ids)
        )
        self._in_company(partners).fetch()
        rules = self.agreement_id._get_rules()
        for line in lines:
            values = self._plan_line(line, decisions.get(line.debtor_id.id), rules)
            line.write(values | _get_flags(values, line))

    def _can_match(self, debtor):
        return (
            bool(debtor.name)
            and not debtor.deleted
            and debtor.match_state != 'ignored'
            and not self._is_outside(debtor)
        )

    def _match(self, debtors):
        """Return {debtor id: Decision} and keep the candidates of those that are not settled."""
        if not debtors:
            return {}
        self.env['economic.debtor.candidate'].flush_model(['refused'])
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

    def _keep_candidates(self, debtors, decisions, outcomes=('proposed', 'ambiguous')):
        """Store who the debtors may be that a person looks at; forget what no longer holds."""
        rows = [
            (debtor_id, candidate.partner_id, self.company_id.id, *_candidate_values(candidate))
            for debtor_id, decision in decisions.items()
            if decision.outcome in outcomes
            for candidate in decision.candidates[:CANDIDATES]
        ]
        self._save_candidates(rows)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM economic_debtor_candidate
                 WHERE debtor_id = ANY(%s) AND NOT COALESCE(refused, false)
                   AND NOT EXISTS (SELECT FROM unnest(%s::int[], %s::int[]) AS kept(debtor, partner)
                                    WHERE debtor = debtor_id AND partner = partner_id)
                """,
                debtors.ids,
                [row[0] for row in rows],
                [row[1] for row in rows],
            )
        )
        self.env['economic.debtor.candidate'].invalidate_model()

    def _save_candidates(self, rows):
        """Store (debtor, partner, company, score, evidence) rows."""
        upsert(
            self.env['economic.debtor.candidate'],
            ('debtor_id', 'partner_id', 'company_id', 'score', 'evidence'),
            rows,
            ('debtor_id', 'partner_id'),
        )

    def _plan_line(self, line, decision, rules):
        """Return what a run line says about its debtor.

        :param decision: the matcher's, None for a debtor that is linked, decided or left out
        """
        debtor = line.debtor_id
        values = {'reason': False, 'evidence': False, 'score': 0, 'changes': False}
        left_out = self._get_left_out(debtor, line)
        if left_out:
            return values | left_out
        if debtor.partner_id:
            values['partner_id'] = debtor.partner_id.id
            if debtor.question == 'identity':
                return values | {'status': 'conflict', 'reason': 'identity'}
            changes = self._compare(debtor, debtor.partner_id, rules)
            return values | {'status': _get_status(changes), 'changes': changes or False}
        if line.decision == 'link' and line.partner_id:
            changes = self._compare(debtor, line.partner_id, rules)
            known = debtor.candidate_ids.filtered(lambda c: c.partner_id == line.partner_id)
            return values | {
                'status': 'proposed', 'reason': 'chosen', 'changes': changes or False,
                'score': known.score, 'evidence': known.evidence,
            }  # fmt: skip
        if line.decision == 'create' or (decision and decision.outcome == 'none'):
            reason = 'chosen' if line.decision == 'create' else 'nothing'
            changes = _get_new_values(debtor)
            return values | {
                'status': 'create', 'reason': reason, 'changes': changes, 'partner_id': False,
            }  # fmt: skip
        return values | self._plan_match(debtor, decision, rules)

    def _get_left_out(self, debtor, line):
        """Return status and reason of a debtor that no import touches, else None."""
        if debtor.deleted:
            return {'status': 'skipped', 'reason': 'deleted'}
        if debtor.match_state == 'ignored' or line.decision == 'ignore':
            return {'status': 'skipped', 'reason': 'ignored'}
        if not debtor.name:
            return {'status': 'error', 'reason': 'no_name'}
        if self._is_outside(debtor):
            return {'status': 'skipped', 'reason': 'filter'}
        return None

    def _plan_match(self, debtor, decision, rules):
        """Return what a line says of a debtor that resembles partners."""
        best = decision.candidates[0]
        values = {
            'score': round(best.score, 1),
            'evidence': _evidence_values(best),
            'reason': ' '.join(decision.reasons),
            'partner_id': False,
        }
        if decision.outcome == 'ambiguous':
            return values | {'status': 'ambiguous'}
        partner = self.env['res.partner'].browse(best.partner_id)
        return values | {
            'status': 'update' if decision.outcome == 'sure' else 'proposed',
            'partner_id': partner.id,
            'changes': self._compare(debtor, partner, rules) or False,
        }

    def _doubt_contested(self):
        """Two debtors that want one partner are a doubt, unless it is linked already."""
        wanting = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('status', 'in', ('update', 'proposed')),
             ('state', '=', 'planned'), ('decision', '=', False), ('contact_id', '=', False),
             ('debtor_id.partner_id', '=', False)]
        )  # fmt: skip
        linked = self.env['economic.debtor'].search(
            [('agreement_id', '=', self.agreement_id.id),
             ('partner_id', 'in', wanting.partner_id.ids)]
        )  # fmt: skip
        claims = [line._get_claim() for line in wanting]
        claims += [Claim(debtor.id, debtor.partner_id.id, 'linked', 0) for debtor in linked]
        doubts = contested(claims)
        doubtful = wanting.filtered(lambda line: line.debtor_id.id in doubts)
        # A sure one had no need of a candidate to choose; now it has.
        self._save_candidates(
            [
                (line.debtor_id.id, line.partner_id.id, line.company_id.id, line.score,
                 json.dumps(line.evidence))
                for line in doubtful
            ]
        )  # fmt: skip
        for line in doubtful:
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
        if self.kind == 'review':
            self._approve_where(SQL('decision IS NOT NULL'), True)
            return
        if self.kind == 'import':
            statuses = TICKED
        else:
            statuses = ('update', 'create') if self.agreement_id.create_companies else ('update',)
        condition = SQL('status = ANY(%s)', list(statuses))
        if self.kind != 'import':
            # A person took a decision about it back, and has not taken another one yet.
            condition = SQL(
                '%s AND NOT EXISTS (SELECT FROM economic_debtor d'
                ' WHERE d.id = debtor_id AND d.reopened)',
                condition,
            )
        self._approve_where(condition, True)


def _get_status(changes):
    """Return the status of a line whose debtor is linked."""
    if any(not change.get('conflict') for change in changes):
        return 'update'
    return 'conflict' if changes else 'unchanged'


def _get_flags(values, line):
    """Return what follows from a line's changes: whether a person still has to choose."""
    choices = line.choices or {}
    conflicts = {c['field'] for c in values.get('changes') or () if c.get('conflict')}
    return {
        'has_conflict': bool(conflicts - choices.keys()) or values.get('reason') == 'identity',
        'choices': {field: side for field, side in choices.items() if field in conflicts} or False,
    }


def _get_new_values(record):
    """Return all values of a new partner as changes."""
    return [
        {'field': field, 'old': '', 'new': value}
        for field, value in record._prepare_partner_values().items()
        if value
    ]


def _evidence_values(candidate):
    return [
        {'code': e.code, 'weight': round(e.weight, 2), 'left': e.left, 'right': e.right}
        for e in candidate.evidence
    ]


def _candidate_values(candidate):
    return round(candidate.score, 1), json.dumps(_evidence_values(candidate))
