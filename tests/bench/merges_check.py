"""Judge merges by SQL of its own: nothing of the addon's proof is used here.

What points at a partner is read from PostgreSQL's foreign keys, from `ir_model_fields` and from the
list of pairs of a model and an id below, which was made by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Table, column of the model (its name, or the id of it in ir_model), column of the id.
PAIRS = (
    ('mail_message', 'model', 'res_id'),
    ('mail_followers', 'res_model', 'res_id'),
    ('mail_activity', 'res_model', 'res_id'),
    ('mail_scheduled_message', 'model', 'res_id'),
    ('mail_alias', 'alias_model_id', 'alias_force_thread_id'),
    ('mail_alias', 'alias_parent_model_id', 'alias_parent_thread_id'),
    ('ir_attachment', 'res_model', 'res_id'),
    ('ir_model_data', 'model', 'res_id'),
    ('ir_embedded_actions', 'parent_res_model', 'parent_res_id'),
    ('res_users_settings_embedded_action', 'res_model', 'res_id'),
    ('rating_rating', 'res_model', 'res_id'),
    ('rating_rating', 'parent_res_model', 'parent_res_id'),
    ('mailing_trace', 'model', 'res_id'),
    ('calendar_event', 'res_model', 'res_id'),
    ('snailmail_letter', 'model', 'res_id'),
    ('data_recycle_record', 'res_model_name', 'res_id'),
)
# What may be there once for each partner, by hand: table -> the rest of the key.
ONCE = {
    'mail_followers': ('res_model', 'res_id', 'partner_id'),
    'mail_notification': ('mail_message_id', 'res_partner_id'),
    'mail_message_reaction': ('message_id', 'content', 'partner_id'),
    'discuss_channel_member': ('channel_id', 'partner_id'),
    'res_users_settings_volumes': ('user_setting_id', 'partner_id'),
    'res_users_settings_embedded_action': ('user_setting_id', 'action_id', 'res_id'),
    'economic_debtor_candidate': ('debtor_id', 'partner_id'),
    'economic_campaign_member': ('campaign_id', 'partner_id', 'company_id'),
    'res_partner_bank': ('sanitized_acc_number', 'partner_id'),
    'website_visitor': ('partner_id',),
    'ir_model_data': ('module', 'name'),
    'project_collaborator': ('project_id', 'partner_id'),
}
# About merges, or read in a partner.
LEFT_OUT = ('economic_merge', 'economic_partner_merge', 'base_partner_merge', 'economic_match_')
# Made anew of partners: may go, but not stay behind.
DERIVED = ('economic_figures', 'economic_duplicate')
# Sums that must be the same after as before: table, amounts, group.
BALANCES = (
    ('economic_invoice', ('amount_total', 'amount_residual', 'amount_untaxed_base'), 'currency_id'),
    ('account_move_line', ('balance', 'amount_residual'), 'account_id'),
    ('account_move', ('amount_total', 'amount_residual'), 'currency_id'),
    ('sale_order', ('amount_total',), 'currency_id'),
    ('crm_lead', ('expected_revenue',), 'stage_id'),
    ('loyalty_card', ('points',), 'program_id'),
)


class Judge:
    """Count what points at partners."""

    def __init__(self, cr: Any) -> None:
        self.cr = cr
        self.columns = dict(
            self._rows(
                """
                SELECT table_name::text, array_agg(column_name::text)
                  FROM information_schema.columns
                 WHERE table_schema = 'public' GROUP BY 1
                """
            )
        )
        self.keys = [
            (table, column)
            for table, column in self._rows(
                """
                SELECT conrelid::regclass::text, attname::text
                  FROM pg_constraint
                  JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
                 WHERE contype = 'f' AND confrelid = 'res_partner'::regclass ORDER BY 1, 2
                """
            )
            if not table.startswith(LEFT_OUT) and column != 'economic_merged_into_id'
        ]
        self.references = self._fields("ttype = 'reference'")
        self.of_companies = self._fields(
            "ttype = 'many2one' AND company_dependent AND relation = 'res.partner'"
        )

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        self.cr.execute(query, parameters or None)
        return list(self.cr.fetchall())

    def _fields(self, condition: str) -> list[tuple[str, str]]:
        rows = self._rows(
            f'SELECT model, name FROM ir_model_fields WHERE store AND {condition} ORDER BY 1, 2'
        )
        named = [(model.replace('.', '_'), name) for model, name in rows]
        return [(table, name) for table, name in named if name in self.columns.get(table, ())]

    def conditions(self) -> Iterator[tuple[str, str, str]]:
        """Yield (table, column, condition) for the ids in %(ids)s, text ones in %(texts)s."""
        for table, column in self.keys:
            own = ' AND NOT id = ANY(%(ids)s)' if table == 'res_partner' else ''
            yield table, column, f'"{column}" = ANY(%(ids)s){own}'
        for table, model, column in PAIRS:
            if column in self.columns.get(table, ()):
                named = "'res.partner'"
                if model.endswith('model_id'):
                    named = "(SELECT id FROM ir_model WHERE model = 'res.partner')"
                picture = ' AND res_field IS NULL' if table == 'ir_attachment' else ''
                yield table, column, f'{column} = ANY(%(ids)s) AND {model} = {named}{picture}'
        for table, column in self.references:
            yield table, column, f'"{column}" = ANY(%(references)s)'
        for table, column in self.of_companies:
            yield (
                table,
                column,
                f'EXISTS (SELECT FROM jsonb_each_text("{column}") WHERE value = ANY(%(texts)s))',
            )
        yield (
            'ir_default',
            'json_value',
            "json_value = ANY(%(texts)s) AND field_id IN"
            " (SELECT id FROM ir_model_fields WHERE relation = 'res.partner')",
        )

    def filled(self) -> dict[str, int]:
        """Return {table.column: rows} of the ways to point at a partner that are used."""
        used = {}
        for table, column in self.keys:
            rows = self._rows(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL')
            if rows[0][0]:
                used[f'{table}.{column}'] = rows[0][0]
        return used

    def pointing(self, ids: list[int]) -> dict[str, int]:
        """Return {table.column: rows} of all that points at the partners."""
        parameters = self._parameters(ids)
        found = {}
        for table, column, condition in self.conditions():
            self.cr.execute(f'SELECT count(*) FROM "{table}" WHERE {condition}', parameters)
            count = self.cr.fetchone()[0]
            if count:
                found[f'{table}.{column}'] = count
        return found

    def _parameters(self, ids: list[int]) -> dict[str, Any]:
        return {
            'ids': ids,
            'texts': [str(id_) for id_ in ids],
            'references': [f'res.partner,{id_}' for id_ in ids],
        }

    def expected(self, ids: list[int], survivor: int) -> dict[str, int]:
        """Return {table: rows} that must point at the one that stays, true duplicates apart."""
        parameters = self._parameters(ids) | {'survivor': survivor}
        by_table: dict[str, list[tuple[str, str]]] = {}
        for table, column, condition in self.conditions():
            if not table.startswith(DERIVED):
                by_table.setdefault(table, []).append((column, condition))
        counts = {}
        for table, ways in by_table.items():
            where = ' OR '.join(f'({condition})' for _column, condition in ways)
            key = ONCE.get(table) or (None if 'id' in self.columns[table] else self.columns[table])
            what = 'count(*)'
            if key:
                pointing = dict(ways)
                parts = [
                    f'CASE WHEN {pointing[name]} THEN %(survivor)s ELSE "{name}" END::text'
                    if name in pointing
                    else f'"{name}"::text'
                    for name in key
                ]
                nothing = [f'CASE WHEN "{name}" IS NULL THEN id END' for name in key
                           if 'id' in self.columns[table]]  # fmt: skip
                # Rows with an empty key never clash.
                what = f'count(DISTINCT ({", ".join(parts + nothing)}))'
            self.cr.execute(f'SELECT {what} FROM "{table}" WHERE {where}', parameters)
            counts[table] = self.cr.fetchone()[0]
        return counts

    def balances(self, ids: list[int]) -> dict[str, list[Any]]:
        """Return sums of money of the partners together."""
        sums = {}
        for table, amounts, group in BALANCES:
            if table in self.columns:
                what = ', '.join(f'sum({amount})::text' for amount in amounts)
                sums[table] = self._rows(
                    f'SELECT {group}, {what} FROM "{table}" WHERE partner_id = ANY(%s)'
                    ' GROUP BY 1 ORDER BY 1',
                    ids,
                )
        return sums
