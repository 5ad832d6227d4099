from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..client import Rejected
from .economic_run_forgotten import empty_rows
from .mirror import upsert


class EconomicRun(models.Model):
    """The lines of the invoices, in bulk, and the check that they add up."""

    _inherit = 'economic.run'

    # === LINES === #

    def _phase_line(self, work):
        if not self.with_invoices:
            return None
        stream, invoices = self._get_stream('line'), self._get_stream('invoice')
        since = invoices._at('since', '')
        above = 0 if stream._at('since', '') > since else stream._at('number', 0)
        if since:
            above = max(above, self._get_lowest_number() - 1)
        up_to = invoices._at('number', 0)
        if up_to > above and not self._at('read', False):
            cursor = self._at('cursor', None)
            pages = work.client.invoice_lines(above=above, up_to=up_to, cursor=cursor)
            for page in pages:
                work.store(
                    lambda page=page: self._store_lines(page),
                    len(page.records) + len(page.rejected),
                )
                self._check_systematic(page)
        return lambda: stream.write(
            {
                'checkpoint': {'number': max(up_to, above), 'since': since},
                'synced_at': fields.Datetime.now(),
            }
        )

    def _store_lines(self, page):
        self._save_lines(page.records)
        self.env['economic.quarantine']._add(self.agreement_id, 'line', page.rejected)
        self.checkpoint = {'cursor': page.position, 'read': page.last}

    def _save_lines(self, records):
        """Store lines of invoices that are here; the check finds those that came too early."""
        agreement = self.agreement_id
        headers = {
            # Odoo's cursor gives numbers as floats; money is computed exactly.
            number: (*rest, Decimal(rate))
            for number, *rest, rate in self.env.execute_query(
                SQL(
                    """
                    SELECT number, id, debtor_id, partner_id, date, currency_id,
                           base_currency_id, currency_rate::text
                      FROM economic_invoice
                     WHERE agreement_id = %s AND number = ANY(%s)
                    """,
                    agreement.id,
                    list({record.document_id for record in records}),
                )
            )
        }
        records = [record for record in records if record.document_id in headers]
        wanted = {('product', record.product_number) for record in records if record.product_number}
        wanted |= {('unit', str(r.unit_number)) for r in records if r.unit_number is not None}
        references = self.env['economic.reference']._get_ids(agreement, wanted)
        lines = self.env['economic.invoice.line']
        agreement_id, company_id = agreement.id, agreement.company_id.id
        prepare = lines._prepare_values
        rows = [
            prepare(agreement_id, company_id, record, headers[record.document_id], references)
            for record in records
        ]
        rows = empty_rows(lines, rows, agreement._get_forgotten())
        stored = upsert(lines, lines.COLUMNS, rows, ('agreement_id', 'number'))
        self.invoice_line_count += stored.inserted
        self._count_cleaned(lines, stored)

    # === CHECK === #

    def _phase_check(self, work):
        """Hold the lines of each invoice this run touched against its header."""
        for number in self._get_unbalanced():
            records = [
                record
                for page in work.client.invoice_lines(above=number - 1, up_to=number)
                for record in page.records
            ]
            work.store(lambda number=number, records=records: self._repair_lines(number, records))
        streams = self.agreement_id.stream_ids
        return lambda: self.write({'difference': sum(streams.mapped('difference'))})

    def _get_unbalanced(self):
        return [
            number
            for (number,) in self.env.execute_query(
                SQL(
                    """
                    SELECT i.number
                      FROM economic_invoice i
                 LEFT JOIN economic_invoice_line l ON l.invoice_id = i.id
                     WHERE i.agreement_id = %s AND i.number > %s
                       AND (%s OR i.write_date >= %s)
                  GROUP BY i.id
                    HAVING COALESCE(sum(l.price_subtotal), 0) <> i.amount_untaxed
                  ORDER BY i.number
                    """,
                    self.agreement_id.id, self._at('after', 0), self.kind == 'full',
                    self.started_at,
                )
            )
        ]  # fmt: skip

    def _repair_lines(self, number, records):
        self.checkpoint = {'after': number}
        self._save_lines(records)
        invoice = self.env['economic.invoice'].search(
            [('agreement_id', '=', self.agreement_id.id), ('number', '=', number)]
        )
        there = {record.number for record in records}
        self.env.cr.execute(
            SQL(
                'DELETE FROM economic_invoice_line WHERE invoice_id = %s AND number <> ALL(%s)',
                invoice.id,
                list(there),
            )
        )
        invoice.invalidate_recordset()
        total = sum((record.total_net_amount or 0) for record in records)
        quarantine = self.env['economic.quarantine']
        if invoice.currency_id.compare_amounts(float(total), invoice.amount_untaxed):
            difference = f'{total} ≠ {invoice.amount_untaxed:.2f}'
            quarantine._add(
                self.agreement_id,
                'lines',
                [Rejected('', str(number), 'lines_differ', 'lines', difference, '')],
            )
        else:
            quarantine._resolve(self.agreement_id, 'lines', [number])
