"""The traces of one process: what is kept of them, and what writes it."""

from __future__ import annotations

from entrepot.base import spans
from entrepot.base.acting import current
from entrepot.base.checks import CHECKS, Check
from entrepot.base.house import House
from entrepot.base.spans import Part
from entrepot.base.trace_ids import CHANCE
from entrepot.watch import settings as knobs
from entrepot.watch.events import (
    TracesFound,
    TracesLost,
    TracesReplaced,
    TracesSkipped,
)
from entrepot.watch.log.store import Counts, Keeper
from entrepot.watch.log.writer import Tidings
from entrepot.watch.traces.file import PARTS
from entrepot.watch.traces.kept import Kept, prepare
from entrepot.watch.traces.otlp import sender
from entrepot.watch.traces.retention import TraceRetention

BATCH_PARTS = 200
"""Parts written at once; fewer are written after a second."""
TIDINGS = Tidings(
    lost=lambda why: TracesLost(why=why),
    found=lambda dropped, seconds: TracesFound(dropped=dropped, seconds=seconds),
    skipped=lambda dropped: TracesSkipped(dropped=dropped),
    replaced=lambda aside, why: TracesReplaced(aside=aside, why=why),
)


class TraceStore(Keeper[Kept]):
    """Takes parts of traces from every thread, and writes them from one of its own."""

    name = "traces"
    what = "traces"

    def __init__(self, house: House) -> None:
        path = knobs.traces_path(house.settings)
        super().__init__(
            path,
            PARTS,
            TIDINGS,
            TraceRetention(path, house.settings),
            limit=house.settings[knobs.TRACES_QUEUE],
            batch=BATCH_PARTS,
        )
        self.prepare = prepare
        self._sender = sender(house.settings)
        if self._sender is not None:
            self.show = self._sender.take

    def close(self) -> None:
        """Write what waits, send it where it is to go, and end."""
        super().close()
        if self._sender is not None:
            self._sender.close()


def trace_store(house: House) -> TraceStore:
    """Return this process's traces; the thread begins with the first one."""
    return house.shelf.get(TraceStore, lambda: TraceStore(house))


class Tracing:
    """Decides which parts are kept: some by chance, all that are worth a look."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._share = house.settings[knobs.TRACES_SAMPLED] / 100
        self._slow_seconds = house.settings[knobs.LOG_SLOW_REQUEST_THRESHOLD] / 1000
        self._stop = spans.collect(self)

    def samples(self) -> bool:
        """Tell whether chance has it that a part is kept."""
        return CHANCE.random() < self._share

    def take(self, part: Part) -> None:
        """Keep a part that has ended, if it is to be."""
        why = self._why(part)
        if why:
            facts = part.describe() if part.describe is not None else {}
            trace_store(self._house).put(Kept(part, current(), why, facts))

    def close(self) -> None:
        """Take nothing more."""
        self._stop()

    def _why(self, part: Part) -> str:
        if part.error or part.status >= 500:
            return "failed"
        if part.subjects:
            return "followed"
        if part.ended - part.began >= self._slow_seconds:
            return "slow"
        return "sampled" if part.is_sampled else ""


def trace(house: House) -> Tracing:
    """Keep traces from now on, until the house is closed."""
    return house.shelf.get(Tracing, lambda: Tracing(house))


def _look(house: House) -> Counts:
    counts = trace_store(house).counts()
    if counts.trouble is not None:
        raise counts.trouble
    return counts


CHECKS["trace_store"] = Check(
    summary="The traces' file.", look=_look, otherwise="degraded"
)
