"""Prove merges: 200 random ones, of which 100 are undone, in a database full of everything.

Odoo with CRM, sales, accounting, calendar, projects, mailings, ratings, website, loyalty cards and
more, in which everything that can belong to a company does. A manager without administrator rights
merges groups of 2 to 7 companies and contacts. After each merge SQL that shares nothing with the
addon's own proof counts what still points at a source (dangling), what the one that stays has too
little of (lost), and compares sums of money. 100 merges are undone in any order, after somebody
edited records of some of them: those must be refused with exactly these edits. At the end every
column of every row of the database is compared with before.

    .dev/venv/bin/python -m tests.bench.merges [--merges 200] [--json FILE]
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from dev.common import DEV, VENV_PYTHON, command_line, report_file, say, step, write_report
from dev.databases import copied, wide_template
from dev.get_python import install
from dev.inside import environment

sys.path.insert(0, str(Path(__file__).parent))
from merges_check import DERIVED, LEFT_OUT, Judge
from merges_data import SEED, Crowd

MODULES = (
    'crm,sale_management,account,calendar,project,rating,mass_mailing,snailmail,data_recycle,'
    'loyalty,website,event,purchase'
)
# What these modules need of Python beside what our own tools do.
PACKAGES, PLACE = ('phonenumbers==8.13.55',), DEV / 'bench-packages'
MERGES = 200
KEYS = 58
EDITED = 20
# Not compared at the end: the history of what was done, what is derived, Odoo's own traces.
HISTORY = (
    *LEFT_OUT, *DERIVED, 'mail_message', 'mail_notification', 'mail_tracking_value',
    'economic_debtor_event', 'bus_', 'ir_cron', 'res_users_log', 'res_device',
)  # fmt: skip
STAMPS = "'{write_date,write_uid}'::text[]"
GROUPS = ('economic_connector.group_economic_manager', 'base.group_partner_manager')


def main() -> int:
    """Measure, print, and return the exit status."""
    file = report_file()
    ensure_packages()
    name = f'test_{os.getpid()}'
    with copied(wide_template(MODULES), name) as database, environment(database) as env:
        report = Trial(env).run()
    show(report)
    write_report(file, report)
    return int(not report['holds'])


def ensure_packages() -> None:
    """Get what only these modules need, beside the virtual environment."""
    if not PLACE.exists():
        with step("Python packages for more of Odoo's modules"):
            install(VENV_PYTHON, '--target', str(PLACE), *PACKAGES)
    sys.path.append(str(PLACE))
    os.environ['PYTHONPATH'] = os.pathsep.join(
        filter(None, (os.environ.get('PYTHONPATH'), str(PLACE)))
    )


class Trial:
    """One run: merges, edits, undos, and the judgement."""

    def __init__(self, env: Any) -> None:
        self.env, self.cr = env, env.cr
        self.draw = random.Random(SEED)
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self.sizes: Counter[int] = Counter()
        self.moved = self.already = 0

    def run(self) -> dict[str, Any]:
        """Do all of it and return the figures."""
        with step("companies and all that belongs to them"):
            self.partners = Crowd(self.env).fill()
            manager = (
                self.env['res.users']
                .with_context(no_reset_password=True)
                .create(
                    {
                        'name': "Merging", 'login': 'merging', 'email': 'merging@example.com',
                        'group_ids': [(4, self.env.ref(group).id) for group in GROUPS],
                    }
                )
            )  # fmt: skip
            self.cr.commit()
        self.manager = self.env(user=manager.id)
        self.judge = Judge(self.cr)
        filled = self.judge.filled()
        self.free = self.draw.sample(self.partners, len(self.partners))
        self.tables = [
            table
            for table, columns in self.judge.columns.items()
            if not table.startswith(HISTORY) and self._is_table(table)
        ]
        with step("copy of every row, to compare with"):
            self._keep_copy()
        wanted = int(os.environ.get('MERGES') or MERGES)
        with step(f"{wanted // 2} merges"):
            merges = [self._merge() for _place in range(wanted // 2)]
        with step(f"{len(merges)} undone"):
            undone = self._undo_all([merge for merge in merges if merge])
            different = self._compare()
        with step(f"{wanted - wanted // 2} merges more"):
            merges += [self._merge() for _place in range(wanted - wanted // 2)]
        dangling = sum('dangling' in fault for fault in self.faults)
        lost = sum('lost' in fault for fault in self.faults)
        report = {
            'merges': len(self.seconds), 'refused': merges.count(None), 'sizes': self.sizes,
            'foreign keys filled': len(filled), 'rows moved': self.moved,
            'true duplicates': self.already, 'dangling': dangling, 'lost': lost,
            'unequal balances': sum('balance' in fault for fault in self.faults),
            'seconds, median': round(statistics.median(self.seconds), 2),
            'seconds, longest': round(max(self.seconds), 2),
            **undone, 'tables different after undo': different, 'faults': self.faults,
        }  # fmt: skip
        report['holds'] = (
            not self.faults and not different and len(filled) >= KEYS
            and report['merges'] == wanted and undone['undone, all equal'] == wanted // 2
        )  # fmt: skip
        return report

    def _is_table(self, table: str) -> bool:
        self.cr.execute('SELECT relkind FROM pg_class WHERE oid = %s::regclass', (f'"{table}"',))
        return bool(self.cr.fetchone()[0] in ('r', 'p'))

    # === MERGE === #

    def _next_group(self) -> list[int]:
        """Return the next companies that may be merged: with one user at most."""
        size = self.draw.randint(2, 7)
        group: list[int] = []
        users = 0
        while len(group) < size:
            partner = self.free.pop()
            self.cr.execute('SELECT count(*) FROM res_users WHERE partner_id = %s', (partner,))
            if users + self.cr.fetchone()[0] > 1:
                continue
            users += bool(self.env['res.users'].with_context(active_test=False).search_count(
                [('partner_id', '=', partner)]))  # fmt: skip
            group.append(partner)
            # Families meet in a merge more often than chance lets them.
            self.cr.execute('SELECT parent_id FROM res_partner WHERE id = %s', (partner,))
            (parent,) = self.cr.fetchone()
            if parent in self.free and len(group) < size and self.draw.random() < 0.5:
                self.free.remove(parent)
                group.append(parent)
        return group

    def _merge(self) -> Any:
        ids = self._next_group()
        survivor, *sources = ids
        self.sizes[len(ids)] += 1
        expected = self.judge.expected(ids, survivor)
        money = self.judge.balances(ids)
        partners = self.manager['res.partner'].browse
        start = time.monotonic()
        try:
            merge = self.manager['economic.merge']._merge(
                partners(survivor), partners(sources), two_debtors=True
            )
            self.cr.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of the merge
            self.cr.rollback()
            self.env.invalidate_all()
            self.faults.append(f'{ids}: {type(error).__name__}: {error}')
            return None
        self.seconds.append(time.monotonic() - start)
        self.moved += sum(move['count'] for move in merge.moves)
        self.already += sum(move['already'] for move in merge.moves)
        for place, rows in self.judge.pointing(sources).items():
            self.faults.append(f'{ids}: {place}: {rows} dangling')
        found = self.judge.expected([survivor], survivor)
        for table, rows in expected.items():
            if found.get(table, 0) < rows:
                self.faults.append(f'{ids}: {table}: {rows - found.get(table, 0)} lost')
        if self.judge.balances([survivor]) != money:
            self.faults.append(f'{ids}: balance differs')
        return merge

    # === UNDO === #

    def _undo_all(self, merges: list[Any]) -> dict[str, Any]:
        """Undo in any order; some only after an edit was found and taken back."""
        self.draw.shuffle(merges)
        edited = {merge.id for merge in self.draw.sample(merges, min(EDITED, len(merges)))}
        refused = true_lists = undone = later = 0
        waiting = merges
        while waiting:
            again = []
            for merge in waiting:
                if merge.id in edited:
                    edited.discard(merge.id)
                    refused_here, is_true = self._undo_edited(merge)
                    refused += refused_here
                    true_lists += is_true
                state = self._undo(merge)
                undone += state == 'undone'
                if state == 'refused':
                    again.append(merge)
            later += len(again)
            if len(again) == len(waiting):
                self.faults += [f'undo {merge.id}: refused for ever' for merge in again]
                break
            waiting = again
        return {
            'undone, all equal': undone, 'edited': min(EDITED, len(merges)),
            'refused after an edit': refused, 'with a true list': true_lists,
            'had to wait for a later merge': later,
        }  # fmt: skip

    def _undo_edited(self, merge: Any) -> tuple[bool, bool]:
        """Edit, try to undo, take the edit back; return whether it was refused, with a true list.

        What another merge changed since is in the list, too, and was there without the edit.
        """
        others = self._get_list(merge)
        edits = self._edit(merge)
        listed = self._get_list(merge) - others
        action = merge.action_undo()
        if listed != set(edits):
            self.faults.append(f'{merge.id}: list {listed} is not {set(edits)}')
        self._take_back(edits)
        is_refused = bool(action and action.get('res_model') == 'economic.merge.undo')
        return is_refused, listed == set(edits)

    def _get_list(self, merge: Any) -> set[tuple[str, int, str]]:
        return {
            (table, row, column) for _id, table, row, column, *_values in merge._find_conflicts()
        }

    def _undo(self, merge: Any) -> str:
        """Undo a merge; one that a later merge changed something of is refused at first."""
        try:
            action = merge.action_undo()
            self.cr.commit()
        except Exception as error:  # noqa: BLE001 - see above
            self.cr.rollback()
            self.env.invalidate_all()
            self.faults.append(f'undo {merge.id}: {type(error).__name__}: {error}')
            return 'failed'
        return 'refused' if action['res_model'] == 'economic.merge.undo' else str(merge.state)

    def _edit(self, merge: Any) -> dict[tuple[str, int, str], Any]:
        """Edit up to three moved records by SQL; return {(table, row, column): value before}."""
        self.cr.execute(
            """
            SELECT table_name, row_id, key FROM economic_merge_change, jsonb_object_keys(new) key
             WHERE merge_id = %s AND kind = 'changed'
               AND key IN ('partner_id', 'res_id', 'author_id', 'partner_shipping_id', 'street')
             ORDER BY md5(id::text || key) LIMIT 3
            """,
            (merge.id,),
        )
        edits = {}
        other = self.free[0]
        for table, row, column in self.cr.fetchall():
            self.cr.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', (row,))
            value: Any = 'Elsewhere' if column == 'street' else other
            before = self.cr.fetchone()[0]
            try:
                self.cr.execute('SAVEPOINT edit')
                self.cr.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', (value, row))
            except Exception:  # noqa: BLE001 - this row may not belong to the other one
                self.cr.execute('ROLLBACK TO SAVEPOINT edit')
                continue
            edits[table, row, column] = before
        self.env.invalidate_all()
        return edits

    def _take_back(self, edits: dict[tuple[str, int, str], Any]) -> None:
        for (table, row, column), value in edits.items():
            self.cr.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', (value, row))
        self.env.invalidate_all()

    # === COMPARE === #

    def _keep_copy(self) -> None:
        self.env.flush_all()
        self.cr.execute('CREATE SCHEMA before')
        for table in self.tables:
            self.cr.execute(
                f'CREATE TABLE before."{table}" AS SELECT to_jsonb(t) - {STAMPS} AS data'
                f' FROM public."{table}" t'
            )
        self.cr.commit()

    def _compare(self) -> dict[str, str]:
        """Return {table: what differs} of every column of every row."""
        different = {}
        for table in self.tables:
            one = f'SELECT data FROM before."{table}"'
            other = f'SELECT to_jsonb(t) - {STAMPS} FROM public."{table}" t'
            if table == 'ir_attachment':
                # Pictures that were replaced are kept with the merge.
                other += " WHERE res_model IS DISTINCT FROM 'economic.merge'"
            rows: list[str] = []
            for sign, first, second in (('-', one, other), ('+', other, one)):
                self.cr.execute(f'{first} EXCEPT ALL {second} LIMIT 2')
                rows += [f'{sign}{row}' for (row,) in self.cr.fetchall()]
            if rows:
                different[table] = '\n'.join(rows)[:2000]
        return different


def show(report: dict[str, Any]) -> None:
    """Print the figures."""
    for name, value in report.items():
        if name == 'faults':
            for fault in value[:30]:
                say(f'  ! {fault}')
        elif name == 'sizes':
            say(f'{"partners in a merge":34} ' + ', '.join(
                f'{size}: {count}' for size, count in sorted(value.items())))  # fmt: skip
        else:
            say(f'{name:34} {value}')


if __name__ == '__main__':
    command_line(main)
