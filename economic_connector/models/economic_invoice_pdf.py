from odoo import models

from .asking import asks
from .connection import user_errors


class EconomicInvoice(models.Model):
    """The invoice as the customer got it, fetched when somebody asks for it."""

    _inherit = 'economic.invoice'

    @asks
    def action_open_pdf(self):
        """Fetch the PDF from e-conomic unless it was before, and open it."""
        self.ensure_one()
        self.check_access('read')
        attachment = self._get_pdf() or self._fetch_pdf()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{attachment.id}',
            'target': 'new',
        }

    def _get_pdf(self):
        # In sudo mode: whoever may read the invoice, which was checked, may read its PDF.
        return (
            self.env['ir.attachment']
            .sudo()
            .search(
                [
                    ('res_model', '=', self._name),
                    ('res_id', '=', self.id),
                    ('mimetype', '=', 'application/pdf'),
                ],
                limit=1,
            )
        )

    def _fetch_pdf(self):
        # In sudo mode: the tokens are nobody's to read, and the mirror is nobody's to write.
        with user_errors(self.env), self.agreement_id.sudo()._open_client() as client:
            content = client.invoice_pdf(self.number)
        return (
            self.env['ir.attachment']
            .sudo()
            .create(
                {
                    'name': f'{self.display_name}.pdf',
                    'raw': content,
                    'mimetype': 'application/pdf',
                    'res_model': self._name,
                    'res_id': self.id,
                }
            )
        )
