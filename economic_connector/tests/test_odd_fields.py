from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..models.ownership import RULES
from .common import EconomicCase

COMPANY_FIELD = 'barcode'  # the only one of res.partner in Odoo's own base that has a value each
TRANSLATED_FIELD = 'function'


@tagged('post_install', '-at_install')
class TestOddFields(EconomicCase):
    """Fields with a value for each company, or for each language, under the rules of ownership."""

    debtors, invoices = 20, 10

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env['res.company'].create({'name': "Another of Ours"})
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        cls.env['res.lang']._activate_lang('da_DK')

    def _map(self, field, value_of):
        """Do what an addon does that brings one more value of a debtor into a field of Odoo."""
        self.enterContext(patch.dict(RULES, {field: 'economic'}))
        debtors = type(self.env['economic.debtor'])
        prepare = debtors._prepare_partner_values
        self.patch(
            debtors,
            '_prepare_partner_values',
            lambda debtor: prepare(debtor) | {field: value_of(debtor)},
        )

    def _tested(self):
        run = self.begin()
        run.action_test()
        return self.drive(run)

    def _imported(self):
        run = self._tested()
        run.action_start()
        return self.drive(run)

    def _linked(self):
        return self.env['economic.debtor'].search(
            [('partner_id', '!=', False), ('ean', '!=', False)], limit=1
        )

    def _line(self, run, debtor):
        return run.line_ids.filtered(lambda li: li.debtor_id == debtor)


class TestCompanyField(TestOddFields):
    """The EAN number goes into a field that each of our companies has its own value of."""

    def setUp(self):
        super().setUp()
        self.assertTrue(self.env['res.partner']._fields[COMPANY_FIELD].company_dependent)
        self._map(COMPANY_FIELD, lambda debtor: (debtor.ean or '').strip())
        self.simulator.control.edit_customer(
            self.simulator.control.truth()[0]['debtor'], ean='5790000000000'
        )
        self.run = self._imported()
        self.debtor = self._linked()
        self.ours = self.debtor.partner_id.with_company(self.agreement.company_id)
        self.theirs = self.debtor.partner_id.with_company(self.other)

    def _values(self):
        return self.ours[COMPANY_FIELD], self.theirs[COMPANY_FIELD]

    def test_only_our_companys_value_is_written(self):
        self.assertEqual(self._values(), ('5790000000000', False))

    def test_another_companys_value_is_no_change_and_no_conflict(self):
        self.theirs[COMPANY_FIELD] = 'theirs'
        self.assertEqual(self._line(self._tested(), self.debtor).status, 'unchanged')
        self.simulator.control.edit_customer(self.debtor.number, ean='5790000000017')
        line = self._line(self._imported(), self.debtor)
        self.assertEqual((line.state, line.has_conflict), ('updated', False))
        self.assertEqual(self._values(), ('5790000000017', 'theirs'))

    def test_both_sides_changed_ours_is_a_conflict(self):
        self.ours[COMPANY_FIELD] = 'ours'
        self.simulator.control.edit_customer(self.debtor.number, ean='5790000000017')
        line = self._line(self._imported(), self.debtor)
        self.assertTrue(line.has_conflict)
        self.assertEqual(self._values(), ('ours', False))

    def test_undo_puts_back_ours_and_leaves_theirs(self):
        self.theirs[COMPANY_FIELD] = 'theirs'
        self.simulator.control.edit_customer(self.debtor.number, ean='5790000000017')
        run = self._imported()
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(self._values(), ('5790000000000', 'theirs'))

    def test_undo_keeps_what_somebody_changed_since(self):
        self.simulator.control.edit_customer(self.debtor.number, ean='5790000000017')
        run = self._imported()
        self.ours[COMPANY_FIELD] = 'ours'
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(self._values()[0], 'ours')
        self.assertTrue(self._line(run, self.debtor).has_kept)


class TestTranslatedField(TestOddFields):
    """The town goes into a field with a text for each language: e-conomic's is the agreement's."""

    def setUp(self):
        super().setUp()
        self._translate(TRANSLATED_FIELD)
        self._map(TRANSLATED_FIELD, lambda debtor: (debtor.city or '').strip())
        self.agreement.lang = 'da_DK'
        number = self.simulator.control.truth()[0]['debtor']
        self.simulator.control.edit_customer(number, city="Aarhus", ean='5790000000000')
        self.run = self._imported()
        self.debtor = self._linked()
        self.danish = self.debtor.partner_id.with_context(lang='da_DK')
        self.english = self.debtor.partner_id.with_context(lang='en_US')

    def _translate(self, name):
        """Do to a field what Odoo does when an addon makes it translatable."""
        self.env.flush_all()
        self.env.cr.execute('SET CONSTRAINTS ALL IMMEDIATE')
        self.env.cr.execute(
            f'ALTER TABLE res_partner ALTER COLUMN {name} TYPE jsonb'
            f" USING CASE WHEN {name} IS NOT NULL THEN jsonb_build_object('en_US', {name}) END"
        )
        field = self.env['res.partner']._fields[name]
        self.patch(field, 'translate', True)
        self.patch(field, 'column_type', ('jsonb', 'jsonb'))
        self.env.invalidate_all()

    def _values(self):
        return self.danish[TRANSLATED_FIELD], self.english[TRANSLATED_FIELD]

    def _move(self):
        self.simulator.control.edit_customer(self.debtor.number, city="Viborg")

    def test_the_agreements_language_is_written_and_compared(self):
        self.assertEqual(self.danish[TRANSLATED_FIELD], "Aarhus")
        self.english[TRANSLATED_FIELD] = "The City of Smiles"
        self.assertEqual(self._values(), ("Aarhus", "The City of Smiles"))
        # The person who tests reads English; what counts is still the agreement's language.
        self.assertEqual(self.env.user.lang, 'en_US')
        self.assertEqual(self._line(self._tested(), self.debtor).status, 'unchanged')
        self._move()
        line = self._line(self._imported(), self.debtor)
        self.assertEqual((line.state, line.has_conflict), ('updated', False))
        self.assertEqual(self._values(), ("Viborg", "The City of Smiles"))

    def test_a_change_of_both_sides_is_a_conflict(self):
        self.danish[TRANSLATED_FIELD] = "Smilets By"
        self._move()
        self.assertTrue(self._line(self._imported(), self.debtor).has_conflict)
        self.assertEqual(self.danish[TRANSLATED_FIELD], "Smilets By")

    def test_undo_puts_back_every_language(self):
        self.english[TRANSLATED_FIELD] = "The City of Smiles"
        self._move()
        run = self._imported()
        self.env['economic.run.undo'].create({'run_id': run.id}).action_confirm()
        self.drive(run)
        self.assertEqual(self._values(), ("Aarhus", "The City of Smiles"))
