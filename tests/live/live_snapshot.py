"""What an import left in a database, without ids and times of writing, so that two can be compared.

Ids differ between two imports of the same data as soon as one of them was interrupted: every
reference is replaced by what people call the thing.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from live_server import Database

# Table -> what is not the same in two imports of the same data, beside the ids.
WRITTEN_WHEN = ('id', 'create_date', 'write_date')
TABLES: dict[str, tuple[str, ...]] = {
    'economic_debtor': ('linked_at',),
    'economic_invoice': (),
    'economic_invoice_line': (),
    'economic_reference': (),
    'economic_debtor_candidate': (),
    'economic_match_key': (),
    'economic_quarantine': (),
    'economic_stream': ('synced_at',),
    'economic_contact': (),
    'economic_figures': (),
    # What undoing needs is written by ids.
    'economic_run_line': ('applied_at', 'undo'),
    'res_partner': ('create_uid', 'write_uid'),
}
# A partner's stamp is the time at which it was written.
WHERE = {'economic_match_key': "kind <> 'stamp'"}
RUN = (
    'kind', 'state', 'phase', 'message', 'failures', 'invoice_count', 'credit_note_count',
    'invoice_line_count', 'difference',
)  # fmt: skip
# Columns that refer to something, whatever table they are in.
REFERENCES = {
    'partner': ('partner_id', 'parent_id', 'commercial_partner_id'),
    'debtor': ('debtor_id', 'successor_id'),
    'invoice': ('invoice_id',),
    'contact': ('contact_id',),
    'reference': (
        'group_id', 'product_id', 'unit_id', 'payment_term_id', 'salesperson_id',
        'customer_group_id',
    ),
}  # fmt: skip
NAMES = {
    # Made beforehand: by external id. Made by the import: by its debtor.
    'partner': """
        SELECT p.id, COALESCE(
                   (SELECT min(module || '.' || name) FROM ir_model_data
                     WHERE model = 'res.partner' AND res_id = p.id),
                   (SELECT 'debtor ' || min(number) FROM economic_debtor WHERE partner_id = p.id),
                   'nobody') AS name
          FROM res_partner p
    """,
    'debtor': 'SELECT id, number::text || active::text AS name FROM economic_debtor',
    'invoice': 'SELECT id, number::text AS name FROM economic_invoice',
    'contact': "SELECT id, kind || ' ' || number AS name FROM economic_contact",
    'reference': "SELECT id, kind || ' ' || number AS name FROM economic_reference",
}
MESSAGES = """
    SELECT res_id AS partner_id, subtype_id, body FROM mail_message WHERE model = 'res.partner'
"""

Snapshot = dict[str, Counter[str]]


def take_snapshot(database: Database) -> Snapshot:
    """Return the rows of all tables that an import writes, as texts, with how often each stands."""
    names = {
        column: {row['id']: row['name'] for row in database.rows(NAMES[kind])}
        for kind, columns in REFERENCES.items()
        for column in columns
    }
    found = {
        table: database.rows(
            f'SELECT to_jsonb(t) AS row FROM {table} t WHERE {WHERE.get(table, True)}'
        )
        for table in TABLES
    }
    snapshot = {
        table: Counter(_as_text(row['row'], {*WRITTEN_WHEN, *TABLES[table]}, names) for row in rows)
        for table, rows in found.items()
    }
    # A row's own name tells which of two equal ones it is.
    runs = database.rows(f"SELECT {', '.join(RUN)} FROM economic_run")
    snapshot['economic_run'] = Counter(_as_text(run, set(), names) for run in runs)
    snapshot['mail_message'] = Counter(
        _as_text(message, set(), names) for message in database.rows(MESSAGES)
    )
    return snapshot


def _as_text(row: dict[str, Any], without: set[str], names: dict[str, dict[int, str]]) -> str:
    values = {
        column: names[column].get(value, value) if column in names else value
        for column, value in row.items()
        if column not in without
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def differences(expected: Snapshot, found: Snapshot, most: int = 10) -> list[str]:
    """Say what is missing and what is too much, table by table; a few rows of each."""
    lines = []
    for table in expected:
        missing, extra = expected[table] - found[table], found[table] - expected[table]
        lines += [f'{table} lacks {row}' for row in list(missing.elements())[:most]]
        lines += [f'{table} has {row}' for row in list(extra.elements())[:most]]
    return lines
