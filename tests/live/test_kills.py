"""Kill what does an import, at random moments inside it: it goes on by itself and loses nothing.

LIVE_KILLS is the number of moments (20), LIVE_RANDOM the seed that they are drawn with.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from live_calm import Calm
from live_import import STAGES, Import, Moment
from live_server import CLUSTER, LiveOdoo, lent_database, wait_until
from live_snapshot import differences, take_snapshot

from dev.processes import Simulator

KILLS = int(os.environ.get('LIVE_KILLS', '20'))
RANDOM = int(os.environ.get('LIVE_RANDOM', '1'))
# A few more than must be shown to lie inside: a phase may end between a look and the blow.
SPARE = 3
# No moment is drawn so near the end of a stage that the blow could only come after it.
MARGIN = 0.1


@dataclass(frozen=True)
class Target:
    """When to strike: so long after a page's commit."""

    stage: str
    order: int
    place: tuple[str | None, str | None, int | None, str | None]
    delay: float


def draw_targets(calm: Calm, count: int, dice: random.Random) -> list[Target]:
    """Draw moments of the undisturbed import, spread over its phases, in their order."""
    spans = []
    for stage, timeline in calm.timelines.items():
        moments = timeline.moments
        for order, ((begin, moment), (end, _next)) in enumerate(pairwise(moments)):
            last = order == len(moments) - 2
            spans.append((stage, order, moment, max(end - begin - MARGIN * last, 0)))
    phases = list(dict.fromkeys((stage, moment.phase) for stage, _, moment, _ in spans))
    dice.shuffle(phases)
    targets = []
    for number in range(count):
        phase = phases[number % len(phases)]
        choices = [span for span in spans if (span[0], span[2].phase) == phase]
        weights = [span[3] + 0.001 for span in choices]
        stage, order, moment, length = dice.choices(choices, weights)[0]
        targets.append(Target(stage, order, moment.place, dice.uniform(0, length)))
    stages = list(STAGES)
    return sorted(targets, key=lambda t: (stages.index(t.stage), t.order, t.delay))


def wait_for_target(running: Import, calm: Calm, target: Target, fence: int) -> Moment:
    """Wait until the import is at work again, and as far as the target."""
    places = [moment.place for _, moment in calm.timelines[target.stage].moments]
    behind = set(places[: target.order])
    end = STAGES[target.stage]

    def reached() -> Moment | None:
        now = running.look()
        assert now.state != 'stopped', now
        if now.state == end:
            return now
        at_work = now.inside and (now.fence or 0) > fence
        return now if at_work and now.place not in behind else None

    found: Moment = wait_until(reached, f"the import is at {target}")
    time.sleep(target.delay)
    return found


Blow = Callable[[Import], Moment]


def kill_server(running: Import) -> Moment:
    """Kill master and workers at once, look, and let the supervisor start it again."""
    with running.odoo.killed():
        return running.look()


def kill_worker(running: Import) -> Moment:
    """Kill the worker that does the import; Odoo itself starts another."""
    running.odoo.cron_worker().kill()
    return running.look()


def restart_database(running: Import) -> Moment:
    """Take the database away as a power cut does, and start it again."""
    CLUSTER.stop('immediate')
    CLUSTER.start()
    return running.look()


def import_under_blows(
    running: Import, calm: Calm, targets: list[Target], blows: list[Blow]
) -> list[Moment]:
    """Import with a blow at each target; return the moments that lay inside a step."""
    struck = []
    fence = 0
    for stage in STAGES:
        running.press(stage)
        for target in [target for target in targets if target.stage == stage]:
            before = wait_for_target(running, calm, target, fence)
            if before.state == STAGES[stage]:
                break
            fence = before.fence or 0
            after = blows[len(struck) % len(blows)](running)
            if after.inside:
                struck.append(after)
        running.wait_for(STAGES[stage])
    return struck


def check(running: Import, calm: Calm, struck: list[Moment], wanted: int, blows: int) -> None:
    """Hold the result against the undisturbed import."""
    print(f"\n{len(struck)} blows inside:", *(moment.place for moment in struck), sep='\n  ')
    assert len(struck) >= wanted
    # Spread over the whole import.
    assert len({moment.phase for moment in struck}) >= min(wanted, 6)
    again = Counter(running.requests())
    again.subtract(calm.requests)
    print(f"{sum(again.values())} requests more than undisturbed: {+again}")
    # At most one page is fetched again for each blow.
    assert sum(again.values()) <= blows, again
    assert not differences(calm.snapshot, take_snapshot(running.database))


@pytest.mark.parametrize(
    ('blows', 'count'),
    [
        pytest.param([kill_server], KILLS, id='server'),
        pytest.param([kill_worker, restart_database], max(KILLS // 3, 2), id='worker-database'),
    ],
)
def test_goes_on_by_itself(calm: Calm, simulator: Simulator, blows: list[Blow], count: int) -> None:
    """Nothing is lost, doubled or different after any number of blows, and nobody has to help."""
    targets = draw_targets(calm, count + SPARE, random.Random(RANDOM))
    with lent_database('blows') as name, LiveOdoo(name) as odoo:
        running = Import(odoo, simulator)
        running.connect()
        struck = import_under_blows(running, calm, targets, blows)
        check(running, calm, struck, count, len(targets))
