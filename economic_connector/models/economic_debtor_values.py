from stdnum.dk import cvr as danish_cvr
from stdnum.eu import vat as eu_vat

from odoo import models
from odoo.tools import email_split

from ..matching import is_person
from ..matching.fold import split_name
from .countries import map_countries
from .ownership import RULES


class EconomicDebtor(models.Model):
    _inherit = 'economic.debtor'

    def _map_countries(self, texts):
        return map_countries(self.env, texts)

    def _is_company(self):
        """Tell whether this is a company, as far as the debtor tells."""
        self.ensure_one()
        return is_company(self.name or '', self.cvr, self.vat_number, self.ean, self.p_number)

    def _prepare_partner_values(self):
        """Return the values that e-conomic has for the partner, raw; '' and False are empty."""
        self.ensure_one()
        lines = [line.strip() for line in (self.address or '').splitlines() if line.strip()]
        emails = email_split(self.emails or '')
        values = {
            'name': (self.name or '').strip(),
            'company_registry': self._get_registry(),
            'vat': self._get_vat(),
            'street': lines[0] if lines else '',
            'street2': ', '.join(lines[1:]),
            'zip': (self.zip or '').strip(),
            'city': (self.city or '').strip(),
            'country_id': self.country_id.id or False,
            'phone': (self.phone or self.mobile_phone or '').strip(),
            'email': emails[0] if emails else '',
            'website': self._clean_website(),
        }
        if 'global_location_number' in self.env['res.partner']._fields:
            values['global_location_number'] = (self.ean or '').strip()
        return values

    def _get_registry(self):
        number = danish_cvr.compact(self.cvr or '')
        return number if danish_cvr.is_valid(number) else (self.cvr or '').strip()

    def _get_vat(self):
        if eu_vat.is_valid(self.vat_number or ''):
            return eu_vat.compact(self.vat_number)
        number = danish_cvr.compact(self.cvr or '')
        return f'DK{number}' if danish_cvr.is_valid(number) else ''

    def _clean_website(self):
        # Odoo completes an address that is written without scheme.
        website = (self.website or '').strip()
        return website and self.env['res.partner']._clean_website(website)

    def _read_partner_values(self, partner):
        """Return the partner's values in the form of `_prepare_partner_values`."""
        return {
            field: partner[field].id if partner._fields[field].relational else partner[field] or ''
            for field in RULES
            if field in partner._fields
        }


def is_company(name, *numbers):
    """Tell whether a debtor is a company: it has a number, a legal form, or no person's name.

    e-conomic doesn't say, and most customers of a company are companies.
    """
    return any(numbers) or bool(split_name(name)[1]) or not is_person(name)
