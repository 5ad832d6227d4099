from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon

from ..models.economic_merge_catalogue import Catalogue

STAMPS = {'write_date', 'write_uid'}
# Derived again, or the history of what was done.
NOT_COMPARED = (
    'economic_merge', 'economic_partner_merge', 'base_partner_merge', 'economic_figures',
    'economic_match_', 'economic_debtor_event', 'mail_message', 'mail_notification', 'mail_mail',
    'bus_', 'res_device', 'ir_attachment',
)  # fmt: skip


def make_merge_records(env, manager):
    """Return {model: a record} of what belongs to merges; dialogs are the manager's."""
    partners = env['res.partner'].create([{'name': name} for name in ("One", "Two", "A", "B")])
    merge = env['economic.merge']._merge(partners[0], partners[1])
    return {
        'economic.merge': merge,
        'economic.merge.change': merge.change_ids[:1],
        'economic.merge.undo': env['economic.merge.undo']
        .with_user(manager)
        .create({'merge_id': merge.id}),
        'economic.partner.merge': env['economic.partner.merge']
        .with_user(manager)
        .create({'partner_ids': partners[2:].ids, 'survivor_id': partners[2].id}),
    }


class MergeCase(BaseCommon):
    """A manager without administrator rights, and companies to merge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, 'merging', email='merging@example.com',
            groups='economic_connector.group_economic_manager,base.group_partner_manager',
        )  # fmt: skip
        cls.kept = cls._partner("Cafe Aaen", email='kontakt@aaen.example', phone='11 22 33 44')
        cls.other = cls._partner("Café Åen ApS", email='info@aaen.example', street='Havnegade 1')
        cls.third = cls._partner("Aaen Cafe", email='a@aaen.example', ref='77')

    @classmethod
    def _partner(cls, name, **values):
        return cls.env['res.partner'].create({'name': name, 'is_company': True} | values)

    @classmethod
    def _agreement(cls):
        return cls.env['economic.agreement'].create({})

    @classmethod
    def _debtor(cls, agreement, number, partner, amounts=()):
        debtor = cls.env['economic.debtor'].create(
            {
                'agreement_id': agreement.id, 'company_id': agreement.company_id.id,
                'number': number, 'name': partner.name, 'partner_id': partner.id,
                'match_state': 'linked',
            }
        )  # fmt: skip
        currency = agreement.company_id.currency_id
        agreement.base_currency_id = currency
        for place, amount in enumerate(amounts):
            cls.env['economic.invoice'].create(
                {
                    'agreement_id': agreement.id, 'company_id': agreement.company_id.id,
                    'debtor_id': debtor.id, 'partner_id': partner.id,
                    'number': number * 100 + place, 'kind': 'invoice', 'date': '2026-11-01',
                    'currency_id': currency.id, 'base_currency_id': currency.id,
                    'amount_untaxed': amount, 'amount_untaxed_base': amount,
                    'amount_total': amount, 'amount_residual': amount,
                    'amount_residual_base': amount,
                }
            )  # fmt: skip
        return debtor

    def _merge(self, survivor=None, sources=None, **options):
        """Merge as the manager."""
        survivor = survivor or self.kept
        sources = self.other if sources is None else sources
        merges = self.env['economic.merge'].with_user(self.manager)
        merge = merges._merge(
            survivor.with_user(self.manager), sources.with_user(self.manager), **options
        )
        self.env.invalidate_all()
        return merge

    def _dump(self):
        """Return {table: {row}} of the whole database, as text."""
        self.env.flush_all()
        dump = {}
        for table in Catalogue(self.env).columns:
            if table.startswith(NOT_COMPARED):
                continue
            rows = self.env.execute_query(
                SQL(
                    "SELECT (to_jsonb(t) - '{write_date,write_uid}'::text[])::text FROM %s t",
                    SQL.identifier(table),
                )
            )
            dump[table] = sorted(row for (row,) in rows)
        return dump

    def assertSameDatabase(self, before):
        after = self._dump()
        for table, rows in before.items():
            self.assertEqual(after[table], rows, table)

    def assertNothingPointsAt(self, partners):
        for table, pointers in Catalogue(self.env).by_table().items():
            for pointer in pointers:
                found = self.env.execute_query(
                    SQL(
                        'SELECT to_jsonb(t) FROM %s t WHERE %s',
                        SQL.identifier(table),
                        SQL('(%s) AND NOT t.id = ANY(%s)', pointer.points_at(partners.ids),
                            partners.ids)
                        if table == 'res_partner' else pointer.points_at(partners.ids),
                    )
                )  # fmt: skip
                self.assertFalse(found, pointer)
