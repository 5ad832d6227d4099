from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..matching import beside
from .economic_debtor_review import OPEN

MANAGER = 'economic_connector.group_economic_manager'
TALK = ('comment', 'email', 'email_outgoing')  # messages that somebody wrote
# What a company may bring beside its messages: model, and what of it counts.
BROUGHT = (
    ('crm.lead', [('type', '=', 'opportunity')]),
    ('sale.order', [('state', '!=', 'cancel')]),
    ('account.move', [('move_type', 'in', ('out_invoice', 'out_refund'))]),
    ('project.task', []),
)
# Field of the screen -> field of matching's record.
ROWS = ('name', 'registry', 'vat', 'gln', 'street', 'town', 'country', 'phone', 'email', 'website')


class EconomicDebtor(models.Model):
    """The debtor and the companies that it may be, side by side."""

    _inherit = 'economic.debtor'

    review = fields.Json("Side by Side", compute='_compute_review', groups=MANAGER)
    best_id = fields.Many2one('res.partner', "Most Alike", compute='_compute_best', groups=MANAGER)
    best_because = fields.Char("Alike In", compute='_compute_best', groups=MANAGER)
    best_count = fields.Integer("Candidates", compute='_compute_best', groups=MANAGER)

    def _get_open_candidates(self):
        return self.candidate_ids.filtered(lambda candidate: not candidate.refused)

    def _get_likely_candidates(self):
        return self._get_open_candidates().filtered(lambda candidate: not candidate.far)

    @api.depends('candidate_ids.refused', 'candidate_ids.score', 'candidate_ids.far')
    @api.depends_context('lang')
    def _compute_best(self):
        for debtor in self:
            found = debtor._get_likely_candidates()
            debtor.best_id = found[:1].partner_id
            debtor.best_because = found[:1].because
            debtor.best_count = len(found)

    @api.depends('candidate_ids.refused', 'partner_id', 'match_state')
    @api.depends_context('lang', 'tz')
    def _compute_review(self):
        total = self.search_count(OPEN)
        for debtor in self:
            debtor.review = debtor._show_review() | {'total': total}

    def _show_review(self):
        """Return what the screen shows of one debtor."""
        candidates = self.candidate_ids.sorted(lambda c: (c.refused, -c.score, c.id))
        # In sudo mode: whoever decides sees the companies that the matcher found.
        partners = candidates.partner_id.sudo().with_context(active_test=False)
        partners.flush_recordset()
        parties = self.env['economic.match.key']._read_partners(partners.ids)
        [mine] = self.env['economic.match.key']._read_debtors(self.ids)
        marks = {id_: beside(mine, party) for id_, party in parties.items()}
        brought = self._count_brought(partners)
        debtors = self.search([('partner_id', 'in', partners.ids)]).grouped('partner_id')
        state = dict(self._fields['match_state']._description_selection(self.env))
        last = self.event_ids[:1]
        return {
            'open': self.match_state == 'review',
            'state': state[self.match_state],
            'decided': last and self._show_event(last),
            'rows': self._show_rows(partners, marks),
            'candidates': [
                {
                    'id': candidate.partner_id.id,
                    'name': partner.display_name,
                    'score': round(candidate.score, 1),
                    'because': candidate.because or '',
                    'refused': candidate.refused,
                    'far': candidate.far,
                    'archived': not partner.active,
                    'debtors': [
                        debtor.display_name for debtor in debtors.get(candidate.partner_id, ())
                    ],
                    'brings': brought.get(partner.id, []),
                    'changes': self._show_changes(partner),
                }
                for candidate, partner in zip(candidates, partners, strict=True)
            ],
        }

    def _show_event(self, event):
        kinds = dict(event._fields['kind']._description_selection(self.env))
        parts = [kinds[event.kind], event.partner_name or event.former_name, event.user_id.name]
        return ' · '.join(filter(None, [*parts, format_datetime(self.env, event.date)]))

    def _show_rows(self, partners, marks):
        """Return the fields of which the debtor or a candidate has a value, each with its cells."""
        labels = {
            'name': self.env._("Name"),
            'registry': self.env._("CVR"),
            'vat': self.env._("VAT number"),
            'gln': self.env._("EAN"),
            'street': self.env._("Address"),
            'town': self.env._("City"),
            'country': self.env._("Country"),
            'phone': self.env._("Phone"),
            'email': self.env._("E-mail"),
            'website': self.env._("Website"),
        }
        mine = {
            'name': self.name,
            'registry': self.cvr,
            'vat': self.vat_number,
            'gln': self.ean,
            'street': ', '.join((self.address or '').splitlines()),
            'town': ' '.join(filter(None, [self.zip, self.city])),
            'country': self.country_id.display_name or self.country_name,
            'phone': ', '.join(filter(None, [self.phone, self.mobile_phone])),
            'email': self.emails,
            'website': self.website,
        }
        theirs = [_read_values(partner) for partner in partners]
        return [
            {
                'field': field,
                'label': labels[field],
                'value': mine[field] or '',
                'cells': [
                    {
                        'value': values[field] or '',
                        'mark': marks.get(partner.id, {}).get(field, ''),
                    }
                    for partner, values in zip(partners, theirs, strict=True)
                ],
            }
            for field in ROWS
            if mine[field] or any(values[field] for values in theirs)
        ]

    def _show_changes(self, partner):
        """Return what linking to this company would change in it."""
        agreement = self.agreement_id
        run = self.env['economic.run'].new(
            {'agreement_id': agreement.id, 'company_id': agreement.company_id.id, 'kind': 'review'}
        )
        debtor = self.sudo()
        line = self.env['economic.run.line'].new(
            {
                'run_id': run.id,
                'debtor_id': debtor.id,
                'partner_id': partner.id,
                'changes': run.sudo()._compare(debtor, partner) or False,
            }
        )
        shown = ('field', 'label', 'old', 'new', 'conflict')
        return [{key: change[key] for key in shown} for change in line.shown_changes]

    def _count_brought(self, partners):
        """Return {partner id: [{label, value}]}: what is tied to these companies and contacts."""
        if not partners:
            return {}
        contacts = partners.search([('id', 'child_of', partners.ids)])
        owners = {
            contact.id: partners & (contact | contact.parent_id | contact.commercial_partner_id)
            for contact in contacts
        }
        found = {partner.id: [] for partner in partners}

        def add(label, values, join=sum, show=str):
            """Note values, given by contact, with the companies that the contacts belong to."""
            for partner in partners:
                mine = [v for id_, v in values.items() if v and partner in owners.get(id_, ())]
                if mine:
                    found[partner.id].append({'label': label, 'value': show(join(mine))})

        add(self.env._("Contacts"), dict.fromkeys((contacts - partners).ids, 1))
        invoices = self.env['economic.invoice']._read_group(
            [('partner_id', 'in', contacts.ids)], ['partner_id'], ['__count']
        )
        add(self.env._("Invoices from e-conomic"), {p.id: count for p, count in invoices})
        labels = self._get_brought_labels()
        for model, domain in BROUGHT:
            # Only of what this person may see.
            if model in self.env and self.env[model].has_access('read'):
                counts = self.env[model]._read_group(
                    Domain(domain) & Domain('partner_id', 'in', contacts.ids),
                    ['partner_id'],
                    ['__count'],
                )
                add(labels[model], {p.id: count for p, count in counts})
        # In sudo mode: how many there are, not what they say.
        messages = self.env['mail.message'].sudo()._read_group(
            [('model', '=', 'res.partner'), ('res_id', 'in', contacts.ids),
             ('message_type', 'in', TALK)],
            ['res_id'],
            ['__count', 'date:max'],
        )  # fmt: skip
        add(self.env._("Messages"), {id_: count for id_, count, _date in messages})
        add(
            self.env._("Last contact"),
            {id_: date for id_, _count, date in messages},
            max,
            lambda date: format_datetime(self.env, date, dt_format='short'),
        )
        return found

    def _get_brought_labels(self):
        return {
            'crm.lead': self.env._("Opportunities"),
            'sale.order': self.env._("Sales orders"),
            'account.move': self.env._("Invoices in Odoo"),
            'project.task': self.env._("Tasks"),
        }


def _read_values(partner):
    """Return a company's values in the words of the screen."""
    has_gln = 'global_location_number' in partner._fields
    return {
        'name': partner.name,
        'registry': partner.company_registry,
        'vat': partner.vat,
        'gln': partner.global_location_number if has_gln else '',
        'street': ', '.join(filter(None, [partner.street, partner.street2])),
        'town': ' '.join(filter(None, [partner.zip, partner.city])),
        'country': partner.country_id.display_name,
        'phone': partner.phone,
        'email': partner.email,
        'website': partner.website,
    }
