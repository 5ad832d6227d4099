"""Find duplicates among some partners and all others, in bounded memory."""

from odoo.tools import SQL

from ..matching import (
    DuplicateFinder,
    Party,
    Population,
    duplicate_pairs,
    read,
    unpack,
)
from .matcher import KeyCounts

# What one company knows people by: a name that two of its contacts have is hardly by chance.
CONTACTS = Population(1000)


class DuplicateSearch(KeyCounts):
    """Look for companies that are there twice. What was counted and compared is kept over all
    slices, so that no two are compared twice.
    """

    def __init__(self, env):
        super().__init__(env)
        self.read, self.companies = {}, {}
        self.finder = DuplicateFinder(Population(self.size, self.counts))
        # Partners that were compared with all others.
        self.done = set()
        env.cr.execute(SQL('SELECT max(id) FROM economic_match_stamp'))
        [self.newest] = env.cr.fetchone()
        self.limit = self.finder.population.duplicate_limit
        # Counts of what many have, read beforehand.
        self.common = {}
        self.prepared = False

    def prepare(self):
        """Find out at one stroke who shares keys, where nearly all partners are searched.

        Asking for the keys of each slice takes ten times as long.
        """
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS pg_temp.economic_shared;
                CREATE TEMPORARY TABLE economic_shared AS
                SELECT unnest(holders) AS partner_id, kind, value, holders
                  FROM (SELECT kind, value, array_agg(partner_id) AS holders
                          FROM economic_match_key GROUP BY value, kind
                        HAVING count(*) BETWEEN 2 AND %(limit)s) k;
                CREATE INDEX ON economic_shared (partner_id);
                ANALYZE economic_shared;
                SELECT kind, value, count(*) FROM economic_match_key
              GROUP BY value, kind HAVING count(*) > %(limit)s
                """,
                limit=self.limit,
            )
        )
        self.common = {(kind, value): count for kind, value, count in cr.fetchall()}
        self.counts.update(self.common)
        self.prepared = True

    def finish(self):
        """Give the room back that was taken to prepare."""
        self.env.cr.execute(SQL('DROP TABLE IF EXISTS pg_temp.economic_shared'))
        self.prepared = False

    def find(self, ids):
        """Return the groups in which these partners are, or those that look like them.

        Those that look like one may look more like another: they are compared with all, too.
        """
        self.env['res.partner'].flush_model()
        self.read, self.companies = {}, {}
        self.forget_many()
        # They are few: persons said so, perhaps since the last slice.
        self.finder.refuse(self.env['economic.distinct']._get_pairs())
        if len(self.counts) < len(self.common):
            # What is common stays known.
            self.counts.update(self.common)
        if changed := self._get_changed() & set(ids):
            self.finder.forget(changed)
            self._compare(changed, again=True)
        self._compare(set(ids) - self.done)
        self._compare(self.finder.alike(ids) - self.done)
        groups = self.finder.groups(self._add, ids)
        self.finder.seen.clear()
        return groups

    def _get_changed(self):
        """Return those whose keys were made anew since this search began."""
        self.env.cr.execute(
            SQL('SELECT partner_id FROM economic_match_stamp WHERE id > %s', self.newest)
        )
        return {id_ for (id_,) in self.env.cr.fetchall()}

    def _compare(self, ids, again=False):
        """Compare partners with all others that share a key.

        :param again: also with those that they have been compared with
        """
        if ids:
            self._add(self._get_pairs(ids, again))
            self.done |= ids

    def _add(self, pairs):
        self._load({id_ for pair in pairs for id_ in pair})
        self.finder.add(self.read, [pair for pair in pairs if self._may_be_same(*pair)])

    def _may_be_same(self, one, other):
        """Tell whether both are there, and seen by one of our companies."""
        if one not in self.read or other not in self.read:
            return False
        first, second = self.companies[one], self.companies[other]
        return first is None or second is None or first == second

    def _get_pairs(self, ids, again):
        """Return the pairs of these partners and others that share a key which few have.

        :param again: also with those that are done, by the keys of now
        """
        done = () if again else self.done
        pairs, common = set(), []
        for kind, value, holders in self._get_shared(ids, stored=not again):
            if len(holders) > self.limit:
                common.append((kind, value))
                continue
            self.counts[kind, value] = len(holders)
            others = [holder for holder in holders if holder not in done]
            for owner in holders:
                if owner in ids:
                    pairs.update(
                        (owner, holder) if owner < holder else (holder, owner)
                        for holder in others
                        if holder != owner
                    )
        self.count(common)
        return pairs

    def _get_shared(self, ids, stored):
        """Return (kind, value, partners) of the keys that these partners share with others; of
        those that many have not all partners.

        :param stored: what was prepared will do
        """
        if self.prepared and stored:
            return self.env.execute_query(
                SQL(
                    'SELECT DISTINCT ON (value, kind) kind, value, holders FROM economic_shared'
                    ' WHERE partner_id = ANY(%s)',
                    list(ids),
                )
            )
        return self.env.execute_query(
            SQL(
                """
                SELECT w.kind, w.value, array_agg(k.partner_id)
                  FROM (SELECT DISTINCT kind, value FROM economic_match_key
                         WHERE partner_id = ANY(%s)) w,
                       LATERAL (SELECT partner_id FROM economic_match_key k
                                 WHERE k.value = w.value AND k.kind = w.kind LIMIT %s) k
              GROUP BY w.kind, w.value HAVING count(*) > 1
                """,
                list(ids),
                self.limit + 1,
            )
        )

    def _load(self, ids):
        """Read companies and persons of none as the matcher stored them; archived ones are left
        out, and addresses and departments of a company.
        """
        missing = [id_ for id_ in ids if id_ not in self.read]
        self.env.cr.execute(
            SQL(
                """
                SELECT p.id, p.company_id, s.folded
                  FROM economic_match_stamp s JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.partner_id = ANY(%s) AND s.folded IS NOT NULL
                   AND p.active AND p.commercial_partner_id = p.id
                   AND p.economic_merged_into_id IS NULL
                """,
                missing,
            )
        )
        words = set()
        for id_, company_id, folded in self.env.cr.fetchall():
            normal = self.read[id_] = unpack(folded)
            self.companies[id_] = company_id
            words.update(('word', word) for word in (*normal.name.words, *normal.name.added))
        self.count(words)
        return self.read


def find_contacts(env, parent_ids):
    """Return {parent: groups} of contacts that look like one person within one company."""
    env['res.partner'].flush_model()
    env.cr.execute(
        SQL(
            """
            SELECT p.parent_id, p.id, COALESCE(p.name, ''), COALESCE(p.phone, ''),
                   COALESCE(p.email, '')
              FROM res_partner p JOIN res_partner parent ON parent.id = p.parent_id
             WHERE p.parent_id = ANY(%s) AND p.active AND p.type = 'contact'
               AND p.is_company IS NOT TRUE AND p.economic_merged_into_id IS NULL
               AND parent.active
            """,
            list(parent_ids),
        )
    )
    people = {}
    for parent, id_, name, phone, email in env.cr.fetchall():
        person = Party(id_, name, phones=(phone,), emails=(email,), is_company=False)
        people.setdefault(parent, []).append(person)
    refused = env['economic.distinct']._get_pairs([p.id for some in people.values() for p in some])
    found = {}
    for parent, parties in people.items():
        finder = DuplicateFinder(CONTACTS, refused)
        normals = {party.id: read(party) for party in parties}
        finder.add(normals, duplicate_pairs(parties, CONTACTS))
        if groups := finder.groups(lambda inside, f=finder, n=normals: f.add(n, inside)):
            found[parent] = groups
    return found
