"""What the undisturbed import left, which the disturbed ones are held against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from live_import import Timeline
from live_snapshot import Snapshot


@dataclass
class Calm:
    """An import that nothing disturbed."""

    timelines: dict[str, Timeline]
    requests: Counter[str]
    snapshot: Snapshot
