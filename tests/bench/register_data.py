"""Fill a database with made-up Danish companies as partners and as debtors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from matching_danish import write_link

SEED = 1
COLUMNS = 'rec_id, name, street, zip, city, country, phone, registry_no, email'


def generate(folder: Path, partners: int, debtors: int) -> None:
    """Write both tables and the true links as CSV."""
    write_link(folder, SEED, debtors, partners)


def fill(env: Any, agreement: Any, folder: Path) -> None:
    """Store the companies of a folder, without Odoo's ORM."""
    cr = env.cr
    for table in ('a', 'b', 'matches'):
        columns = COLUMNS if table != 'matches' else 'a_id, b_id'
        typed = ', '.join(f'{name} text' for name in columns.split(', '))
        cr.execute(f'CREATE TABLE bench_{table} (n serial, {typed})')
        with (folder / f'{table}.csv').open(encoding='utf-8') as file:
            cr.copy_expert(f'COPY bench_{table} ({columns}) FROM STDIN CSV HEADER', file)
    sequence = 'res_partner_id_seq'
    cr.execute(
        'SELECT setval(%s, nextval(%s) + (SELECT max(n) FROM bench_b)) - max(n) FROM bench_b',
        (sequence, sequence),
    )
    (first,) = cr.fetchone()
    cr.execute(
        """
        INSERT INTO res_partner (id, name, complete_name, active, is_company, type, street, zip,
                                 city, country_id, phone, company_registry, email,
                                 email_normalized, commercial_partner_id, create_date, write_date)
        SELECT %(first)s + n, name, name, true, true, 'contact', street, zip, city,
               CASE WHEN country <> '' THEN %(denmark)s END, phone, registry_no, email, email,
               %(first)s + n, now(), now()
          FROM bench_b
        """,
        {'first': first, 'denmark': env.ref('base.dk').id},
    )
    cr.execute(
        """
        INSERT INTO economic_debtor (agreement_id, company_id, number, name, address, zip, city,
                                     country_name, country_id, phone, cvr, emails, active,
                                     match_state, create_date, write_date)
        SELECT %(agreement)s, %(company)s, n, name, street, zip, city, country,
               CASE WHEN country <> '' THEN %(denmark)s END, phone, registry_no, email, true, 'new',
               now(), now()
          FROM bench_a
        """,
        {
            'agreement': agreement.id,
            'company': agreement.company_id.id,
            'denmark': env.ref('base.dk').id,
        },
    )
    cr.execute('ALTER TABLE bench_b ADD partner_id integer')
    cr.execute('UPDATE bench_b SET partner_id = %s + n', (first,))
    cr.execute('ANALYZE')
