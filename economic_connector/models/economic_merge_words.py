"""Tables in words of the screen."""


def find_model(env, table):
    """Return the model of a table, or None if it is a table between two."""
    return next(
        (model for model in env.registry.values() if model._auto and model._table == table), None
    )


def name_of(env, table):
    """Return what the rows of a table are called on screen."""
    model = find_model(env, table)
    if model is not None:
        # In sudo mode: only the name of the kind is read.
        return env['ir.model'].sudo()._get(model._name).name
    for model in env.registry.values():
        for field in model._fields.values():
            if field.type == 'many2many' and field.store and field.relation == table:
                # In sudo mode: only the label of the field is read.
                label = env['ir.model.fields'].sudo()._get(model._name, field.name)
                return label.field_description or table
    return table
