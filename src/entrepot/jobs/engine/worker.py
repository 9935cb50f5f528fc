"""A worker: it takes jobs out of the queues until it is told to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs.engine.attempt import Attempts, give_back
from entrepot.jobs.engine.dispatching import Dispatcher
from entrepot.jobs.engine.duties import Duties
from entrepot.jobs.engine.firing import fire_due, ship
from entrepot.jobs.engine.hands import SAID, Hands
from entrepot.jobs.engine.leading import Leader
from entrepot.jobs.engine.queues import Queues, open_queues
from entrepot.jobs.engine.slots import take_slot
from entrepot.jobs.engine.trouble import Patience
from entrepot.jobs.engine.watching import Watcher
from entrepot.jobs.schedule_events import WorkerStarted, WorkerStopped
from entrepot.jobs.service import get_job

DISPATCH_SECONDS = 0.5
SCHEDULE_SECONDS = 2.0
LEAD_SECONDS = 5.0
STOP_SECONDS = 5.0
"""What running jobs have to end by themselves before they are given back anyway."""


def work(house: House, stopped: threading.Event) -> None:
    """Do jobs until `stopped`; what is in hand then waits for another worker.

    The database is migrated, and the kinds of jobs are registered.

    Raises:
        TooMuch: There are too many workers here.
    """
    slot = take_slot(house.home / "run")
    try:
        _Shift(house, slot.name, Hands(), stopped).work()
    finally:
        slot.close()


@dataclass(frozen=True, slots=True)
class _Shift:
    house: House
    worker: str
    hands: Hands
    stopped: threading.Event

    def work(self) -> None:
        watcher = Watcher(self.house, self.hands, self.worker)
        watcher.sign_on()
        watching = threading.Thread(target=watcher.run, name="watcher", daemon=True)
        watching.start()
        attempts = Attempts(self.house, self.hands, self.worker)
        queues = open_queues(self.house, self.worker, attempts.make)
        leader = Leader(self.house, queues, self.worker)
        emit(WorkerStarted(worker=self.worker))
        try:
            self._loop(queues, leader)
        finally:
            self._end(queues, leader)
            watcher.stopped.set()
            watching.join(STOP_SECONDS)
            watcher.sign_off()

    def _loop(self, queues: Queues, leader: Leader) -> None:
        leading = threading.Thread(
            target=self._lead, args=(leader,), name="leader", daemon=True
        )
        leading.start()
        duties = Duties(self.house, lambda: leader.is_leading, self.stopped).begin()
        dispatcher = Dispatcher(self.house, queues)
        dispatch, fire = Patience("dispatch"), Patience("schedules")
        ticks = 0
        while not self.stopped.wait(DISPATCH_SECONDS):
            if ticks % round(SCHEDULE_SECONDS / DISPATCH_SECONDS) == 0:
                fire.call(lambda: fire_due(self.house, at=now()))
            dispatch.call(dispatcher.step)
            if queues.has_just_begun:
                queues.ring(is_new=False)
            ticks += 1
        leading.join(LEAD_SECONDS)
        for duty in duties:
            duty.join(STOP_SECONDS)

    def _lead(self, leader: Leader) -> None:
        patience = Patience("leading")
        ship_patience = Patience("shipped schedules")
        while not ship_patience.call(lambda: ship(self.house, at=now())):
            if self.stopped.wait(1.0):
                return
        while True:
            patience.call(leader.step)
            if self.stopped.wait(LEAD_SECONDS):
                return

    def _end(self, queues: Queues, leader: Leader) -> None:
        held = len(self.hands.works())
        self.hands.close()
        self.hands.wait(STOP_SECONDS)
        for work in self.hands.works():
            self._tear_away(work.id, work.attempt)
        Patience("the lease").call(leader.resign)
        queues.close()
        emit(WorkerStopped(worker=self.worker, given_back=held))

    def _tear_away(self, id: str, attempt: int) -> None:
        """Give back a job that did not end; its attempt finds that it lost the job."""
        with self.house.store.session() as session:
            job = get_job(session, id)
            if (job.status, job.attempt_count) == ("running", attempt):
                give_back(job, SAID["shutdown"])
