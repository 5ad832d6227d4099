"""What SQL by hand answers to the questions that the bench asks Odoo."""

BY_HAND = {
    'the example, companies': """
        SELECT count(*) FROM res_partner p WHERE active AND EXISTS (
            SELECT FROM economic_invoice i WHERE i.partner_id = p.id
               AND amount_untaxed_base > 5000 AND date > '2025-02-01')
    """,
    'the example, invoices': """
        SELECT count(*) FROM economic_invoice
         WHERE amount_untaxed_base > 5000 AND date > '2025-02-01'
    """,
    'the example since 2005, companies': """
        SELECT count(*) FROM res_partner p WHERE active AND EXISTS (
            SELECT FROM economic_invoice i WHERE i.partner_id = p.id
               AND amount_untaxed_base > 5000 AND date > '2005-02-01')
    """,
    'the example since 2005, invoices': """
        SELECT count(*) FROM economic_invoice
         WHERE amount_untaxed_base > 5000 AND date > '2005-02-01'
    """,
    'product P, not Q': """
        SELECT count(*) FROM res_partner p WHERE active AND EXISTS (
            SELECT FROM economic_invoice_line l WHERE l.partner_id = p.id AND quantity > 0
               AND product_id = (SELECT min(id) FROM economic_reference WHERE kind = 'product'))
           AND NOT EXISTS (
            SELECT FROM economic_invoice_line l WHERE l.partner_id = p.id AND quantity > 0
               AND product_id = (SELECT max(id) FROM economic_reference WHERE kind = 'product'))
    """,
    'no purchase for 6 months': """
        SELECT count(*) FROM res_partner p WHERE active AND (
            SELECT max(date) FROM economic_invoice i
             WHERE i.partner_id = p.id AND kind = 'invoice') < CURRENT_DATE - interval '6 months'
    """,
    'in all over 50,000 in 2026': """
        SELECT count(*) FROM res_partner p JOIN (
            SELECT partner_id FROM economic_invoice WHERE date BETWEEN '2026-01-01' AND '2026-12-31'
          GROUP BY partner_id HAVING sum(amount_untaxed_base) > 50000) b ON b.partner_id = p.id
         WHERE p.active
    """,
    'overdue invoices': """
        SELECT count(*) FROM economic_invoice
         WHERE amount_residual > 0 AND date_due < CURRENT_DATE
    """,
    'month x product group x country': """
        SELECT date_trunc('month', l.date), r.group_id, p.country_id, sum(price_subtotal_base),
               sum(quantity), sum(margin_base), count(*)
          FROM economic_invoice_line l
     LEFT JOIN economic_reference r ON r.id = l.product_id
     LEFT JOIN res_partner p ON p.id = l.partner_id
      GROUP BY 1, 2, 3
    """,
    'company x month of this year': """
        SELECT partner_id, date_trunc('month', date), sum(price_subtotal_base), count(*)
          FROM economic_invoice_line WHERE date >= '2026-01-01' GROUP BY 1, 2
    """,
    'product x quarter': """
        SELECT product_id, date_trunc('quarter', date), sum(price_subtotal_base), sum(quantity),
               count(*)
          FROM economic_invoice_line GROUP BY 1, 2
    """,
    'salesperson x customer group': """
        SELECT i.salesperson_id, d.customer_group_id, sum(price_subtotal_base), sum(margin_base),
               count(*)
          FROM economic_invoice_line l
          JOIN economic_invoice i ON i.id = l.invoice_id
          JOIN economic_debtor d ON d.id = l.debtor_id
      GROUP BY 1, 2
    """,
    'invoices by state': """
        SELECT CASE WHEN amount_residual = 0 THEN 'paid'
                    WHEN amount_residual > 0 AND date_due < CURRENT_DATE THEN 'overdue'
                    WHEN amount_residual <> amount_total THEN 'partial' ELSE 'open' END, count(*)
          FROM economic_invoice GROUP BY 1
    """,
}
# A list is a count and a first page: what stands for count(*) in the page, and the order.
PARTNERS = ('p.id, p.complete_name', 'p.complete_name, p.id DESC')
INVOICES = ('id, number, kind', 'date DESC, number DESC')
PAGES = {
    'the example, companies': PARTNERS,
    'the example, invoices': INVOICES,
    'the example since 2005, companies': PARTNERS,
    'the example since 2005, invoices': INVOICES,
    'product P, not Q': PARTNERS,
    'no purchase for 6 months': PARTNERS,
    'in all over 50,000 in 2026': PARTNERS,
    'overdue invoices': INVOICES,
}
