import json
import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..client import Rejected
from .economic_reference import KINDS
from .economic_run_lists import LIST_ERRORS
from .mirror import upsert

# e-conomic stamps changes to the second; what was being committed just then is read once more.
OVERLAP = timedelta(minutes=10)
SKEW = timedelta(days=3)  # how far this server's clock may be behind e-conomic's own
REFERENCE_AGE = timedelta(days=1)
VANISHED_SHARE = 0.05  # of the debtors: more are never marked as gone without a person
VANISHED_FEW = 5
BAD_SHARE = 0.1  # of a page: more are not a matter of single records
BAD_FEW = 3
RAW = 4000  # characters of a record that are kept to look at
STORED = ('not_stored', 'booked_differs')  # causes of records that are in the mirror

_logger = logging.getLogger(__name__)


def reject_currency(record):
    """Return what stands in quarantine for a record in a currency that Odoo does not know."""
    values = {name: value for name, value in asdict(record).items() if value not in (None, '', ())}
    raw = json.dumps(values, default=str, ensure_ascii=False)
    return Rejected('', str(record.number), 'currency', 'currency', record.currency, raw[:RAW])


class VanishedError(UserError):
    """More debtors would be marked as gone than is believed without a person."""

    def __init__(self, message, count):
        super().__init__(message)
        self.count = count


class EconomicRun(models.Model):
    _inherit = 'economic.run'

    # === AGREEMENT AND REFERENCE DATA === #

    def _phase_agreement(self, work):
        info = work.client.fetch_agreement()
        self.agreement_id._check_agreement_number(info.agreement_number)
        self.agreement_id._check_licence(info.agreement_number)
        return lambda: self.agreement_id._learn(info)

    def _phase_reference(self, work):
        stream = self._get_stream('reference')
        fresh = stream.synced_at and stream.synced_at > fields.Datetime.now() - REFERENCE_AGE
        if self.kind == 'sync' and fresh:
            return None
        for kind in KINDS[self._at('next', 0) :]:
            try:
                rows = work.client.fetch_references(kind).records
            except LIST_ERRORS as error:
                note = self._leave_list(work, 'reference', error)
                work.store(lambda kind=kind, note=note: (note(), self._end_references(kind)))
                continue
            work.store(lambda kind=kind, rows=rows: self._store_references(kind, rows), len(rows))
        # What was not read is asked for again by the next run, not only after a day.
        return lambda: stream.write({'synced_at': not self.missing and fields.Datetime.now()})

    def _end_references(self, kind):
        self.checkpoint = {'next': KINDS.index(kind) + 1}

    def _store_references(self, kind, rows):
        agreement = self.agreement_id
        references = self.env['economic.reference']
        groups = {row.number: str(row.values.get('group_number')) for row in rows}
        wanted = {('product_group', number) for number in groups.values() if number != 'None'}
        group_ids = references._get_ids(agreement, wanted)
        upsert(
            references,
            ('agreement_id', 'kind', 'number', 'company_id', 'name', 'group_id'),
            [
                (
                    agreement.id,
                    kind,
                    row.number,
                    agreement.company_id.id,
                    row.name,
                    group_ids.get(('product_group', groups[row.number])),
                )
                for row in rows
            ],
            ('agreement_id', 'kind', 'number'),
        )
        self._end_references(kind)

    # === DEBTORS === #

    def _phase_debtor(self, work):
        if not self.with_debtors:
            return None
        stream = self._get_stream('debtor')
        since = None
        if self.kind == 'sync' and self._get_watermark(stream):
            since = datetime.fromisoformat(self._get_watermark(stream)) - OVERLAP
        if since and not self._at('full', False):
            self._read_debtors(work, since)
            if self._get_debtor_difference(stream):
                # A change list never tells of deletions: read all keys once.
                accepted = self._at('accepted', 0)
                work.store(lambda: self.write({'checkpoint': {'full': True, 'accepted': accepted}}))
        if not since or self._at('full', False):
            self._read_debtors(work, None)
        return lambda: self._finish_debtors(stream)

    def _read_debtors(self, work, since):
        if self._at('complete', False):
            return
        after = self._at('after', 0)
        for page in work.client.customers(after, updated_since=since):
            done = self._at('read', 0)
            total = None if page.matching is None else page.matching + done
            unknown = work.store(
                lambda page=page: self._store_debtors(page, full=since is None),
                len(page.records) + len(page.rejected),
                total,
            )
            self._check_systematic(page, unknown)

    def _check_systematic(self, page, unknown=0):
        """Stop where so many records are bad that the cause is not the records.

        The page is stored by then: its good ones are in, its bad ones can be looked at.

        :param unknown: records that could be read, but have a currency that Odoo does not know
        """
        bad, count = len(page.rejected) + unknown, len(page.records) + len(page.rejected)
        if bad > max(BAD_FEW, count * BAD_SHARE):
            raise UserError(
                self.env._(
                    "%(bad)s of %(count)s records could not be stored, so something is wrong with "
                    "all of them. They are listed under Need a Look.",
                    bad=bad,
                    count=count,
                )
            )

    def _store_debtors(self, page, full):
        checkpoint = self._get_checkpoint(page)
        unknown = self._save_debtors(page.records)
        quarantine = self.env['economic.quarantine']
        if full and not checkpoint.get('after'):
            quarantine._forget_unnumbered(self.agreement_id, 'debtor')
        quarantine._add(self.agreement_id, 'debtor', page.rejected)
        stamps = self._get_stamps(page.records)
        if page.as_of:
            # Records without a time of their own: the next run asks from where this one began.
            checkpoint.setdefault('newest', page.as_of.isoformat())
        checkpoint['newest'] = max([checkpoint.get('newest', ''), *stamps])
        if full:
            checkpoint['gone'] = checkpoint.get('gone', []) + self._get_gone_debtors(
                page, checkpoint.get('after', 0)
            )
            checkpoint['full'] = True
        checkpoint['after'] = page.position or checkpoint.get('after', 0)
        checkpoint['complete'] = page.last
        checkpoint['read'] = checkpoint.get('read', 0) + len(page.records) + len(page.rejected)
        if page.total is not None:
            checkpoint['total'] = page.total
        self.checkpoint = checkpoint
        return unknown

    def _save_debtors(self, customers):
        """Store customer records in the mirror; return how many have an unknown currency."""
        agreement = self.agreement_id
        currencies = self._get_currencies()
        forgotten = agreement._get_forgotten()
        known, unknown = [], []
        for customer in (one for one in customers if one.number not in forgotten.debtors):
            (known if customer.currency in currencies else unknown).append(customer)
        references = self.env['economic.reference']._get_ids(
            agreement,
            {
                (kind, str(number))
                for customer in known
                for kind, number in (
                    ('customer_group', customer.customer_group_number),
                    ('payment_term', customer.payment_terms_number),
                    ('employee', customer.sales_person_number),
                )
                if number is not None
            },
        )
        debtors = self.env['economic.debtor']
        suspects = debtors._get_suspects(agreement, known)
        countries = debtors._map_countries({customer.country for customer in known})
        stored = upsert(
            debtors,
            debtors.COLUMNS,
            [
                debtors._prepare_values(
                    agreement, customer, references, currencies, countries.get(customer.country)
                )
                for customer in known
            ],
            ('agreement_id', 'number'),
            insert_only=('match_state',),
            where=SQL('t.active'),
            # An older version that arrives late changes nothing, unless ours is of the future.
            newer=SQL(
                's.last_updated >= t.last_updated OR t.last_updated > %s'
                ' OR s.last_updated IS NULL OR t.last_updated IS NULL',
                fields.Datetime.now() + OVERLAP,
            ),
        )
        debtors._doubt_identity(agreement, suspects)
        self._forget_again(known, forgotten)
        if self.kind in ('sync', 'retry'):
            self._add_lines(SQL('d.id = ANY(%s)', list(stored.changed_ids)))
        quarantine = self.env['economic.quarantine']
        quarantine._add(agreement, 'debtor', map(reject_currency, unknown))
        quarantine._resolve(agreement, 'debtor', [customer.number for customer in known])
        return len(unknown)

    def _get_gone_debtors(self, page, after):
        """Return ids of debtors here whose number the page passes over.

        A record that came without its number may be any of them: then none is believed gone.
        """
        if any(not rejected.number for rejected in page.rejected):
            return []
        numbers = [customer.number for customer in page.records]
        rejected = [int(r.number) for r in page.rejected if r.number.isdigit()]
        return [
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM economic_debtor
                     WHERE agreement_id = %s AND active AND NOT COALESCE(deleted, false)
                       AND number > %s AND (%s OR number <= %s) AND number <> ALL(%s)
                    """,
                    self.agreement_id.id,
                    after,
                    page.last,
                    page.position or 0,
                    numbers + rejected,
                )
            )
        ]

    def _get_debtor_difference(self, stream):
        """Return how many more debtors e-conomic has than we, unless that was so before."""
        total = self._at('total', None)
        if total is None:
            return 0
        difference = total - self._count_debtors()
        return difference if difference != stream.difference else 0

    def _count_debtors(self):
        live = self.env['economic.debtor'].search_count(
            [('agreement_id', '=', self.agreement_id.id), ('active', '=', True),
             ('deleted', '=', False)]
        )  # fmt: skip
        return live + self._count_quarantined('debtor')

    def _count_quarantined(self, kind):
        return self.env['economic.quarantine'].search_count(
            [('agreement_id', '=', self.agreement_id.id), ('kind', '=', kind),
             ('state', '=', 'open'), ('code', 'not in', STORED)]
        )  # fmt: skip

    def _finish_debtors(self, stream):
        checkpoint = self.checkpoint or {}
        gone = self.env['economic.debtor'].browse(checkpoint.get('gone', []))
        count = self._count_debtors()
        accepted = self._at('accepted', 0)
        if len(gone) > max(VANISHED_FEW, count * VANISHED_SHARE, accepted):
            raise VanishedError(
                self.env._(
                    "e-conomic no longer shows %(gone)s of %(count)s debtors. Nothing was removed "
                    "here; check the agreement before going on.",
                    gone=formatLang(self.env, len(gone), digits=0),
                    count=formatLang(self.env, count, digits=0),
                ),
                len(gone),
            )  # fmt: skip
        gone.write({'deleted': True})
        gone._find_renumbered()
        total = checkpoint.get('total')
        values = {
            'checkpoint': {
                'watermark': max(checkpoint.get('newest', ''), self._get_watermark(stream))
            },
            'synced_at': fields.Datetime.now(),
        }
        if total is not None:
            values |= {'remote_count': total, 'difference': total - self._count_debtors()}
        stream.write(values)

    # === SHARED === #

    def _get_stamps(self, records):
        """Return the times of change of records; those in the future say nothing."""
        latest = fields.Datetime.now() + OVERLAP
        stamps = [record.last_updated for record in records if record.last_updated]
        past = [stamp.isoformat() for stamp in stamps if stamp <= latest]
        if len(past) < len(stamps):
            _logger.warning(
                "%s of %s records were changed in the future", len(stamps) - len(past), len(stamps)
            )
        return past

    def _get_watermark(self, stream):
        """Return until when changes are here; '' where that is unknown or cannot be true."""
        latest = (fields.Datetime.now() + SKEW).isoformat()
        watermark = stream._at('watermark', '')
        return watermark if watermark <= latest else ''

    def _get_stream(self, kind):
        return self.env['economic.stream']._get(self.agreement_id, kind)

    def _get_currencies(self):
        """Return {code: id} of all currencies, also the ones that are not active in Odoo."""
        return {
            currency.name: currency.id
            for currency in self.env['res.currency'].with_context(active_test=False).search([])
        }
