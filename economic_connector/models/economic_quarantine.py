from zlib import crc32

from odoo import api, fields, models
from odoo.tools import SQL

UNNUMBERED = '?'  # begins what stands for the number of a record that has none


class EconomicQuarantine(models.Model):
    """A record of e-conomic that could not be stored, with the reason in plain words."""

    _name = 'economic.quarantine'
    _description = "e-conomic Record That Needs a Look"
    _order = 'state, write_date DESC'
    _rec_name = 'number'

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        [
            ('debtor', "Debtor"),
            ('invoice', "Invoice"),
            ('line', "Invoice line"),
            ('lines', "Lines of an invoice"),
            ('contact', "Contact"),
            ('delivery', "Delivery address"),
        ],
        required=True,
        readonly=True,
    )
    number = fields.Char("No.", required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    field = fields.Char("In", readonly=True)
    message = fields.Char("What Is Wrong", compute='_compute_message')
    remedy = fields.Char("What to Do", compute='_compute_message')
    detail = fields.Char(readonly=True)
    raw = fields.Text("As Received", readonly=True)
    state = fields.Selection(
        [('open', "Needs a look"), ('resolved', "Resolved")],
        required=True,
        default='open',
        readonly=True,
    )

    _record_uniq = models.Constraint(
        'UNIQUE(agreement_id, kind, number)', "A record is in quarantine once."
    )
    _open_idx = models.Index("(agreement_id, kind) WHERE state = 'open'")

    @api.depends('code', 'field', 'detail')
    @api.depends_context('lang')
    def _compute_message(self):
        remedy = self.env._("Correct it in e-conomic; the next synchronization brings it in.")
        for record in self:
            place = {'field': record.field or '', 'detail': record.detail or ''}
            messages = {
                'missing': self.env._("%(field)s is missing.", **place),
                'type': self.env._("%(field)s is not what e-conomic promises: %(detail)s", **place),
                'number': self.env._(
                    "%(field)s is outside of what e-conomic allows: %(detail)s", **place
                ),
                'amount': self.env._("%(field)s is too large or too precise: %(detail)s", **place),
                'date': self.env._(
                    "%(field)s is not a date between 1990 and 2100: %(detail)s", **place
                ),
                'currency': self.env._("Odoo has no currency %(detail)s.", **place),
                'unreadable': self.env._(
                    "e-conomic answers with an error of its own when asked for it (No. "
                    "%(detail)s).",
                    **place,
                ),
                'lines_differ': self.env._(
                    "Its lines do not add up to its net amount (%(detail)s).", **place
                ),
                'booked_differs': self.env._(
                    "The booked invoice differs (date, currency, net / VAT / total; here ≠ "
                    "e-conomic): %(detail)s",
                    **place,
                ),
                'not_stored': self.env._("Odoo refused it: %(detail)s", **place),
            }
            remedies = {
                'currency': self.env._(
                    "Create the currency in Odoo; the next synchronization brings it in."
                ),
                'unreadable': self.env._(
                    "Open it in e-conomic and save it again, or ask e-conomic's support; the next "
                    "synchronization tries again."
                ),
                'booked_differs': self.env._(
                    "A booked invoice never changes, so what is here was kept. Ask whoever keeps "
                    "the books what happened in e-conomic."
                ),
                'not_stored': self.env._("Correct the company in Odoo or the debtor in e-conomic."),
            }
            record.message = messages.get(record.code, record.code)
            record.remedy = remedies.get(record.code, remedy)

    def _add(self, agreement, kind, rejected):
        """Keep what could not be stored; one row per record, however often it comes.

        :param rejected: objects with number, code, field, message and raw
        """
        cr, uid = self.env.cr, self.env.uid
        for item in rejected:
            cr.execute(
                SQL(
                    """
                    INSERT INTO economic_quarantine AS q
                           (agreement_id, company_id, kind, number, code, field, detail, raw,
                            state, create_uid, create_date, write_uid, write_date)
                    VALUES (%(agreement)s, %(company)s, %(kind)s, %(number)s, %(code)s, %(field)s,
                            %(detail)s, %(raw)s, 'open', %(uid)s, %(now)s, %(uid)s, %(now)s)
                    ON CONFLICT (agreement_id, kind, number) DO UPDATE
                       SET code = EXCLUDED.code, field = EXCLUDED.field,
                           detail = EXCLUDED.detail, raw = EXCLUDED.raw, state = 'open',
                           write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                     WHERE (q.code, q.field, q.detail, q.raw, q.state)
                           IS DISTINCT FROM (EXCLUDED.code, EXCLUDED.field, EXCLUDED.detail,
                                             EXCLUDED.raw, 'open')
                    """,
                    agreement=agreement.id,
                    company=agreement.company_id.id,
                    kind=kind,
                    number=item.number or _name_unnumbered(item),
                    code=item.code,
                    field=item.field,
                    detail=item.message,
                    raw=item.raw,
                    uid=uid,
                    now=cr.now(),
                )
            )
        self.invalidate_model()

    def _forget_unnumbered(self, agreement, kind):
        """Close the rows of records without number; a whole reading, which begins, renews them."""
        rows = self.search(
            [('agreement_id', '=', agreement.id), ('kind', '=', kind), ('state', '=', 'open'),
             ('number', '=like', f'{UNNUMBERED}%')]
        )  # fmt: skip
        rows.write({'state': 'resolved'})

    def _resolve(self, agreement, kind, numbers, code=None):
        """Close the rows of records that have now been stored.

        :param code: only those with this cause; without it all but what Odoo refused, since that
            is settled by writing the company
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE economic_quarantine
                   SET state = 'resolved', write_date = %(now)s, write_uid = %(uid)s
                 WHERE agreement_id = %(agreement)s AND kind = %(kind)s AND state = 'open'
                   AND (code = %(code)s OR %(code)s IS NULL AND code <> 'not_stored')
                   AND number = ANY(%(numbers)s)
                """,
                now=self.env.cr.now(),
                uid=self.env.uid,
                agreement=agreement.id,
                kind=kind,
                code=code,
                numbers=[str(number) for number in numbers],
            )
        )
        self.invalidate_model()


def _name_unnumbered(item):
    """Return what tells a record without number from others: the same record, the same name."""
    return f'{UNNUMBERED}{crc32(item.raw.encode()):08x}'
