"""The vendor's command line for licence keys: see `licence`."""

# pylint: disable=print-used

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licence import (
    FEATURES,
    PUBLIC_KEYS,
    Licence,
    issue,
    make_pair,
    peek,
    verify,
)

WIDTH = 64
ALTERED = 1000  # of each kind


def write_private(path: Path, private: Ed25519PrivateKey) -> None:
    """Write a private key for its owner's eyes only; never over another one."""
    text = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as file:
        file.write(text)


def read_private(path: Path) -> Ed25519PrivateKey:
    """Return the private key that `write_private` wrote."""
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} has a key of another kind")  # noqa: TRY004
    return private


def altered(text: str, others: list[str], draw: random.Random) -> Iterator[str]:
    """Yield copies of a key with one bit flipped, cut short, or with a part of another one."""
    for _ in range(ALTERED):
        place, bit = draw.randrange(len(text)), draw.randrange(7)
        yield text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :]
    for _ in range(ALTERED):
        cut = draw.randrange(1, len(text))
        yield draw.choice((text[:cut], text[cut:]))
    for _ in range(ALTERED):
        parts, other = text.split('.'), draw.choice(others).split('.')
        place = draw.randrange(1, 3)
        yield '.'.join((*parts[:place], other[place], *parts[place + 1 :]))


def _keygen(options: argparse.Namespace) -> int:
    private, public = make_pair()
    write_private(options.private, private)
    print(f"private key: {options.private} (keep it out of every repository and backup of one)")
    print(f"public key:  {public}")
    return 0


def _issue(options: argparse.Namespace) -> int:
    private = read_private(options.private)
    if options.until < options.start:
        raise ValueError("a licence ends on the day it begins, or later")
    text = issue(
        private, options.agreement, options.company, options.start, options.until,
        options.feature or FEATURES,
    )  # fmt: skip
    print('\n'.join(textwrap.wrap(text, WIDTH, break_on_hyphens=False)))
    return 0


def _say(licence: Licence) -> None:
    print(f"agreement  {licence.agreement}")
    print(f"company    {licence.company}")
    print(f"features   {', '.join(licence.features)}")
    print(f"valid      {licence.not_before} to {licence.expires}")
    print(f"made with  {licence.key_id}")


def _show(options: argparse.Namespace) -> int:
    licence = peek(options.key)
    if licence is None:
        print("This is not a licence key.")
        return 1
    _say(licence)
    return 0


def _verify(options: argparse.Namespace) -> int:
    licence = verify(options.key, options.public or PUBLIC_KEYS)
    if licence is None:
        print("None of the public keys proves this licence key.")
        return 1
    _say(licence)
    return 0


def _bench(options: argparse.Namespace) -> int:
    draw = random.Random(options.seed)
    today = date.today()
    (private, public), (second, former) = make_pair(), make_pair()
    until = today + timedelta(days=365)
    text = issue(private, 1234567, "Nordisk Møbler A/S", today, until)
    others = [
        issue(second, 1234567, "Nordisk Møbler A/S", today, until),
        issue(private, 1234568, "Nordisk Møbler A/S", today, until),
    ]
    accepted = raised = 0
    times = []
    for wrong in altered(text, others, draw):
        start = time.process_time()
        try:
            accepted += verify(wrong, (former, public)) is not None
        except Exception:  # noqa: BLE001 - that none is raised is what is measured
            raised += 1
        times.append(time.process_time() - start)
    for _ in range(ALTERED):
        start = time.process_time()
        if verify(text, (former, public)) is None:
            raise ValueError("a good key was refused")
        times.append(time.process_time() - start)
    times.sort()
    report = {
        'altered': 3 * ALTERED,
        'accepted': accepted,
        'raised': raised,
        'median_ms': round(times[len(times) // 2] * 1000, 3),
        'slowest_ms': round(times[-1] * 1000, 3),
        'characters': len(text),
    }
    print(
        "{altered} altered keys: {accepted} accepted, {raised} raised an error\n"
        "verifying a key of {characters} characters: median {median_ms} ms, "
        "slowest {slowest_ms} ms".format(**report)
    )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + '\n', encoding='utf-8')
    return 1 if accepted or raised else 0


def _key(text: str) -> str:
    return sys.stdin.read() if text == '-' else text


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog='licence', description="Licence keys, for the vendor")
    commands = parser.add_subparsers(required=True)
    keygen = commands.add_parser('keygen', help="make a pair of keys")
    make = commands.add_parser('issue', help="print the licence key for one agreement")
    for command, do in ((keygen, _keygen), (make, _issue)):
        command.add_argument('--private', type=Path, required=True, metavar='FILE')
        command.set_defaults(do=do)
    make.add_argument('--agreement', type=int, required=True, metavar='NUMBER')
    make.add_argument('--company', required=True, metavar='NAME')
    make.add_argument('--from', dest='start', type=date.fromisoformat, default=date.today())
    make.add_argument('--until', type=date.fromisoformat, required=True, metavar='DAY')
    make.add_argument('--feature', action='append', choices=FEATURES, help="default: all")
    show = commands.add_parser('show', help="print what a licence key says, proved or not")
    check = commands.add_parser('verify', help="say whether a public key proves a licence key")
    for command, do in ((show, _show), (check, _verify)):
        command.add_argument('key', type=_key, metavar='KEY')
        command.set_defaults(do=do)
    check.add_argument('--public', action='append', metavar='TEXT', help="default: the addon's")
    bench = commands.add_parser('bench', help="alter keys, measure verifying")
    bench.add_argument('--seed', type=int, default=7)
    bench.add_argument('--json', type=Path, metavar='FILE')
    bench.set_defaults(do=_bench)
    options = parser.parse_args(arguments)
    try:
        return int(options.do(options))
    except (OSError, ValueError) as error:
        print(f"licence: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
