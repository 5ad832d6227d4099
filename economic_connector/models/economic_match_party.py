from odoo import models
from odoo.tools import SQL

from ..matching import Party, with_packed
from .economic_debtor_values import is_company

# Where an address or a department of a company is meant, the company is proposed. A company below
# another that has a number of its own is one of its own.
OWNER = SQL(
    """
    CASE WHEN p.parent_id IS NULL THEN NULL
         WHEN p.is_company IS NOT TRUE THEN NULLIF(p.commercial_partner_id, p.id)
         WHEN regexp_replace(COALESCE(NULLIF(p.company_registry, ''), p.vat, ''), '\\D', '', 'g')
              IN ('', regexp_replace(
                     COALESCE(NULLIF(parent.company_registry, ''), parent.vat, ''), '\\D', '', 'g'))
         THEN p.parent_id
    END
    """
)
# An address has the name, the kind and the numbers of its company unless it has its own.
COLUMNS = SQL(
    """
    p.id,
    COALESCE(NULLIF(p.name, ''), parent.name, ''),
    concat_ws(E'\\n', NULLIF(p.street, ''), NULLIF(p.street2, '')),
    COALESCE(p.zip, ''), COALESCE(p.city, ''), COALESCE(c.code, ''),
    CASE WHEN p.is_company OR p.parent_id IS NULL THEN COALESCE(p.company_registry, '') ELSE '' END,
    CASE WHEN p.is_company OR p.parent_id IS NULL THEN COALESCE(p.vat, '') ELSE '' END,
    COALESCE(p.phone, ''), COALESCE(p.email, ''), COALESCE(p.website, ''),
    CASE WHEN p.is_company OR p.parent_id IS NULL THEN COALESCE(p.ref, '') ELSE '' END,
    COALESCE(p.is_company OR parent.is_company, false),
    COALESCE(p.active, false)
    """
)


class EconomicMatchKey(models.Model):
    """Read partners and debtors as the matcher wants them."""

    _inherit = 'economic.match.key'

    def _read_partners(self, ids, company=None, fresh=False):
        """Return {id: Party} of partners that a debtor may be: companies, persons of no company,
        addresses and departments of companies; not our own companies and users, nor what was
        merged into another.

        :param company: leave out those that only other companies of ours see
        :param fresh: their keys are, so what was stored with these is used
        """
        has_gln = 'global_location_number' in self.env['res.partner']._fields
        self.env.cr.execute(
            SQL(
                """
                SELECT %(columns)s, %(owner)s, %(gln)s, %(folded)s
                  FROM res_partner p
             LEFT JOIN res_partner parent ON parent.id = p.parent_id
             LEFT JOIN res_country c ON c.id = p.country_id
                       %(stamps)s
                 WHERE p.id = ANY(%(ids)s)
                   AND (p.parent_id IS NULL OR p.is_company
                        OR p.type IN ('delivery', 'invoice', 'other'))
                   AND p.economic_merged_into_id IS NULL AND %(visible)s
                   AND NOT EXISTS (SELECT FROM res_company WHERE partner_id = p.id)
                   AND NOT EXISTS (SELECT FROM res_users WHERE partner_id = p.id AND NOT share)
                """,
                columns=COLUMNS,
                owner=OWNER,
                gln=SQL("COALESCE(p.global_location_number, '')") if has_gln else SQL("''"),
                folded=SQL('s.folded') if fresh else SQL('NULL'),
                stamps=SQL('JOIN economic_match_stamp s ON s.partner_id = p.id')
                if fresh
                else SQL(),
                ids=list(ids),
                visible=SQL('(p.company_id IS NULL OR p.company_id = %s)', company.id)
                if company
                else SQL('true'),
            )
        )
        return {row[0]: _to_party(*row) for row in self.env.cr.fetchall()}

    def _read_debtors(self, ids):
        """Return the debtors as parties, in the order of `ids`."""
        self.env['economic.debtor'].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT d.id, COALESCE(d.name, ''), COALESCE(d.address, ''), COALESCE(d.zip, ''),
                       COALESCE(d.city, ''), COALESCE(c.code, d.country_name, ''),
                       COALESCE(d.cvr, ''), COALESCE(d.p_number, ''), COALESCE(d.vat_number, ''),
                       COALESCE(d.ean, ''), COALESCE(d.phone, ''), COALESCE(d.mobile_phone, ''),
                       COALESCE(d.emails, ''), COALESCE(d.website, ''), d.number
                  FROM economic_debtor d LEFT JOIN res_country c ON c.id = d.country_id
                 WHERE d.id = ANY(%s)
                """,
                list(ids),
            )
        )
        found = {row[0]: _to_debtor(*row) for row in self.env.cr.fetchall()}
        return [found[id_] for id_ in ids if id_ in found]


def _to_party(
    id_, name, street, zip_, city, country, registry, vat, phone, email, website, ref, is_company,
    active, owner, gln, folded,
):  # fmt: skip
    party = Party(
        id_, name, street, zip_, city, country, registry, '', vat, gln,
        (phone,) if phone else (), (email,) if email else (), website, ref, is_company, active,
        owner,
    )  # fmt: skip
    return with_packed(party, folded) if folded else party


def _to_debtor(
    id_, name, street, zip_, city, country, cvr, p_number, vat, ean, phone, mobile, emails, website,
    number,
):  # fmt: skip
    return Party(
        id_, name, street, zip_, city, country, cvr, p_number, vat, ean,
        tuple(filter(None, (phone, mobile))), tuple(emails.split()), website, str(number),
        is_company(name, cvr, vat, ean, p_number),
    )  # fmt: skip
