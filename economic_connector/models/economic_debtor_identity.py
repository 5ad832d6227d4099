from rapidfuzz import fuzz
from stdnum.dk import cvr as danish_cvr

from odoo import fields, models
from odoo.tools import SQL

from ..matching.names import read_name

SIMILAR = 60  # of 100: below it a name is another name, not another spelling


class EconomicDebtor(models.Model):
    """A number alone is not an identity: e-conomic lets a debtor be renumbered, and a number that
    became free be used again.
    """

    _inherit = 'economic.debtor'

    question = fields.Selection(
        [
            ('identity', "Another company behind this number?"),
            ('conflict', "Changed on both sides"),
        ],
        "Open Question",
        readonly=True,
        index='btree_not_null',
    )
    question_line_id = fields.Many2one(
        'economic.run.line', readonly=True, index='btree_not_null', ondelete='set null'
    )
    former = fields.Json(readonly=True, help="Name and CVR before they changed.")
    notes = fields.Char(readonly=True, help="What was cleaned so that it could be stored.")

    def _get_suspects(self, agreement, customers):
        """Return {number: former values} of linked debtors that may now be another company."""
        found = self.env.execute_query(
            SQL(
                """
                SELECT number, name, cvr, former FROM economic_debtor
                 WHERE agreement_id = %s AND active AND partner_id IS NOT NULL AND number = ANY(%s)
                """,
                agreement.id,
                [customer.number for customer in customers],
            )
        )
        known = {
            number: former or {'name': name, 'cvr': cvr} for number, name, cvr, former in found
        }
        return {
            customer.number: known[customer.number]
            for customer in customers
            if customer.number in known and _is_another(known[customer.number], customer)
        }

    def _doubt_identity(self, agreement, suspects):
        """Turn what was found into questions."""
        debtors = self.search(
            [('agreement_id', '=', agreement.id), ('number', 'in', list(suspects))]
        )
        for debtor in debtors:
            debtor.write({'question': 'identity', 'former': suspects[debtor.number]})

    def _settle_identity(self):
        """Keep the link: a person says it is the same company, under another name or number."""
        self.write({'question': False, 'question_line_id': False, 'former': False})

    def _split_identity(self):
        """Give the number to a new debtor: a person says it is another company now.

        The old debtor keeps name, company and invoices.

        :return: the new debtor
        """
        self.ensure_one()
        former = self.former
        self.write({'active': False})
        self.flush_recordset()
        new = self.copy(
            {
                'active': True, 'partner_id': False, 'match_state': 'new', 'match_score': 0,
                'match_evidence': False, 'linked_at': False, 'linked_by_id': False,
                'applied_values': False, 'question': False, 'question_line_id': False,
                'former': False, 'successor_id': False,
            }
        )  # fmt: skip
        self.write(
            {'name': former['name'], 'cvr': former['cvr'], 'successor_id': new.id, 'deleted': True,
             'question': False, 'question_line_id': False, 'former': False}
        )  # fmt: skip
        former = {new.id: self.partner_id.id} if self.partner_id else None
        new._log_event('separated', former=former)
        return new

    def _find_renumbered(self):
        """Give the links of these debtors, gone from e-conomic, to the same ones under new numbers.

        The same means: the one new debtor with an equal CVR, or, where there is none, with equal
        name, address and postal code.
        """
        for debtor in self.filtered('partner_id'):
            domain = [
                ('agreement_id', '=', debtor.agreement_id.id), ('partner_id', '=', False),
                ('match_state', '=', 'new'), ('deleted', '=', False),
                ('id', '>', debtor.id),
            ]  # fmt: skip
            if debtor.cvr:
                domain += [('cvr', '=', debtor.cvr), ('name', '=', debtor.name)]
            else:
                domain += [(name, '=', debtor[name]) for name in ('name', 'address', 'zip', 'cvr')]
            found = self.search(domain, limit=2)
            if len(found) == 1:
                debtor._move_to(found)

    def _move_to(self, successor):
        """Hand company, link and contacts of this debtor to its new number."""
        values = self._get_link_state()
        successor.write(
            values | {'linked_at': self.linked_at, 'linked_by_id': self.linked_by_id.id}
        )
        self.contact_ids.write({'debtor_id': successor.id})
        for model in ('economic.invoice', 'economic.invoice.line'):
            of_mine = self.env[model].search([('debtor_id', '=', self.id)])
            of_mine.write({'debtor_id': successor.id})
        self.write({'active': False, 'successor_id': successor.id})
        successor._propagate_partner()
        successor._log_event('renumbered', note=self.display_name)


def _is_another(former, customer):
    """Tell whether a record is another company than the one known under its number."""
    old, new = (danish_cvr.compact(text or '') for text in (former['cvr'], customer.cvr))
    if old and new and old != new:
        return True
    if former['name'] == customer.name or not former['name'] or not customer.name:
        return False
    old_words, new_words = (
        ' '.join(sorted(read_name(name).words)) for name in (former['name'], customer.name)
    )
    return fuzz.token_set_ratio(old_words, new_words) < SIMILAR
