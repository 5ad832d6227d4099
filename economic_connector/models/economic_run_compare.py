from odoo import fields, models

from .economic_contact import FIELDS
from .ownership import RULES, compare


class EconomicRun(models.Model):
    """Compare a debtor or contact with its partner, field by field, by the agreement's rules."""

    _inherit = 'economic.run'

    def _as_engine(self, user):
        """Return this run as the engine works on it: for a person, in its company."""
        # In sudo mode: mirror, run and companies are written by the engine alone.
        run = self.with_user(user).sudo().with_company(self.company_id)
        return run.with_context(**self._get_engine_context())

    def _in_company(self, partner):
        """Return the partner with the values that hold in our company and the agreement's language.

        Fields that depend on the company or are translated have one value for each.
        """
        partner = partner.with_company(self.company_id)
        known = partner._fields
        if any(field in known and known[field].translate for field in RULES):
            # Else the person's language stays, in which Odoo says why it refuses something.
            partner = partner.with_context(lang=self.agreement_id.lang)
        return partner

    def _get_rules(self, record):
        """Return {field: rule}; a contact's own record in Odoo is e-conomic's."""
        if record._name == 'economic.contact':
            return dict.fromkeys(FIELDS[record.kind], 'economic')
        return self.agreement_id._get_rules()

    def _compare(self, record, partner, rules=None):
        """Return the changes of `ownership.compare`; conflicts say who changed Odoo's value."""
        partner = self._in_company(partner)
        changes = compare(
            record._prepare_partner_values(),
            record._read_partner_values(partner),
            record.applied_values or {},
            rules or self._get_rules(record),
        )
        return [
            change | self._find_author(partner, change['field'])
            if change.get('conflict')
            else change
            for change in changes
        ]

    def _find_author(self, partner, field):
        """Return who gave the field its present value and when: as Odoo tracked it, else as far as
        the company itself tells.
        """
        tracked = self.env['mail.tracking.value'].search(
            [('field_id.model', '=', 'res.partner'), ('field_id.name', '=', field),
             ('mail_message_id.model', '=', 'res.partner'),
             ('mail_message_id.res_id', '=', partner.id)],
            limit=1,
        )  # fmt: skip
        message = tracked.mail_message_id
        if message:
            who, when = message.author_id.name or message.create_uid.name, message.date
        else:
            who, when = partner.write_uid.name, partner.write_date
        return {'by': who, 'at': fields.Datetime.to_string(when), 'exact': bool(message)}

    def _write_partner(self, partner, values):
        """Write to a partner through the ORM, as our company and in the agreement's language."""
        if values:
            self._in_company(partner).write(
                {field: value or False for field, value in values.items()}
            )
