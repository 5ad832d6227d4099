from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

DAYS = 14


class EconomicAgreement(models.Model):
    """What the overview shows beside the counts: recent runs, the next ones, and the requests."""

    _inherit = 'economic.agreement'

    next_open = fields.Datetime("Next Look at Open Amounts", compute='_compute_next_runs')
    next_full = fields.Datetime("Next Full Check", compute='_compute_next_runs')
    schedule_hint = fields.Char(compute='_compute_next_runs')
    recent_changes = fields.Json(compute='_compute_recent_changes')
    rate_hint = fields.Char("Requests", compute='_compute_rate_hint')
    difference = fields.Integer("Difference to e-conomic", compute='_compute_rate_hint')
    question_count = fields.Integer("Questions", compute='_compute_rate_hint')

    @api.depends('scheduled', 'connection_state', 'first_import_date')
    @api.depends_context('lang')
    def _compute_next_runs(self):
        for agreement in self:
            active = agreement._is_scheduled()
            nextcall = {cron.economic_kind: cron.nextcall for cron in agreement._get_crons()}
            agreement.next_open = active and nextcall.get('open')
            agreement.next_full = active and nextcall.get('full')
            if active:
                agreement.schedule_hint = False
            elif not agreement.scheduled:
                agreement.schedule_hint = self.env._("The schedule is paused.")
            elif not agreement.first_import_date:
                agreement.schedule_hint = self.env._(
                    "The schedule begins with the first import that a person starts."
                )
            else:
                agreement.schedule_hint = self.env._(
                    "The schedule waits until the connection works."
                )

    @api.depends_context('tz')
    def _compute_recent_changes(self):
        """Return [{'day', 'count'}] of the last days: companies and invoices that runs changed."""
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        # In sudo mode: users see how much happened, managers see what.
        runs = self.env['economic.run'].sudo()
        lines = self.env['economic.run.line'].sudo()
        lines.flush_model()
        runs.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT agreement_id, day, sum(count)
                  FROM (SELECT agreement_id, started_at::date AS day,
                               COALESCE(invoice_count, 0) + COALESCE(credit_note_count, 0) AS count
                          FROM economic_run
                         WHERE agreement_id = ANY(%(ids)s) AND started_at >= %(since)s
                         UNION ALL
                        SELECT r.agreement_id, l.applied_at::date, count(*)
                          FROM economic_run_line l JOIN economic_run r ON r.id = l.run_id
                         WHERE r.agreement_id = ANY(%(ids)s) AND l.applied_at >= %(since)s
                      GROUP BY 1, 2) changes
              GROUP BY 1, 2
                """,
                ids=self.ids,
                since=days[0],
            )
        )
        counts = {(id_, day): int(count) for id_, day, count in rows}
        for agreement in self:
            agreement.recent_changes = [
                {'day': f'{day:%Y-%m-%d}', 'count': counts.get((agreement.id, day), 0)}
                for day in days
            ]

    @api.depends_context('lang')
    def _compute_rate_hint(self):
        # In sudo mode: users see whether the copy is whole, managers see why not.
        streams = dict(
            self.env['economic.stream'].sudo()._read_group(
                [('agreement_id', 'in', self.ids)], ['agreement_id'], ['difference:sum']
            )
        )  # fmt: skip
        questions = dict(
            self.env['economic.debtor']._read_group(
                [('agreement_id', 'in', self.ids), ('question', '!=', False)],
                ['agreement_id'],
                ['__count'],
            )
        )
        for agreement in self:
            run = agreement.last_run_id.sudo()
            agreement.difference = streams.get(agreement, 0)
            agreement.question_count = questions.get(agreement, 0)
            agreement.rate_hint = run.rate_limit and self.env._(
                "%(used)s of %(limit)s requests in use at the last run",
                used=run.rate_used,
                limit=run.rate_limit,
            )

    def action_open_questions(self):
        """Open the debtors that a person has to say something about."""
        return self._get_list_action('action_economic_debtor', [('question', '!=', False)])

    def action_open_last_run(self):
        """Open the last run, whatever became of it."""
        self.ensure_one()
        self.check_access('write')
        return self.last_run_id._get_form_action()

    def action_open_contacts(self):
        return self._get_list_action('action_economic_contact')
