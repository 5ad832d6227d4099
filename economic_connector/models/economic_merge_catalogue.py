"""Everything that can point at a partner, read from the database and the registry, not from a list:
foreign keys of any table, pairs of a model and an id, references, values by company, properties.
"""

from ast import literal_eval

from odoo.tools import SQL

# Rows that are about a merge, not of the partner; and what is derived from a partner alone.
OWN_TABLES = ('economic_merge', 'economic_partner_merge', 'base_partner_merge_')
DERIVED_TABLES = ('economic_match_key', 'economic_figures')
# Whose companion no name tells.
COMPANIONS = {('ir.filters', 'embedded_parent_res_id'): 'embedded_action_id.parent_res_model'}
ID_ENDINGS = ('res_id', 'thread_id', 'resource_id', 'record_id', 'document_id')
MODEL_ENDINGS = ('res_model', 'model', 'res_model_id', 'model_id', 'res_model_name', 'model_name')
PARTNER = 'res.partner'


class Pointer:
    """One way in which rows of one table point at partners.

    :ivar str kind: 'key' (foreign key), 'pair' (model and id), 'reference' (text), 'company' (a
        value for each company), 'json' (a default or a property), 'alias' (values for new records)
    """

    def __init__(self, kind, table, column, condition=None):
        self.kind, self.table, self.column = kind, table, column
        self.condition = condition or SQL('true')

    def __repr__(self):
        return f'{self.table}.{self.column}'

    def points_at(self, ids):
        """Return the condition on a row `t` of the table."""
        column = SQL.identifier('t', self.column)
        if self.kind == 'reference':
            return SQL('%s = ANY(%s)', column, [f'{PARTNER},{id_}' for id_ in ids])
        if self.kind == 'company':
            return SQL(
                'EXISTS (SELECT FROM jsonb_each_text(%s) e WHERE e.value = ANY(%s))',
                column,
                [str(id_) for id_ in ids],
            )
        if self.kind == 'json':
            return self.condition(ids)
        if self.kind == 'alias':
            return SQL('t.id = ANY(%s)', self.condition(ids))
        return SQL('%s = ANY(%s) AND %s', column, list(ids), self.condition)


class Catalogue:
    """What can point at partners in this database."""

    def __init__(self, env):
        self.env = env
        self.columns = self._read_columns()
        self.pointers = [
            pointer
            for pointer in (*self._keys(), *self._fields(), *self._written())
            if not pointer.table.startswith((*OWN_TABLES, *DERIVED_TABLES))
        ]

    def with_id(self, table):
        """Tell whether the rows of a table have an id; those of an m2m table have none."""
        return 'id' in self.columns[table]

    def same_row(self, table, one, other):
        """Return the condition that two rows of a table without ids are equal."""
        return SQL(' AND ').join(
            SQL(
                '%s = %s' if required else '%s IS NOT DISTINCT FROM %s',
                SQL.identifier(one, column),
                SQL.identifier(other, column),
            )
            for column, required in self.columns[table].items()
        )

    def by_table(self):
        """Return {table: its pointers}."""
        tables = {}
        for pointer in self.pointers:
            tables.setdefault(pointer.table, []).append(pointer)
        return tables

    def rows_of(self, table, pointers, ids):
        """Return the condition on rows `t` that point at the partners or, of contacts, are them.

        Pictures that a partner has are values of its own.
        """
        found = SQL(' OR ').join(SQL('(%s)', pointer.points_at(ids)) for pointer in pointers)
        if table == 'res_partner':
            return SQL('(%s) AND NOT t.id = ANY(%s)', found, list(ids))
        if table == 'ir_attachment':
            return SQL('(%s) AND t.res_field IS NULL', found)
        return found

    def dependents_of(self, table):
        """Return [(table, column)] of foreign keys to a table."""
        return self.env.execute_query(
            SQL(
                """
                SELECT c.relname, a.attname
                  FROM pg_constraint k
                  JOIN pg_class c ON c.oid = k.conrelid
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND k.confrelid = %s::regclass
                   AND c.relnamespace = current_schema::regnamespace
                 ORDER BY 1, 2
                """,
                table,
            )
        )

    # === READING === #

    def _read_columns(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.relname, jsonb_object_agg(a.attname, a.attnotnull)
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
                   AND c.relnamespace = current_schema::regnamespace
              GROUP BY 1
                """
            )
        )
        return dict(rows)

    def _keys(self):
        for table, column in self.dependents_of('res_partner'):
            yield Pointer('key', table, column)

    def _fields(self):
        for model in self.env.registry.values():
            if model._abstract or not model._auto or model._table not in self.columns:
                continue
            records = self.env[model._name]
            for field in records._fields.values():
                if field.store and field.name in self.columns[model._table]:
                    yield from self._field(records, field)

    def _field(self, records, field):
        table, name = records._table, field.name
        if field.type == 'reference':
            yield Pointer('reference', table, name)
        elif field.type == 'many2one' and field.company_dependent:
            if field.comodel_name == PARTNER:
                yield Pointer('company', table, name)
        elif field.type == 'properties':
            yield from self._properties(records, field)
        elif field.type in ('many2one_reference', 'integer'):
            companion = getattr(field, 'model_field', None) or _find_companion(records, name)
            condition = companion and self._names_partner(records, companion, 't')
            if condition:
                yield Pointer('pair', table, name, condition)

    def _properties(self, records, field):
        """Properties are defined on another record: which of them are partners stands there."""
        link = records._fields.get(field.definition_record)
        container = self.env.get(link.comodel_name) if link and link.store else None
        if container is None or not container._fields[field.definition_record_field].store:
            return
        yield Pointer(
            'json',
            records._table,
            field.name,
            lambda ids: SQL(
                """EXISTS (
                    SELECT FROM %s c, jsonb_array_elements(c.%s) d,
                           jsonb_path_query(t.%s -> (d->>'name'), 'lax $[*]') e
                     WHERE c.id = t.%s AND d->>'comodel' = %s AND e::text = ANY(%s))""",
                SQL.identifier(container._table),
                SQL.identifier(field.definition_record_field),
                SQL.identifier(field.name),
                SQL.identifier(field.definition_record),
                PARTNER,
                [str(id_) for id_ in ids],
            ),
        )

    def _written(self):
        """Yield what stands in text: defaults of fields, and the values that an alias gives."""
        yield Pointer(
            'json',
            'ir_default',
            'json_value',
            lambda ids: SQL(
                """CASE WHEN EXISTS (SELECT FROM ir_model_fields f
                                      WHERE f.id = t.field_id AND f.relation = %s)
                        THEN EXISTS (SELECT FROM jsonb_path_query(t.json_value::jsonb, 'lax $[*]') e
                                      WHERE e::text = ANY(%s)) END""",
                PARTNER,
                [str(id_) for id_ in ids],
            ),
        )
        yield Pointer('alias', 'mail_alias', 'alias_defaults', self._find_aliases)

    def _find_aliases(self, ids):
        # In sudo mode: aliases of all models are looked at.
        aliases = self.env['mail.alias'].sudo()
        aliases = aliases.search([('alias_defaults', 'not in', (False, '{}'))])
        return [alias.id for alias in aliases if map_alias(alias, dict.fromkeys(ids)) is not None]

    def _names_partner(self, records, name, alias):
        """Return the condition that a field, or what it is a related field of, names partners."""
        field = records._fields.get(name)
        path = name.split('.')
        if field is None and len(path) == 1:
            return None
        if field and field.store and field.type == 'many2one':
            partner_model = self.env['ir.model']._get_id(PARTNER)
            return SQL('%s = %s', SQL.identifier(alias, name), partner_model)
        if field and field.store:
            return SQL('%s = %s', SQL.identifier(alias, name), PARTNER)
        if field:
            path = (field.related or '').split('.')
        if len(path) != 2 or not records._fields[path[0]].store:
            return None
        target = self.env.get(records._fields[path[0]].comodel_name)
        if target is None or not target._auto:
            return None
        deeper = alias + 'x'
        inner = self._names_partner(target, path[1], deeper)
        return inner and SQL(
            'EXISTS (SELECT FROM %s %s WHERE %s = %s AND %s)',
            SQL.identifier(target._table),
            SQL.identifier(deeper),
            SQL.identifier(deeper, 'id'),
            SQL.identifier(alias, path[0]),
            inner,
        )


def _find_companion(records, name):
    """Return the field that says of which model the integer field `name` holds an id, if any.

    alias_parent_thread_id -> alias_parent_model_id; alias_force_thread_id -> alias_model_id
    """
    if (records._name, name) in COMPANIONS:
        return COMPANIONS[records._name, name]
    for ending in ID_ENDINGS:
        if not name.endswith(ending):
            continue
        start = name.removesuffix(ending).removesuffix('force_')
        for candidate in MODEL_ENDINGS:
            field = records._fields.get(start + candidate)
            if field and (
                field.type in ('char', 'selection')
                or (field.type == 'many2one' and field.comodel_name == 'ir.model')
            ):
                return field.name
    return None


def map_alias(alias, mapping):
    """Return the values an alias gives with other partners, or None if it names none of them."""
    try:
        defaults = literal_eval(alias.alias_defaults)
    except (ValueError, SyntaxError):
        return None
    if not isinstance(defaults, dict):
        return None
    model = alias.env.get(alias.alias_model_id.model)
    found = {
        name: mapping[value]
        for name, value in defaults.items()
        if isinstance(value, int)
        and value in mapping
        and model is not None
        and name in model._fields
        and model._fields[name].comodel_name == PARTNER
    }
    return str(defaults | found) if found else None
