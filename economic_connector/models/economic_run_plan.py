import json

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .economic_match_key import MANY
from .matcher import evidence_values

BATCH = 4_000  # lines between two signs of progress
PLAN_COLUMNS = (
    'id', 'partner_id', 'status', 'reason', 'evidence', 'score', 'changes', 'has_conflict',
    'choices',
)  # fmt: skip
TICKED = ('create', 'update', 'proposed')


class EconomicRun(models.Model):
    """What a run would do: match each debtor, compare field by field. Writes only its lines and the
    candidates.
    """

    _inherit = 'economic.run'

    # === LIST === #

    def _phase_list(self, work):
        """Put the debtors of this run on its list, and make the keys for matching them."""
        if not self._at('listed', False):
            work.store(self._make_lists)
        self._refresh_keys(work)

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
                 WHERE d.agreement_id = %(agreement)s AND d.active AND d.forgotten_at IS NULL
                   AND %(scope)s
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
        self._refresh_keys(work, least=MANY)
        matcher = self._get_matcher()
        while lines := self.env['economic.run.line'].search(domain, limit=BATCH, order='id'):
            work.store(lambda lines=lines: self._plan(lines, matcher), len(lines), total)
        return self._finish_plan

    def _finish_plan(self):
        self._doubt_contested()
        self._tick()

    def _plan(self, lines, matcher=None):
        """Say of each line what an import would do; contacts after their debtors."""
        contacts = lines.filtered('contact_id')
        self._plan_debtors(lines - contacts, matcher)
        self._plan_contacts(contacts)

    def _plan_debtors(self, lines, matcher):
        debtors = lines.debtor_id
        debtors.fetch()
        decided = lines.filtered(
            lambda li: li.decision and (li.decision != 'link' or li.partner_id)
        ).debtor_id
        decisions = self._match(
            (debtors - decided).filtered(lambda d: not d.partner_id and self._can_match(d)),
            matcher,
        )
        partners = self.env['res.partner'].browse(
            {d.best.partner_id for d in decisions.values() if d.best} | set(debtors.partner_id.ids)
        )
        self._in_company(partners).fetch()
        rules = self.agreement_id._get_rules()
        lines._save_plan(
            [
                _get_row(line, self._plan_line(line, decisions.get(line.debtor_id.id), rules))
                for line in lines
            ],
            PLAN_COLUMNS,
        )

    def _can_match(self, debtor):
        return (
            bool(debtor.name)
            and not debtor.deleted
            and debtor.match_state != 'ignored'
            and not self._is_outside(debtor)
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
                'score': known.score, 'evidence': known._get_evidence().get(known),
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
            'evidence': evidence_values(best.evidence),
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


def _get_row(line, values):
    """Return what is planned for a line as a row of `PLAN_COLUMNS`."""
    values = {'partner_id': line.partner_id.id} | values | _get_flags(values, line)
    return (
        line.id, values['partner_id'] or None, values['status'], values['reason'] or None,
        _to_json(values['evidence']), values['score'], _to_json(values['changes']),
        values['has_conflict'], _to_json(values['choices']),
    )  # fmt: skip


def _to_json(value):
    return json.dumps(value) if value else None


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
