import gc
from unittest.mock import patch

from odoo.tests import tagged

from ..matching import CODES, REASONS
from ..models import economic_match_key
from ..models.matcher import Matcher, without_gc
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestMatchKeys(EconomicCase):
    """The stored keys of partners, and who a debtor is by them."""

    debtors, invoices = 10, 0

    def setUp(self):
        super().setUp()
        self.keys = self.env['economic.match.key']
        self.company = self.env['res.partner'].create(
            {
                'name': "Nordlys Møbler A/S",
                'is_company': True,
                'company_registry': '13612870',
                'street': "Nørregade 12",
                'zip': '5000',
                'city': "Odense C",
            }
        )
        self.refresh()

    def refresh(self):
        self.keys._refresh(self.keys._get_stale_ids())

    def values_of(self, partner):
        keys = self.keys.search([('partner_id', '=', partner.id)])
        return {(key.kind, key.value) for key in keys}

    def make_debtor(self, **values):
        return self.env['economic.debtor'].create(
            {
                'agreement_id': self.agreement.id,
                'company_id': self.env.company.id,
                'number': 99000 + self.env['economic.debtor'].search_count([]),
                **values,
            }
        )

    def decide(self, **values):
        """Return the decision about a debtor with these values."""
        debtor = self.make_debtor(**values)
        matcher = Matcher(self.env, self.env.company)
        return next(matcher.decide(debtor.ids))[debtor.id]

    # === STORED KEYS === #

    def test_what_fails_leaves_the_search_for_cycles_on(self):
        with self.assertRaises(ZeroDivisionError), without_gc():
            self.assertFalse(gc.isenabled())
            raise ZeroDivisionError
        self.assertTrue(gc.isenabled())

    def test_creating_partners_by_other_means_writes_no_keys(self):
        counts = (
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'economic%%'"
        )
        self.env.cr.execute(counts)
        before = self.env.cr.fetchone()
        partners = self.env['res.partner'].create([{'name': f"Firm {n}"} for n in range(50)])
        partners.write({'city': "Odense"})
        partners[:10].unlink()
        self.env.flush_all()
        self.env.cr.execute(counts)
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_keys_follow_the_partner(self):
        self.assertIn(('registry', '13612870'), self.values_of(self.company))
        self.assertFalse(self.keys._get_stale_ids())
        self.touch(self.company, company_registry='29403473')
        self.assertEqual(self.keys._get_stale_ids(), self.company.ids)
        self.refresh()
        self.assertIn(('registry', '29403473'), self.values_of(self.company))
        self.assertNotIn(('registry', '13612870'), self.values_of(self.company))
        self.company.unlink()
        self.refresh()
        self.assertFalse(self.values_of(self.company))
        self.assertFalse(self.keys._get_stale_ids())

    def touch(self, partner, **values):
        """Write at another time than the one the test's transaction has."""
        partner.write(values)
        partner.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date + interval '1 s' WHERE id = %s",
            [partner.id],
        )
        partner.invalidate_recordset()

    def test_keys_of_another_version_are_made_anew(self):
        with patch.object(economic_match_key, 'KEYS_VERSION', 999):
            self.assertIn(self.company.id, self.keys._get_stale_ids())
            self.refresh()
            self.assertFalse(self.keys._get_stale_ids())
        self.assertIn(self.company.id, self.keys._get_stale_ids())

    def test_indexes_come_back_after_an_interrupted_build(self):
        self.keys._drop_indexes()
        self.assertEqual(self.get_indexes(), {'economic_match_key_pkey'})
        self.keys._settle(0)
        self.assertEqual(
            self.get_indexes(),
            {'economic_match_key_pkey', 'economic_match_key_partner_idx',
             'economic_match_key_value_idx'},
        )  # fmt: skip

    def get_indexes(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'economic_match_key'"
        )
        return {name for (name,) in self.env.cr.fetchall()}

    def test_users_and_our_own_companies_have_no_keys(self):
        self.assertFalse(self.values_of(self.env.company.partner_id))
        self.assertFalse(self.values_of(self.env.user.partner_id))

    # === DECISIONS === #

    def test_every_code_and_reason_has_its_words(self):
        self.assertEqual(set(self.keys._get_evidence_words()), set(CODES))
        self.assertEqual(set(self.keys._get_reason_words()), set(REASONS))

    def test_words_of_names_are_weighed_by_how_common_they_are(self):
        self.env['res.partner'].create([{'name': f"Møbler {n} Odense"} for n in range(20)])
        self.refresh()
        debtor = self.make_debtor(name="Nordlys Møbler")
        matcher = Matcher(self.env, self.env.company)
        next(matcher.decide(debtor.ids))
        self.assertGreaterEqual(matcher.counts['word', 'mobler'], 21)
        self.assertEqual(matcher.counts['word', 'nordlys'], 1)

    def test_what_was_stored_says_the_same_as_what_is_read_now(self):
        values = {'name': "Nordlys Mobler AS", 'zip': '5000', 'address': "Norregade 12"}
        stored = self.decide(**values)
        self.touch(self.company, comment="changed")
        read = self.decide(**values)
        self.assertEqual(stored.candidates, read.candidates)
        self.assertEqual(stored.best.partner_id, self.company.id)

    def test_an_archived_company_is_found_and_marked(self):
        self.touch(self.company, active=False)
        decision = self.decide(name="Nordlys Møbler A/S", cvr='13612870')
        self.assertEqual(decision.outcome, 'proposed')
        self.assertIn('archived', decision.reasons)
        candidate = decision.candidates[0]
        self.assertEqual((candidate.partner_id, candidate.active), (self.company.id, False))
        evidence = [{'code': e.code, 'weight': e.weight} for e in candidate.evidence]
        self.assertIn("archived", self.keys._in_words(evidence))

    def test_an_address_of_a_company_proposes_the_company_and_says_so(self):
        self.env['res.partner'].create(
            {'parent_id': self.company.id, 'type': 'delivery', 'street': "Havnevej 7",
             'zip': '8000', 'city': "Aarhus C"}
        )  # fmt: skip
        self.refresh()
        decision = self.decide(
            name="Nordlys Møbler A/S", address="Havnevej 7", zip='8000', city="Aarhus C"
        )
        self.assertEqual(decision.best.partner_id, self.company.id)
        self.assertEqual(decision.outcome, 'proposed')
        self.assertIn('address_of_company', decision.reasons)

    def test_a_company_without_a_number_is_no_person(self):
        place = {'address': "Nørregade 12", 'zip': '5000', 'city': "Odense C"}
        decision = self.decide(name="Nordlys Møbler", **place)
        self.assertEqual(
            (decision.outcome, decision.best.partner_id), ('proposed', self.company.id)
        )

    def test_a_person_is_not_the_company_of_the_same_name(self):
        place = {'zip': '5000', 'city': "Odense C"}
        company = self.env['res.partner'].create(
            {'name': "Åse Kirkegård ApS", 'is_company': True, 'street': "Skovvej 1", **place}
        )
        self.refresh()
        values = {'name': "Aase Kirkegaard", 'address': "Skovvej 1", **place}
        decision = self.decide(**values)
        self.assertEqual((decision.outcome, decision.reasons), ('ambiguous', ('kind',)))
        self.assertEqual(decision.candidates[0].partner_id, company.id)
        self.assertFalse(self.make_debtor(**values)._is_company())
        person = self.env['res.partner'].create(
            {'name': "Åse Kirkegård", 'street': "Skovvej 1", **place}
        )
        self.refresh()
        self.assertEqual(self.decide(**values).best.partner_id, person.id)

    def test_a_department_under_the_number_of_its_company_proposes_the_company(self):
        self.env['res.partner'].create(
            {'parent_id': self.company.id, 'is_company': True, 'zip': '8000', 'city': "Aarhus C",
             'name': "Nordlys Møbler A/S, afd. Aarhus", 'street': "Havnevej 7"}
        )  # fmt: skip
        self.refresh()
        decision = self.decide(
            name="Nordlys Møbler A/S, afd. Aarhus", address="Havnevej 7", zip='8000',
            city="Aarhus C",
        )  # fmt: skip
        self.assertEqual(decision.candidates[0].partner_id, self.company.id)
        self.assertIn('address_of_company', decision.reasons)

    def test_a_company_below_another_with_its_own_number_is_itself(self):
        below = self.env['res.partner'].create(
            {'parent_id': self.company.id, 'is_company': True, 'name': "Sydlys Tekstil ApS",
             'company_registry': '29403473'}
        )  # fmt: skip
        self.refresh()
        decision = self.decide(name="Sydlys Tekstil ApS", cvr='29403473')
        self.assertEqual(decision.best.partner_id, below.id)

    def test_contacts_of_a_company_are_no_candidates(self):
        self.env['res.partner'].create({'parent_id': self.company.id, 'name': "Åse Kirkeby Dam"})
        self.refresh()
        self.assertFalse(self.decide(name="Åse Kirkeby Dam").candidates)

    def test_companies_like_nobody_leave_no_candidates(self):
        debtor = self.make_debtor(name="Møbler fra Skagen ApS", zip="9990", city="Skagen")
        run = self.env['economic.run'].create(
            {'agreement_id': self.agreement.id, 'company_id': self.env.company.id}
        )
        decision = run._match(debtor)[debtor.id]
        self.assertEqual(decision.outcome, 'none')
        self.assertTrue(decision.candidates)
        self.assertFalse(debtor.candidate_ids)
