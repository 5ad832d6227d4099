"""Say in a person's words what a domain asks for."""

from collections.abc import Collection

from odoo.fields import Domain

SIGNS = {
    'in': '=', 'not in': '≠', 'any': ':', 'not any': '≠', 'ilike': '~', 'not ilike': '≁',
    '>=': '≥', '<=': '≤', '!=': '≠',
}  # fmt: skip
MOST = 3  # values of a list that are named


def describe(model, domain):
    """Return one line such as "Net (DKK) > 5000 & Date ≥ 2005-02-01"."""
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
    return ', '.join(str(names.get(value, value)) for value in shown) + more
