from odoo import api, fields, models
from odoo.exceptions import UserError

from .economic_run_line import APPLICABLE, DECIDABLE

OPEN = ('planned', 'again')  # states of a line that Start can still apply


class EconomicRunLine(models.Model):
    """What a person decides about a line: tick, pick a company, make a new one, ignore, choose
    between two values. The companies themselves change with Start.
    """

    _inherit = 'economic.run.line'

    decision = fields.Selection(
        [('link', "This company"), ('create', "New company"), ('ignore', "Ignore")], readonly=True
    )
    decided_by_id = fields.Many2one('res.users', readonly=True)
    decided_at = fields.Datetime(readonly=True)
    choices = fields.Json(readonly=True, help="Whose value, by field, where both sides changed.")
    candidate_count = fields.Integer(compute='_compute_candidate_count')
    can_decide = fields.Boolean(compute='_compute_candidate_count')
    can_choose = fields.Boolean(compute='_compute_can_choose')
    run_state = fields.Selection(related='run_id.state', string="State of the Run")
    former_name = fields.Char(compute='_compute_former_name')

    def _compute_candidate_count(self):
        counts = dict(
            self.env['economic.debtor.candidate']._read_group(
                [('debtor_id', 'in', self.debtor_id.ids), ('refused', '=', False)],
                ['debtor_id'],
                ['__count'],
            )
        )
        for line in self:
            line.candidate_count = 0 if line.contact_id else counts.get(line.debtor_id, 0)
            line.can_decide = (
                not line.contact_id
                and line.state in OPEN
                and line.run_id.state in DECIDABLE
                and not line.debtor_id.partner_id
                and not line.debtor_id.forgotten_at
                and line.status in ('create', 'update', 'proposed', 'ambiguous', 'skipped')
            )

    @api.depends('debtor_id.former')
    def _compute_former_name(self):
        for line in self:
            former = line.debtor_id.former or {}
            line.former_name = ', '.join(filter(None, [former.get('name'), former.get('cvr')]))

    @api.depends('has_conflict', 'choices', 'state', 'run_id.state')
    def _compute_can_choose(self):
        for line in self:
            line.can_choose = line.run_id.state in DECIDABLE and (
                line.has_conflict or line.state in OPEN
            )

    def _get_record(self):
        """Return the debtor, or contact, that this line is about."""
        self.ensure_one()
        return self.contact_id or self.debtor_id

    def _check_decidable(self):
        """Refuse whoever may not decide, and lines of a run that is working or over."""
        self.check_access('write')
        for run in self.run_id:
            run._check_manager()
            if run.state not in DECIDABLE:
                raise UserError(self.env._("Decide when the test is through, before the start."))

    # === TICKING === #

    def write(self, vals):
        if vals.get('approved') and 'state' not in vals:
            # Ticked after it was shown again: that is what it is to be applied as.
            super(EconomicRunLine, self.filtered(lambda li: li.state == 'again')).write(
                {'state': 'planned'}
            )
        return super().write(vals)

    # === WHICH COMPANY === #

    def _decide(self, decision, partner=None):
        self._check_decidable()
        lines = self.sudo().filtered('can_decide')
        if not lines:
            raise UserError(self.env._("There is nothing to decide about these rows."))
        lines.write(
            {
                'decision': decision,
                'decided_by_id': self.env.uid,
                'decided_at': fields.Datetime.now(),
                'state': 'planned',
            }
            | ({'partner_id': partner.id} if partner else {})
        )
        lines._replan()
        lines.approved = decision != 'ignore'
        return True

    def action_create_new(self):
        """Import these debtors as new companies."""
        return self._decide('create')

    def action_ignore(self):
        """Leave these debtors out, now and in later imports."""
        return self._decide('ignore')

    def action_undecide(self):
        """Forget what was decided about these rows."""
        self._check_decidable()
        lines = self.sudo().filtered(lambda line: line.decision and line.state in OPEN)
        ignored = lines.debtor_id.filtered(lambda d: d.match_state == 'ignored')
        ignored.match_state = 'new'
        ignored._log_event('reopened')
        lines.write({'decision': False, 'decided_by_id': False, 'decided_at': False,
                     'approved': False, 'partner_id': False})  # fmt: skip
        lines._replan()
        for run in lines.run_id:
            run._as_engine(self.env.user)._doubt_contested()
        return True

    def _replan(self):
        """Say again what an import would do with these lines."""
        for run, lines in self.grouped('run_id').items():
            engine = run._as_engine(self.env.user)
            engine._plan(lines.with_env(engine.env))
        self.invalidate_recordset()

    # === WHOSE VALUE === #

    def action_choose_economic(self):
        """Take e-conomic's value in all conflicts of these rows."""
        return self._choose('economic')

    def action_choose_odoo(self):
        """Keep Odoo's value in all conflicts of these rows."""
        return self._choose('odoo')

    def action_choose(self):
        """Choose for one field: `economic_field` and `economic_side` come in the context."""
        self.ensure_one()
        return self._choose(
            self.env.context.get('economic_side'), self.env.context.get('economic_field')
        )

    def _choose(self, side, field=None):
        self._check_decidable()
        if side not in ('economic', 'odoo'):
            raise UserError(self.env._("Choose e-conomic's value or Odoo's."))
        for line in self.sudo():
            if line.has_conflict and line.state in ('updated', 'linked'):
                # The rest was imported; what is left are the questions.
                line.state = 'planned'
                line._replan()
            conflicts = {c['field'] for c in line.changes or [] if c.get('conflict')}
            chosen = conflicts & {field} if field else conflicts
            if not chosen:
                continue
            choices = dict(line.choices or {}) | dict.fromkeys(chosen, side)
            line.choices = choices
            line.has_conflict = bool(conflicts - choices.keys())
            if not line.has_conflict or line.status != 'conflict':
                line.write({'approved': True, 'state': 'planned'})
        return True

    # === WHO IS BEHIND A NUMBER === #

    def action_same_company(self):
        """Say that a debtor whose name or number changed is still the same company."""
        self._check_decidable()
        for line in self.sudo().filtered(lambda li: li.debtor_id.question == 'identity'):
            line.debtor_id._settle_identity()
            line.state = 'planned'
            line._replan()
            line.approved = line.status in APPLICABLE
        return True

    def action_another_company(self):
        """Say that the number now belongs to another company: the old one keeps its history."""
        self._check_decidable()
        for line in self.sudo().filtered(lambda li: li.debtor_id.question == 'identity'):
            line.write(
                {'debtor_id': line.debtor_id._split_identity().id, 'state': 'planned',
                 'partner_id': False}
            )  # fmt: skip
            line._replan()
        return True

    def _raise_questions(self):
        """Let the debtors of these lines say what is still open about them."""
        for line in self:
            debtor = line.debtor_id
            if debtor.question == 'identity' or line.has_conflict:
                question = debtor.question if debtor.question == 'identity' else 'conflict'
                if (debtor.question, debtor.question_line_id) != (question, line):
                    debtor.write({'question': question, 'question_line_id': line.id})
            elif debtor.question:
                debtor.write({'question': False, 'question_line_id': False})

    def action_import_now(self):
        """Apply this row at once, after the run itself has ended."""
        self._check_decidable()
        self.sudo().filtered('can_approve').approved = True
        return self.run_id.action_start()

    def action_open(self):
        """Open the row with every field, and what can be decided about it."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.debtor_name or str(self.number),
            'res_model': 'economic.run.line',
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }


class EconomicDebtorCandidate(models.Model):
    _inherit = 'economic.debtor.candidate'

    partner_city = fields.Char(related='partner_id.city')
    partner_registry = fields.Char("CVR", related='partner_id.company_registry')
    partner_phone = fields.Char(related='partner_id.phone')
    partner_email = fields.Char(related='partner_id.email')

    def action_choose_for_line(self):
        """Settle the row in the context: the debtor is this company."""
        self.ensure_one()
        self.check_access('read')
        line = self.env['economic.run.line'].browse(self.env.context.get('economic_line_id'))
        if not line.exists() or line.debtor_id != self.debtor_id:
            raise UserError(self.env._("Open this row from the list of an import."))
        return line._decide('link', self.partner_id)
