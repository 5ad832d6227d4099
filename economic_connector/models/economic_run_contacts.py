from datetime import datetime

from odoo import fields, models
from odoo.tools import SQL

from .economic_run_fetch import OVERLAP
from .economic_run_lists import LIST_ERRORS
from .mirror import upsert


class EconomicRun(models.Model):
    """Contacts and delivery addresses: read whole by an import, by what changed on a schedule."""

    _inherit = 'economic.run'

    def _phase_contact(self, work):
        """Read contacts and delivery addresses; those that are no longer there are marked."""
        reads = {'contact': work.client.contacts, 'delivery': work.client.delivery_locations}
        wanted = {'contact': self.with_contacts, 'delivery': self.with_deliveries}
        for kind, read in reads.items():
            if not wanted[kind] or kind in self._at('done', []):
                continue
            try:
                self._read_contacts(work, kind, read)
            except LIST_ERRORS as error:
                note = self._leave_list(work, kind, error)
                work.store(lambda kind=kind, note=note: (note(), self._end_contacts(kind)))

    def _read_contacts(self, work, kind, read):
        since = self._get_contact_watermark(kind)
        for page in read(self._at('cursor', None), updated_since=since):
            work.store(
                lambda page=page: self._store_contacts(kind, page, not since),
                len(page.records) + len(page.rejected),
            )
            self._check_systematic(page)
        work.store(lambda: self._finish_contacts(kind, not since))

    def _end_contacts(self, kind):
        self.checkpoint = {'done': [*self._at('done', []), kind]}

    def _get_contact_watermark(self, kind):
        """Return since when a scheduled run asks; None for the whole list."""
        watermark = self._get_watermark(self._get_stream(kind))
        if self.kind != 'sync' or not watermark:
            return None
        return datetime.fromisoformat(watermark) - OVERLAP

    def _store_contacts(self, kind, page, whole):
        agreement = self.agreement_id
        debtors = self._select_debtors({record.customer_number for record in page.records})
        countries = self.env['economic.debtor']._map_countries(
            {getattr(record, 'country', '') for record in page.records}
        )
        contacts = self.env['economic.contact']
        forgotten = agreement._get_forgotten()
        stored = upsert(
            contacts,
            contacts.COLUMNS,
            [
                contacts._prepare_values(
                    agreement,
                    record,
                    debtors[record.customer_number][0],
                    countries.get(getattr(record, 'country', '')),
                )
                for record in page.records
                if record.customer_number in debtors and not forgotten.has_contact(kind, record)
            ],
            ('agreement_id', 'kind', 'number'),
        )
        quarantine = self.env['economic.quarantine']
        quarantine._add(agreement, kind, page.rejected)
        quarantine._resolve(agreement, kind, [record.number for record in page.records])
        stamps = self._get_stamps(page.records)
        checkpoint = (self.checkpoint or {}) | {
            'cursor': page.position,
            'newest': max([self._at('newest', ''), *stamps]),
        }
        if whole:
            seen = [record.number for record in page.records]
            seen += [int(r.number) for r in page.rejected if r.number.isdigit()]
            checkpoint['seen'] = self._at('seen', []) + seen
        if self.kind == 'sync':
            self._add_contact_lines(SQL('c.id = ANY(%s)', list(stored.changed_ids)))
        self.checkpoint = checkpoint

    def _finish_contacts(self, kind, whole):
        """Mark what the whole list no longer had: deleted addresses are not told of."""
        stream = self._get_stream(kind)
        if whole:
            gone = self.env['economic.contact'].search(
                [('agreement_id', '=', self.agreement_id.id), ('kind', '=', kind),
                 ('deleted', '=', False), ('number', 'not in', self._at('seen', []))]
            )  # fmt: skip
            gone.write({'deleted': True})
        newest = max(self._at('newest', ''), self._get_watermark(stream))
        stream.write({'checkpoint': {'watermark': newest}, 'synced_at': fields.Datetime.now()})
        self._end_contacts(kind)

    def _add_contact_lines(self, scope):
        """Put the contacts `c` of debtors `d` that are in the SQL `scope` on the list."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO economic_run_line
                       (run_id, company_id, debtor_id, contact_id, kind, number, debtor_name, city,
                        notes, customer_group_id, partner_id, status, state, create_uid,
                        create_date, write_uid, write_date)
                SELECT %(run)s, c.company_id, c.debtor_id, c.id, c.kind, d.number,
                       COALESCE(c.name, c.email, c.address), c.city, c.notes,
                       d.customer_group_id, c.partner_id,
                       'pending', 'planned', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM economic_contact c
                  JOIN economic_debtor d ON d.id = c.debtor_id
                 WHERE c.agreement_id = %(agreement)s AND d.active
                   AND d.forgotten_at IS NULL AND c.forgotten_at IS NULL
                   AND (c.kind = 'contact' AND %(contacts)s OR c.kind = 'delivery' AND %(places)s)
                   AND %(scope)s
              ORDER BY d.number, c.kind, c.number
                ON CONFLICT DO NOTHING
                """,
                run=self.id, uid=self.env.uid, now=self.env.cr.now(),
                agreement=self.agreement_id.id, contacts=bool(self.with_contacts),
                places=bool(self.with_deliveries), scope=scope,
            )
        )  # fmt: skip
        self.env['economic.run.line'].invalidate_model()
