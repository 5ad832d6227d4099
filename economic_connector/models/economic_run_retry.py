from odoo import models
from odoo.tools import SQL

# Kinds that can be asked for again by their number alone.
RETRIED = ('debtor', 'invoice', 'lines')


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    def _phase_retry(self, work):
        """Read again what is in quarantine; rows that come from whole lists are left to a full
        check.
        """
        todo = [('retry_run_id', '=', self.id), ('state', '=', 'open')]
        quarantine = self.env['economic.quarantine']
        left = quarantine.search(todo).filtered(
            lambda row: row.kind not in RETRIED or not row.number.isdigit()
        )
        if left:
            work.store(lambda: left.write({'retry_run_id': False}))
            self._retry_lists(work, left)
        total = quarantine.search_count(todo)
        while row := quarantine.search(todo, limit=1):
            page = self._fetch_again(work.client, row)
            work.store(lambda row=row, page=page: self._store_again(row, page), 1, total)

    def _retry_lists(self, work, rows):
        """Read whole lists again where a single record cannot be asked for."""
        kinds = set(rows.mapped('kind'))
        if kinds & {'contact', 'delivery'}:
            self._phase_contact(work)
        if 'line' in kinds:
            self._phase_line_again(work)

    def _phase_line_again(self, work):
        stream = self._get_stream('invoice')
        pages = work.client.invoice_lines(above=0, up_to=stream._at('number', 0))
        for page in pages:
            work.store(lambda page=page: self._save_lines_again(page))

    def _save_lines_again(self, page):
        self._save_lines(page.records)
        quarantine = self.env['economic.quarantine']
        quarantine._add(self.agreement_id, 'line', page.rejected)
        quarantine._resolve(self.agreement_id, 'line', [r.number for r in page.records])

    def _fetch_again(self, client, row):
        """Return the page with the record, and with its lines if it is an invoice."""
        number = int(row.number)
        if row.kind == 'debtor':
            return next(client.customers(number - 1, page_size=1)), ()
        page = next(client.booked_invoices(number - 1, page_size=1))
        lines = client.invoice_lines(above=number - 1, up_to=number)
        return page, [record for found in lines for record in found.records]

    def _store_again(self, row, fetched):
        page, lines = fetched
        kind, number = row.kind, int(row.number)
        records = [record for record in page.records if record.number == number]
        quarantine = self.env['economic.quarantine']
        rejected = [r for r in page.rejected if r.number == row.number]
        if kind == 'debtor':
            self._save_debtors(records)
            self._add_lines(SQL('d.number = %s', number))
        else:
            self._save_invoices(records)
            if records:
                self._repair_lines(number, lines)
        if rejected:
            quarantine._add(self.agreement_id, kind, rejected)
        elif not records:
            # It is gone from e-conomic, so there is nothing left to store.
            quarantine._resolve(self.agreement_id, kind, [number])
        row.retry_run_id = False
