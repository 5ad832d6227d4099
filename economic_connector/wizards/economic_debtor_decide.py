from odoo import api, fields, models
from odoo.exceptions import UserError

CLOSE = 3.0  # points of score by which the best must lead, as in matching itself
AT_ONCE = 200  # decisions that one request applies; more are worked off like an import


def _number(label):
    return fields.Integer(label, compute='_compute_counts')


class EconomicDebtorDecide(models.TransientModel):
    """One decision about many debtors of the review queue: first counted, then done."""

    _name = 'economic.debtor.decide'
    _description = "Decide about e-conomic Debtors"

    decision = fields.Selection(
        [
            ('link', "Link each to its best candidate"),
            ('create', "Make a new company of each"),
            ('ignore', "Ignore them, now and in later imports"),
            ('refuse', "Not these: offer none of the present candidates again"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    selected_ids = fields.Json(required=True, readonly=True)
    with_close = fields.Boolean(
        "Also Where Two Are Nearly as Good",
        help="Otherwise debtors whose second candidate is nearly as good as the best one wait on.",
    )
    selected_count = _number("Debtors selected")
    ready_count = _number("To be decided")
    candidate_count = _number("Candidates not offered again")
    decided_count = _number("Decided already")
    without_count = _number("Without a candidate")
    close_count = _number("Two candidates nearly as good")
    shared_count = _number("Wanting the same company")
    taken_count = _number("Company has another debtor")

    @api.depends('decision', 'selected_ids', 'with_close')
    def _compute_counts(self):
        for wizard in self:
            ready, left = wizard._sort_out()
            debtors = wizard._get_selected()
            wizard.selected_count = len(wizard.selected_ids)
            wizard.ready_count = len(ready)
            wizard.candidate_count = len(debtors._get_open_candidates())
            for reason in ('decided', 'without', 'close', 'shared', 'taken'):
                wizard[f'{reason}_count'] = len(left.get(reason, ()))

    def _get_selected(self):
        return self.env['economic.debtor'].browse(self.selected_ids).exists()

    def _sort_out(self):
        """Return {debtor: company or None} of those to be decided, and {reason: debtors} of the
        rest.
        """
        debtors = self._get_selected()
        waiting = debtors.filtered(lambda debtor: debtor.match_state == 'review')
        left = {'decided': debtors - waiting}
        if self.decision == 'refuse':
            left['without'] = waiting.filtered(lambda debtor: not debtor._get_open_candidates())
            return dict.fromkeys(waiting - left['without']), left
        if self.decision != 'link':
            return dict.fromkeys(waiting), left
        return self._sort_out_links(waiting, left)

    def _sort_out_links(self, waiting, left):
        partners = waiting.candidate_ids.partner_id
        taken = self.env['economic.debtor'].search([('partner_id', 'in', partners.ids)]).partner_id
        ready, wanting = {}, {}
        none = waiting.browse()
        for debtor in waiting:
            found = debtor._get_likely_candidates()
            if not found:
                reason = 'without'
            elif not self.with_close and _is_close(found):
                reason = 'close'
            elif found[0].partner_id in taken:
                reason = 'taken'
            else:
                ready[debtor] = found[0].partner_id
                wanting[found[0].partner_id] = wanting.get(found[0].partner_id, none) | debtor
                continue
            left[reason] = left.get(reason, none) | debtor
        for several in wanting.values():
            if len(several) > 1:
                left['shared'] = left.get('shared', none) | several
                for debtor in several:
                    del ready[debtor]
        return ready, left

    def action_confirm(self):
        """Do it: a few at once, many in the background, as a run that can be undone."""
        self.ensure_one()
        ready, _left = self._sort_out()
        debtors = self.env['economic.debtor'].union(*ready)
        if not debtors:
            raise UserError(self.env._("There is nothing left to decide about these debtors."))
        opened = debtors._lock_open()
        if self.decision == 'ignore':
            opened._ignore()
            return self._say(self.env._("%s debtors are ignored.", len(opened)))
        if self.decision == 'refuse':
            opened._refuse_all()
            return self._say(self.env._("These candidates are not offered again."))
        partners = {debtor.id: partner.id for debtor, partner in ready.items() if partner}
        return self._decide(opened, partners)

    def _decide(self, debtors, partners):
        runs = self.env['economic.run']
        by_agreement = debtors.grouped('agreement_id')
        if len(debtors) > AT_ONCE:
            for agreement, of_one in by_agreement.items():
                run = runs._open_review(agreement, own=True)
                run._decide_later(of_one, self.decision, partners)
            return run.with_env(self.env)._get_form_action()
        lines = self.env['economic.run.line']
        for agreement, of_one in by_agreement.items():
            run = runs._open_review(agreement)
            lines |= run._decide_now(of_one, self.decision, partners).sudo(False)
        done = lines.filtered(lambda line: line.state in ('created', 'linked', 'updated'))
        if done == lines:
            return self._say(self.env._("%s debtors have their company.", len(done)))
        return self._say(
            self.env._(
                "%(done)s debtors have their company, %(left)s could not be imported; "
                "the review of today under Data Import says why.",
                done=len(done),
                left=len(lines - done),
            ),
            kind='warning',
        )

    def _say(self, message, kind='success'):
        """Close the dialog, tell what was done, and read the list again."""
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'message': message,
                'type': kind,
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }


def _is_close(candidates):
    """Tell whether the second one is nearly as good as the best."""
    return len(candidates) > 1 and candidates[0].score - candidates[1].score < CLOSE
