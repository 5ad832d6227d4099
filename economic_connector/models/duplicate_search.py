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
    """Look for companies that are there twice. The counts of keys are kept over all slices."""

    def __init__(self, env):
        super().__init__(env)
        self.read, self.companies = {}, {}

    def find(self, ids):
        """Return the groups in which these partners are, or those that look like them.

        Those that look like one may look more like another: they are compared with all, too.
        """
        self.env['res.partner'].flush_model()
        self.read, self.companies = {}, {}
        self.forget_many()
        population = Population(self.size, self.counts)
        finder = DuplicateFinder(population, self.env['economic.distinct']._get_pairs(ids))
        self._add(finder, self._get_pairs(ids, population))
        near = finder.alike() - set(ids)
        if near:
            finder.seen.update(self.env['economic.distinct']._get_pairs(near))
            self._add(finder, self._get_pairs(near, population))
        return finder.groups(self._load)

    def _add(self, finder, pairs):
        self._load({id_ for pair in pairs for id_ in pair})
        finder.add(self.read, [pair for pair in pairs if self._may_be_same(*pair)])

    def _may_be_same(self, one, other):
        """Tell whether both are there, and seen by one of our companies."""
        if one not in self.read or other not in self.read:
            return False
        first, second = self.companies[one], self.companies[other]
        return first is None or second is None or first == second

    def _get_pairs(self, ids, population):
        self.env.cr.execute(
            SQL(
                'SELECT partner_id, kind, value FROM economic_match_key WHERE partner_id = ANY(%s)',
                list(ids),
            )
        )
        owners = {}
        for id_, kind, value in self.env.cr.fetchall():
            owners.setdefault((kind, value), []).append(id_)
        pairs = set()
        for key, holders in self.find_holders(owners, population.duplicate_limit):
            for owner in owners[key]:
                pairs.update(
                    (owner, holder) if owner < holder else (holder, owner)
                    for holder in holders
                    if holder != owner
                )
        return pairs

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
            SELECT parent_id, id, COALESCE(name, ''), COALESCE(phone, ''), COALESCE(email, '')
              FROM res_partner
             WHERE parent_id = ANY(%s) AND active AND type = 'contact' AND is_company IS NOT TRUE
               AND economic_merged_into_id IS NULL
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
        if groups := finder.groups(lambda _ids, normals=normals: normals):
            found[parent] = groups
    return found
