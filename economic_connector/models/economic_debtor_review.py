from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..matching import OUTCOMES

OPEN = Domain('match_state', '=', 'review')


class EconomicDebtor(models.Model):
    """What a person decides in the review queue, one debtor at a time, and takes back."""

    _inherit = 'economic.debtor'

    reopened = fields.Boolean(
        readonly=True, help="A person took a decision back: the schedule doesn't link it by itself."
    )

    _review_idx = models.Index("(number, id) WHERE match_state = 'review'")

    def _check_reviewer(self):
        """Refuse everybody but our managers; what is decided is written in sudo mode."""
        self.check_access('read')
        self.agreement_id.check_access('write')

    def _lock(self):
        """Return these debtors in sudo mode, locked against others who decide about them."""
        self._check_reviewer()
        debtors = self.sudo()
        # Of two people who decide at once one waits here; Odoo tries again, and then it sees this.
        self.env.cr.execute(
            SQL(
                'SELECT id FROM economic_debtor WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE',
                debtors.ids,
            )
        )
        debtors.invalidate_recordset(['match_state', 'partner_id'])
        return debtors

    def _lock_open(self):
        """Return these debtors in sudo mode, locked; refuse those that are decided."""
        debtors = self._lock()
        for debtor in debtors:
            if debtor.partner_id or debtor.match_state == 'ignored':
                raise UserError(
                    self.env._("%s is decided already. Open it to see by whom.", debtor.name)
                )
        return debtors

    # === DECIDE === #

    def action_review_link(self, partner_id=None):
        """Tie this debtor to a company, as an import would."""
        partner = self.env['res.partner'].browse(partner_id).exists()
        self._check_reviewer()
        if not partner:
            raise UserError(self.env._("Choose a company."))
        partner.check_access('read')
        if partner.company_id and partner.company_id != self.company_id:
            raise UserError(self.env._("This company belongs to another of your companies."))
        return self._decide_one('link', partner)

    def action_review_create(self):
        """Make a new company of this debtor, as an import would."""
        return self._decide_one('create')

    def _decide_one(self, decision, partner=None):
        debtor = self._lock_open()
        debtor.ensure_one()
        run = self.env['economic.run']._open_review(debtor.agreement_id)
        line = run._decide_now(debtor, decision, {debtor.id: partner.id} if partner else {})
        if line.state not in ('created', 'linked', 'updated'):
            # Nothing is half done: the transaction is taken back, with the reason on the screen.
            raise UserError(line.message or line.because or self.env._("It could not be linked."))
        company = line.partner_id.display_name
        words = {'debtor': self.display_name, 'company': company}
        if line.state == 'created':
            return {'message': self.env._("%(debtor)s: new company %(company)s.", **words)}
        return {'message': self.env._("%(debtor)s is linked to %(company)s.", **words)}

    def action_review_ignore(self):
        """Leave these debtors without a company, now and in later imports."""
        debtors = self._lock_open()
        debtors._ignore()
        return {'message': self.env._("%s is ignored.", self[:1].display_name)}

    def _ignore(self, run=None, user=None):
        self.write({'match_state': 'ignored', 'reopened': False})
        self._log_event('ignored', run=run, user=user)

    def action_review_refuse(self, partner_id=None):
        """Say that this debtor is not that company: it is not offered again."""
        debtor = self._lock_open()
        candidate = debtor.candidate_ids.filtered(lambda c: c.partner_id.id == partner_id)
        if not candidate:
            raise UserError(self.env._("Choose a company."))
        candidate._refuse()
        debtor._log_event('refused', candidate.partner_id)
        words = {'debtor': self.display_name, 'company': candidate.partner_id.display_name}
        return {'message': self.env._("%(debtor)s is not %(company)s.", **words)}

    def _refuse_all(self):
        """Say that these debtors are none of their present candidates."""
        for debtor in self:
            for candidate in debtor._get_open_candidates():
                debtor._log_event('refused', candidate.partner_id)
        self._get_open_candidates()._refuse()

    def action_review_offer(self, partner_id=None):
        """Offer a company again that was refused."""
        debtor = self._lock_open()
        candidate = debtor.candidate_ids.filtered(lambda c: c.partner_id.id == partner_id)
        if not candidate:
            raise UserError(self.env._("Choose a company."))
        candidate._offer()
        debtor._log_event('offered', candidate.partner_id)
        return True

    def action_review_look_again(self):
        """Look for companies like this debtor once more, made since the last import, say."""
        self._lock_open()._find_candidates()
        return True

    # === DECIDE AGAIN === #

    def action_decide_again(self):
        """Take what was decided about these debtors back: they wait for review again."""
        debtors = self._lock()
        decided = debtors.filtered(lambda d: d.partner_id or d.match_state == 'ignored')
        if not decided:
            raise UserError(self.env._("Nothing is decided about it yet."))
        for debtor in decided:
            debtor._reopen()
        return decided[:1].with_env(self.env).action_review() if len(decided) == 1 else True

    def _reopen(self):
        """Untie this debtor; what its imports wrote goes back where nobody has changed it since."""
        self.ensure_one()
        former, since = self.partner_id, self.linked_at
        self._log_event('reopened', self.env['res.partner'], former=former)
        self._undo_written()
        self.contact_ids.filtered('partner_id').write(
            {'partner_id': False, 'applied_values': False}
        )
        self.write(
            {
                'partner_id': False, 'match_state': 'review', 'match_score': 0,
                'match_evidence': False, 'linked_at': False, 'linked_by_id': False,
                'applied_values': False, 'question': False, 'question_line_id': False,
                'former': False, 'reopened': True,
            }
        )  # fmt: skip
        self._propagate_partner()
        # With a new company all the others were refused at once.
        self.candidate_ids.filtered(
            lambda c: c.refused and since and c.refused_at and c.refused_at >= since
        )._offer()
        self._find_candidates()
        if former.exists():
            self.env['economic.figures']._refresh(former.ids)

    def _undo_written(self):
        """Put back what imports wrote for this debtor, down to the link itself."""
        lines = self.env['economic.run.line'].search(
            [('debtor_id', '=', self.id), ('can_undo', '=', True)], order='id DESC'
        )
        for line in lines.filtered('contact_id'):
            if line.contact_id.partner_id == line.partner_id:
                line._take_back()
        partner = self.partner_id
        for line in lines.filtered(lambda li: not li.contact_id and li.partner_id == partner):
            before = (line.undo or [{}])[0].get('link') or {}
            line._take_back()
            if before.get('partner_id') != partner.id:
                return

    def _find_candidates(self):
        """Store who these debtors may be, however sure the matcher is."""
        keys = self.env['economic.match.key']
        keys._refresh()
        for agreement, debtors in self.grouped('agreement_id').items():
            run = self.env['economic.run']._open_review(agreement)
            run._match(debtors, kept=OUTCOMES)
        self.invalidate_recordset(['candidate_ids'])

    # === MANY AT ONCE === #

    def action_bulk_link(self):
        """Show what linking the selected debtors to their best candidates would do."""
        return self._open_bulk('link')

    def action_bulk_create(self):
        """Show what making companies of the selected debtors would do."""
        return self._open_bulk('create')

    def action_bulk_ignore(self):
        """Show how many of the selected debtors would be ignored."""
        return self._open_bulk('ignore')

    def action_bulk_refuse(self):
        """Show how many candidates of the selected debtors would not be offered again."""
        return self._open_bulk('refuse')

    def _open_bulk(self, decision):
        self._check_reviewer()
        wizard = self.env['economic.debtor.decide'].create(
            {'decision': decision, 'selected_ids': self.ids}
        )
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Decide about %s debtors", len(self)),
            'res_model': wizard._name,
            'res_id': wizard.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    # === OPEN === #

    def action_review(self):
        """Open the screen on which this debtor is decided."""
        self.ensure_one()
        self._check_reviewer()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_review'
        )
        view = self.env.ref('economic_connector.economic_debtor_view_review_form')
        return action | {'views': [(view.id, 'form')], 'view_mode': 'form', 'res_id': self.id}

    def action_review_begin(self):
        """Open the first debtor of the queue."""
        self._check_reviewer()
        first = self.search(OPEN, order='number, id', limit=1)
        if not first:
            raise UserError(self.env._("No debtor waits for a decision."))
        return first.action_review()
