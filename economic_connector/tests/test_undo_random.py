import random
from unittest.mock import patch

from odoo.tests import tagged

from ..models import economic_run_apply, economic_run_undo
from .common import EconomicCase

RUNS = 20
BATCH = 6  # small, so that a run can be cancelled, and an undo broken into parts, half-way
EDITED = ('name', 'city', 'phone', 'comment', 'street', 'zip', 'email', 'website', 'ref')
SKIPPED = {'write_date', 'write_uid'}


@tagged('post_install', '-at_install')
class TestUndoRandom(EconomicCase):
    """Random imports with edits before and after, each taken back: every column of every partner is
    as before, or it was edited since and is on the list.
    """

    debtors, invoices = 24, 20

    def setUp(self):
        super().setUp()
        for module in (economic_run_apply, economic_run_undo):
            name = 'APPLY_BATCH' if module is economic_run_apply else 'UNDO_BATCH'
            self.enterContext(patch.object(module, name, BATCH))
        for _truth, partner in self.make_partners()[::3]:
            partner.child_ids = [
                (0, 0, {'name': f"Contact of {partner.name}", 'type': 'contact'}),
                (0, 0, {'name': "Stores", 'type': 'delivery', 'street': "Havnen 1"}),
            ]

    def test_every_column_is_as_before_or_on_the_list(self):
        listed = archived = restored = cancelled = 0
        for seed in range(RUNS):
            with self.subTest(seed=seed):
                dice = random.Random(seed)
                self._change_both_sides(dice)
                before = self._rows()
                run = self._import(dice)
                cancelled += run.state == 'cancelled'
                after = self._rows()
                self._edit_results(run, dice)
                edited = self._rows()
                self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
                self.drive(run)
                self.assertEqual(run.state, 'undone', run.message)
                undone = self._rows()
                self._check_known(run, before, after, edited, undone)
                archived += self._check_created(run, before, after, edited, undone)
                listed += run.kept_count
                restored += run.undone_count
        # The dice have led into every corner.
        self.assertTrue(listed and archived and restored and cancelled)

    # === A RANDOM IMPORT === #

    def _rows(self):
        self.env.flush_all()
        self.env.cr.execute('SELECT id, to_jsonb(p) FROM res_partner p')
        return {
            id_: {name: value for name, value in row.items() if name not in SKIPPED}
            for id_, row in self.env.cr.fetchall()
        }

    def _change_both_sides(self, dice):
        """Let people work in e-conomic and in Odoo, between two imports."""
        for debtor in self.env['economic.debtor'].search([('deleted', '=', False)]):
            if dice.random() < 0.3:
                self.simulator.control.edit_customer(
                    debtor.number, city=f"By {dice.randrange(1000)}", address=f"Vej {debtor.number}"
                )
            if debtor.partner_id and dice.random() < 0.2:
                debtor.partner_id.city = f"Odense {dice.randrange(1000)}"

    def _import(self, dice):
        self.agreement.action_test_connection()
        wanted = {name: dice.random() < 0.5 for name in ('with_contacts', 'with_deliveries')}
        wizard = self.env['economic.debtor.import'].create(
            {'agreement_id': self.agreement.id, **wanted}
        )
        run = self.drive(self.env['economic.run'].browse(wizard.action_load()['res_id']))
        run.action_test()
        self.drive(run)
        self._decide(run, dice)
        run.action_start()
        if dice.random() < 0.3:
            return self._cancel_half_way(run)
        return self.drive(run)

    def _decide(self, run, dice):
        """Tick, choose and ignore as somebody does who is not asked why."""
        for line in run.line_ids:
            if line.can_approve:
                line.approved = dice.random() < 0.8
            if line.has_conflict and dice.random() < 0.7:
                line._choose(dice.choice(['economic', 'odoo']))
            candidates = line.candidate_ids.filtered(lambda c: not c.refused)
            if line.status == 'ambiguous' and candidates and dice.random() < 0.7:
                if dice.random() < 0.5:
                    line.action_create_new()
                else:
                    candidate = candidates[dice.randrange(len(candidates))]
                    candidate.with_context(economic_line_id=line.id).action_choose_for_line()

    def _cancel_half_way(self, run):
        def cancel(working):
            if working.phase == 'partner' and working.progress_done:
                working.action_cancel()
                working.env.cr.commit()

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            run.with_env(self.env(cr=cr))._drive(cancel)
        self.env.invalidate_all()
        return run

    def _edit_results(self, run, dice):
        """Edit what was imported, and the contacts below it, and use some of it."""
        partners = run.line_ids.filtered('applied_at').partner_id
        for partner in partners | partners.child_ids:
            if dice.random() < 0.2:
                partner[dice.choice(EDITED)] = f'edited{partner.id}@x.dk'
            elif dice.random() < 0.1:
                partner.message_post(body="They called.")

    # === WHAT MUST HOLD === #

    def _is_computed(self, column):
        field = self.env['res.partner']._fields[column]
        return field.compute and field.readonly

    def _check_known(self, run, before, after, edited, undone):
        """Hold each partner that was there before against what it was."""
        self.assertLessEqual(set(before), set(undone), "nothing that was there is deleted")
        for id_, old in before.items():
            family = {id_, old['parent_id']} - {None}
            untouched = all(edited[of] == after[of] for of in family if of in after)
            for column, value in old.items():
                now = undone[id_][column]
                if self._is_computed(column):
                    if untouched:
                        self.assertEqual(now, value, (id_, column))
                elif after[id_][column] == value:  # the import did not touch it
                    self.assertEqual(now, edited[id_][column], (id_, column))
                elif edited[id_][column] in (value, after[id_][column]):
                    self.assertEqual(now, value, (id_, column))
                else:
                    self.assertEqual(now, edited[id_][column], (id_, column))
                    self._check_listed(run, family, column)

    def _check_created(self, run, before, after, edited, undone):
        """Hold each partner that the import created against what became of it.

        Return how many of them are left, archived.
        """
        left = 0
        for id_ in set(after) - set(before):
            if id_ not in undone:
                entered = {name for name in after[id_] if not self._is_computed(name)}
                lost = {n for n in entered if edited[id_][n] != after[id_][n]}
                self.assertFalse(lost, f"{id_} was edited, and deleted")
                continue
            left += 1
            self.assertFalse(undone[id_]['active'])
            for column, value in edited[id_].items():
                if column != 'active' and not self._is_computed(column):
                    self.assertEqual(undone[id_][column], value, (id_, column))
                    if value != after[id_][column]:
                        self._check_listed(run, {id_}, column)
        return left

    def _check_listed(self, run, family, column):
        label = self.env['res.partner'].fields_get([column])[column]['string']
        kept = run.line_ids.filtered(lambda li: li.has_kept and li.partner_id.id in family)
        self.assertTrue(any(label in line.message for line in kept), (family, column))
