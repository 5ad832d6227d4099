import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..client import Rejected
from .economic_run_engine import CONFLICTS
from .economic_run_plan import _get_status

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
             ('approved', '=', True)]
        )  # fmt: skip
        decisions = self._match(creating.debtor_id)
        for line in creating:
            decision = decisions[line.debtor_id.id]
            if decision.outcome != 'none':
                values = self._plan_line(line.debtor_id, decision)
                line.write(values | {'state': 'again', 'approved': False})

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
            message = str(error.args[0] if isinstance(error, UserError) else error)
            line.write({'state': 'failed', 'message': message})
            self.env['economic.quarantine']._add(
                self.agreement_id,
                'debtor',
                [Rejected('', str(line.number), 'not_stored', '', message, '')],
            )

    def _apply_batch(self, lines):
        # Rows are always locked in the order of their ids.
        lines.partner_id.exists().sorted('id').lock_for_update(allow_referencing=True)
        lines.partner_id.invalidate_recordset()
        for line in lines.filtered(lambda li: li.status != 'create'):
            self._apply_update(line)
        self._apply_creates(lines.filtered(lambda li: li.status == 'create'))
        self.env.flush_all()

    def _apply_update(self, line):
        debtor, partner = line.debtor_id, line.partner_id
        if not partner.exists() or debtor.partner_id not in (partner, partner.browse()):
            line.write({'state': 'again', 'approved': False})
            return
        changes = self._compare(debtor, partner)
        if changes != (line.changes or []):
            # Somebody changed the company since the test: show it again, force nothing.
            line.write(
                {
                    'state': 'again',
                    'approved': False,
                    'changes': changes or False,
                    'status': _get_status(changes) if debtor.partner_id else line.status,
                }
            )
            return
        values = {c['field']: c['new'] for c in changes if not c.get('conflict')}
        if values:
            partner.with_company(self.company_id).write(
                {field: value or False for field, value in values.items()}
            )
        if not debtor.partner_id:
            debtor._link(partner, {'score': line.score, 'evidence': line.evidence})
        self._remember(debtor, partner, values)
        line.write(
            {'state': 'updated' if values else 'linked', 'applied_at': fields.Datetime.now()}
        )

    def _apply_creates(self, lines):
        agreement = self.agreement_id
        linked = lines.filtered('debtor_id.partner_id')
        linked.write({'state': 'again', 'approved': False})
        lines -= linked
        partners = self.env['res.partner'].create(
            [
                {
                    **{field: value or False for field, value in values.items()},
                    'is_company': line.debtor_id._is_company(),
                    'company_id': agreement.own_companies_only and agreement.company_id.id,
                    'lang': agreement.lang,
                }
                for line, values in (
                    (line, line.debtor_id._prepare_partner_values()) for line in lines
                )
            ]
        )
        for line, partner in zip(lines, partners, strict=True):
            line.debtor_id._link(partner)
            self._remember(line.debtor_id, partner, line.debtor_id._prepare_partner_values())
            line.write(
                {'state': 'created', 'partner_id': partner.id, 'applied_at': fields.Datetime.now()}
            )

    def _remember(self, debtor, partner, written):
        """Keep what e-conomic and Odoo now agree on, as the base of the next comparison."""
        agreed = debtor._prepare_partner_values()
        there = debtor._read_partner_values(partner)
        applied = dict(debtor.applied_values or {})
        applied |= {field: value for field, value in agreed.items() if there[field] == value}
        applied |= written
        if applied != debtor.applied_values:
            debtor.applied_values = applied

    def _leave_to_review(self):
        """Let what is neither linked nor new wait for a person."""
        waiting = self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('status', 'in', ('ambiguous', 'proposed')),
             ('debtor_id.match_state', '=', 'new')]
        )  # fmt: skip
        waiting.debtor_id.write({'match_state': 'review'})
