"""Lines of libraries: whatever goes through Python's `logging` comes into the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from traceback import format_exception
from typing import TYPE_CHECKING

from entrepot.base.acting import Actor, current
from entrepot.base.settings import Settings
from entrepot.watch import settings as knobs
from entrepot.watch.log.text import bounded, bounded_trace, plain
from entrepot.watch.log.wherefrom import error_facts
from entrepot.watch.spec import LEVELS, Entry, Level

if TYPE_CHECKING:
    from entrepot.watch.log.store import LogStore

APART = ("gunicorn.error", "_granian")
"""Loggers of servers, which may keep their lines from the root."""
_WERKZEUG_ACCESS = '] "%s" %s %s'
"""How the lines of Werkzeug's server end that tell of requests; ours tell more."""
TALKATIVE = "alembic."
"""Loggers that tell every step; what came of the steps is told by events of ours."""
_USUAL = frozenset(
    {
        *vars(logging.LogRecord("", 0, "", 0, "", None, None)),
        *("message", "asctime", "taskName"),
    }
)


class LibraryLines:
    """Lets the lines of libraries come into a house's log until it is closed."""

    def __init__(self, store: Callable[[], LogStore], settings: Settings) -> None:
        level = settings[knobs.LOG_LEVEL]
        self._handler = _Handler(store, level)
        root = logging.getLogger()
        self._level_before = root.level
        self._level = root.level = logging.getLevelNamesMapping()[level]
        root.manager._clear_cache()  # type: ignore[attr-defined]  # setLevel does so
        root.addHandler(self._handler)
        for name in APART:
            logger = logging.getLogger(name)
            if not logger.propagate:
                logger.addHandler(self._handler)
        logging.captureWarnings(True)

    def close(self) -> None:
        """Leave `logging` as it was."""
        logging.captureWarnings(False)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        for name in APART:
            logging.getLogger(name).removeHandler(self._handler)
        if root.level == self._level:
            root.setLevel(self._level_before)
        self._handler.close()


class _Handler(logging.Handler):
    """Turns records into entries; it waits for nothing, and never fails its caller."""

    def __init__(self, store: Callable[[], LogStore], level: str) -> None:
        super().__init__(level)
        self._store = store
        self._here = threading.local()

    def createLock(self) -> None:
        """Have none: the log takes lines from every thread."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Put a record into the log."""
        if getattr(self._here, "is_busy", False):  # what we call logs by itself
            return
        self._here.is_busy = True
        try:
            if not (_is_access(record) or self._is_detail(record)):
                self._store().put(_entry(record))
        except Exception:  # noqa: BLE001  # a library's own text may fail to render
            self._store().put(_untold(record))
        finally:
            self._here.is_busy = False

    def _is_detail(self, record: logging.LogRecord) -> bool:
        """Return whether only a log that debugs wants to have it.

        A rehearsal of migrations logs "Running downgrade", which frightens.
        """
        return (
            self.level > logging.DEBUG
            and record.levelno < logging.WARNING
            and record.name.startswith(TALKATIVE)
        )


def _is_access(record: logging.LogRecord) -> bool:
    return record.name == "werkzeug" and str(record.msg).endswith(_WERKZEUG_ACCESS)


def _entry(record: logging.LogRecord) -> Entry:
    who = current()
    text, trace, error_type = record.getMessage(), "", ""
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        error_type = type(error).__name__
        trace = bounded_trace("".join(format_exception(error)))
    elif record.stack_info:
        trace = bounded_trace(record.stack_info)
    extra = vars(record).keys() - _USUAL
    fields = _fields(record, extra) if extra else None
    if record.levelno >= logging.ERROR:
        fields = {**error_facts(who), **(fields or {})}
    return Entry(
        record.created,
        _level(record.levelno),
        record.name,
        bounded(text),
        who.request_id,
        foreign_trace(who),
        who.user_id,
        actor="" if who.kind in ("system", "anonymous") else who.name,
        job_id=who.job_id,
        ip_address=who.address,
        error_type=error_type,
        stack_trace=trace,
        fields=fields,
    )


def _fields(record: logging.LogRecord, names: set[str]) -> dict[str, object]:
    # Now, not when it is written: the values may be other ones by then.
    told = plain({name: getattr(record, name) for name in sorted(names)})
    return told if isinstance(told, dict) else {"told": told}


def _untold(record: logging.LogRecord) -> Entry:
    text = f"a line that cannot be rendered, of {record.pathname}:{record.lineno}"
    return Entry(record.created, _level(record.levelno), record.name, text)


def foreign_trace(who: Actor) -> str:
    """Return a trace that does not follow from the request's own id; mostly empty."""
    trace = who.trace_id
    return "" if trace == who.request_id.zfill(32) else trace


def _level(number: int) -> Level:
    return LEVELS[min(max(number // 10 - 1, 0), len(LEVELS) - 1)]
