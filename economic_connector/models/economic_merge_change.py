from odoo import fields, models


class EconomicMergeChange(models.Model):
    """One row of the database that a merge changed, moved, deleted or made.

    Written by SQL in sets, and read by the undo alone: a merge may move 100,000 rows.
    """

    _name = 'economic.merge.change'
    _description = "Change by a Merge"
    _log_access = False
    _rec_name = 'table_name'

    merge_id = fields.Many2one('economic.merge', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='merge_id.company_id', string="Our Company")
    table_name = fields.Char(required=True)
    row_id = fields.Integer(help="Empty for rows between two tables, which have none.")
    kind = fields.Selection(
        [('changed', "Changed"), ('gone', "Deleted"), ('new', "New")], required=True
    )
    old = fields.Json(help="The changed columns before, or the whole row if it was deleted.")
    new = fields.Json(help="The changed columns after, or the whole row if it is new.")

    _table_idx = models.Index('(merge_id, table_name, kind)')
