import json

from odoo import api, models
from odoo.tools import SQL

from .economic_merge_catalogue import OWN_TABLES, PARTNER, Catalogue, map_alias
from .economic_merge_clash import Clashes
from .economic_merge_words import find_model

# What follows in anybody's merge.
OUR_TABLES = (
    'economic_contact', 'economic_debtor', 'economic_debtor_candidate', 'economic_invoice',
    'economic_invoice_line', 'economic_run_line',
)  # fmt: skip


class BasePartnerMergeAutomaticWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Core's steps of a merge. What is added here happens last, after what other modules do.

    In a merge of ours nothing is lost; in one that somebody starts with core's own wizard only
    what belongs to us is kept right, and the rest is as core does it.
    """

    _inherit = 'base.partner.merge.automatic.wizard'

    def _get_fk_on(self, table):
        """Leave out what is about merges: a merge remembers whom it merged."""
        return [
            (name, column)
            for name, column in super()._get_fk_on(table)
            if not name.startswith(OWN_TABLES)
        ]

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        if model != PARTNER:
            return super()._update_foreign_keys_generic(model, src_records, dst_record)
        ours = self.env.context.get('economic_merge_id')
        self.env['economic.campaign.member']._merge_members(dst_record, src_records)
        self.env.flush_all()
        clashes = Clashes(Catalogue(self.env), dst_record, src_records)
        if ours:
            clashes.settle(copied=True)
            clashes.move_checked()
        else:
            clashes.settle(OUR_TABLES)
        self._economic_drop_derived(src_records)
        result = super()._update_foreign_keys_generic(model, src_records, dst_record)
        if not ours:
            self.env['economic.figures'].sudo()._refresh((src_records | dst_record).ids)
        return result

    @api.model
    def _update_reference_fields_generic(
        self, referenced_model, src_records, dst_record, additional_update_records=None
    ):
        ours = referenced_model == PARTNER and self.env.context.get('economic_merge_id')
        if ours:
            # Those of two sources that clash with each other.
            Clashes(Catalogue(self.env), dst_record, src_records).settle(copied=True)
        result = super()._update_reference_fields_generic(
            referenced_model, src_records, dst_record, additional_update_records
        )
        if ours:
            self._economic_move_rest(src_records, dst_record)
        return result

    def _economic_drop_derived(self, sources):
        """Drop what is made of a partner and would be in the way: keys and figures."""
        self.env['economic.duplicate']._forget(sources)
        self.env['economic.match.key']._forget(sources.ids)
        self.env.cr.execute(
            SQL('DELETE FROM economic_figures WHERE partner_id = ANY(%s)', sources.ids)
        )
        self.env['economic.figures'].invalidate_model()

    # === WHAT CORE LEAVES BEHIND === #

    def _economic_move_rest(self, sources, survivor):
        """Move every pointer that core does not know of."""
        self.env.flush_all()
        catalogue = Catalogue(self.env)
        for pointer in catalogue.pointers:
            if pointer.kind in ('json', 'alias'):
                self._economic_move_text(pointer, sources, survivor)
            else:
                with_id = catalogue.with_id(pointer.table)
                self._economic_move(pointer, with_id, sources, survivor)
        self.env.flush_all()

    def _economic_move(self, pointer, with_id, sources, survivor):
        column = SQL.identifier(pointer.column)
        value = survivor.id
        if pointer.kind == 'reference':
            value = f'{PARTNER},{survivor.id}'
        elif pointer.kind == 'company':
            value = SQL(
                """(SELECT jsonb_object_agg(e.key, CASE WHEN e.value = ANY(%s)
                                                        THEN to_jsonb(%s) ELSE e.value::jsonb END)
                      FROM jsonb_each_text(t.%s) e)""",
                [str(id_) for id_ in sources.ids],
                survivor.id,
                column,
            )
        own = SQL()
        if pointer.table == 'ir_attachment':
            own = SQL('AND t.res_field IS NULL')  # a picture is a value of the one that has it
        elif pointer.table == 'res_partner':
            own = SQL('AND t.id <> ALL(%s)', sources.ids)
        self.env.cr.execute(
            SQL(
                'UPDATE %s t SET %s = %s WHERE (%s) %s RETURNING %s',
                SQL.identifier(pointer.table),
                column,
                value,
                pointer.points_at(sources.ids),
                own,
                SQL('t.id') if with_id else SQL('NULL'),
            )
        )
        ids = [id_ for (id_,) in self.env.cr.fetchall() if id_]
        model = find_model(self.env, pointer.table) if ids else None
        if model is not None:
            # What Odoo computes of it follows, without what a person's edit would set off.
            records = self.env[model._name].sudo().browse(ids)
            records.invalidate_recordset([pointer.column])
            records.modified([pointer.column])

    def _economic_move_text(self, pointer, sources, survivor):
        """Move what stands in a text: few rows, read one by one."""
        mapping = dict.fromkeys(sources.ids, survivor.id)
        name = SQL.identifier(pointer.column)
        table = SQL.identifier(pointer.table)
        rows = self.env.execute_query(
            SQL('SELECT t.id, t.%s FROM %s t WHERE %s', name, table,
                pointer.points_at(sources.ids))
        )  # fmt: skip
        for id_, text in rows:
            if pointer.kind == 'alias':
                # In sudo mode: an alias gives what it gave, to the one that stays.
                new = map_alias(self.env['mail.alias'].sudo().browse(id_), mapping)
            elif pointer.table == 'ir_default':
                new = json.dumps(_map(json.loads(text), mapping))
            else:
                names = self._economic_partner_properties(pointer, id_)
                new = json.dumps(
                    {key: _map(v, mapping) if key in names else v for key, v in text.items()}
                )
            self.env.cr.execute(SQL('UPDATE %s SET %s = %s WHERE id = %s', table, name, new, id_))
        if rows:
            self.env.invalidate_all()

    def _economic_partner_properties(self, pointer, id_):
        """Return the names of those properties of a record that are partners."""
        model = find_model(self.env, pointer.table)
        field = model._fields[pointer.column]
        # In sudo mode: properties of all records follow.
        record = self.env[model._name].sudo().browse(id_)
        definition = record[field.definition_record][field.definition_record_field]
        return {item['name'] for item in definition if item.get('comodel') == PARTNER}


def _map(value, mapping):
    """Return a value of a default or a property with other ids in it."""
    if isinstance(value, list):
        return list(dict.fromkeys(mapping.get(item, item) for item in value))
    return mapping.get(value, value)
