from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import add_index

from ..matching import KEYS_VERSION, keys_of, pack
from .mirror import copy_rows

BATCH = 20_000
# For so many stale partners the indexes are made anew, not kept in step: twice as fast.
BULK = 200_000
MANY = 1_000  # partners whose change PostgreSQL should take note of


class EconomicMatchKey(models.Model):
    """A folded key of a partner. Refreshed before matching for partners changed since, so that
    other people's imports pay nothing.
    """

    _name = 'economic.match.key'
    _description = "e-conomic Match Key"
    _log_access = False
    _rec_name = 'value'

    # A plain number: a foreign key would cost as much as all the rest, and lock the partner. Keys
    # of partners that are gone find nobody, and go with the next refresh.
    partner_id = fields.Integer(required=True)
    kind = fields.Char(required=True)
    value = fields.Char(required=True)

    _partner_idx = models.Index('(partner_id)')
    # Values first: they differ sooner than kinds, which makes sorting them fast.
    _value_idx = models.Index('(value, kind, partner_id)')

    # === REFRESHING === #

    def _refresh(self, ids=None):
        """Make the keys of some partners, as `_get_stale_ids` names them; forget deleted ones.

        :param ids: the first stale ones by default
        """
        ids = self._get_stale_ids(limit=BATCH) if ids is None else ids
        cr = self.env.cr
        self._forget(ids)
        parties = self._read_partners(ids)
        folded = {id_: pack(party) for id_, party in parties.items()}
        keys = [(id_, *key) for id_, party in parties.items() for key in keys_of(party)]
        copy_rows(cr, SQL.identifier(self._table), ('partner_id', 'kind', 'value'), keys)
        cr.execute(
            SQL(
                """
                SELECT p.id, %s::text
                  FROM res_partner p LEFT JOIN res_partner parent ON parent.id = p.parent_id
                 WHERE p.id = ANY(%s)
                """,
                CHANGED_AT,
                ids,
            )
        )
        found = cr.fetchall()
        copy_rows(
            cr,
            SQL.identifier('economic_match_stamp'),
            ('partner_id', 'version', 'changed_at', 'folded'),
            [(id_, KEYS_VERSION, changed_at, folded.get(id_)) for id_, changed_at in found],
        )
        table = SQL.identifier('economic_match_unsearched')
        copy_rows(cr, table, ('partner_id',), [(id_,) for id_, _changed_at in found])

    def _forget(self, partner_ids):
        """Remove what was read in partners."""
        cr = self.env.cr
        cr.execute(
            SQL(
                'DELETE FROM economic_match_stamp WHERE partner_id = ANY(%s) RETURNING 1',
                partner_ids,
            )
        )
        if cr.fetchall():
            for table in ('economic_match_key', 'economic_match_unsearched'):
                cr.execute(
                    SQL(
                        'DELETE FROM %s WHERE partner_id = ANY(%s)',
                        SQL.identifier(table),
                        partner_ids,
                    )
                )

    def _get_stale_ids(self, limit=None):
        """Return the partners that changed since their keys were made, or are gone."""
        self.env['res.partner'].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(p.id, s.partner_id)
                  FROM (SELECT p.id, %(changed_at)s AS changed_at
                          FROM res_partner p
                     LEFT JOIN res_partner parent ON parent.id = p.parent_id) p
             FULL JOIN economic_match_stamp s ON s.partner_id = p.id
                 WHERE p.id IS NULL OR s.partner_id IS NULL OR s.version <> %(version)s
                    OR s.changed_at IS DISTINCT FROM p.changed_at
              ORDER BY 1
                 LIMIT %(limit)s
                """,
                changed_at=CHANGED_AT,
                version=KEYS_VERSION,
                limit=limit,
            )
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]

    def _drop_indexes(self):
        """Do without indexes while most of the keys are made."""
        for index in (self._partner_idx, self._value_idx):
            self.env.cr.execute(
                SQL('DROP INDEX IF EXISTS %s', SQL.identifier(index.full_name(self)))
            )

    def _settle(self, count):
        """Make the indexes that are missing, as after an interrupted refresh of nearly all; let
        PostgreSQL know what it will plan joins with.

        :param count: of partners whose keys were made
        """
        cr = self.env.cr
        cr.execute(SQL('SELECT indexname FROM pg_indexes WHERE tablename = %s', self._table))
        there = {name for (name,) in cr.fetchall()}
        for index in (self._partner_idx, self._value_idx):
            name = index.full_name(self)
            if name not in there:
                add_index(
                    cr, name, self._table, index._index_definition, unique=False,
                    comment=index.get_definition(self.pool),
                )  # fmt: skip
        if count >= MANY:
            cr.execute(SQL('ANALYZE economic_match_key'))
            cr.execute(SQL('ANALYZE economic_match_stamp'))

    # === ASKING === #

    def _count_partners(self):
        self.env.cr.execute(
            SQL('SELECT count(*) FROM economic_match_stamp WHERE folded IS NOT NULL')
        )
        return self.env.cr.fetchone()[0]

    def _count_keys(self, keys):
        """Return {key: how many partners have it} of some keys."""
        self.env.cr.execute(
            SQL(
                """
                SELECT w.n, (SELECT count(*) FROM economic_match_key k
                              WHERE k.value = w.value AND k.kind = w.kind)
                  FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS w(kind, value, n)
                """,
                [kind for kind, _ in keys],
                [value for _, value in keys],
            )
        )
        return {keys[n - 1]: count for n, count in self.env.cr.fetchall()}

    def _get_holders(self, keys, most):
        """Return {key: partners that have it, at most so many}."""
        self.env.cr.execute(
            SQL(
                """
                SELECT w.n, h.holders
                  FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS w(kind, value, n),
                       LATERAL (SELECT ARRAY(SELECT partner_id FROM economic_match_key k
                                              WHERE k.value = w.value AND k.kind = w.kind
                                              LIMIT %s) AS holders) h
                 WHERE h.holders <> '{}'
                """,
                [kind for kind, _ in keys],
                [value for _, value in keys],
                most,
            )
        )
        return {keys[n - 1]: holders for n, holders in self.env.cr.fetchall()}


# What a partner's keys are made of changes with it, or with the company it is an address of.
CHANGED_AT = SQL('GREATEST(p.write_date, parent.write_date)')


class EconomicMatchStamp(models.Model):
    """Which version of a partner its keys were made of, and what the matcher read in it."""

    _name = 'economic.match.stamp'
    _description = "e-conomic Match Stamp"
    _log_access = False
    _rec_name = 'partner_id'

    partner_id = fields.Integer(required=True)
    version = fields.Integer(required=True, help="Of the rules that make keys.")
    changed_at = fields.Datetime(help="When the partner had last been changed.")
    folded = fields.Char(help="As the matcher has read the partner; none if it is not matched.")

    _partner_uniq = models.UniqueIndex('(partner_id)')


class EconomicMatchUnsearched(models.Model):
    """A partner whose duplicates are still to be looked for, as it is now.

    A list of its own: taking a million off it is cheap, marking a million stamps is not.
    """

    _name = 'economic.match.unsearched'
    _description = "Partner to Search Duplicates Of"
    _log_access = False
    _rec_name = 'partner_id'

    partner_id = fields.Integer(required=True)

    _partner_uniq = models.UniqueIndex('(partner_id)')
