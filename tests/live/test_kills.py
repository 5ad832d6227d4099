"""Kill what does an import, at random moments inside it: it goes on by itself and loses nothing.

LIVE_KILLS is the number of moments in each of Load, Test and Start (5; `make kills` takes 20),
LIVE_RANDOM the seed that they are drawn with.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from live_calm import Calm
from live_import import STAGES, Import, Moment
from live_server import CLUSTER, LiveOdoo, lent_database, wait_until
from live_snapshot import differences, take_snapshot

from dev.processes import Simulator

KILLS = int(os.environ.get('LIVE_KILLS', '5'))
RANDOM = int(os.environ.get('LIVE_RANDOM', '1'))
# Some more than must be shown to lie inside: a phase may end between a look and the blow.
SPARE, MORE = 1.3, 2
# Blows before the same page, and on one Test: a run that dies ten times in a row and stores nothing
# in between stops and asks for a person, and rightly so.
MOST_IN_PLACE, MOST_ON_TEST = 4, 5
# No moment is drawn so near the end of a stage that the blow could only come after it.
MARGIN = 0.1

# The state of a run while a stage is done.
WORKING = {'Load': 'loading', 'Test': 'testing', 'Start': 'importing'}


@dataclass(frozen=True)
class Target:
    """When to strike: so long after a page's commit."""

    stage: str
    order: int
    place: tuple[str | None, str | None, int | None, str | None]
    delay: float


def draw_targets(calm: Calm, stage: str, count: int, dice: random.Random) -> list[Target]:
    """Draw moments of a stage of the undisturbed import, spread over its phases, in their order."""
    spans = []
    moments = calm.timelines[stage].moments
    for order, ((begin, moment), (end, _next)) in enumerate(pairwise(moments)):
        last = order == len(moments) - 2
        spans.append((order, moment, max(end - begin - MARGIN * last, 0)))
    phases = list(dict.fromkeys(moment.phase for _, moment, _ in spans))
    dice.shuffle(phases)
    targets: list[Target] = []
    for number in range(100 * count):
        if len(targets) == count:
            break
        choices = [span for span in spans if span[1].phase == phases[number % len(phases)]]
        weights = [span[2] + 0.001 for span in choices]
        order, moment, length = dice.choices(choices, weights)[0]
        if sum(target.order == order for target in targets) < MOST_IN_PLACE:
            targets.append(Target(stage, order, moment.place, dice.uniform(0, length)))
    return sorted(targets, key=lambda target: (target.order, target.delay))


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
    running: Import, calm: Calm, blows: list[Blow], wanted: int, dice: random.Random
) -> tuple[list[Moment], int]:
    """Import with blows in each stage.

    :return: the moments that lay inside a step, and how many blows there were
    """
    struck: list[Moment] = []
    tried = 0
    for stage, state in WORKING.items():
        # Test is short and can be done again, until there were enough; the others are done once.
        most = min(wanted, MOST_ON_TEST) if stage == 'Test' else round(wanted * SPARE) + MORE
        for _ in range(wanted if stage == 'Test' else 1):
            tried += strike(running, calm, draw_targets(calm, stage, most, dice), blows, struck)
            if sum(moment.state == state for moment in struck) >= wanted:
                break
    return struck, tried


def strike(
    running: Import, calm: Calm, targets: list[Target], blows: list[Blow], struck: list[Moment]
) -> int:
    """Do a stage with a blow at each target; note the moments inside, return the blows' number."""
    stage = targets[0].stage
    fence = running.look().fence or 0
    running.press(stage)
    tried = 0
    left = list(targets)
    while left:
        target = left.pop(0)
        before = wait_for_target(running, calm, target, fence)
        if before.state == STAGES[stage]:
            break
        fence = before.fence or 0
        after = blows[tried % len(blows)](running)
        tried += 1
        if after.inside:
            struck.append(after)
        elif after.state != STAGES[stage]:
            # It came between two pages: strike the next one as soon as it is there.
            left.insert(0, replace(target, delay=0))
    running.wait_for(STAGES[stage])
    return tried


def check(running: Import, calm: Calm, struck: list[Moment], wanted: int, blows: int) -> None:
    """Hold the result against the undisturbed import."""
    print(f"\n{len(struck)} blows inside:", *(moment.place for moment in struck), sep='\n  ')
    for stage, state in WORKING.items():
        assert sum(moment.state == state for moment in struck) >= wanted, stage
    # Spread over the whole import.
    assert len({moment.phase for moment in struck}) >= min(2 * wanted, 8)
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
    with lent_database('blows') as name, LiveOdoo(name) as odoo:
        running = Import(odoo, simulator)
        running.connect()
        dice = random.Random(RANDOM)
        struck, tried = import_under_blows(running, calm, blows, count, dice)
        check(running, calm, struck, count, tried)
