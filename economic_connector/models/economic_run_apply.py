import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..client import Rejected
from .economic_run_engine import CONFLICTS
from .economic_run_plan import _get_flags, _get_new_values, _get_status
from .ownership import choose, same

_logger = logging.getLogger(__name__)

APPLY_BATCH = 100


class EconomicRun(models.Model):
    """Write approved rows to the partners: through the ORM, in batches, each compared again."""

    _inherit = 'economic.run'

    def _phase_partner(self, work):
        todo = Domain('run_id', '=', self.id) & Domain('state', '=', 'planned')
        todo &= Domain('approved', '=', True) & Domain(
            'status', 'in', ('create', 'update', 'proposed', 'conflict')
        )
        if not self._at('rechecked', False):
            work.store(self._recheck_creates)
        total = self.env['economic.run.line'].search_count(todo)
        while lines := self.env['economic.run.line'].search(todo, limit=APPLY_BATCH, order='id'):
            total = max(total, self.progress_done + len(lines))
            work.store(lambda lines=lines: self._apply(lines), len(lines), total)
        return self._leave_to_review

    def _recheck_creates(self):
        """Match once more what would be created, against companies made since the list was."""
        self.checkpoint = {'rechecked': True}
        if not self.env['economic.match.key']._get_stale_ids(limit=1):
            return
        creating = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('status', '=', 'create'), ('state', '=', 'planned'),
             ('approved', '=', True), ('contact_id', '=', False), ('decision', '=', False)]
        )  # fmt: skip
        decisions = self._match(creating.debtor_id)
        rules = self.agreement_id._get_rules()
        for line in creating:
            decision = decisions[line.debtor_id.id]
            if decision.outcome != 'none':
                values = self._plan_line(line, decision, rules)
                line.write(
                    values | _get_flags(values, line) | {'state': 'again', 'approved': False}
                )

    def _apply(self, lines):
        """Apply a batch; if it fails, row by row, so that one bad row never stops the others."""
        try:
            with self.env.cr.savepoint():
                self._apply_batch(lines)
        except Exception as error:
            if isinstance(error, CONFLICTS):
                raise
            for line in lines:
                self._apply_alone(line)

    def _apply_alone(self, line):
        try:
            with self.env.cr.savepoint():
                self._apply_batch(line)
        except Exception as error:
            if isinstance(error, CONFLICTS):
                raise
            _logger.info("Debtor %s was refused", line.number, exc_info=True)
            message = self._say_refusal(error)
            line.write({'state': 'failed', 'message': message})
            number = str(line.contact_id.number or line.number)
            self.env['economic.quarantine']._add(
                self.agreement_id,
                line.kind,
                [Rejected('', number, 'not_stored', '', message, '')],
            )

    def _say_refusal(self, error):
        """Return in a person's words why Odoo did not take a company."""
        if isinstance(error, UserError):
            return str(error.args[0])
        if isinstance(error, psycopg2.IntegrityError):
            partners, rule = self.env['res.partner'], error.diag.constraint_name
            if rule in partners._table_objects:
                return partners._sql_error_to_message(error)
            # Odoo's words for any other rule show the whole row as the database has it.
            return self.env._("a rule of the database does not allow it: %s", rule or '?')
        return self.env._("something unexpected happened; the server's log has the reason.")

    def _apply_batch(self, lines):
        companies = lines.partner_id | lines.contact_id.debtor_id.partner_id
        # Rows are always locked in the order of their ids.
        companies.exists().sorted('id').lock_for_update(allow_referencing=True)
        companies.invalidate_recordset()
        journal = self._open_journal(lines, companies.exists())
        rules = self.agreement_id._get_rules()
        for line in lines.filtered(lambda li: li.status != 'create' and not li.contact_id):
            self._apply_update(line, rules)
        creates = lines.filtered(lambda li: li.status == 'create')
        self._apply_creates(creates.filtered(lambda li: not li.contact_id))
        for line in lines.filtered(lambda li: li.status != 'create' and li.contact_id):
            self._apply_update(line, None)
        self._apply_contact_creates(creates.filtered('contact_id'))
        self.env.flush_all()
        self._close_journal(lines, journal)
        self._resolve_refused(lines)

    def _resolve_refused(self, lines):
        """Close the quarantine rows of what Odoo had refused before and has taken now."""
        stored = lines.filtered(lambda li: li.state in ('created', 'updated', 'linked'))
        for kind, of_kind in stored.grouped('kind').items():
            numbers = [line.contact_id.number or line.number for line in of_kind]
            self.env['economic.quarantine']._resolve(
                self.agreement_id, kind, numbers, code='not_stored'
            )

    def _apply_update(self, line, rules):
        record, partner = line._get_record(), line.partner_id
        if not partner.exists() or record.partner_id not in (partner, partner.browse()):
            line.write({'state': 'again', 'approved': False})
            return
        changes = self._compare(record, partner, rules)
        if line.debtor_id.question == 'identity' or not same(changes, line.changes or []):
            # Somebody changed the company since the test: show it again, force nothing.
            self._show_again(line, changes)
            return
        values, kept = choose(changes, line.choices or {})
        settled = len(changes) == len(values) + len(kept)
        if not settled and not values and not kept and record.partner_id:
            line.approved = False  # Nothing but questions that nobody has answered.
            return
        self._write_partner(partner, values)
        if not record.partner_id:
            candidate = {'score': line.score, 'evidence': line.evidence}
            record._link(partner, candidate, run=self)
        self._remember(record, partner, values, kept)
        line.write(
            {
                'state': 'updated' if values else 'linked',
                'has_conflict': not settled,
                'applied_at': fields.Datetime.now(),
            }
        )

    def _show_again(self, line, changes):
        values = {'changes': changes or False}
        if line._get_record().partner_id:
            values['status'] = _get_status(changes)
        line.write(values | _get_flags(values, line) | {'state': 'again', 'approved': False})

    def _apply_creates(self, lines):
        agreement = self.agreement_id
        stale = lines.filtered(
            lambda li: (
                li.debtor_id.partner_id or not same(_get_new_values(li.debtor_id), li.changes or [])
            )
        )
        for line in stale:
            self._show_again(line, _get_new_values(line.debtor_id))
        lines -= stale
        partners = self._in_company(self.env['res.partner']).create(
            [
                {
                    **_get_written(line.debtor_id),
                    'is_company': line.debtor_id._is_company(),
                    'company_id': agreement.own_companies_only and agreement.company_id.id,
                    'lang': agreement.lang,
                }
                for line in lines
            ]
        )
        self._link_created(lines, partners)
        # A person said that it is none of these.
        lines.filtered('decision').debtor_id.candidate_ids._refuse()

    def _apply_contact_creates(self, lines):
        orphans = lines.filtered(lambda li: not li.debtor_id.partner_id)
        orphans.write({'state': 'again', 'approved': False, 'reason': 'no_company'})
        lines = (lines - orphans).filtered(lambda li: not li.contact_id.partner_id)
        partners = self._in_company(self.env['res.partner']).create(
            [
                {
                    **_get_written(line.contact_id),
                    'type': line.kind,
                    'parent_id': line.debtor_id.partner_id.id,
                    'company_id': line.debtor_id.partner_id.company_id.id,
                    'lang': line.debtor_id.partner_id.lang,
                }
                for line in lines
            ]
        )
        self._link_created(lines, partners)

    def _link_created(self, lines, partners):
        for line, partner in zip(lines, partners, strict=True):
            record = line._get_record()
            record._link(partner.with_env(self.env), run=self, kind='created')
            self._remember(record, partner, record._prepare_partner_values())
            line.write(
                {'state': 'created', 'partner_id': partner.id, 'applied_at': fields.Datetime.now()}
            )

    def _remember(self, record, partner, written, kept=()):
        """Keep what e-conomic and Odoo now agree on, as the base of the next comparison.

        :param kept: fields in which a person chose Odoo's value; they are not asked about again
        """
        agreed = record._prepare_partner_values()
        there = record._read_partner_values(self._in_company(partner))
        applied = dict(record.applied_values or {})
        applied |= {field: value for field, value in agreed.items() if there[field] == value}
        applied |= written
        applied |= {field: agreed[field] for field in kept}
        if applied != record.applied_values:
            record.applied_values = applied

    def _leave_to_review(self):
        """Let what is neither linked nor new, and what nobody has decided, wait for a person."""
        lines = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('contact_id', '=', False)]
        )
        waiting = lines.filtered(
            lambda li: li.status in ('ambiguous', 'proposed') and li.debtor_id.match_state == 'new'
        )
        waiting.debtor_id.write({'match_state': 'review'})
        self._settle(lines)

    def _settle(self, lines):
        """Leave out for good what a person said to ignore, and raise the questions of the rest."""
        ignored = lines.filtered(
            lambda li: li.decision == 'ignore' and li.debtor_id.match_state != 'ignored'
        )
        for user, of_user in ignored.grouped('decided_by_id').items():
            of_user.debtor_id._ignore(run=self, user=user)
        lines._raise_questions()


def _get_written(record):
    """Return the values of a new partner; empty ones as False."""
    return {field: value or False for field, value in record._prepare_partner_values().items()}
