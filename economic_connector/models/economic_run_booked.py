from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..client import Rejected
from .economic_invoice_line import to_base
from .mirror import upsert


class EconomicRun(models.Model):
    """What is booked does not change; where it did, ours stays and a person is told."""

    _inherit = 'economic.run'

    def _get_differing(self, records, currencies):
        """Return {number: what to put into quarantine} of invoices that are another than here.

        What is still open of them changes, of course, and texts may be put right.

        :param currencies: {code: id}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT number, date, currency_id, amount_untaxed::text, amount_tax::text,
                       amount_total::text
                  FROM economic_invoice
                 WHERE agreement_id = %s AND number = ANY(%s)
                """,
                self.agreement_id.id,
                [record.number for record in records],
            )
        )
        here = {number: rest for number, *rest in rows}
        codes = {id_: code for code, id_ in currencies.items()}
        differing = {}
        for record in records:
            if record.number not in here:
                continue
            date, currency_id, *amounts = here[record.number]
            ours = (date, codes[currency_id], *map(Decimal, amounts))
            theirs = (
                record.date, record.currency, Decimal(record.net_amount),
                Decimal(record.vat_amount), Decimal(record.gross_amount),
            )  # fmt: skip
            if ours != theirs:
                words = f'{_in_words(ours)} ≠ {_in_words(theirs)}'
                differing[record.number] = Rejected(
                    '', str(record.number), 'booked_differs', 'bookedInvoiceNumber', words, ''
                )
        return differing

    def _follow_open_amounts(self, records):
        """Let invoices that are kept as they are follow what is still open of them."""
        upsert(
            self.env['economic.invoice'],
            ('agreement_id', 'number', 'amount_residual', 'amount_residual_base'),
            [
                (
                    self.agreement_id.id,
                    record.number,
                    record.remainder,
                    to_base(record.remainder, record.exchange_rate or 100)
                    if record.remainder_in_base_currency is None
                    else record.remainder_in_base_currency,
                )
                for record in records
            ],
            ('agreement_id', 'number'),
        )


def _in_words(values):
    date, currency, *amounts = values
    return f"{date} {currency} {' / '.join(f'{amount:.2f}' for amount in amounts)}"
