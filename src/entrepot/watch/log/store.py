"""The log of one process: whoever has a line leaves it here and goes on."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from entrepot.base.checks import CHECKS, Check
from entrepot.watch import settings as knobs
from entrepot.watch.log import leaving
from entrepot.watch.log.opened import LINES, Content, E
from entrepot.watch.log.redact import prepare
from entrepot.watch.log.retention import Retention
from entrepot.watch.log.writer import OF_LOG, Tidings, Writer
from entrepot.watch.spec import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from entrepot.base.house import House
    from entrepot.watch.log.rows import Row

GATHER_SECONDS = 0.1
"""Between two looks at the queue while lines come: producers never wake anybody."""
PATIENCE_SECONDS = 1.0
"""After so long lines are written, however few."""
FLUSH_SECONDS = 5.0
LAST_SECONDS = 2.0
"""What a process that ends gives to its log."""
SAMPLES = 20_000
"""Rows of samples that may wait; they are worth less than lines."""


def log_store(house: House) -> LogStore:
    """Return this process's log; its thread begins with its first line."""
    return house.shelf.get(LogStore, lambda: LogStore(house))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the lines of this process.

    Attributes:
        waiting: Taken, and not in the file yet.
        trouble: Why nothing can be written now; None while it can.
    """

    written: int
    waiting: int
    dropped: int
    trouble: Exception | None


class Keeper(Generic[E]):
    """Takes entries from every thread, and writes them from one of its own.

    Attributes:
        prepare: Turns entries into those that are kept, called with what was gathered,
            in the writer's thread or a flush. One that it raises for is dropped.
        show: Called with what was prepared, before it is written; may be None.
    """

    name = ""
    """Of its thread."""
    what = ""
    """What stderr calls its entries where some must be left."""

    def __init__(  # what differs between the files that are kept so
        self,
        path: Path,
        content: Content[E],
        tidings: Tidings,
        retention: Retention,
        *,
        limit: int,
        batch: int,
    ) -> None:
        self.prepare: Callable[[Sequence[E]], list[E]] = list
        self.show: Callable[[Sequence[E]], None] | None = None
        self.path = path
        self.limit = limit
        self._content, self._tidings = content, tidings
        self._batch = batch
        self._retention = retention
        self._start()
        leaving.remember(self)

    def _start(self) -> None:
        self._waiting: deque[E] = deque()
        self._samples: deque[Row] = deque(maxlen=SAMPLES)
        self._lock = threading.Lock()
        self._birth = threading.Lock()
        self._awake = threading.Event()
        self._ended = threading.Event()
        self._sleeps = False
        self._is_held = False
        self._overflowed = self._counted = 0
        self._thread: threading.Thread | None = None
        self._writer = Writer(self.path, self._content, self._tidings, limit=self.limit)

    @property
    def dropped(self) -> int:
        """Return how many lines are gone for good."""
        return self._overflowed - self._counted + self._writer.dropped

    def put(self, entry: E) -> None:
        """Take a line, or drop it where too many wait."""
        waiting = self._waiting
        if len(waiting) >= self.limit:
            with self._birth:  # any lock will do: nobody waits where lines are dropped
                self._overflowed += 1
            return
        waiting.append(entry)
        if self._sleeps:
            self._awake.set()
        elif self._thread is None:
            self._begin()

    def add_samples(self, rows: Iterable[Row]) -> None:
        """Take rows of `gauge_samples`, to be written with the next lines."""
        self._samples.extend(rows)
        if self._thread is None:
            self._begin()
        self._awake.set()

    def flush(self, seconds: float = FLUSH_SECONDS, *, is_last: bool = False) -> bool:
        """Write what this process has put so far; tell whether all of it is readable.

        It waits no longer than so long for whoever writes now; where nothing could be
        written a moment ago it does not try again.

        Args:
            is_last: Try in any case.
        """
        if not self._lock.acquire(timeout=seconds):
            return False
        try:
            self._gather()
            return self._writer.write(self._batch, is_last=is_last)
        finally:
            self._lock.release()

    def counts(self) -> Counts:
        """Return what became of the lines."""
        writer = self._writer
        return Counts(
            written=writer.written,
            waiting=len(self._waiting) + len(writer.pending),
            dropped=self.dropped,
            trouble=writer.trouble,
        )

    def close(self) -> None:
        """Write what waits, and end."""
        with self._birth:  # whoever begins another meanwhile takes the end back
            thread, self._thread = self._thread, None
            self._ended.set()
        self._awake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(FLUSH_SECONDS)
        self.end()
        self._retention.close()
        if self._lock.acquire(timeout=FLUSH_SECONDS):
            self._writer.close()
            self._lock.release()

    def end(self) -> None:
        """Write what waits for the last time; say on stderr what must be left."""
        if not self.flush(LAST_SECONDS, is_last=True) and (
            left := self.counts().waiting
        ):
            why = f": {self._writer.trouble}" if self._writer.trouble else ""
            told = f"entrepot warning: {left} {self.what} could not be kept{why}\n"
            with suppress(OSError, ValueError):
                sys.stderr.write(told)

    def hold(self) -> None:
        """Let nobody be inside the file while the process forks."""
        self._is_held = self._lock.acquire(timeout=FLUSH_SECONDS)

    def release(self) -> None:
        """Go on in the parent."""
        if self._is_held:
            self._is_held = False
            self._lock.release()

    def begin_anew(self) -> object:
        """Be empty in a forked child; return what belongs to the parent."""
        left = self._writer.leave()
        self._start()
        return left

    def _begin(self) -> None:
        with self._birth:
            if self._thread is None:
                self._ended.clear()
                thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread = thread
                try:
                    thread.start()
                except RuntimeError:  # none is to be had now; the next line tries again
                    self._thread = None
                else:
                    leaving.flush_at_end()

    def _run(self) -> None:
        self._retention.begin()
        while self._thread is threading.current_thread():
            if not self._has_work():
                self._sleep()
            self._ended.wait(GATHER_SECONDS)
            with suppress(Exception):  # without this thread nothing is kept any more
                with self._lock:
                    self._gather()
                    self._writer.write_when_due(self._batch, PATIENCE_SECONDS)
                self._retention.clean_when_due()

    def _has_work(self) -> bool:
        return bool(self._waiting or self._samples or self._writer.has_work)

    def _sleep(self) -> None:
        # A line that comes between the two looks sees us asleep, or we see it.
        self._awake.clear()
        self._sleeps = True
        if not self._has_work() and self._thread is threading.current_thread():
            self._awake.wait(self._retention.seconds_until_due())
        self._sleeps = False

    def _gather(self) -> None:
        """Take what came from the producers, however many go on putting."""
        entries = [self._waiting.popleft() for _ in range(len(self._waiting))]
        samples = [self._samples.popleft() for _ in range(len(self._samples))]
        overflowed = self._overflowed
        self._writer.drop(overflowed - self._counted)
        self._counted = overflowed
        if entries:
            entries = self._prepared(entries)
            if self.show is not None:
                with suppress(Exception):  # a broken pipe must not end the log
                    self.show(entries)
        self._writer.take(entries, samples)

    def _prepared(self, entries: list[E]) -> list[E]:
        try:
            return self.prepare(entries)
        except Exception:  # noqa: BLE001  # one line must not take the others with it
            if len(entries) == 1:
                self._writer.drop(1)
                return []
        return [kept for entry in entries for kept in self._prepared([entry])]


class LogStore(Keeper[Entry]):
    """The log: its entries are lines."""

    name = "log"
    what = "lines of the log"

    def __init__(self, house: House) -> None:
        settings = house.settings
        path = Path(settings[knobs.LOG_DB_PATH]).absolute()
        super().__init__(
            path,
            LINES,
            OF_LOG,
            Retention(path, settings),
            limit=settings[knobs.LOG_QUEUE],
            batch=settings[knobs.LOG_BATCH_SIZE],
        )
        self.prepare = prepare


def _look(house: House) -> Counts:
    counts = log_store(house).counts()
    if counts.trouble is not None:
        raise counts.trouble
    return counts


CHECKS["log_store"] = Check(summary="The log's file.", look=_look, otherwise="degraded")
