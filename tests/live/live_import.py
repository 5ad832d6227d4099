"""An import in a live Odoo: press its buttons as a user, and watch it from the database."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from live_server import Database, LiveOdoo, wait_until

from dev.demo import SECRETS, TRUTH
from dev.licences import issue
from dev.processes import Simulator

WORKING = ('loading', 'testing', 'importing')
# The button, the state it leads to, and the state in which the next one can be pressed.
STAGES = {'Load': 'loaded', 'Test': 'tested', 'Start': 'done'}
LOOK = """
    SELECT r.id AS run, r.state, r.phase, r.progress_done AS done, r.checkpoint::text AS checkpoint,
           r.message, a.lease_owner AS owner, a.fence
      FROM economic_agreement a
 LEFT JOIN economic_run r ON r.id = (SELECT max(id) FROM economic_run WHERE agreement_id = a.id)
  ORDER BY a.id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Moment:
    """What the database says of an import: the checkpoint, and who holds the lease."""

    run: int | None
    state: str | None
    phase: str | None
    done: int | None
    checkpoint: str | None
    message: str | None
    owner: str | None
    fence: int | None

    @property
    def inside(self) -> bool:
        """Tell whether a runner was at work: it has the lease and gave it back to nobody."""
        return self.state in WORKING and bool(self.owner)

    @property
    def place(self) -> tuple[str | None, str | None, int | None, str | None]:
        """What one page's commit changes."""
        return self.state, self.phase, self.done, self.checkpoint


class Import:
    """One import of one simulated agreement in one live Odoo."""

    def __init__(self, odoo: LiveOdoo, simulator: Simulator) -> None:
        self.odoo, self.simulator = odoo, simulator
        self.database = Database(odoo.database)

    def connect(self) -> None:
        """Make the companies that are there before, and the agreement; connect it."""
        load_companies(self.odoo, self.simulator.read('truth'))
        values = {
            'api_type': 'rest',
            'service_url': self.simulator.url,
            'licence_key': issue(),
        }
        (self.agreement,) = self.odoo.call('economic.agreement', 'create', [values])
        context = {'context': SECRETS}
        self.odoo.call('economic.agreement', 'action_save_access', [self.agreement], **context)
        self.simulator.control('clear_log')

    def press(self, button: str) -> None:
        """Press Load, Test or Start; again while workers only now see that their database went."""

        def pressed() -> bool:
            with suppress(OSError):
                self._press(button)
                return True
            time.sleep(0.2)
            return False

        wait_until(pressed, f"{button} was pressed")

    def _press(self, button: str) -> None:
        if button == 'Load':
            values = {'agreement_id': self.agreement}
            wizard = self.odoo.call('economic.debtor.import', 'create', [values])
            self.run = self.odoo.call('economic.debtor.import', 'action_load', wizard)['res_id']
        else:
            self.odoo.call('economic.run', f'action_{button.lower()}', [self.run])

    def look(self) -> Moment:
        """Look at the import as it is now."""
        return Moment(**self.database.rows(LOOK)[0])

    def wait_for(self, state: str) -> Moment:
        """Wait for a state of the run; one in which it needs a person is an error.

        :raise AssertionError: with what the run says
        """

        def arrived() -> Moment | None:
            now = self.look()
            assert now.state not in ('stopped', 'cancelled') or now.state == state, now
            return now if now.state == state else None

        found: Moment = wait_until(arrived, f"the run is {state}")
        return found

    def requests(self) -> Counter[str]:
        """Return how many requests there were, by resource."""
        return Counter(self.simulator.read('counters')['resources'])


def load_companies(odoo: LiveOdoo, truth: list[dict[str, Any]]) -> None:
    """Import the companies as a user would: rows with external ids."""
    names = sorted({name for company in truth for name in company['values']} - {'country_code'})
    rows = []
    for company in truth:
        values = company['values']
        country = values.get('country_code')
        cells = ['' if values.get(name) is None else str(values[name]) for name in names]
        key = f"{TRUTH}.{company['key']}"
        rows.append([key, f'base.{country.lower()}' if country else '', *cells])
    columns = ['id', 'country_id/id', *names]
    done = odoo.call('res.partner', 'load', columns, rows)
    assert not done['messages'], done['messages']


@dataclass
class Timeline:
    """The moments of an import that nothing disturbs, as seen by looking all the time."""

    moments: list[tuple[float, Moment]] = field(default_factory=list)

    def watch(self, running: Import, stage: str) -> None:
        """Note every commit of a stage until it ends, with the seconds since its beginning."""
        began = time.monotonic()
        while True:
            now = running.look()
            assert now.state != 'stopped', now
            if now.inside and (not self.moments or now.place != self.moments[-1][1].place):
                self.moments.append((time.monotonic() - began, now))
            if now.state == STAGES[stage]:
                self.moments.append((time.monotonic() - began, now))
                return
            time.sleep(0.002)


class Background(threading.Thread):
    """Do something beside the test; what it raises is raised again where it is waited for."""

    def __init__(self, work: Any, *arguments: Any) -> None:
        super().__init__(daemon=True)
        self.work, self.arguments = work, arguments
        self.result: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self.result = self.work(*self.arguments)
        except BaseException as error:  # noqa: BLE001 - it is raised again in wait()
            self.error = error

    def wait(self, seconds: float = 120) -> Any:
        """Return its result."""
        self.join(seconds)
        assert not self.is_alive(), "it never ends"
        if self.error:
            raise self.error
        return self.result
