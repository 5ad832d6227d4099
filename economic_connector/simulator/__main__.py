"""Run the simulator from the command line: `python -m simulator --port 8091`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType

from .app import APP_SECRET, GRANT, PASSWORD, PUBLIC, USER, create_app
from .bucket import LIMIT
from .server import HOST, listen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser('simulator', description="An e-conomic to run against.")
    add = parser.add_argument
    add('--port', type=_port, default=8091, help="0 takes a free one (default: 8091)")
    add('--debtors', type=_count, default=300, metavar='N')
    add('--invoices', type=_count, default=4000, metavar='N', help="with about three lines each")
    add('--seed', type=int, default=7, metavar='N')
    add('--anchor', type=_day, metavar='YYYY-MM-DD',
        help="the day on which it has these sizes (default: this one)")  # fmt: skip
    add('--today', type=_day, metavar='YYYY-MM-DD',
        help="go on from the anchor to this day (default: the anchor)")  # fmt: skip
    add('--latency-ms', type=_delay, default=0, metavar='MS', help="wait before every answer")
    add('--rate-limit', type=_limit, default=LIMIT, metavar='N|off', help="tokens per 60 seconds")
    add('--no-retry-after', action='store_true', help="leave Retry-After out of 429 answers")
    add('--app-secret', default=APP_SECRET, metavar='TOKEN')
    add('--grant', default=GRANT, metavar='TOKEN')
    add('--public', default=PUBLIC, metavar='TOKEN', help="of the app, for the page of grants")
    add('--user', default=USER, metavar='NAME', help="for SOAP's login with a password")
    add('--password', default=PASSWORD, metavar='TEXT')
    add('--no-password-login', action='store_true',
        help="refuse SOAP's login with a password, as e-conomic does (fault E00410)")  # fmt: skip
    add('--no-demo-tokens', action='store_true', help="refuse the tokens demo/demo")
    add('--log', action='store_true', help="log every request to standard error")
    add('--truth', type=Path, metavar='FILE',
        help="write which beforehand company is which debtor, and exit")  # fmt: skip
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
    return int(text)


def _delay(text: str) -> float:
    delay = float(text)
    if not 0 <= delay < 1e6:
        raise argparse.ArgumentTypeError("the wait is 0 or more milliseconds")
    return delay


def _port(text: str) -> int:
    number = _count(text)
    if number > 65535:
        raise argparse.ArgumentTypeError("there is no port above 65535")
    return number


def _limit(text: str) -> int | None:
    limit = None if text == 'off' else _count(text)
    if limit == 0:
        raise argparse.ArgumentTypeError("no request would fit; off switches it off")
    return limit


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2026-11-24") from error


def main() -> int:
    """Run the command."""
    # Also where a shell has started it in the background, which makes Python leave Ctrl-C alone.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    parser = _parser()
    options = parser.parse_args()
    try:
        app = create_app(
            options.seed,
            options.debtors,
            options.invoices,
            options.anchor,
            options.app_secret,
            options.grant,
            public=options.public,
            today=options.today,
            rate_limit=options.rate_limit,
            latency_ms=options.latency_ms,
            demo_tokens=not options.no_demo_tokens,
            retry_after=not options.no_retry_after,
            user=options.user,
            password=options.password,
            password_login=not options.no_password_login,
        )
        if options.truth:
            text = json.dumps(app.control.truth(), ensure_ascii=False, indent=1)
            options.truth.write_text(text + '\n', encoding='utf-8')
            return 0
        server = listen(app, options.port, log=options.log)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(f'listening on http://{HOST}:{server.port}', flush=True)
    server.serve_forever()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == '__main__':
    sys.exit(main())
