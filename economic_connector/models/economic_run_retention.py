from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEEP_DAYS = 365
QUIET_DAYS = 30  # days that is kept which nobody needs any more
AT_ONCE = 200


class EconomicAgreement(models.Model):
    _inherit = 'economic.agreement'

    keep_days = fields.Integer(
        "Keep Runs (Days)",
        default=KEEP_DAYS,
        help="Runs that ended before are deleted with their rows, and merges with what they "
        "changed; they can no longer be undone then. 0 keeps them for good. Scheduled runs that "
        "changed nothing, and records that no longer need a look, go after 30 days.",
    )


class EconomicRun(models.Model):
    """What runs leave behind does not grow for ever, nor keep old data of people."""

    _inherit = 'economic.run'

    @api.autovacuum
    def _gc_runs(self):
        """Delete runs whose time is over: never the last one, nor one that waits for an answer."""
        self.env.flush_all()
        old = self.env.execute_query(
            SQL(
                """
                SELECT r.id
                  FROM economic_run r
                  JOIN economic_agreement a ON a.id = r.agreement_id
                 WHERE r.finished_at IS NOT NULL
                   AND r.state IN ('done', 'cancelled', 'undone')
                   AND (a.keep_days > 0
                        AND r.finished_at < %(now)s - make_interval(days => a.keep_days)
                        OR r.kind <> 'import' AND r.state = 'done' AND r.finished_at < %(quiet)s
                           AND COALESCE(r.invoice_count, 0) = 0
                           AND COALESCE(r.credit_note_count, 0) = 0
                           AND NOT EXISTS (SELECT FROM economic_run_line l
                                            WHERE l.run_id = r.id AND l.state <> 'planned'))
                   AND r.id < (SELECT max(id) FROM economic_run n
                                WHERE n.agreement_id = r.agreement_id)
                   AND NOT EXISTS (SELECT FROM economic_run_line l
                                     JOIN economic_debtor d ON d.question_line_id = l.id
                                    WHERE l.run_id = r.id)
              ORDER BY r.id
                """,
                now=fields.Datetime.now(),
                quiet=_days_ago(QUIET_DAYS),
            )
        )
        ids = [id_ for (id_,) in old]
        self.browse(ids[:AT_ONCE]).unlink()
        return len(ids[:AT_ONCE]), len(ids[AT_ONCE:])


class EconomicQuarantine(models.Model):
    _inherit = 'economic.quarantine'

    @api.autovacuum
    def _gc_resolved(self):
        """Delete what no longer needs a look."""
        self.search(
            [('state', '=', 'resolved'), ('write_date', '<', _days_ago(QUIET_DAYS))]
        ).unlink()


class EconomicMerge(models.Model):
    _inherit = 'economic.merge'

    @api.autovacuum
    def _gc_merges(self):
        """Delete merges that are older than what any agreement of their company keeps."""
        agreements = self.env['economic.agreement'].with_context(active_test=False)
        agreements = agreements.search([('company_id', '!=', False)])
        for company, of_company in agreements.grouped('company_id').items():
            days = of_company.mapped('keep_days')
            if all(day > 0 for day in days):
                self.search(
                    [('company_id', '=', company.id), ('date', '<', _days_ago(max(days)))]
                ).unlink()


def _days_ago(days):
    return fields.Datetime.now() - timedelta(days=days)
