"""What was forgotten is kept out: of the mirror, of quarantine, of the lists of runs."""

import re
from dataclasses import replace
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from .economic_privacy import make_prints

# In what was received: the customer, or the invoice, that a record is about.
ABOUT = re.compile(r'"(customer|document|bookedinvoice)_?(?:number|id)"\s*:\s*"?(\d+)', re.I)
OF_DEBTORS = ('debtor', 'contact', 'delivery')


class Forgotten(NamedTuple):
    """Numbers that are not let in."""

    ids: frozenset  # of debtors
    debtors: frozenset  # numbers
    contacts: frozenset  # (kind, number)
    prints: frozenset  # of debtors, see `make_prints`

    def has_contact(self, kind, record):
        """Tell whether a contact or delivery address is to be left out."""
        return record.customer_number in self.debtors or (kind, record.number) in self.contacts

    def has_rejected(self, kind, item):
        """Tell whether a record that cannot be stored would not be wanted anyway."""
        number = int(item.number) if item.number.isdigit() else None
        if kind == 'debtor':
            return number in self.debtors
        return (kind, number) in self.contacts or self.is_about(item.raw)

    def is_about(self, raw):
        """Tell whether what was received tells of a forgotten debtor."""
        return any(what == 'customer' and n in self.debtors for what, n in find_about(raw))


def find_about(raw):
    """Return {(what, number)} that a record names: 'customer', 'document' or 'bookedinvoice'."""
    return {(what.lower(), int(number)) for what, number in ABOUT.findall(raw or '')}


def empty_rows(model, rows, forgotten):
    """Return rows of values of `model.COLUMNS`, emptied where their debtor was forgotten."""
    if not forgotten.ids:
        return rows
    debtor = model.COLUMNS.index('debtor_id')
    personal = {model.COLUMNS.index(name) for name in model.PERSONAL}
    return [
        tuple(None if at in personal else value for at, value in enumerate(row))
        if row[debtor] in forgotten.ids
        else row
        for row in rows
    ]


class EconomicAgreement(models.Model):
    _inherit = 'economic.agreement'

    def _get_forgotten(self):
        """Return what this agreement keeps out."""
        self.env['economic.debtor'].flush_model(['forgotten_at', 'forgotten_prints'])
        self.env['economic.contact'].flush_model(['forgotten_at'])
        debtors = self.env.execute_query(
            SQL(
                'SELECT id, number, active, forgotten_prints FROM economic_debtor'
                ' WHERE agreement_id = %s AND forgotten_at IS NOT NULL',
                self.id,
            )
        )
        contacts = self.env.execute_query(
            SQL(
                'SELECT kind, number FROM economic_contact'
                ' WHERE agreement_id = %s AND forgotten_at IS NOT NULL',
                self.id,
            )
        )
        return Forgotten(
            frozenset(id_ for id_, _number, _active, _prints in debtors),
            frozenset(number for _id, number, active, _prints in debtors if active),
            frozenset(contacts),
            frozenset(one for *_rest, prints in debtors for one in prints or ()),
        )


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    def _forget_again(self, customers, forgotten):
        """Forget debtors that come in under another number, before anybody has seen them.

        :param customers: records that were just stored
        """
        if not forgotten.prints:
            return
        numbers = [
            customer.number
            for customer in customers
            if not forgotten.prints.isdisjoint(make_prints(self.env, customer))
        ]
        if numbers:
            self.env['economic.debtor'].search(
                [('agreement_id', '=', self.agreement_id.id), ('number', 'in', numbers)]
            )._forget()


class EconomicQuarantine(models.Model):
    _inherit = 'economic.quarantine'

    def _add(self, agreement, kind, rejected):
        """Keep nothing of what was forgotten: of its invoices no more than what is wrong."""
        rejected = list(rejected)
        forgotten = agreement._get_forgotten() if rejected else None
        wanted = []
        for item in rejected:
            if not forgotten.has_rejected(kind, item):
                wanted.append(item)
            elif kind not in OF_DEBTORS:
                wanted.append(replace(item, raw=''))
        return super()._add(agreement, kind, wanted)

    def _forget(self, records):
        """Remove the rows of debtors or contacts; of their invoices keep only what is wrong."""
        for agreement, of_agreement in records.grouped('agreement_id').items():
            rows = self.search([('agreement_id', '=', agreement.id)])
            numbers = set(of_agreement.mapped('number'))
            if records._name == 'economic.contact':
                known = {(contact.kind, str(contact.number)) for contact in of_agreement}
                rows.filtered(lambda row, known=known: (row.kind, row.number) in known).unlink()
                continue
            invoices = set(of_agreement.invoice_ids.mapped('number'))
            about = {('customer', number) for number in numbers}
            about |= {(w, n) for n in invoices for w in ('document', 'bookedinvoice')}
            going = rows.filtered(
                lambda row, numbers=numbers, about=about: (
                    (row.kind == 'debtor' and row.number in map(str, numbers))
                    or (row.kind in OF_DEBTORS and find_about(row.raw) & about)
                )
            )
            rest = (rows - going).filtered(
                lambda row, invoices=invoices, about=about: (
                    (row.kind in ('invoice', 'lines') and row.number in map(str, invoices))
                    or find_about(row.raw) & about
                )
            )
            going.unlink()
            rest.write({'raw': False})
