from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..matching import Party, Population, candidate_pairs, keys_of
from .mirror import STAGE, stage_rows

BATCH = 10_000
# Not a key: tells which version of the partner the keys were made of.
STAMP = 'stamp'
PARTNER_COLUMNS = (
    'id', 'name', 'street', 'street2', 'zip', 'city', 'vat', 'company_registry', 'phone', 'email',
    'website', 'ref', 'is_company', 'active', 'parent_id',
)  # fmt: skip


class EconomicMatchKey(models.Model):
    """A folded key of a partner. Refreshed before matching for partners changed since, so that
    other people's imports pay nothing.
    """

    _name = 'economic.match.key'
    _description = "e-conomic Match Key"
    _log_access = False
    _rec_name = 'value'

    partner_id = fields.Many2one('res.partner', required=True, ondelete='cascade')
    kind = fields.Char(required=True)
    value = fields.Char(required=True)

    _partner_idx = models.Index('(partner_id)')
    _value_uniq = models.UniqueIndex('(kind, value, partner_id)')

    # === KEYS === #

    def _refresh(self):
        """Make the keys of the next partners that changed since theirs were made.

        :return: how many partners were done; 0 when all are fresh
        """
        ids = self._get_stale_ids(limit=BATCH)
        if not ids:
            return 0
        cr = self.env.cr
        cr.execute(SQL('DELETE FROM economic_match_key WHERE partner_id = ANY(%s)', ids))
        cr.execute(SQL('SELECT id, %s FROM res_partner WHERE id = ANY(%s)', self._stamp_sql(), ids))
        rows = [(partner_id, STAMP, stamp) for partner_id, stamp in cr.fetchall()]
        for party in self._read_partners(ids).values():
            rows += [(party.id, kind, value) for kind, value in keys_of(party)]
        table = SQL.identifier(self._table)
        names = SQL('partner_id, kind, value')
        stage_rows(cr, table, names, rows)
        cr.execute(SQL('INSERT INTO %s (%s) SELECT %s FROM %s', table, names, names, STAGE))
        cr.execute(SQL('DROP TABLE %s', STAGE))
        return len(ids)

    def _stamp_sql(self):
        return SQL("to_char(write_date, 'YYYYMMDDHH24MISSUS')")

    def _get_stale_ids(self, limit=None):
        self.env['res.partner'].flush_model()
        return [
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT p.id
                      FROM res_partner p
                 LEFT JOIN economic_match_key k ON k.partner_id = p.id AND k.kind = %(stamp_kind)s
                     WHERE k.value IS DISTINCT FROM %(stamp)s
                  ORDER BY p.id
                     LIMIT %(limit)s
                    """,
                    stamp_kind=STAMP,
                    stamp=self._stamp_sql(),
                    limit=limit,
                )
            )
        ]

    # === PARTIES === #

    def _read_partners(self, ids):
        """Return {id: Party} of partners that a debtor may be; without addresses and our own."""
        has_gln = 'global_location_number' in self.env['res.partner']._fields
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s, c.code, %(gln)s
                  FROM res_partner p
             LEFT JOIN res_country c ON c.id = p.country_id
                 WHERE p.id = ANY(%(ids)s)
                   AND (p.parent_id IS NULL OR p.is_company)
                   AND NOT EXISTS (SELECT FROM res_company WHERE partner_id = p.id)
                   AND NOT EXISTS (SELECT FROM res_users WHERE partner_id = p.id AND NOT share)
                """,
                columns=SQL(', ').join(SQL.identifier('p', name) for name in PARTNER_COLUMNS),
                gln=SQL('p.global_location_number') if has_gln else SQL("''"),
                ids=list(ids),
            )
        )
        return {row[0]: self._to_party(*row) for row in rows}

    def _to_party(
        self, id_, name, street, street2, zip_, city, vat, registry, phone, email, website, ref,
        is_company, active, parent_id, country, gln,
    ):  # fmt: skip
        return Party(
            id=id_, name=name or '', street='\n'.join(filter(None, (street, street2))),
            zip=zip_ or '', city=city or '', country=country or '', registry=registry or '',
            vat=vat or '', gln=gln or '', phones=(phone,) if phone else (),
            emails=(email,) if email else (), website=website or '', ref=ref or '',
            is_company=bool(is_company), active=bool(active), parent_id=parent_id,
        )  # fmt: skip

    def _debtor_party(self, debtor):
        return Party(
            id=debtor.id, name=debtor.name or '', street=debtor.address or '',
            zip=debtor.zip or '', city=debtor.city or '',
            country=debtor.country_id.code or debtor.country_name or '',
            registry=debtor.cvr or '', p_number=debtor.p_number or '',
            vat=debtor.vat_number or '', gln=debtor.ean or '',
            phones=tuple(filter(None, (debtor.phone, debtor.mobile_phone))),
            emails=tuple((debtor.emails or '').split()), website=debtor.website or '',
            ref=debtor.number_text, is_company=debtor._is_company(),
        )  # fmt: skip

    # === CANDIDATES === #

    def _get_candidates(self, agreement, debtors):
        """Gather who the debtors may be, by equality of keys.

        :return: (debtor parties, partner parties by id, pairs of ids, population)
        """
        cr = self.env.cr
        parties = [self._debtor_party(debtor) for debtor in debtors]
        keys = {party.id: keys_of(party) for party in parties}
        wanted = list({key for of_one in keys.values() for key in of_one})
        population = Population(self._count_partners(), self._count_keys(wanted))
        stage_rows(
            cr, SQL.identifier(self._table), SQL('partner_id, kind, value'),
            [(id_, kind, value) for id_, of_one in keys.items() for kind, value in of_one
             if population.counts.get((kind, value), 0) <= population.limit],
        )  # fmt: skip
        cr.execute(
            SQL(
                """
                SELECT DISTINCT s.partner_id, k.partner_id
                  FROM %s s JOIN economic_match_key k USING (kind, value)
                """,
                STAGE,
            )
        )
        pairs = set(cr.fetchall())
        cr.execute(SQL('DROP TABLE %s', STAGE))
        partners = self._read_partners({partner_id for _, partner_id in pairs})
        # Partners changed since the keys were made are compared as they are now.
        stale = self._read_partners(self._get_stale_ids())
        pairs = {pair for pair in pairs if pair[1] not in stale}
        pairs |= set(candidate_pairs(parties, list(stale.values()), population))
        partners |= stale
        visible = self._get_visible_ids(agreement, partners)
        pairs = sorted(pair for pair in pairs if pair[1] in partners and pair[1] in visible)
        return parties, partners, pairs, population

    def _get_visible_ids(self, agreement, partners):
        domain = Domain('company_id', 'in', [False, agreement.company_id.id])
        # In sudo mode: whether a partner is a match does not depend on who asks.
        found = self.env['res.partner'].sudo().with_context(active_test=False)
        return set(found.search(domain & Domain('id', 'in', list(partners))).ids)

    def _count_partners(self):
        self.env.cr.execute(SQL('SELECT count(*) FROM economic_match_key WHERE kind = %s', STAMP))
        return self.env.cr.fetchone()[0]

    def _count_keys(self, keys):
        if not keys:
            return {}
        self.env.cr.execute(
            SQL(
                """
                SELECT kind, value, count(*)
                  FROM economic_match_key
                  JOIN unnest(%s, %s) AS wanted(kind, value) USING (kind, value)
              GROUP BY kind, value
                """,
                [kind for kind, _ in keys],
                [value for _, value in keys],
            )
        )
        return {(kind, value): count for kind, value, count in self.env.cr.fetchall()}

    # === WORDS === #

    def _in_words(self, evidence):
        """Return the evidence of a link as a sentence, strongest first.

        :param evidence: list of {'code', 'weight', 'left', 'right'}
        """
        words = {
            'linked': self.env._("already linked"),
            'registry_equal': self.env._("same company number"),
            'registry_differs': self.env._("another company number"),
            'p_number_equal': self.env._("same P-number"),
            'p_number_differs': self.env._("another P-number"),
            'vat_equal': self.env._("same VAT number"),
            'vat_differs': self.env._("another VAT number"),
            'gln_equal': self.env._("same EAN"),
            'gln_differs': self.env._("another EAN"),
            'ref_equal': self.env._("same customer number"),
            'ref_differs': self.env._("another customer number"),
            'phone_equal': self.env._("same phone"),
            'phone_differs': self.env._("another phone"),
            'email_equal': self.env._("same e-mail"),
            'domain_equal': self.env._("same web domain"),
            'name_equal': self.env._("same name"),
            'name_similar': self.env._("similar name"),
            'name_words': self.env._("name shares words"),
            'name_differs': self.env._("another name"),
            'address_equal': self.env._("same address"),
            'street_equal': self.env._("same street"),
            'street_elsewhere': self.env._("same street in another town"),
            'street_differs': self.env._("another street"),
            'town_equal': self.env._("same town"),
            'city_equal': self.env._("same city"),
            'town_near': self.env._("near"),
            'town_differs': self.env._("another town"),
            'form_differs': self.env._("another legal form"),
            'form_missing': self.env._("legal form missing on one side"),
            'country_differs': self.env._("another country"),
            'kind_differs': self.env._("a person and a company"),
        }
        telling = sorted(evidence or [], key=lambda item: -abs(item['weight']))
        return (
            ", ".join(
                dict.fromkeys(words[item['code']] for item in telling if item['code'] in words)
            )
            or False
        )
