from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..models.mirror import to_copy_text, upsert
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestMirror(EconomicCase):
    def _store(self, rows):
        agreement = self.agreement
        stored = upsert(
            self.env['economic.reference'],
            ('agreement_id', 'kind', 'number', 'company_id', 'name'),
            [
                (agreement.id, 'product', number, agreement.company_id.id, name)
                for number, name in rows
            ],
            ('agreement_id', 'kind', 'number'),
        )
        self.assertEqual(len(stored.changed_ids), stored.inserted + stored.updated)
        return stored[:3]

    def _read(self):
        return self.env['economic.reference'].search_read(
            [('agreement_id', '=', self.agreement.id)], ['number', 'name', 'write_date', 'id']
        )

    def test_new_rows_are_inserted_and_equal_ones_left_alone(self):
        self.assertEqual(self._store([('1', "Stol"), ('2', "Bord")]), (2, 0, 0))
        before = self._read()
        self.assertEqual(self._store([('1', "Stol"), ('2', "Bord")]), (0, 0, 2))
        self.assertEqual(self._read(), before)

    def test_only_rows_that_differ_are_updated(self):
        self._store([('1', "Stol"), ('2', "Bord"), ('3', None)])
        self.assertEqual(self._store([('1', "Stol"), ('2', "Bænk"), ('3', "Lampe")]), (0, 2, 1))
        self.assertEqual([row['name'] for row in self._read()], ["Stol", "Bænk", "Lampe"])

    def test_unchanged_rows_burn_no_sequence_values(self):
        self._store([('1', "Stol")])
        for _ in range(5):
            self._store([('1', "Stol")])
        self._store([('2', "Bord")])
        first, second = (row['id'] for row in self._read())
        self.assertEqual(second, first + 1)

    def test_text_that_copy_could_misread_arrives_as_it_was(self):
        nasty = ["a\tb", "a\nb", "a\\b", "\\N", "a\r\nb", "", "æøå € 😀"]
        self._store([(str(number), text) for number, text in enumerate(nasty)])
        self.assertEqual([row['name'] or '' for row in self._read()], nasty)

    def test_values_in_the_text_format_of_copy(self):
        row = (1, Decimal('12.50'), date(2026, 1, 2), True, None, "x")
        self.assertEqual(to_copy_text([row]), '1\t12.50\t2026-01-02\tTrue\t\\N\tx\n')
