from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, hmac

from ..matching.fold import fold

NOTHING = {'forgotten_at': False, 'forgotten_by_id': False}


def make_prints(env, debtor):
    """Return by what a debtor is known again: CVR, and name with postal code, sealed with the
    database's own secret.

    :param debtor: a record of either side
    """
    texts = []
    if debtor.cvr:
        texts.append(f'cvr {fold(debtor.cvr)}')
    if debtor.name:
        texts.append(f'name {fold(debtor.name)} {fold(debtor.zip or "")}')
    return [hmac(env(su=True), 'economic_forgotten', text) for text in texts]


class EconomicForgettable(models.AbstractModel):
    """A record that a manager may let go for good: what tells of a person is removed here, in the
    runs and in quarantine, and does not come in again. Its number stays, so that it is known.
    """

    _name = 'economic.forgettable'
    _description = "e-conomic Record That Can Be Forgotten"

    forgotten_at = fields.Datetime("Forgotten", readonly=True, index='btree_not_null')
    forgotten_by_id = fields.Many2one('res.users', readonly=True)

    def action_forget(self):
        """Show what forgetting would remove; nothing happens yet."""
        self._check_forget()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Forget"),
            'res_model': 'economic.forget',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'active_model': self._name, 'active_ids': self.ids},
        }

    def action_let_in(self):
        """Let e-conomic's records come in again: the next import or full check reads them."""
        self._check_forget()
        # In sudo mode: the mirror is nobody's to write; checked above.
        self.filtered('forgotten_at').sudo()._let_in()

    def _let_in(self):
        self.write(NOTHING)

    def _check_forget(self):
        self.check_access('read')
        self.agreement_id.check_access('write')

    def _get_forgotten_mark(self):
        return {'forgotten_at': fields.Datetime.now(), 'forgotten_by_id': self.env.uid}

    def _empty(self, model, columns, field, constants=None):
        """Empty columns of the rows of a model that belong to these records, in one statement.

        :param str field: column by which they belong
        :param constants: {column: value} to set beside
        """
        table = self.env[model]
        table.flush_model()
        values = dict.fromkeys(columns) | (constants or {})
        self.env.cr.execute(
            SQL(
                'UPDATE %s SET %s WHERE %s = ANY(%s)',
                SQL.identifier(table._table),
                SQL(', ').join(
                    SQL('%s = %s', SQL.identifier(name), value) for name, value in values.items()
                ),
                SQL.identifier(field),
                self.ids,
            )
        )
        table.invalidate_model()

    def _empty_run_lines(self, field):
        """Leave of what runs did with these records no more than that they did it."""
        self._empty(
            'economic.run.line',
            ('debtor_name', 'city', 'partner_id', 'changes', 'evidence', 'notes', 'message',
             'choices', 'undo'),
            field,
            {'can_undo': False, 'has_conflict': False, 'approved': False, 'has_kept': False,
             'status': SQL("CASE WHEN state IN ('planned', 'again') THEN 'skipped'"
                           " ELSE status END"),
             'reason': 'forgotten'},
        )  # fmt: skip


class EconomicContact(models.Model):
    _name = 'economic.contact'
    _inherit = ['economic.contact', 'economic.forgettable']

    PERSONAL = (
        'name', 'email', 'phone', 'comment', 'address', 'zip', 'city', 'country_name',
        'country_id', 'terms', 'notes', 'applied_values', 'partner_id',
    )  # fmt: skip

    def _forget(self):
        """Remove all that tells of these; their numbers stay, so that they are not read again."""
        self.env['economic.quarantine']._forget(self)
        self.write(dict.fromkeys(self.PERSONAL, False) | self._get_forgotten_mark())
        self._empty_run_lines('contact_id')


class EconomicDebtor(models.Model):
    _name = 'economic.debtor'
    _inherit = ['economic.debtor', 'economic.forgettable']

    PERSONAL = (
        'name', 'address', 'zip', 'city', 'country_name', 'country_id', 'cvr', 'vat_number',
        'p_number', 'ean', 'emails', 'phone', 'mobile_phone', 'website', 'notes', 'former',
        'applied_values', 'match_evidence', 'match_score', 'partner_id', 'linked_at',
        'linked_by_id', 'question', 'question_line_id',
    )  # fmt: skip

    forgotten_prints = fields.Json(
        "Known Again By",
        readonly=True,
        help="By these it is known again under another number; they tell nothing.",
    )

    def _get_same(self):
        """Return these, and the rows of the same debtors under their former numbers."""
        debtors = self.with_context(active_test=False)
        former = debtors.search([('active', '=', False), ('successor_id', 'in', self.ids)])
        former = former.filtered(lambda old: old.name == old.successor_id.name) - debtors
        return debtors | former._get_same() if former else debtors

    def _forget(self):
        """Remove all that tells of these. Amounts of their invoices stay, without a name."""
        debtors = self._get_same()
        partners = debtors.partner_id
        invoices = debtors.invoice_ids
        self.env['economic.quarantine']._forget(debtors)
        debtors.contact_ids._forget()
        debtors.candidate_ids.unlink()
        for debtor in debtors:
            debtor.write(
                dict.fromkeys(self.PERSONAL, False)
                | debtor._get_forgotten_mark()
                | {
                    'match_state': 'ignored',
                    'reopened': False,
                    'forgotten_prints': make_prints(self.env, debtor) or debtor.forgotten_prints,
                }
            )
        debtors._propagate_partner()
        debtors._empty_run_lines('debtor_id')
        events = ('partner_id', 'former_id', 'partner_name', 'former_name', 'evidence', 'note')
        debtors._empty('economic.debtor.event', events, 'debtor_id')
        for model in ('economic.invoice', 'economic.invoice.line'):
            debtors._empty(model, self.env[model].PERSONAL, 'debtor_id')
        self.env['ir.attachment'].search(
            [('res_model', '=', 'economic.invoice'), ('res_id', 'in', invoices.ids)]
        ).unlink()
        debtors._log_event('forgotten')
        if partners:
            self.env['economic.figures']._refresh(partners.ids)

    def _reopen(self):
        if self.forgotten_at:
            raise UserError(self.env._("It was forgotten. Let it in again first."))
        return super()._reopen()

    def _let_in(self):
        self.contact_ids.filtered('forgotten_at')._let_in()
        self.write(NOTHING | {'match_state': 'new', 'forgotten_prints': False})


class EconomicInvoice(models.Model):
    _inherit = 'economic.invoice'

    PERSONAL = (
        'reference', 'heading', 'text', 'recipient_name', 'recipient_address', 'recipient_zip',
        'recipient_city', 'recipient_country', 'recipient_cvr', 'recipient_ean', 'notes',
    )  # fmt: skip

    def _fetch_pdf(self):
        if self.debtor_id.forgotten_at:
            raise UserError(self.env._("This debtor was forgotten; see the invoice in e-conomic."))
        return super()._fetch_pdf()


class EconomicInvoiceLine(models.Model):
    _inherit = 'economic.invoice.line'

    PERSONAL = ('description', 'notes')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.ondelete(at_uninstall=False)
    def _unlink_economic(self):
        """Keep a contact that a person deletes from coming back with the next run."""
        self.env['economic.match.key']._forget(self.ids)
        if self.env.context.get('economic_running'):
            return  # The engine takes back what it made.
        # In sudo mode: whoever may delete the contact need not see e-conomic's records.
        mirror = self.sudo().with_context(active_test=False)
        linked = mirror.env['economic.debtor'].search([('partner_id', 'in', self.ids)], limit=1)
        if linked:
            raise UserError(
                self.env._(
                    "%s is a debtor in e-conomic and has its invoices there. Archive it, or choose "
                    "Forget in e-conomic from its actions.",
                    linked.partner_id.display_name,
                )
            )
        mirror.env['economic.contact'].search([('partner_id', 'in', self.ids)])._forget()
