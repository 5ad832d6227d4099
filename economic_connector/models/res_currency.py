from odoo import api, models


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    @api.model
    def get_all_currencies(self):
        """Tell the web client also of currencies that are not active: invoices may be in them, and
        an amount is never shown without its currency.
        """
        # In sudo mode, as Odoo's own: everybody may see which symbol a currency has.
        inactive = self.sudo().search([('active', '=', False)])
        return super().get_all_currencies() | {
            currency.id: {
                'name': currency.name,
                'symbol': currency.symbol,
                'position': currency.position,
                'digits': [69, currency.decimal_places],
            }
            for currency in inactive
        }
