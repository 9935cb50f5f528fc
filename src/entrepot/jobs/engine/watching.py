"""The thread that tells jobs to end, writes how far they are, and shows life."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.base.version import VERSION
from entrepot.jobs.engine.hands import Hands, RunningWork
from entrepot.jobs.engine.trouble import Patience
from entrepot.jobs.models import Job, Worker
from entrepot.jobs.settings import LOST_SECONDS

LOOK_SECONDS = 0.25
WRITE_SECONDS = 1.0
SIGN_SECONDS = 2.0


@dataclass(slots=True)
class Watcher:
    """Looks after what a worker has in hand, and tells that the worker lives."""

    house: House
    hands: Hands
    worker: str
    stopped: threading.Event = field(default_factory=threading.Event)
    _wrote_at: float = 0.0
    _signed_at: float = 0.0
    _last_look: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Look, write and sign until `stopped`."""
        patience = Patience("signs of life")
        while not self.stopped.wait(LOOK_SECONDS):
            patience.call(self.step)
            self._check_silence()

    def sign_on(self) -> None:
        """Write that this worker is there."""
        at = now()
        row = Worker(
            name=self.worker,
            process_id=os.getpid(),
            version=VERSION,
            started_at=at,
            seen_at=at,
        )
        with self.house.store.session() as session:
            session.merge(row)

    def sign_off(self) -> None:
        """Take the sign of life away: the worker ends in good order."""
        with self.house.store.session() as session:
            session.execute(delete(Worker).where(Worker.name == self.worker))

    def step(self) -> None:
        """Do once what is due now."""
        clock = time.monotonic()
        works = self.hands.works()
        if works:
            self._look(works)
        self._last_look = clock
        if works and clock - self._wrote_at >= WRITE_SECONDS:
            self._wrote_at = clock
            self._write(works)
        if clock - self._signed_at >= SIGN_SECONDS:
            self._signed_at = clock
            self._sign()

    def _look(self, works: list[RunningWork]) -> None:
        columns = (
            Job.job_uuid,
            Job.status,
            Job.attempt_count,
            Job.cancel_requested_at,
        )
        mine = select(*columns).where(Job.job_uuid.in_([work.id for work in works]))
        with self.house.store.read_session() as session:
            found = {row[0]: tuple(row)[1:] for row in session.execute(mine)}
        for work in works:
            status, attempt, asked_at = found.get(work.id, ("gone", 0, None))
            if (status, attempt) != ("running", work.attempt):
                work.stop("lost")
            elif asked_at is not None:
                work.stop("cancelled")

    def _write(self, works: list[RunningWork]) -> None:
        at = now()
        with self.house.store.session() as session:
            for work in works:
                news = work.news
                mine = (
                    Job.job_uuid == work.id,
                    Job.attempt_count == work.attempt,
                    Job.status == "running",
                )
                session.execute(
                    update(Job)
                    .where(*mine)
                    .values(
                        heartbeat_at=at,
                        progress=news.percent,
                        current_stage=news.stage,
                        rows_done=news.rows,
                        rows_total=news.rows_total,
                    )
                    .execution_options(synchronize_session=False)
                )

    def _sign(self) -> None:
        at = now()
        mine = update(Worker).where(Worker.name == self.worker)
        with self.house.store.session() as session:
            changed = session.execute(mine.values(seen_at=at))
            is_there = bool(changed.rowcount)  # type: ignore[attr-defined]  # an update
        if not is_there:
            self.sign_on()  # a restore took it away, or somebody tidied

    def _check_silence(self) -> None:
        """Let the jobs go before another worker takes them: nobody can see us."""
        most = self.house.settings[LOST_SECONDS] * 0.75
        if time.monotonic() - self._last_look > most:
            for work in self.hands.works():
                work.stop("lost")
