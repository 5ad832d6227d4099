from odoo import models
from odoo.tools import SQL


class EconomicRun(models.Model):
    """What an import changed, column by column, as PostgreSQL has it: undo stands on this.

    Odoo itself carries an address or a number on to the contacts of a company, so the whole family
    of a partner is looked at before and after.
    """

    _inherit = 'economic.run'

    def _open_journal(self, lines, companies):
        """Return the rows of these companies' families and the links of the lines, as they are."""
        links = {line: line._get_record()._get_link_state() for line in lines}
        return self._read_families(companies | companies.parent_id), links

    def _read_families(self, partners):
        """Return {id: {column: value}} of partners and all contacts below them."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH RECURSIVE family AS (
                        SELECT id FROM res_partner WHERE id = ANY(%s)
                         UNION
                        SELECT p.id FROM res_partner p JOIN family f ON p.parent_id = f.id
                    )
                    SELECT id, to_jsonb(p) - '{write_date,write_uid}'::text[]
                      FROM res_partner p JOIN family USING (id)
                    """,
                    partners.ids,
                )
            )
        )

    def _close_journal(self, lines, journal):
        """Keep on each line what applying it changed."""
        before, links = journal
        after = self._read_families(self.env['res.partner'].browse(before))
        changed = {
            id_: diff
            for id_, row in before.items()
            if (diff := _get_diff(row, after.get(id_, row)))
        }
        owners = {line.partner_id.id: line for line in reversed(lines)}
        created = self._read_families(lines.filtered(lambda li: li.state == 'created').partner_id)
        entries = {line: {'link': links[line], 'partners': {}} for line in lines}
        for id_, diff in changed.items():
            owner = owners.get(id_) or owners.get(before[id_]['parent_id']) or lines[0]
            entries[owner]['partners'][str(id_)] = diff
        for line, entry in entries.items():
            if line.state == 'created':
                row = created[line.partner_id.id]
                entry['created'] = {name: v for name, v in row.items() if v is not None}
            if entry['partners'] or line.state in ('created', 'updated', 'linked'):
                line.write({'undo': [*(line.undo or []), entry], 'can_undo': True})


def _get_diff(old, new):
    """Return {column: [old, new]} of what differs between two rows."""
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


class EconomicDebtor(models.Model):
    _inherit = 'economic.debtor'

    def _get_link_state(self):
        """Return what linking changes, as undo needs it."""
        return {
            'partner_id': self.partner_id.id,
            'match_state': self.match_state,
            'match_score': self.match_score,
            'match_evidence': self.match_evidence,
            'applied_values': self.applied_values,
        }


class EconomicContact(models.Model):
    _inherit = 'economic.contact'

    def _get_link_state(self):
        """Return what linking changes, as undo needs it."""
        return {'partner_id': self.partner_id.id, 'applied_values': self.applied_values}

    def _link(self, partner, _candidate=None, **_how):
        """Tie this contact to its child contact in Odoo."""
        self.partner_id = partner
