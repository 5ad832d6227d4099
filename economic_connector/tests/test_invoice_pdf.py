from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestInvoicePdf(EconomicCase):
    debtors, invoices = 5, 10

    def test_it_is_fetched_once_and_belongs_to_who_may_see_the_invoice(self):
        self.run_import()
        user = new_test_user(self.env, 'reading', groups='economic_connector.group_economic_user')
        none = new_test_user(self.env, 'none', groups='base.group_user')
        invoice = self.env['economic.invoice'].search([], limit=1)
        action = invoice.with_user(user).action_open_pdf()
        attachment = self.env['ir.attachment'].search([('res_model', '=', 'economic.invoice')])
        self.assertEqual(action['url'], f'/web/content/{attachment.id}')
        self.assertEqual(attachment.with_user(user).raw[:5], b'%PDF-')
        with self.assertRaises(AccessError):
            attachment.with_user(none).read(['datas'])
        with self.assertRaises(AccessError):
            invoice.with_user(none).action_open_pdf()
        with patch.object(type(invoice), '_fetch_pdf', side_effect=AssertionError("again")):
            self.assertEqual(invoice.with_user(user).action_open_pdf(), action)
