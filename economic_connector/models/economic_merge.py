from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .economic_merge_catalogue import Catalogue
from .economic_merge_proof import find_dangling, in_words, read_balances
from .economic_merge_snapshot import Snapshot, UnforeseenError
from .economic_merge_words import name_of

# Each time what was unforeseen is copied too; what is computed anew from that is the next time's.
ATTEMPTS = 5
STATES = [('merged', "Merged"), ('undone', "Undone"), ('partly', "Partly undone")]


class EconomicMerge(models.Model):
    """One merge of partners, with all it changed, so that it can be taken back."""

    _name = 'economic.merge'
    _description = "Merge of Companies"
    _order = 'id DESC'

    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    state = fields.Selection(STATES, required=True, readonly=True, default='merged')
    survivor_id = fields.Many2one(
        'res.partner', "Kept", readonly=True, index='btree_not_null', ondelete='set null'
    )
    source_ids = fields.Many2many(
        'res.partner', 'economic_merge_source', 'merge_id', 'partner_id', "Merged Into It",
        readonly=True, context={'active_test': False},
    )  # fmt: skip
    source_count = fields.Integer(readonly=True)
    survivor_name = fields.Char("Company", readonly=True)
    source_names = fields.Char("Merged", readonly=True)
    date = fields.Datetime("When", readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', "By", readonly=True, default=lambda self: self.env.user)
    two_debtors = fields.Boolean("One Company with Two Debtors", readonly=True)
    moves = fields.Json(readonly=True, help="Rows moved, and rows that were there already.")
    moves_text = fields.Char("Moved", compute='_compute_moves_text')
    change_ids = fields.One2many('economic.merge.change', 'merge_id', readonly=True)
    undone_at = fields.Datetime("Undone", readonly=True)
    undone_by_id = fields.Many2one('res.users', readonly=True)
    kept_text = fields.Text("Not Put Back", readonly=True)

    @api.depends('survivor_name', 'source_names')
    def _compute_display_name(self):
        for merge in self:
            merge.display_name = f'{merge.source_names} → {merge.survivor_name}'

    @api.depends('moves')
    @api.depends_context('lang')
    def _compute_moves_text(self):
        for merge in self:
            merge.moves_text = self._moves_in_words(merge.moves)

    def _moves_in_words(self, moves):
        """Return what moves as a line: "3 Opportunity · 2 Followers (1 already there)"."""
        words = []
        for move in moves or []:
            text = f'{name_of(self.env, move["table"])}: {move["count"]}'
            if move['already']:
                text += ' ' + self.env._("(%s already there)", move['already'])
            words.append(text)
        return ' · '.join(words)

    # === MERGE === #

    def _merge(self, survivor, sources, values=None, two_debtors=False):
        """Merge partners into one; nothing is lost, or nothing is done.

        :param dict values: values that the one that stays is to have, as for `write`; by default
            its own, and those of the others where it has none
        :param bool two_debtors: one company may have two debtors of one agreement
        :return: the record of the merge
        :raises UserError: with the list of what is in the way
        """
        self._check_may_merge(survivor | sources)
        # In sudo mode: what belongs to a partner follows, whether or not the one who merges sees
        # it. Who it is stays known.
        survivor, sources = survivor.sudo(), (sources - survivor).sudo()
        (survivor | sources).sorted('id').lock_for_update()
        stops = survivor._economic_merge_stops(sources, values or {}, two_debtors)
        if stops:
            raise UserError('\n'.join(stops.values()))
        unforeseen = {}
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    return self.sudo()._attempt(survivor, sources, values or {}, two_debtors,
                                                unforeseen)  # fmt: skip
            except UnforeseenError as error:  # noqa: PERF203 - few rounds
                for table, ids in error.rows.items():
                    unforeseen.setdefault(table, set()).update(ids)
        raise UserError(
            self.env._(
                "Something else changes records of these companies during the merge: %s",
                ', '.join(sorted(name_of(self.env, table) for table in unforeseen)),
            )
        )

    @api.model
    def _check_may_merge(self, partners):
        """Let our managers merge what they may change, administrators or not."""
        self.check_access('write')
        partners.check_access('write')

    def _attempt(self, survivor, sources, values, two_debtors, unforeseen):
        merge = self.create(
            {
                'company_id': self.env.company.id,
                'survivor_id': survivor.id,
                'source_ids': [Command.set(sources.ids)],
                'source_count': len(sources),
                'survivor_name': survivor.display_name,
                'source_names': ', '.join(sources.mapped('display_name')),
                'two_debtors': two_debtors,
            }
        )
        self.env.flush_all()
        catalogue = Catalogue(self.env)
        snapshot = Snapshot(catalogue, merge)
        snapshot.take(survivor, sources, unforeseen)
        merge.moves = survivor._economic_merge_moves(sources)
        balances = read_balances(self.env, survivor | sources)
        merge._run_steps(survivor, sources, values)
        dangling, unlisted = find_dangling(catalogue, sources), {}
        if not dangling:
            unlisted = snapshot.store_changes()
        if read_balances(self.env, survivor | sources) != balances:
            unlisted['economic_invoice'] = unlisted.get('economic_invoice', 0)
        if dangling or unlisted:
            raise UserError(
                self.env._("Nothing was merged, since something would be lost:")
                + '\n'
                + in_words(self.env, dangling, unlisted)
            )
        merge._keep_files()
        self.env.invalidate_all()
        self.env['economic.figures']._refresh((survivor | sources).ids)
        merge._tell('merged')
        return merge

    def _run_steps(self, survivor, sources, values):
        """Do what core does, in its order, so that other modules' parts of it run.

        Core's own `_merge` deletes the sources; here they are archived.
        """
        everyone = survivor | sources
        wanted = survivor._economic_merge_values(sources, values)
        survivor._economic_leave_family(everyone, wanted.pop('parent_id'))
        wizard = (
            self.env['base.partner.merge.automatic.wizard']
            .with_context(tracking_disable=True, economic_merge_id=self.id, active_test=True)
            .create({})
        )
        target = survivor.with_env(wizard.env)
        origin = sources.with_env(wizard.env)
        if target.company_id:
            everyone.user_ids.write(
                {
                    'company_ids': [Command.link(target.company_id.id)],
                    'company_id': target.company_id.id,
                }
            )
        wizard._merge_bank_accounts(origin, target)
        wizard._update_foreign_keys(origin, target)
        wizard._update_reference_fields(origin, target)
        parent = target.parent_id
        wizard._update_values(origin, target)
        self.env.add_to_compute(target._fields['partner_share'], target)
        wizard._log_merge_operation(origin, target)
        self.env.flush_all()
        self._restore_sources(sources)
        origin.write({'active': False, 'economic_merged_into_id': survivor.id})
        if target.parent_id != parent:
            target.write({'parent_id': parent.id})
        target._economic_write_different(wanted)
        self.env.flush_all()
        survivor._economic_follow_commercial(sources)
        wizard.unlink()

    def _restore_sources(self, sources):
        """Give the sources back the values they had: foreign keys were moved in them, too."""
        columns = [
            column
            for (column,) in self.env.execute_query(
                SQL(
                    """
                    SELECT attname FROM pg_attribute
                     WHERE attrelid = 'res_partner'::regclass AND attnum > 0 AND NOT attisdropped
                       AND attname <> 'id'
                    """
                )
            )
        ]
        names = SQL(', ').join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner t SET (%s) = (
                       SELECT %s FROM jsonb_populate_record(NULL::res_partner, b.row_data))
                  FROM economic_before b
                 WHERE b.table_name = 'res_partner' AND b.row_id = t.id AND t.id = ANY(%s)
                """,
                names,
                names,
                sources.ids,
            )
        )
        self.env.invalidate_all()

    def _keep_files(self):
        """Keep the files of pictures that were replaced: without a row they would be removed."""
        rows = self.change_ids.search(
            [('merge_id', '=', self.id), ('table_name', '=', 'ir_attachment'),
             ('kind', 'in', ('changed', 'gone'))]
        )  # fmt: skip
        attachments = self.env['ir.attachment']
        for change in rows:
            name = change.old.get('store_fname')
            if name and (change.kind == 'gone' or name != change.new.get('store_fname')):
                attachments.create(
                    {
                        'name': change.old.get('name') or name,
                        'res_model': self._name,
                        'res_id': self.id,
                        'raw': attachments._file_read(name),
                    }
                )

    # === HISTORY === #

    def _tell(self, what):
        """Write a note to the chatter of the one that stays, and to each debtor's history."""
        survivor = self.survivor_id
        if what == 'merged':
            note = self.env._(
                "%(sources)s merged into this company. It can be undone from Merges until one of "
                "them changes. Moved: %(moves)s",
                sources=self.source_names,
                moves=self.moves_text or '–',
            )
        else:
            note = self.env._("The merge with %s was undone.", self.source_names)
            for source in self.source_ids:
                source._message_log(body=note)
        survivor._message_log(body=note)
        formers = {
            change.row_id: change.old.get('partner_id')
            for change in self.change_ids.search(
                [('merge_id', '=', self.id), ('table_name', '=', 'economic_debtor'),
                 ('kind', '=', 'changed')]
            )
        }  # fmt: skip
        if what == 'undone':
            formers = dict.fromkeys(formers, survivor.id)
        self.env['economic.debtor'].browse(formers).exists()._log_event(
            what, former=formers, note=self.display_name
        )
