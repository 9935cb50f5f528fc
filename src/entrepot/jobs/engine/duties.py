"""What rooms want done again and again, by one worker of all: the one that leads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from entrepot.base.house import House
from entrepot.jobs.engine.trouble import Patience
from entrepot.jobs.spec import DUTIES, Duty

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Duties:
    """A thread for each duty, which works as long as this worker leads."""

    house: House
    leads: Callable[[], bool]
    stopped: threading.Event
    duties: Mapping[str, Duty] = field(default_factory=lambda: DUTIES)
    tick_seconds: float = TICK_SECONDS

    def begin(self) -> list[threading.Thread]:
        """Start the threads; they end with `stopped`."""
        threads = [
            threading.Thread(
                target=self._keep, args=(duty,), name=f"duty {duty.name}", daemon=True
            )
            for duty in self.duties.values()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _keep(self, duty: Duty) -> None:
        patience = Patience(duty.name)
        due = time.monotonic()
        while not self.stopped.wait(self.tick_seconds):
            if not self.leads() or time.monotonic() < due:
                continue
            if patience.call(lambda: duty.run(self.house)):
                due = time.monotonic() + duty.seconds(self.house)
