from odoo import fields, models


class IrCron(models.Model):
    _inherit = 'ir.cron'

    economic_agreement_id = fields.Many2one(
        'economic.agreement', ondelete='cascade', index='btree_not_null'
    )
    economic_kind = fields.Char()
