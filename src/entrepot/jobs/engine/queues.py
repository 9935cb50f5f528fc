"""The queues that all workers share: DBOS, in our own database.

Its twelve tables lie beside ours (on PostgreSQL in a schema of their own), so a job's
row and its place in a queue change in one transaction. It listens on nothing, reports
to nobody, and what it has to say comes as our events.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from dbos import DBOS, DBOSClient, Queue
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.orm import Session

from entrepot.base.ground_settings import DB_WRITE_WAIT
from entrepot.base.house import House
from entrepot.base.settings import Settings
from entrepot.base.store_engine import PRAGMAS, connect_args, is_sqlite
from entrepot.jobs.engine.bells import Lookouts
from entrepot.jobs.engine.trouble import QueueLines
from entrepot.jobs.spec import QUEUES

APPLICATION = "entrepot"
WORKFLOW = "entrepot.job.v1"
VERSION = "1"
"""Pinned: workers of all versions take each other's jobs, which begin anew anyway."""

IDLE_SECONDS = 10.0
"""Between looks at a queue while nothing rings. Each costs some milliseconds of CPU."""
RING_SECONDS = 0.5
"""Between looks while something waits in a queue."""
INTERNAL_SECONDS = 60.0
START_SECONDS = 10.0
"""So long after the start it is as if something waited: jobs are taken up again."""
FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")

_BATCH = 500

Work = Callable[[str, int], None]


@dataclass(slots=True)
class Queues:
    """This worker's end of the queues."""

    engine: Engine
    client: DBOSClient
    lookouts: Lookouts
    opened_at: float = field(default_factory=time.monotonic)
    _rung_at: float = float("-inf")

    def ring(self, *, is_new: bool) -> None:
        """Have the queues looked into: something is in them.

        Args:
            is_new: It has just come; else it waits for others to end.
        """
        clock = time.monotonic()
        if is_new or clock - self._rung_at >= RING_SECONDS:
            self._rung_at = clock
            self.lookouts.ring()

    @property
    def has_just_begun(self) -> bool:
        """Tell whether jobs may still come back that this worker once had."""
        return time.monotonic() - self.opened_at < START_SECONDS

    def put(
        self, session: Session, id: str, number: int, *, queue: str, priority: int
    ) -> None:
        """Put a job's dispatch of this number into a queue, in the session."""
        self.client.enqueue_in_transaction(
            session,
            {
                "workflow_name": WORKFLOW,
                "queue_name": queue,
                "workflow_id": f"{id}:{number}",
                "priority": max(1, priority),
                "app_version": VERSION,
            },
            id,
            number,
        )

    def take_over(self, workers: list[str]) -> int:
        """Let the jobs of workers that are gone be taken again; return how many."""
        taken = len(DBOS._recover_pending_workflows(workers))
        self.ring(is_new=True)
        return taken

    def unfinished(self, names: Collection[str]) -> set[str]:
        """Return which of these dispatches, `<id>:<number>`, wait or run."""
        found = DBOS.list_workflows(
            workflow_ids=list(names),
            status=list(UNFINISHED),
            load_input=False,
            load_output=False,
        )
        return {status.workflow_id for status in found}

    def holders(self) -> set[str]:
        """Return the workers that have jobs in their hands."""
        found = DBOS.list_workflows(
            status="PENDING", load_input=False, load_output=False
        )
        return {status.executor_id for status in found if status.executor_id}

    def forget(self, before: datetime) -> None:
        """Delete what is known of dispatches that ended before a time."""
        while True:
            old = DBOS.list_workflows(
                status=list(FINISHED),
                completed_before=before.isoformat(),
                limit=_BATCH,
                load_input=False,
                load_output=False,
            )
            if old:
                DBOS.delete_workflows([status.workflow_id for status in old])
            if len(old) < _BATCH:
                return

    def close(self) -> None:
        """Take nothing more out of the queues."""
        self.lookouts.stop()
        DBOS.destroy(destroy_registry=True)
        self.client.destroy()
        self.engine.dispose()


def open_queues(house: House, worker: str, work: Work) -> Queues:
    """Begin to take jobs out of the queues; `work` is called in a thread for each.

    Args:
        worker: Unique among those that live; its next process takes up what it held.
    """
    _redirect_lines()
    is_ready = threading.Event()
    engine = _make_engine(house.settings, house, is_ready)
    dbos = DBOS(
        config={
            "name": APPLICATION,
            "system_database_engine": engine,
            "application_version": VERSION,
            "executor_id": worker,
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "WARNING",
        }
    )

    @DBOS.workflow(name=WORKFLOW)
    def _take(id: str, number: int) -> None:
        work(id, number)

    DBOS.listen_queues([])  # its own threads would look all the time
    # Of its own queue there is no need: nothing here forks or resumes its workflows.
    dbos._registry.get_internal_queue()._polling_interval_sec = INTERNAL_SECONDS
    DBOS.launch()
    is_ready.set()
    client = DBOSClient(
        system_database_engine=engine, application_name=APPLICATION, lazy=True
    )
    return Queues(engine, client, Lookouts(dbos, _register()))


def _register() -> list[Queue]:
    return [
        DBOS.register_queue(
            queue.name,
            global_concurrency=queue.at_once,
            worker_concurrency=queue.at_once_here,
            polling_interval_sec=IDLE_SECONDS,
            on_conflict="always_update",
        )
        for queue in QUEUES.values()
    ]


def _redirect_lines() -> None:
    """Have its lines told by us: with a handler there, it adds none for stderr."""
    logger = logging.getLogger("dbos")
    logger.handlers[:] = [QueueLines()]
    logger.propagate = False


def _make_engine(settings: Settings, house: House, is_ready: threading.Event) -> Engine:
    url = house.store.url
    if not is_sqlite(url):
        return create_engine(
            url,
            pool_size=5,
            max_overflow=5,
            pool_pre_ping=True,
            connect_args=connect_args(settings, url),
        )
    _ = house.store.engine  # makes the file, for its owner alone
    wait_ms = settings[DB_WRITE_WAIT] * 1000
    engine = create_engine(url, poolclass=QueuePool, pool_size=5, max_overflow=5)

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's
        for pragma in (f"busy_timeout={wait_ms}", *PRAGMAS[1:]):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # It counts what runs, then takes: no other worker may do so in between. Its
        # migrations, before that, say BEGIN themselves.
        if is_ready.is_set():
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
