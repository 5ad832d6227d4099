"""Proof that a merge lost nothing: nothing points at a source, no row is gone unlisted, and what
the companies owe and bought is what it was.
"""

from odoo.tools import SQL

from .economic_merge_words import name_of


def find_dangling(catalogue, sources):
    """Return {pointer: rows} of what still points at a source, except the sources' own rows."""
    catalogue.env.flush_all()
    dangling = {}
    for table, pointers in catalogue.by_table().items():
        for pointer in pointers:
            ((count,),) = catalogue.env.execute_query(
                SQL(
                    'SELECT count(*) FROM %s t WHERE %s',
                    SQL.identifier(table),
                    catalogue.rows_of(table, [pointer], sources.ids),
                )
            )
            if count:
                dangling[pointer] = count
    return dangling


def read_balances(env, partners):
    """Return what the partners together owe and bought, by company and currency."""
    return env.execute_query(
        SQL(
            """
            SELECT company_id, currency_id, count(*), sum(amount_total)::text,
                   sum(amount_residual)::text, sum(amount_untaxed_base)::text,
                   sum(amount_residual_base)::text
              FROM economic_invoice WHERE partner_id = ANY(%s)
          GROUP BY 1, 2 ORDER BY 1, 2
            """,
            partners.ids,
        )
    )


def in_words(env, dangling, unlisted):
    """Return the list of what went wrong, one line each."""
    lines = [
        env._(
            "%(kind)s: %(count)s would stay behind (%(place)s)",
            kind=name_of(env, pointer.table),
            count=count,
            place=pointer,
        )
        for pointer, count in dangling.items()
    ]
    lines += [
        env._("%(kind)s: %(count)s would be lost", kind=name_of(env, table), count=count)
        for table, count in unlisted.items()
    ]
    return '\n'.join(lines)
