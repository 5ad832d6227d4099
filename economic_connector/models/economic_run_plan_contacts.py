from odoo import models

from .economic_run_plan import PLAN_COLUMNS, _get_new_values, _get_row, _get_status


class EconomicRun(models.Model):
    """What a run would do with contacts and delivery addresses: children of their company."""

    _inherit = 'economic.run'

    def _plan_contacts(self, lines):
        contacts = lines.contact_id
        contacts.fetch()
        companies = self._get_planned_companies(contacts.debtor_id)
        self._in_company(contacts.partner_id).fetch()
        taken = self._get_taken_children(companies.values())
        lines._save_plan(
            [
                _get_row(line, self._plan_contact(line.contact_id, companies, taken))
                for line in lines
            ],
            PLAN_COLUMNS,
        )

    def _get_planned_companies(self, debtors):
        """Return {debtor: its company, empty for one that this run would create}."""
        linked = debtors.filtered('partner_id')
        companies = {debtor: debtor.partner_id for debtor in linked}
        for line in self.env['economic.run.line'].search(
            [('run_id', '=', self.id), ('debtor_id', 'in', (debtors - linked).ids),
             ('contact_id', '=', False), ('status', 'in', ('create', 'update', 'proposed'))]
        ):  # fmt: skip
            companies[line.debtor_id] = line.partner_id
        return companies

    def _get_taken_children(self, companies):
        children = self.env['res.partner'].union(*companies).child_ids
        linked = self.env['economic.contact'].search([('partner_id', 'in', children.ids)])
        return set(linked.partner_id.ids)

    def _plan_contact(self, contact, companies, taken):
        values = {'reason': False, 'evidence': False, 'score': 0, 'changes': False}
        if contact.deleted:
            return values | {'status': 'skipped', 'reason': 'deleted'}
        if contact.debtor_id.question == 'identity':
            return values | {'status': 'skipped', 'reason': 'identity'}
        if contact.partner_id:
            changes = self._compare(contact, contact.partner_id)
            values |= {'partner_id': contact.partner_id.id, 'changes': changes or False}
            return values | {'status': _get_status(changes)}
        if contact.barred:
            return values | {'status': 'skipped', 'reason': 'barred'}
        if contact.debtor_id not in companies:
            return values | {'status': 'skipped', 'reason': 'no_company'}
        if not any(contact._prepare_partner_values().values()):
            return values | {'status': 'error', 'reason': 'no_name'}
        child = contact._find_child(companies[contact.debtor_id], taken)
        if child:
            taken.add(child.id)
            return values | {
                'status': 'update', 'reason': 'child', 'partner_id': child.id,
                'changes': self._compare(contact, child) or False,
            }  # fmt: skip
        return values | {
            'status': 'create', 'partner_id': False, 'changes': _get_new_values(contact),
        }  # fmt: skip
