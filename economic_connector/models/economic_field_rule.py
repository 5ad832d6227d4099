from odoo import api, fields, models

from .ownership import RULES


class EconomicFieldRule(models.Model):
    """Who decides one field of the companies that an agreement's debtors belong to."""

    _name = 'economic.field.rule'
    _description = "e-conomic Field Rule"
    _order = 'agreement_id, sequence'
    _rec_name = 'label'

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        related='agreement_id.company_id', string="Our Company", store=True, index=True
    )
    sequence = fields.Integer(readonly=True)
    field = fields.Char(required=True, readonly=True)
    label = fields.Char("Field", compute='_compute_label')
    rule = fields.Selection(
        [
            ('economic', "e-conomic decides"),
            ('odoo', "Odoo decides"),
            ('empty', "Fill only if empty"),
            ('ask', "Ask each time"),
        ],
        "Who Decides",
        required=True,
    )

    _field_uniq = models.Constraint(
        'UNIQUE(agreement_id, field)', "There is one rule per agreement and field."
    )

    @api.depends('field')
    @api.depends_context('lang')
    def _compute_label(self):
        labels = self.env['res.partner'].fields_get(attributes=['string'])
        for rule in self:
            rule.label = labels.get(rule.field, {}).get('string', rule.field)


class EconomicAgreement(models.Model):
    _inherit = 'economic.agreement'

    field_rule_ids = fields.One2many('economic.field.rule', 'agreement_id', "Who Owns a Field")

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._create_field_rules()
        return agreements

    def _create_field_rules(self):
        """Give these agreements the usual rule for each field that has none yet."""
        known = self.env['res.partner']._fields
        # In sudo mode: the rows are ours; a manager only chooses the rule in them.
        rules = self.env['economic.field.rule'].sudo()
        rules.create(
            [
                {'agreement_id': agreement.id, 'field': field, 'rule': rule, 'sequence': place}
                for agreement in self
                for place, (field, rule) in enumerate(RULES.items())
                if field in known and field not in agreement.sudo().field_rule_ids.mapped('field')
            ]
        )

    def _get_rules(self):
        """Return {field: rule} in the order of showing; a field without row has its usual rule."""
        self.ensure_one()
        chosen = {rule.field: rule.rule for rule in self.sudo().field_rule_ids}
        return {field: chosen.get(field, rule) for field, rule in RULES.items()}
