"""Read what the lists of purchases show, as the web client asks for it."""

from __future__ import annotations

from typing import Any

from lxml import etree

PAGE, COUNTED = 80, 10_001
ANSWER = 'economic_connector.economic_partner_view_list'
PANEL = ('state', 'kind', 'customer_group_id', 'salesperson_id')
# name: (model, domain, order, view)
SCREENS: dict[str, tuple[Any, ...]] = {
    'list of invoices': ('economic.invoice', [], None, None),
    'list of invoices, overdue first': ('economic.invoice', [], 'amount_residual_base DESC', None),
    'list of invoice lines': ('economic.invoice.line', [], None, None),
    'list of lines of a product': (
        'economic.invoice.line', [('product_id', 'ilike', 'stol')], None, None,
    ),
    'list of companies': ('economic.figures', [], None, None),
    'list of companies by overdue': ('economic.figures', [], 'overdue DESC', None),
    'contacts by turnover': ('res.partner', [], 'economic_turnover_12_months DESC', ANSWER),
    'contacts that owe, by balance': (
        'res.partner', [('economic_balance', '>', 0)], 'economic_balance DESC', ANSWER,
    ),
    'search panel of invoices': ('economic.invoice', None, None, None),
}  # fmt: skip


def read_screen(env: Any, model: str, domain: Any, order: str | None, view: str | None) -> int:
    """Read a page of a list with all columns of its view, and count; return the count."""
    records = env[model]
    if domain is None:
        values = (
            records.search_panel_select_multi_range(
                name, enable_counters=False, expand=True, comodel_domain=[],
                category_domain=[], filter_domain=[], search_domain=[],
            )
            for name in PANEL
        )  # fmt: skip
        return sum(len(value['values']) for value in values)
    arch = records.get_view(env.ref(view).id if view else None, 'list')['arch']
    names = {field.get('name') for field in etree.fromstring(arch).iterchildren('field')}
    relations = {name for name in names if records._fields[name].type == 'many2one'}
    specification = {
        name: {'fields': {'display_name': {}}} if name in relations else {} for name in names
    }
    answer = records.web_search_read(
        domain, specification, limit=PAGE, order=order, count_limit=COUNTED
    )
    return int(answer['length'])
