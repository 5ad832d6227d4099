from odoo.tests import tagged

from .common import EconomicCase

SKIPPED = {'write_date', 'write_uid'}


@tagged('post_install', '-at_install')
class TestPreview(EconomicCase):
    """What the preview says is what Start does: no row more, no row less, no field else."""

    debtors, invoices = 80, 20

    def setUp(self):
        super().setUp()
        self.make_partners()
        self.run = self.begin()
        self.run.action_test()
        self.drive(self.run)

    def _rows(self):
        """Return every column of every partner, as PostgreSQL has it."""
        self.env.flush_all()
        self.env.cr.execute('SELECT id, to_jsonb(p) FROM res_partner p')
        return {
            id_: {name: value for name, value in row.items() if name not in SKIPPED}
            for id_, row in self.env.cr.fetchall()
        }

    def _is_entered(self, column):
        """Tell whether a column holds what is written, not what Odoo computes from it."""
        field = self.env['res.partner']._fields[column]
        return not (field.compute and field.readonly)

    def _edit(self, lines):
        """Change companies as a colleague does between Test and Start."""
        edited = lines.filtered(lambda li: li.status in ('update', 'proposed') and li.approved)[:3]
        for number, line in enumerate(edited):
            line.partner_id.street = f"Flyttet {number}"
        return edited

    def test_start_does_what_the_preview_said_and_nothing_else(self):
        lines = self.run.line_ids
        edited = self._edit(lines)
        left_out = lines.filtered(lambda li: li.approved and li not in edited)[::4]
        left_out.approved = False
        approved = lines.filtered('approved') - edited
        others = lines - approved
        self.assertEqual(len(edited), 3)
        statuses = set(approved.mapped('status'))
        self.assertLessEqual({'create', 'update'}, statuses)
        previews = {
            line: {change['field']: change['new'] for change in line.changes or []}
            for line in approved
        }
        before = self._rows()
        self.run.action_start()
        self.drive(self.run)
        self.assertEqual(self.run.state, 'done', self.run.message)
        after = self._rows()
        # The approved ones are as the preview showed, in every field that it showed.
        touched = set()
        for line, preview in previews.items():
            partner = line.debtor_id.partner_id
            self.assertEqual(line.partner_id, partner)
            self.assertIn(line.state, ('created', 'updated', 'linked'), line.because)
            there = line.debtor_id._read_partner_values(partner)
            self.assertEqual({name: there[name] for name in preview}, preview)
            touched.add(partner.id)
            if partner.id in before:
                old, new = before[partner.id], after[partner.id]
                changed = {name for name in new if new[name] != old[name]}
                self.assertEqual(set(filter(self._is_entered, changed)), set(preview))
        # No other row of the table changed, whoever it belongs to, and none is more.
        self.assertEqual(
            {id_: row for id_, row in after.items() if id_ not in touched},
            {id_: row for id_, row in before.items() if id_ not in touched},
        )
        created = approved.filtered(lambda li: li.state == 'created').partner_id
        self.assertEqual(set(after) - set(before), set(created.ids))
        self.assertFalse(others.debtor_id.partner_id)
        # Whoever was edited in between is as the colleague left it, and listed.
        self.assertEqual(set(edited.mapped('state')), {'again'})
        self.assertFalse(any(edited.mapped('approved')))
        self.assertEqual(self.run.again_count, len(edited))
        action = self.run.with_context(economic_state='again').action_open_lines()
        self.assertEqual(self.env['economic.run.line'].search(action['domain']), edited)

    def test_what_is_shown_again_can_be_ticked_and_imported(self):
        edited = self._edit(self.run.line_ids)
        self.run.action_start()
        self.drive(self.run)
        for line in edited:
            shown = {change['field']: change['old'] for change in line.changes}
            self.assertEqual(shown['street'], line.partner_id.street, "as it is now")
        edited.approved = True
        self.run.action_start()
        self.drive(self.run)
        for line in edited:
            street = line.debtor_id._prepare_partner_values()['street']
            self.assertEqual((line.state, line.partner_id.street), ('updated', street))
