from odoo.tests import BaseCase, tagged

from ..models.ownership import RULES, choose, compare, same

# What was last applied (None: never), Odoo's value, e-conomic's value -> outcome under each rule.
# c: change, b: conflict (changed on both sides), a: asked for, '-': nothing.
RULE_ORDER = ('economic', 'odoo', 'empty', 'ask')
CASES = [
    # never applied before
    (None, '', '', '----'),
    (None, '', 'Aarhus', 'c-ca'),
    (None, 'Århus', 'Aarhus', 'c--a'),
    (None, 'Aarhus', '', '----'),
    (None, 'Aarhus', 'Aarhus', '----'),
    # nobody changed anything since
    ('Aarhus', 'Aarhus', 'Aarhus', '----'),
    ('', '', '', '----'),
    # only e-conomic changed
    ('Aarhus', 'Aarhus', 'Vejle', 'c--a'),
    ('Aarhus', 'Aarhus', '', 'c--a'),
    ('', '', 'Vejle', 'c-ca'),
    # only Odoo changed
    ('Aarhus', 'Odense', 'Aarhus', '----'),
    ('', 'Odense', '', '----'),
    # only Odoo changed: emptied; "fill only if empty" fills
    ('Aarhus', '', 'Aarhus', '--c-'),
    # both changed to the same
    ('Aarhus', 'Odense', 'Odense', '----'),
    ('Aarhus', '', '', '----'),
    ('', 'Odense', 'Odense', '----'),
    # both changed, differently
    ('Aarhus', 'Odense', 'Vejle', 'b--b'),
    ('Aarhus', 'Odense', '', 'b--b'),
    ('Aarhus', '', 'Vejle', 'b-cb'),
    ('', 'Odense', 'Vejle', 'b--b'),
]
OUTCOMES = {
    'c': [{}],
    'b': [{'conflict': 'both'}],
    'a': [{'conflict': 'ask'}],
    '-': [],
}


@tagged('post_install', '-at_install')
class TestOwnership(BaseCase):
    def test_every_rule_and_every_three_way_case(self):
        for last, current, new, outcomes in CASES:
            for rule, outcome in zip(RULE_ORDER, outcomes, strict=True):
                with self.subTest(rule=rule, last=last, current=current, new=new):
                    changes = compare(
                        {'city': new},
                        {'city': current},
                        {} if last is None else {'city': last},
                        {'city': rule},
                    )
                    expected = [
                        {'field': 'city', 'old': current, 'new': new} | flags
                        for flags in OUTCOMES[outcome]
                    ]
                    self.assertEqual(changes, expected)

    def test_the_table_holds_every_way_three_values_can_agree(self):
        def shape(last, current, new):
            values = [value for value in (last, current, new) if value]
            return (
                last is None, bool(last), bool(current), bool(new), last == current,
                current == new, last == new, len(set(values)),
            )  # fmt: skip

        there = {shape(last, current, new) for last, current, new, _ in CASES}
        possible = {
            shape(last, current, new)
            for last in (None, '', 'A', 'B', 'C')
            for current in ('', 'A', 'B')
            for new in ('', 'A', 'B')
        }
        self.assertEqual(there, possible)

    def test_the_usual_rules_are_those_of_the_design(self):
        self.assertEqual(
            {field for field, rule in RULES.items() if rule == 'empty'},
            {'phone', 'email', 'website'},
        )
        self.assertEqual(set(RULES.values()), {'economic', 'empty'})

    def test_choices_settle_conflicts_and_nothing_else(self):
        changes = [
            {'field': 'city', 'old': 'Odense', 'new': 'Vejle', 'conflict': 'both'},
            {'field': 'zip', 'old': '5000', 'new': '7100', 'conflict': 'both'},
            {'field': 'street', 'old': 'A 1', 'new': 'B 2', 'conflict': 'ask'},
            {'field': 'name', 'old': 'X', 'new': 'Y'},
        ]
        self.assertEqual(choose(changes, {}), ({'name': 'Y'}, []))
        values, kept = choose(changes, {'city': 'economic', 'zip': 'odoo', 'name': 'odoo'})
        self.assertEqual((values, kept), ({'city': 'Vejle', 'name': 'Y'}, ['zip']))

    def test_who_changed_a_value_is_not_part_of_what_is_compared(self):
        change = {'field': 'city', 'old': 'Odense', 'new': 'Vejle', 'conflict': 'both'}
        self.assertTrue(same([change | {'by': "Anna", 'at': '2026-01-01'}], [change]))
        self.assertFalse(same([change], [change | {'old': 'Ribe'}]))
