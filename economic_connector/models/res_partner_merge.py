from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .economic_merge_catalogue import Catalogue
from .economic_merge_clash import Clashes

USER = 'economic_connector.group_economic_user'
VALUE_TYPES = (
    'char', 'text', 'html', 'selection', 'boolean', 'integer', 'float', 'monetary', 'date',
    'datetime', 'many2one', 'binary',
)  # fmt: skip
NOT_A_VALUE = (
    'id', 'active', 'color', 'create_date', 'create_uid', 'write_date', 'write_uid',
    'economic_merged_into_id', 'calendar_last_notif_ack',
)  # fmt: skip
# Named first by a person who compares two companies.
FIRST = (
    'name', 'is_company', 'parent_id', 'company_registry', 'vat', 'street', 'street2', 'zip',
    'city', 'country_id', 'email', 'phone', 'website', 'ref', 'user_id',
)  # fmt: skip


class ResPartner(models.Model):
    """What a merge asks of the partner that stays."""

    _inherit = 'res.partner'

    economic_merged_into_id = fields.Many2one(
        'res.partner', "Merged Into", readonly=True, copy=False, index='btree_not_null',
        ondelete='set null', groups=USER,
    )  # fmt: skip

    def action_economic_merge(self):
        """Open the dialog that merges these companies."""
        self.env['economic.merge'].check_access('write')
        if len(self) < 2:
            raise UserError(self.env._("Select two companies or more to merge."))
        return self.env['economic.partner.merge']._open(self)

    # === BEFORE === #

    def _economic_merge_stops(self, sources, values, two_debtors):
        """Return {what: in words} of what keeps these from being merged into this one."""
        everyone = (self | sources).with_context(active_test=False)
        stops = {}
        if not sources:
            stops['one'] = self.env._("There is nothing to merge: choose two companies or more.")
        if merged := everyone.filtered('economic_merged_into_id'):
            stops['merged'] = self.env._(
                "Merged before: %s", ', '.join(merged.mapped('display_name'))
            )
        if len(everyone.user_ids) > 1:
            stops['users'] = self.env._(
                "More than one of them is a user: %s. Leave one out.",
                ', '.join(everyone.user_ids.mapped('login')),
            )
        own = self.env['res.company'].search([('partner_id', 'in', sources.ids)])
        if own:
            stops['own'] = self.env._(
                "%s is a company of ours and can only be the one that is kept.",
                ', '.join(own.mapped('name')),
            )
        companies = everyone.company_id
        if len(companies) > 1 and ('company_id' not in values or values['company_id']):
            stops['companies'] = self.env._(
                "They belong to different companies of ours (%s). Let them belong to the same one, "
                "or to none, first.",
                ', '.join(companies.mapped('name')),
            )
        if not two_debtors and (debtors := everyone._economic_rival_debtors()):
            stops['debtors'] = self.env._(
                "They belong to different debtors: %s.",
                ', '.join(debtors.mapped('display_name')),
            )
        return stops

    def _economic_rival_debtors(self):
        """Return the debtors of one agreement that would meet in one company."""
        rivals = self.env['economic.debtor']
        for debtors in self.economic_debtor_ids.grouped('agreement_id').values():
            if len(debtors.partner_id) > 1:
                rivals |= debtors
        return rivals

    def _economic_merge_moves(self, sources):
        """Return what would move to this partner, the most first: [{table, count, already}]."""
        self.env.flush_all()
        catalogue = Catalogue(self.env)
        already = Clashes(catalogue, self, sources).count()
        moves = []
        for table, pointers in catalogue.by_table().items():
            ((count,),) = self.env.execute_query(
                SQL(
                    'SELECT count(*) FROM %s t WHERE %s',
                    SQL.identifier(table),
                    catalogue.rows_of(table, pointers, sources.ids),
                )
            )
            if count:
                moves.append({'table': table, 'count': count, 'already': already.get(table, 0)})
        return sorted(moves, key=lambda move: -move['count'])

    # === VALUES === #

    def _economic_merge_fields(self):
        """Return the names of the fields whose value one may choose, as a person reads them."""
        summed = self.env['base.partner.merge.automatic.wizard']._get_summable_fields()
        names = [
            name
            for name in self.fields_get(attributes=['type'])
            if self._is_economic_merge_field(self._fields[name]) and name not in summed
        ]
        return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))

    def _is_economic_merge_field(self, field):
        return (
            field.type in VALUE_TYPES
            and (field.store or field.type == 'binary')
            and not field.related
            and not (field.compute and field.readonly)
            and field.name not in NOT_A_VALUE
            and not field.name.startswith(('message_', 'activity_', 'signup_'))
        )

    def _economic_merge_default(self, name, sources):
        """Return the partner whose value of a field is taken if nobody chooses: as core does."""
        return next((partner for partner in (self, *reversed(sources)) if partner[name]), self)

    def _economic_merge_values(self, sources, values):
        """Return {field: value to write} of all that this partner is to have after the merge."""
        wanted = {}
        for name in self._economic_merge_fields():
            field = self._fields[name]
            if name in values:
                wanted[name] = values[name]
            else:
                value = self._economic_merge_default(name, sources)[name]
                wanted[name] = value.id if field.type == 'many2one' else value
        return wanted

    def _economic_write_different(self, wanted):
        """Write the values that this partner does not have."""
        self.ensure_one()
        different = {}
        for name, value in wanted.items():
            current = self[name].id if self._fields[name].type == 'many2one' else self[name]
            if (current or False) != (value or False):
                different[name] = value
        if different:
            self.write(different)

    # === FAMILY === #

    def _economic_leave_family(self, everyone, parent_id):
        """Take a parent that is still there after the merge and does not lie below this partner.

        By SQL: a contact that gets a parent by the ORM loses its own address to the parent's.
        """
        chain, partner = [], self.browse(parent_id or False)
        while partner and partner not in chain:
            chain.append(partner)
            partner = partner.parent_id
        inside = [place for place, partner in enumerate(chain) if partner in everyone]
        rest = chain[inside[-1] + 1 :] if inside else chain
        parent = rest[0] if rest else self.browse()
        if parent == self.parent_id:
            return
        self.env.cr.execute(
            SQL('UPDATE res_partner SET parent_id = %s WHERE id = %s', parent.id or None, self.id)
        )
        self.invalidate_recordset(['parent_id'])
        self.modified(['parent_id'])
        self.env.flush_all()

    def _economic_follow_commercial(self, sources):
        """Let the company behind a contact be right for all that moved."""
        below = self.with_context(active_test=False).search(
            [('id', 'child_of', self.id), ('id', 'not in', sources.ids)]
        )
        field = self._fields['commercial_partner_id']
        self.env.add_to_compute(field, below)
        below.modified(['parent_id'])
        self.env.flush_all()
        company = self.commercial_partner_id
        if company == self:
            return
        for table, column in Catalogue(self.env).dependents_of('res_partner'):
            if column == 'commercial_partner_id' and table != 'res_partner':
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE %s t SET commercial_partner_id = %s
                          FROM economic_before b
                         WHERE b.table_name = %s AND b.row_id = t.id
                           AND (b.row_data ->> 'commercial_partner_id')::int = ANY(%s)
                        """,
                        SQL.identifier(table),
                        company.id,
                        table,
                        sources.ids,
                    )
                )
        self.env.invalidate_all()
