"""Measure matching from the command line: `python -m matching evaluate DIR…`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .evaluate import Figures, evaluate

_LINES = {
    'link': (
        "{set}: {records} debtors, {partners} partners, {links} links\n"
        "  best guess       precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}\n"
        "  proposed alone   share {alone_share:.4f}  precision {alone_precision:.4f}  "
        "recall {alone_recall:.4f}  (sure: {sure}, precision {sure_precision:.4f})\n"
        "  among the first 15   {among_15:.4f}\n"
    ),
    'duplicates': (
        "{set}: {records} records, {links} true pairs, {groups} groups found\n"
        "  duplicates       precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}\n"
    ),
}
_COSTS = "  {pairs} pairs, {seconds} s, {records_per_second} records/s, peak {peak_mb} MB"


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1")
    return value


def _folder(text: str) -> Path:
    folder = Path(text)
    if not any((folder / name).is_file() for name in ('a.csv', 'records.csv')):
        raise argparse.ArgumentTypeError(f"no a.csv and no records.csv in {text}")
    return folder


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog='matching', description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser('evaluate', help="measure sets with known links")
    command.add_argument('folders', nargs='+', type=_folder, metavar='DIR')
    command.add_argument(
        '--hide-ids', type=_share, default=0.0, metavar='SHARE',
        help="hide the identifiers of this share of the debtors (0, 0.5, 1)",
    )  # fmt: skip
    command.add_argument(
        '--together', action='store_true', help="judge two tables as one with duplicates"
    )
    command.add_argument(
        '--json', type=Path, metavar='FILE', help="write the figures there as well"
    )
    options = parser.parse_args(arguments)
    found: list[Figures] = []
    for folder in options.folders:
        figures = evaluate(folder, options.hide_ids, together=options.together)
        found.append(figures)
        print((_LINES[str(figures['kind'])] + _COSTS).format(**figures), flush=True)
    if options.json:
        report = {'hide_ids': options.hide_ids, 'sets': found}
        options.json.write_text(json.dumps(report, indent=2) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
