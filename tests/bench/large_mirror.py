"""Fill the mirror directly with the simulator's data: what an import would have stored.

Rows go by COPY in the order of the mirror's own COLUMNS, so that figures, lists and campaigns can
be measured at a size whose import takes minutes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from dev.common import step

COMPANIES = 20_000
SEED = 7
BATCH = 50_000
SECOND = 100_000_000  # above the number of any line
ANCHOR = date(2026, 11, 24)


def fill(env: Any, invoices: int, most_companies: int = COMPANIES) -> dict[str, int]:
    """Make companies, debtors, invoices and lines; return how many of each."""
    from odoo.addons.economic_connector.simulator.data.books import Books

    companies = min(most_companies, invoices)
    books = Books(SEED, companies, invoices, ANCHOR, ANCHOR, lambda: datetime(2026, 11, 24))
    with step(f"{invoices:,} invoices"):
        agreement = make_agreement(env)
        filler = Filler(env, agreement, books)
        filler.fill_debtors(companies)
        filler.fill_invoices()
        env.cr.execute('ANALYZE')
    return {table: count(env, table) for table in ('economic_debtor', *Filler.TABLES)}


def make_agreement(env: Any) -> Any:
    """Return an agreement in kroner that no server is behind."""
    return env['economic.agreement'].create(
        {'agreement_number': 1, 'base_currency_id': env.ref('base.DKK').id, 'scheduled': False}
    )


def count(env: Any, table: str) -> int:
    """Return how many rows a table has."""
    env.cr.execute(f'SELECT count(*) FROM {table}')
    return int(env.cr.fetchone()[0])


class Filler:
    """Turn the simulator's rows into the mirror's."""

    TABLES = ('economic_invoice', 'economic_invoice_line')

    def __init__(self, env: Any, agreement: Any, books: Any) -> None:
        self.env = env
        self.books = books
        self.agreement_id, self.company_id = agreement.id, agreement.company_id.id
        self.base_id = agreement.base_currency_id.id
        currencies = env['res.currency'].with_context(active_test=False).search([])
        self.currencies = {currency.name: currency.id for currency in currencies}
        self.references: dict[tuple[str, str], int] = {}
        self.debtors: dict[int, tuple[int, int, int | None]] = {}

    def fill_debtors(self, companies: int) -> None:
        """Make a company and a debtor of each customer, and what they point to."""
        from odoo.addons.economic_connector.simulator.data import catalogue

        countries = self.env['res.country'].search([]).ids
        draw = random.Random(SEED)
        wanted = {('product', p.number) for p in catalogue.PRODUCTS}
        wanted |= {('product_group', str(p.group)) for p in catalogue.PRODUCTS}
        customers = [self.books.base_customer(key) for key in range(companies)]
        wanted |= {('customer_group', str(c.group)) for c in customers}
        wanted |= {('employee', str(c.sales_person)) for c in customers if c.sales_person}
        agreement = self.env['economic.agreement'].browse(self.agreement_id)
        self.references = self.env['economic.reference']._get_ids(agreement, wanted)
        names = {('product', p.number): p.name for p in catalogue.PRODUCTS}
        names |= {('product_group', str(n)): name for n, name in catalogue.PRODUCT_GROUPS.items()}
        names |= {('employee', str(e.number)): e.name for e in catalogue.EMPLOYEES.values()}
        names |= {
            ('customer_group', str(n)): name for n, (name, _account) in catalogue.GROUPS.items()
        }
        for key, name in names.items():
            self.env.cr.execute(
                'UPDATE economic_reference SET name = %s WHERE id = %s',
                (name, self.references.get(key)),
            )
        for product in catalogue.PRODUCTS:
            self.env.cr.execute(
                'UPDATE economic_reference SET group_id = %s WHERE id = %s',
                (
                    self.references['product_group', str(product.group)],
                    self.references['product', product.number],
                ),
            )
        first_partner = self._next_id('res_partner', companies)
        first_debtor = self._next_id('economic_debtor', companies)
        self._copy(
            'res_partner',
            ('id', 'name', 'complete_name', 'active', 'is_company', 'type', 'country_id', 'email',
             'email_normalized', 'city'),
            (
                (first_partner + place, c.name, c.name, True, True, 'contact',
                 draw.choice(countries[:30]), c.email.split(' ')[0] or None,
                 c.email.split(' ')[0].lower() or None, c.city or None)
                for place, c in enumerate(customers)
            ),
        )  # fmt: skip
        self.env.cr.execute('UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s',
                            (first_partner,))  # fmt: skip
        self._copy(
            'economic_debtor',
            ('id', 'agreement_id', 'company_id', 'number', 'name', 'active', 'match_state',
             'partner_id', 'barred', 'currency_id', 'customer_group_id', 'salesperson_id'),
            (
                (first_debtor + place, self.agreement_id, self.company_id, c.number, c.name, True,
                 'linked', first_partner + place, c.barred, self.currencies.get(c.currency),
                 self.references['customer_group', str(c.group)],
                 self.references.get(('employee', str(c.sales_person))))
                for place, c in enumerate(customers)
            ),
        )  # fmt: skip
        for place, customer in enumerate(customers):
            employee = self.references.get(('employee', str(customer.sales_person)))
            self.debtors[customer.key] = (first_debtor + place, first_partner + place, employee)

    def fill_invoices(self) -> None:
        """Make the invoices and their lines."""
        opened = self.books.open
        source = iter(self.books.base_invoices())
        while batch := list(islice(source, BATCH)):
            first = self._next_id('economic_invoice', len(batch))
            self._copy(
                'economic_invoice',
                ('id', 'agreement_id', 'number', 'company_id', 'kind', 'debtor_id', 'partner_id',
                 'date', 'date_due', 'salesperson_id', 'currency_id', 'currency_rate',
                 'amount_untaxed', 'amount_tax', 'amount_total', 'amount_residual',
                 'base_currency_id', 'amount_untaxed_base', 'amount_total_base',
                 'amount_residual_base'),
                (
                    self._invoice(first + place, invoice, opened.get(invoice.number, 0))
                    for place, invoice in enumerate(batch)
                ),
            )  # fmt: skip
            self._copy(
                'economic_invoice_line',
                ('agreement_id', 'number', 'company_id', 'invoice_id', 'invoice_number', 'sequence',
                 'debtor_id', 'partner_id', 'date', 'product_id', 'description', 'quantity',
                 'currency_id', 'base_currency_id', 'price_unit', 'discount', 'price_subtotal',
                 'price_subtotal_base', 'margin_base'),
                (
                    self._line(first + place, invoice, line)
                    for place, invoice in enumerate(batch)
                    for line in self._lines_of(invoice)
                ),
            )  # fmt: skip

    def _lines_of(self, invoice: Any) -> Iterator[Any]:
        """Yield the lines, those of two invoices in three twice: five a header, not three."""
        lines = self.books.lines_of(invoice)
        yield from lines
        if invoice.number % 3:
            yield from (line._replace(number=line.number + SECOND) for line in lines)

    def _invoice(self, id_: int, invoice: Any, remainder: int) -> tuple[Any, ...]:
        debtor_id, partner_id, employee = self.debtors[invoice.customer]
        gross = invoice.gross
        return (
            id_, self.agreement_id, invoice.number, self.company_id,
            'credit_note' if gross < 0 else 'invoice', debtor_id, partner_id,
            date.fromordinal(invoice.booked), date.fromordinal(invoice.due), employee,
            self.currencies[invoice.currency], Decimal(invoice.rate) / 1_000_000,
            money(invoice.net), money(invoice.vat), money(gross), money(remainder), self.base_id,
            money(invoice.in_base(invoice.net)), money(invoice.in_base(gross)),
            money(invoice.in_base(remainder)),
        )  # fmt: skip

    def _line(self, invoice_id: int, invoice: Any, line: Any) -> tuple[Any, ...]:
        debtor_id, partner_id, _employee = self.debtors[invoice.customer]
        quantity = line.quantity or 0
        margin = None
        if line.product and line.cost is not None:
            margin = money(invoice.in_base(line.total - line.cost * quantity // 100))
        return (
            self.agreement_id, line.number, self.company_id, invoice_id, invoice.number,
            line.position, debtor_id, partner_id, date.fromordinal(invoice.booked),
            self.references.get(('product', line.product)), line.description, money(quantity),
            self.currencies[invoice.currency], self.base_id, money(line.price or 0),
            money(line.discount or 0), money(line.total), money(invoice.in_base(line.total)),
            margin,
        )  # fmt: skip

    def _next_id(self, table: str, rows: int) -> int:
        """Return the first of so many ids that nobody else gets."""
        self.env.cr.execute(
            "SELECT setval(%s, nextval(%s) + %s) - %s",
            (f'{table}_id_seq', f'{table}_id_seq', rows, rows),
        )
        return int(self.env.cr.fetchone()[0])

    def _copy(self, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
        import io

        from odoo.addons.economic_connector.models.mirror import to_copy_text

        self.env.cr.copy_expert(
            f'COPY {table} ({", ".join(columns)}) FROM STDIN', io.StringIO(to_copy_text(list(rows)))
        )


def money(hundredths: int) -> Decimal:
    """Return an amount of the simulator's, which are whole hundredths."""
    return Decimal(hundredths) / 100
