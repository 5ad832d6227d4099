"""What points at partners: foreign keys of any table, and fields that name a model and an id."""

from odoo.tools import SQL

# Ours follow by themselves, and a name for an export is no use of the record.
IGNORED_MODELS = ('ir.model.data',)


def find_referenced(env, ids):
    """Return the ids, of those given, of partners that something outside of this addon points at.

    Partners among `ids` that point at each other do not count.
    """
    found = set()
    for table, column in _get_foreign_keys(env):
        if not table.startswith('economic_'):
            found |= _select_referenced(env, table, column, ids)
    for model in env.registry.values():
        if model._abstract or not model._auto or model._name in IGNORED_MODELS:
            continue
        for field in model._fields.values():
            if not field.store or field.type not in ('many2one_reference', 'reference'):
                continue
            if field.type == 'reference':
                found |= _select_named(env, model._table, field.name, ids)
            elif model._fields[field.model_field].store:
                found |= _select_typed(env, model._table, field, ids)
    return found


def _get_foreign_keys(env):
    return env.execute_query(
        SQL(
            """
            SELECT c.relname, a.attname
              FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
             WHERE k.contype = 'f' AND k.confrelid = 'res_partner'::regclass
            """
        )
    )


def _select_referenced(env, table, column, ids):
    name = SQL.identifier(column)
    own = SQL('AND id <> ALL(%s)', ids) if table == 'res_partner' else SQL()
    rows = env.execute_query(
        SQL('SELECT DISTINCT %s FROM %s WHERE %s = ANY(%s) %s', name, SQL.identifier(table), name,
            ids, own)
    )  # fmt: skip
    return {id_ for (id_,) in rows}


def _select_typed(env, table, field, ids):
    name = SQL.identifier(field.name)
    rows = env.execute_query(
        SQL("SELECT DISTINCT %s FROM %s WHERE %s = ANY(%s) AND %s = 'res.partner'", name,
            SQL.identifier(table), name, ids, SQL.identifier(field.model_field))
    )  # fmt: skip
    return {id_ for (id_,) in rows}


def _select_named(env, table, column, ids):
    name = SQL.identifier(column)
    rows = env.execute_query(
        SQL('SELECT DISTINCT %s FROM %s WHERE %s = ANY(%s)', name, SQL.identifier(table), name,
            [f'res.partner,{id_}' for id_ in ids])
    )  # fmt: skip
    return {int(text.partition(',')[2]) for (text,) in rows}
