from odoo.tests import BaseCase, tagged

from ..models.ownership import compare

# rule's field, last applied (None: never), Odoo, e-conomic -> what happens
CASES = [
    ('city', None, '', 'Aarhus', 'change'),
    ('city', None, 'Århus', 'Aarhus', 'change'),
    ('city', None, 'Aarhus', '', None),
    ('city', None, 'Aarhus', 'Aarhus', None),
    ('city', 'Aarhus', 'Aarhus', 'Aarhus C', 'change'),
    ('city', 'Aarhus', 'Aarhus', '', 'change'),
    ('city', 'Aarhus', 'Odense', 'Aarhus', None),
    ('city', 'Aarhus', 'Odense', 'Vejle', 'conflict'),
    ('city', 'Aarhus', 'Odense', 'Odense', None),
    ('city', 'Aarhus', '', 'Vejle', 'conflict'),
    ('phone', None, '', '86123456', 'change'),
    ('phone', None, '66123456', '86123456', None),
    ('phone', '86123456', '', '86123456', 'change'),
    ('phone', '86123456', '86123456', '11223344', None),
    ('phone', '86123456', '86123456', '', None),
]


@tagged('post_install', '-at_install')
class TestOwnership(BaseCase):
    def test_three_way_comparison(self):
        for field, last, current, new, expected in CASES:
            with self.subTest(field=field, last=last, current=current, new=new):
                changes = compare(
                    {field: new}, {field: current}, {} if last is None else {field: last}
                )
                if expected is None:
                    self.assertEqual(changes, [])
                    continue
                self.assertEqual(
                    changes,
                    [
                        {'field': field, 'old': current, 'new': new}
                        | ({'conflict': True} if expected == 'conflict' else {})
                    ],
                )
