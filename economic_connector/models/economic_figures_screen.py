from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

COMPARISONS = {'<': SQL('<'), '<=': SQL('<='), '>': SQL('>'), '>=': SQL('>=')}


class EconomicFigures(models.Model):
    """What lists show and filter of the figures beyond their columns."""

    _inherit = 'economic.figures'

    @api.depends('turnover_year', 'turnover_same_time')
    def _compute_trend(self):
        for row in self:
            before = row.turnover_same_time
            row.trend = 100 * (row.turnover_year - before) / abs(before) if before else 0

    def _search_trend(self, operator, value):
        """Compare the two turnovers; who had none at that time has no trend and is never found."""
        if operator == 'in':
            than, it = SQL('= ANY'), SQL('(%s)', [float(one) for one in value])
        elif operator in COMPARISONS:
            than, it = COMPARISONS[operator], SQL('%s', float(value))
        else:
            return NotImplemented
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                '(%(before)s <> 0 AND'
                ' 100 * (%(now)s - %(before)s) / abs(%(before)s) %(than)s %(it)s)',
                before=SQL.identifier(alias, 'turnover_same_time'),
                now=SQL.identifier(alias, 'turnover_year'),
                than=than,
                it=it,
            )
        )

    @api.depends('months')
    @api.depends_context('lang')
    def _compute_chart(self):
        this_month = fields.Date.context_today(self) + relativedelta(day=1)
        for row in self:
            values = row.months or []
            row.chart = [
                {
                    'value': value,
                    'title': row._get_month_title(
                        this_month - relativedelta(months=len(values) - 1 - index), value
                    ),
                }
                for index, value in enumerate(values)
            ]

    def _get_month_title(self, month, value):
        label = format_date(self.env, month, date_format='MMM y')
        return f'{label}: {format_amount(self.env, value, self.currency_id)}'
