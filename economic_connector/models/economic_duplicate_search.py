from odoo import api, models
from odoo.tools import SQL, split_every

from ..matching import Population, compare
from .duplicate_search import DuplicateSearch, find_contacts
from .economic_match_key import BATCH, BULK
from .matcher import evidence_values, without_gc
from .mirror import copy_rows

SLICE = 50_000
# Memberships of contacts: in groups of contacts, and of whoever is one by now.
CONTACTS = [
    '|',
    ('duplicate_id.kind', '=', 'contact'),
    '&',
    ('partner_id.parent_id', '!=', False),
    ('partner_id.is_company', '=', False),
]
AT_ONCE = 5_000  # partners that a person waits for; more are left to the schedule


class EconomicDuplicate(models.Model):
    """Looking for duplicates: at first among all partners, then among those changed since."""

    _inherit = 'economic.duplicate'

    def action_search(self):
        """Look for duplicates at once, or let the schedule do it if there is much to look at."""
        self.env['economic.merge'].check_access('write')
        # In sudo mode: checked above; groups are written by the search alone.
        engine = self.sudo()
        left = len(engine.env['economic.match.key']._get_stale_ids()) + engine._count_new()
        if left <= AT_ONCE:
            for _step in engine._search_all():
                pass
            return self._show()
        self.env.ref('economic_connector.ir_cron_duplicates').sudo()._trigger()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'info',
                'message': self.env._(
                    "%s companies and contacts are to be looked at. The list fills by itself.",
                    left,
                ),
            },
        }

    @api.model
    def _cron_search(self):
        """Go on looking for as long as the scheduler gives us."""
        for done in self._search_all():
            if not self.env['ir.cron']._commit_progress(done, remaining=self._count_new()):
                return

    def _count_new(self):
        self.env.cr.execute(SQL('SELECT count(*) FROM economic_match_unsearched'))
        return self.env.cr.fetchone()[0]

    def _search_all(self):
        """Make the keys of what changed, then look slice by slice; yield how many were done."""
        keys = self.env['economic.match.key']
        stale = keys._get_stale_ids()
        for some in split_every(BATCH, stale, list):
            keys._refresh(some)
            yield len(some)
        keys._settle(len(stale))
        search = DuplicateSearch(self.env)
        if self._count_new() >= BULK:
            search.prepare()
        # Alike names come together, so that most of what is compared is read once.
        while ids := self._get_new(SQL('folded IS NOT NULL ORDER BY folded')):
            for some in split_every(SLICE, ids, list):
                with without_gc():
                    self._find_among(some, search)
                yield len(some)
        search.finish()
        while ids := self._get_new(SQL('folded IS NULL')):
            for some in split_every(SLICE, ids, list):
                self._search_contacts(some)
                yield len(some)

    def _get_new(self, condition):
        self.env.cr.execute(
            SQL(
                'SELECT partner_id FROM economic_match_unsearched'
                ' JOIN economic_match_stamp USING (partner_id) WHERE %s',
                condition,
            )
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]

    def _find_among(self, ids, search=None):
        """Find the groups of these companies anew, and of those that look like them."""
        search = search or DuplicateSearch(self.env)
        groups = search.find(ids)
        members = {id_ for group in groups for id_ in group.members}
        self._get_groups_of(members | set(ids)).unlink()
        self._release(members | set(ids), [('duplicate_id.kind', '!=', 'company')])
        self._keep('company', groups, search)
        self._note_searched(ids)

    def _get_groups_of(self, ids):
        """Return the groups of companies that have these members."""
        self.flush_model()
        found = self.env.execute_query(
            SQL(
                'SELECT DISTINCT d.id FROM economic_duplicate_member m'
                ' JOIN economic_duplicate d ON d.id = m.duplicate_id'
                ' WHERE m.partner_id = ANY(%s) AND d.kind = %s',
                list(ids),
                'company',
            )
        )
        return self.browse(id_ for (id_,) in found)

    def _search_contacts(self, ids):
        """Find anew the contacts of one company that look like one person."""
        self.env.cr.execute(
            SQL('SELECT DISTINCT parent_id FROM res_partner WHERE id = ANY(%s)', ids)
        )
        parents = [id_ for (id_,) in self.env.cr.fetchall() if id_]
        self.search([('parent_id', 'in', parents)]).unlink()
        found = find_contacts(self.env, parents)
        members = {id_ for groups in found.values() for group in groups for id_ in group.members}
        self._release(members | set(ids), CONTACTS)
        for parent, groups in found.items():
            self._keep('contact', groups, parent_id=parent)
        self._note_searched(ids)

    def _release(self, ids, elsewhere):
        """Take partners out of groups from before they went to another company or changed kind.

        :param elsewhere: the domain of these memberships
        """
        members = self.env['economic.duplicate.member']
        members = members.search([('partner_id', 'in', list(ids)), *elsewhere])
        self._forget(members.partner_id)

    def _note_searched(self, ids):
        self.env.cr.execute(
            SQL('DELETE FROM economic_match_unsearched WHERE partner_id = ANY(%s)', ids)
        )

    # === STORING === #

    def _keep(self, kind, groups, search=None, parent_id=None):
        """Store groups with what speaks for them: of the first two members."""
        if not groups:
            return
        partners = self.env['res.partner'].with_context(active_test=False)
        ids = [id_ for group in groups for id_ in group.members]
        partners.browse(ids).fetch(['name', 'city', 'company_id'])
        evidence = self._explain(groups, search) if search else [False] * len(groups)
        created = self.create(
            [
                {
                    'kind': kind,
                    'parent_id': parent_id,
                    'score': group.score,
                    'evidence': said,
                    'company_id': members.company_id[:1].id,
                    **self._describe(members),
                }
                for group, said in zip(groups, evidence, strict=True)
                for members in [partners.browse(group.members)]
            ]
        )
        copy_rows(
            self.env.cr,
            SQL.identifier('economic_duplicate_member'),
            ('duplicate_id', 'partner_id'),
            [
                (record.id, id_)
                for record, group in zip(created, groups, strict=True)
                for id_ in group.members
            ],
        )
        self.env['economic.duplicate.member'].invalidate_model()

    def _explain(self, groups, search):
        parties = search.keys._read_partners(
            {id_ for group in groups for id_ in group.members[:2]}, fresh=True
        )
        pairs = [tuple(parties[id_] for id_ in group.members[:2]) for group in groups]
        population = Population(search.size, search.counts)
        return [evidence_values(evidence) for _score, evidence in compare(pairs, population)]
