"""Check text files: lines end in one LF without blanks before it, files end in one line end.

Called as: python -m dev.hygiene FILES…
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FAULTS = (
    (re.compile(rb'\r'), "a carriage return"),
    (re.compile(rb'[ \t]+$', re.MULTILINE), "blanks at the end of a line"),
    (re.compile(rb'[^\n]\Z'), "no line end at the end"),
    (re.compile(rb'\n\n\Z'), "an empty line at the end"),
)


def main() -> int:
    """Print what is wrong with the files, and return 1 if anything is."""
    faults = 0
    for name in sys.argv[1:]:
        data = Path(name).read_bytes()
        for pattern, fault in FAULTS:
            found = pattern.search(data)
            if found:
                line = data.count(b'\n', 0, found.start()) + 1
                sys.stdout.write(f"{name}:{line}: {fault}\n")
                faults += 1
    return int(faults > 0)


if __name__ == '__main__':
    sys.exit(main())
