"""Say in a person's words what a domain asks for."""

import re
from collections.abc import Collection
from datetime import date

from odoo.fields import Domain
from odoo.tools import format_date, formatLang

SIGNS = {
    'in': '=', 'not in': '≠', 'any': ':', 'not any': '≠', 'ilike': '~', 'not ilike': '≁',
    '>=': '≥', '<=': '≤', '!=': '≠',
}  # fmt: skip
DAY = re.compile(r'\d{4}-\d\d-\d\d')
MOST = 3  # values of a list that are named


def describe(model, domain):
    """Return one line such as "Net (DKK) > 5,000 & Date ≥ 02/01/2005"."""
    return _describe(model, Domain(domain))


def _describe(model, domain):
    if domain.is_true():
        return model.env._("all")
    if domain.is_false():
        return model.env._("none")
    operator = getattr(domain, 'OPERATOR', '')
    if operator in ('&', '|'):
        sign = ' & ' if operator == '&' else ' / '
        parts = [_describe(model, child) for child in domain.children]
        return sign.join(
            f'({part})' if ' / ' in part and operator == '&' else part for part in parts
        )
    if operator == '!':
        return f'¬ ({_describe(model, ~domain)})'
    return _describe_condition(model, domain)


def _describe_condition(model, condition):
    labels, here, owner, name = [], model, model, ''
    for name in condition.field_expr.split('.'):
        if name not in here._fields:
            break
        labels.append(here.fields_get([name], ['string', 'type'])[name]['string'])
        owner, field = here, here._fields[name]
        here = here.env[field.comodel_name] if field.relational else here
    label = ' '.join(labels) or condition.field_expr
    sign = SIGNS.get(condition.operator, condition.operator)
    if condition.operator in ('any', 'not any'):
        return f'{label} {sign} ({_describe(here, Domain(condition.value))})'
    return f'{label} {sign} {_describe_value(owner, owner._fields.get(name), condition.value)}'


def _describe_value(model, field, value):
    values = (
        list(value) if isinstance(value, Collection) and value.__class__ is not str else [value]
    )
    shown, more = values[:MOST], ' …' if len(values) > MOST else ''
    if field is not None and field.relational:
        # In sudo mode: the name of what was filtered by is no secret from who filtered.
        records = model.env[field.comodel_name].sudo()
        names = {
            value: records.browse(value).exists().display_name
            for value in shown
            if value.__class__ is int
        }
    elif field is not None and field.type == 'selection':
        names = dict(field._description_selection(model.env))
    else:
        names = {}
    names[False] = model.env._("empty")
    return ', '.join(_describe_one(model.env, names, value) for value in shown) + more


def _describe_one(env, names, value):
    if value in names:
        return str(names[value])
    if isinstance(value, float):
        return formatLang(env, value, digits=0 if value == int(value) else 2)
    if isinstance(value, date) or DAY.fullmatch(str(value)):
        return format_date(env, value)
    return str(value)
