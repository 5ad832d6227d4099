from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..client import Rejected
from .mirror import upsert


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    # === HEADERS === #

    def _phase_invoice(self, work):
        stream = self._get_stream('invoice')
        if self.kind != 'full':
            self._read_invoices(work, stream._at('number', 0))
        if self.kind == 'full' or self._get_invoice_difference(stream):
            # Numbers need not arrive in order: read all headers once to find the gaps.
            self._read_invoices(work, 0, again=True)
        work.store(lambda: self._finish_invoices(stream))

    def _read_invoices(self, work, start, again=False):
        place = 'again' if again else 'after'
        after = self._at(place, start)
        for page in work.client.booked_invoices(after):
            read = self._at('read', 0)
            total = None if page.matching is None else page.matching + read
            work.store(
                lambda page=page: self._store_invoices(page, place),
                len(page.records) + len(page.rejected),
                total,
            )

    def _store_invoices(self, page, place):
        self._save_invoices(page.records)
        self.env['economic.quarantine']._add(self.agreement_id, 'invoice', page.rejected)
        checkpoint = dict(self.checkpoint or {})
        checkpoint['read'] = checkpoint.get('read', 0) + len(page.records) + len(page.rejected)
        if page.position:
            checkpoint[place] = page.position
        if page.total is not None:
            checkpoint['total'] = page.total
        self.checkpoint = checkpoint

    def _save_invoices(self, records):
        """Store booked invoices in the mirror."""
        agreement = self.agreement_id
        currencies = self._get_currencies()
        known, unknown = [], []
        for record in records:
            (known if record.currency in currencies else unknown).append(record)
        references = self.env['economic.reference']._get_ids(
            agreement,
            {
                (kind, str(number))
                for record in known
                for kind, number in (
                    ('payment_term', record.payment_terms_number),
                    ('employee', record.sales_person_number),
                )
                if number is not None
            },
        )
        debtors = self._get_debtors_by_number(known)
        invoices = self.env['economic.invoice']
        stored = upsert(
            invoices,
            invoices.COLUMNS,
            [
                invoices._prepare_values(
                    agreement, record, debtors[record.customer_number], references, currencies
                )
                for record in known
            ],
            ('agreement_id', 'number'),
        )
        quarantine = self.env['economic.quarantine']
        quarantine._add(
            agreement,
            'invoice',
            [
                Rejected('', str(record.number), 'currency', 'currency', record.currency, '')
                for record in unknown
            ],
        )
        quarantine._resolve(agreement, 'invoice', [record.number for record in known])
        if stored.inserted:
            credited = sum(record.gross_amount < 0 for record in known)
            self.credit_note_count += credited
            self.invoice_count += len(known) - credited
        return stored

    def _get_debtors_by_number(self, records):
        """Return {number: (debtor id, partner id)}, with a debtor made from the invoice's
        recipient where the list of debtors has none.
        """
        wanted = {record.customer_number: record for record in records}
        found = self._select_debtors(wanted)
        missing = wanted.keys() - found.keys()
        if missing:
            agreement = self.agreement_id
            upsert(
                self.env['economic.debtor'],
                ('agreement_id', 'number', 'company_id', 'name', 'address', 'zip', 'city',
                 'country_name', 'cvr', 'ean', 'active', 'match_state'),
                [
                    (agreement.id, number, agreement.company_id.id, to.name or None,
                     to.address or None, to.zip or None, to.city or None, to.country or None,
                     to.cvr or None, to.ean or None, True, 'new')
                    for number, to in ((n, wanted[n].recipient) for n in sorted(missing))
                ],
                ('agreement_id', 'number'),
                where=SQL('t.active'),
            )  # fmt: skip
            found |= self._select_debtors(missing)
        return found

    def _select_debtors(self, numbers):
        return {
            number: (id_, partner_id)
            for number, id_, partner_id in self.env.execute_query(
                SQL(
                    'SELECT number, id, partner_id FROM economic_debtor'
                    ' WHERE agreement_id = %s AND active AND number = ANY(%s)',
                    self.agreement_id.id,
                    list(numbers),
                )
            )
        }

    def _get_invoice_difference(self, stream):
        """Return how many more invoices e-conomic has than we, unless that was so before."""
        total = self._at('total', None)
        if total is None or 'again' in self.checkpoint:
            return 0
        difference = total - self._count_invoices()
        return difference if difference != stream.difference else 0

    def _count_invoices(self):
        stored = self.env['economic.invoice'].search_count(
            [('agreement_id', '=', self.agreement_id.id)]
        )
        return stored + self._count_quarantined('invoice')

    def _finish_invoices(self, stream):
        checkpoint = self.checkpoint or {}
        numbers = [stream._at('number', 0), checkpoint.get('after', 0)]
        values = {
            'checkpoint': {'number': max(*numbers, checkpoint.get('again', 0))},
            'synced_at': fields.Datetime.now(),
        }
        if 'total' in checkpoint:
            values |= {
                'remote_count': checkpoint['total'],
                'difference': checkpoint['total'] - self._count_invoices(),
            }
        stream.write(values)

    # === LINES === #

    def _phase_line(self, work):
        stream = self._get_stream('line')
        above = stream._at('number', 0)
        up_to = self._get_stream('invoice')._at('number', 0)
        if up_to > above:
            cursor = self._at('cursor', None)
            pages = work.client.invoice_lines(above=above, up_to=up_to, cursor=cursor)
            for page in pages:
                work.store(
                    lambda page=page: self._store_lines(page),
                    len(page.records) + len(page.rejected),
                )
        work.store(
            lambda: stream.write(
                {'checkpoint': {'number': max(up_to, above)}, 'synced_at': fields.Datetime.now()}
            )
        )

    def _store_lines(self, page):
        self._save_lines(page.records)
        self.env['economic.quarantine']._add(self.agreement_id, 'line', page.rejected)
        self.checkpoint = {'cursor': page.position}

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
        stored = upsert(
            lines,
            lines.COLUMNS,
            [
                prepare(agreement_id, company_id, record, headers[record.document_id], references)
                for record in records
            ],
            ('agreement_id', 'number'),
        )
        self.invoice_line_count += stored.inserted
        return stored

    # === OPEN AMOUNTS === #

    def _phase_open(self, work):
        """Walk what e-conomic calls unpaid; an invoice that is open here and not there is settled.

        Only what differs is read as a whole, since the list of unpaid ones lacks the amounts in
        base currency.
        """
        after = self._at('after', 0)
        for page in work.client.unpaid_invoices(after):
            changed = self._get_changed_open(page, self._at('after', 0))
            records = [
                record
                for found in work.client.booked_invoices_by_number(changed)
                for record in found.records
            ]
            work.store(
                lambda page=page, records=records: self._store_open(page, records),
                len(page.records) + len(page.rejected),
                page.matching and page.matching + self.progress_done,
            )
        stream = self._get_stream('open')
        work.store(lambda: stream.write({'synced_at': fields.Datetime.now()}))

    def _get_changed_open(self, page, after):
        """Return numbers of invoices whose open amount here is another than the page says."""
        there = {amount.number: amount.remainder for amount in page.records}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT number, amount_residual::text FROM economic_invoice
                 WHERE agreement_id = %(agreement)s
                   AND (amount_residual <> 0 AND number > %(after)s
                        AND (%(last)s OR number <= %(upto)s) OR number = ANY(%(numbers)s))
                """,
                agreement=self.agreement_id.id, after=after, last=page.last,
                upto=page.position or 0, numbers=list(there),
            )
        )  # fmt: skip
        here = {number: Decimal(residual) for number, residual in rows}
        rejected = {int(r.number) for r in page.rejected if r.number.isdigit()}
        differing = {n for n, residual in here.items() if there.get(n, 0) != residual}
        return sorted((differing | (there.keys() - here.keys())) - rejected)

    def _store_open(self, page, records):
        if records:
            self._save_invoices(records)
        if page.position:
            self.checkpoint = {'after': page.position}

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
        work.store(lambda: self.write({'difference': sum(streams.mapped('difference'))}))

    def _get_unbalanced(self):
        return [
            number
            for (number,) in self.env.execute_query(
                SQL(
                    """
                    SELECT i.number
                      FROM economic_invoice i
                 LEFT JOIN economic_invoice_line l ON l.invoice_id = i.id
                     WHERE i.agreement_id = %s AND (%s OR i.write_date >= %s)
                  GROUP BY i.id
                    HAVING COALESCE(sum(l.price_subtotal), 0) <> i.amount_untaxed
                  ORDER BY i.number
                    """,
                    self.agreement_id.id, self.kind == 'full', self.started_at,
                )
            )
        ]  # fmt: skip

    def _repair_lines(self, number, records):
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
