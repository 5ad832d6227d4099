from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

DAYS = 14
COPY = ('debtor', 'invoice', 'line')  # what is read each time


class EconomicAgreement(models.Model):
    """What the overview's cards show beside the agreement's own figures."""

    _inherit = 'economic.agreement'

    difference = fields.Integer(
        "Difference to e-conomic",
        compute='_compute_difference',
        help="Debtors and invoices that only one side has, at the last count.",
    )
    activity_days = fields.Json("Changes by Day", compute='_compute_activity_days')

    def _compute_difference(self):
        # In sudo mode: users see whether something is missing, managers see what.
        streams = self.env['economic.stream'].sudo()
        found = streams.search([('agreement_id', 'in', self.ids), ('difference', '!=', 0)])
        for agreement in self:
            of_this = found.grouped('agreement_id').get(agreement, streams)
            agreement.difference = sum(abs(stream.difference) for stream in of_this)

    def _get_copied(self):
        """Return {agreement: the time that its whole copy is from}.

        That is the oldest of what the copy consists of: if invoices cannot be read, they are not as
        fresh as the debtors.
        """
        # In sudo mode: users see how fresh the copy is, managers see what of it.
        streams = self.env['economic.stream'].sudo()
        of_copy = Domain('agreement_id', 'in', self.ids) & Domain('kind', 'in', COPY)
        return dict(streams._read_group(of_copy, ['agreement_id'], ['synced_at:min']))

    def _compute_activity_days(self):
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
        counts = self._count_changes(days[0])
        for agreement in self:
            agreement.activity_days = [
                self._get_activity_day(day, counts.get((agreement, day), 0)) for day in days
            ]

    def _get_activity_day(self, day, count):
        title = f'{format_date(self.env, day)}: {formatLang(self.env, count, digits=0)}'
        return {'value': count, 'title': title}

    def _count_changes(self, since):
        """Return {(agreement, day): debtors applied and invoices stored} from a day on."""
        counts = {}
        # In sudo mode: users see how much changed, managers see what.
        runs = self.env['economic.run'].sudo()
        for agreement, day, *amounts in runs._read_group(
            Domain('agreement_id', 'in', self.ids) & Domain('started_at', '>=', since),
            ['agreement_id', 'started_at:day'],
            ['invoice_count:sum', 'credit_note_count:sum'],
        ):
            counts[agreement.sudo(False), day.date()] = sum(amounts)
        for run, day, amount in (
            self.env['economic.run.line']
            .sudo()
            ._read_group(
                Domain('run_id.agreement_id', 'in', self.ids) & Domain('applied_at', '>=', since),
                ['run_id', 'applied_at:day'],
                ['__count'],
            )
        ):
            key = run.agreement_id.sudo(False), day.date()
            counts[key] = counts.get(key, 0) + amount
        return counts

    def action_open_last_run(self):
        """Open the latest run: what it did, or why it stopped and how to go on."""
        self.ensure_one()
        self.check_access('write')
        return self.last_run_id._get_form_action()
