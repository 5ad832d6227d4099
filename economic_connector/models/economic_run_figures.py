from odoo import models
from odoo.tools import SQL


class EconomicRun(models.Model):
    """The last phase of a run: figures of the companies that it touched."""

    _inherit = 'economic.run'

    def _phase_figures(self, _work):
        return lambda: self.env['economic.figures']._refresh(self._get_touched_partner_ids())

    def _get_touched_partner_ids(self):
        """Return the partners whose debtor or invoices this run wrote."""
        return [
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    """
                    SELECT partner_id FROM economic_invoice
                     WHERE agreement_id = %(agreement)s AND write_date >= %(since)s
                       AND partner_id IS NOT NULL
                     UNION
                    SELECT partner_id FROM economic_debtor
                     WHERE agreement_id = %(agreement)s AND write_date >= %(since)s
                       AND partner_id IS NOT NULL
                    """,
                    agreement=self.agreement_id.id,
                    since=self.started_at,
                )
            )
        ]
