from datetime import date
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from .economic_run_fetch import reject_currency
from .economic_run_forgotten import empty_rows
from .mirror import upsert


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    # === HEADERS === #

    def _phase_invoice(self, work):
        if not self.with_invoices:
            return None
        stream = self._get_stream('invoice')
        if self.kind != 'full' and not self._at('again', 0):
            wider = stream._at('since', '') > self._get_since(stream)
            self._read_invoices(work, 0 if wider else stream._at('number', 0))
        # Numbers need not arrive in order: read all headers once to find the gaps.
        if self.kind == 'full' or self._at('again', 0) or self._get_invoice_difference(stream):
            self._read_invoices(work, 0, again=True)
        return lambda: self._finish_invoices(stream)

    def _read_invoices(self, work, start, again=False):
        place = 'again' if again else 'after'
        if self._at('complete', None) == place:
            return
        after = self._at(place, start)
        since = self._get_since(self._get_stream('invoice'))
        pages = work.client.booked_invoices(
            after, since=date.fromisoformat(since) if since else None
        )
        for page in pages:
            read = self._at('read', 0)
            total = None if page.matching is None else page.matching + read
            unknown = work.store(
                lambda page=page, first=not after: self._store_invoices(page, place, first),
                len(page.records) + len(page.rejected),
                total,
            )
            self._check_systematic(page, unknown)
            after = page.position

    def _get_since(self, stream):
        """Return from which day on invoices are wanted, '' for all: what was read once stays."""
        wanted = self.invoices_since.isoformat() if self.invoices_since else ''
        return min(wanted, stream._at('since', '')) if stream._at('number', 0) else wanted

    def _store_invoices(self, page, place, first):
        unknown = self._save_invoices(page.records)
        quarantine = self.env['economic.quarantine']
        if first:
            quarantine._forget_unnumbered(self.agreement_id, 'invoice')
        quarantine._add(self.agreement_id, 'invoice', page.rejected)
        checkpoint = self._get_checkpoint(page)
        checkpoint['read'] = checkpoint.get('read', 0) + len(page.records) + len(page.rejected)
        if page.position:
            checkpoint[place] = page.position
        if page.last:
            checkpoint['complete'] = place
        if page.total is not None:
            checkpoint['total'] = page.total
            if first:
                checkpoint['outside'] = page.total - page.matching
        self.checkpoint = checkpoint
        return unknown

    def _save_invoices(self, records):
        """Store booked invoices in the mirror; return how many have an unknown currency."""
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
        differing = self._get_differing(known, currencies)
        self._follow_open_amounts([r for r in known if r.number in differing])
        unchanged = [record for record in known if record.number not in differing]
        debtors = self._get_debtors_by_number(unchanged)
        former = self._get_former_debtors(known)
        invoices = self.env['economic.invoice']
        rows = [
            invoices._prepare_values(
                agreement,
                record,
                former.get(record.number) or debtors[record.customer_number],
                references,
                currencies,
            )
            for record in unchanged
        ]
        rows = empty_rows(invoices, rows, agreement._get_forgotten())
        stored = upsert(invoices, invoices.COLUMNS, rows, ('agreement_id', 'number'))
        quarantine = self.env['economic.quarantine']
        quarantine._add(agreement, 'invoice', differing.values())
        quarantine._add(agreement, 'invoice', map(reject_currency, unknown))
        quarantine._resolve(agreement, 'invoice', [record.number for record in unchanged])
        if stored.inserted:
            credited = sum(record.gross_amount < 0 for record in unchanged)
            self.credit_note_count += credited
            self.invoice_count += len(unchanged) - credited
        self._count_cleaned(invoices, stored)
        return len(unknown)

    def _get_former_debtors(self, records):
        """Return {invoice number: (debtor id, partner id)} of invoices that belong to whoever had
        the debtor's number before.
        """
        return {
            number: (id_, partner_id)
            for number, id_, partner_id in self.env.execute_query(
                SQL(
                    """
                    SELECT i.number, d.id, d.partner_id
                      FROM economic_invoice i
                      JOIN economic_debtor d ON d.id = i.debtor_id
                     WHERE i.agreement_id = %s AND NOT d.active AND i.number = ANY(%s)
                       AND d.number = (SELECT number FROM economic_debtor n
                                        WHERE n.id = d.successor_id)
                    """,
                    self.agreement_id.id,
                    [record.number for record in records],
                )
            )
        }

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
        difference = self._get_expected(stream, self.checkpoint) - self._count_invoices()
        return difference if difference != stream.difference else 0

    def _get_expected(self, stream, checkpoint):
        """Return how many invoices should be here: all but those before the wanted day."""
        return checkpoint['total'] - checkpoint.get('outside', stream._at('outside', 0))

    def _count_invoices(self):
        stored = self.env['economic.invoice'].search_count(
            [('agreement_id', '=', self.agreement_id.id)]
        )
        return stored + self._count_quarantined('invoice')

    def _finish_invoices(self, stream):
        checkpoint = self.checkpoint or {}
        numbers = [stream._at('number', 0), checkpoint.get('after', 0)]
        values = {
            'checkpoint': {
                'number': max(*numbers, checkpoint.get('again', 0)),
                'since': self._get_since(stream),
                'outside': checkpoint.get('outside', stream._at('outside', 0)),
            },
            'synced_at': fields.Datetime.now(),
        }
        if 'total' in checkpoint:
            expected = self._get_expected(stream, checkpoint)
            values |= {
                'remote_count': expected,
                'difference': expected - self._count_invoices(),
            }
        stream.write(values)

    # === OPEN AMOUNTS === #

    def _phase_open(self, work):
        """Walk what e-conomic calls unpaid; an invoice that is open here and not there is settled.

        Only what differs is read as a whole, since the list of unpaid ones lacks the amounts in
        base currency.
        """
        if not self.with_invoices and self.kind != 'open':
            return None
        complete = self._at('complete', False)
        for page in () if complete else work.client.unpaid_invoices(self._at('after', 0)):
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
        return lambda: stream.write({'synced_at': fields.Datetime.now()})

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
        missing = there.keys() - here.keys()
        if self._get_stream('invoice')._at('since', ''):
            lowest = self._get_lowest_number()
            missing = {number for number in missing if number >= lowest}
        return sorted((differing | missing) - rejected)

    def _get_lowest_number(self):
        """Return the lowest number of an invoice that is here; 0 without any."""
        return (
            self.env['economic.invoice']
            .search([('agreement_id', '=', self.agreement_id.id)], order='number', limit=1)
            .number
        )

    def _store_open(self, page, records):
        since = self._get_stream('invoice')._at('since', '')
        records = [record for record in records if record.date.isoformat() >= since]
        if records:
            self._save_invoices(records)
        self.checkpoint = self._get_checkpoint(page) | {
            'after': page.position,
            'complete': page.last,
        }
