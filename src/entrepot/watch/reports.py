"""What browsers report: anybody can send it, so nothing in it is believed."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.acting import current
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.errors import InvalidLevel
from entrepot.watch.listeners import log_writer
from entrepot.watch.log.library import foreign_trace
from entrepot.watch.log.text import bounded, bounded_trace
from entrepot.watch.spec import BROWSER, LEVELS, Entry, Level

MESSAGE_CHARACTERS, ADDRESS_CHARACTERS = 2_000, 500
WORST: Level = "ERROR"
ALIASES = {"WARN": "WARNING", "LOG": "INFO", "FATAL": "CRITICAL"}
"""What scripts call levels."""

_ASKED = re.compile(r"[?#].*", re.DOTALL)
# In a stack, addresses end where the line's number begins.
_ASKED_IN_STACK = re.compile(r"[?#][^\s():]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Something that went wrong in a page.

    Attributes:
        timestamp: When it was, by the browser's clock; kept as it is.
    """

    message: Annotated[str, Meta(min_length=1)]
    level: str = "ERROR"
    url: str = ""
    line: int | None = None
    column: int | None = None
    stack: str | None = None
    timestamp: str | int | float | None = None


def keep_report(house: House, report: Report) -> None:
    """Put a report into the log.

    Raises:
        InvalidLevel: It has a level that there is not.
    """
    level = parse_level(report.level)
    if LEVELS.index(level) < LEVELS.index(house.settings[knobs.LOG_LEVEL]):
        return
    who = current()
    fields = {
        "url": bounded(_ASKED.sub("", report.url), ADDRESS_CHARACTERS) or None,
        "line": report.line,
        "column": report.column,
        "timestamp": _short(report.timestamp),
    }
    entry = Entry(
        time.time(),
        level,
        BROWSER,
        bounded(report.message, MESSAGE_CHARACTERS),
        who.request_id,
        foreign_trace(who),
        who.user_id,
        actor=who.name if who.user_id is not None else "",
        ip_address=who.address,
        stack_trace=_ASKED_IN_STACK.sub("", bounded_trace(report.stack or "")),
        fields={name: value for name, value in fields.items() if value is not None},
    )
    log_writer(house).store().put(entry)


def parse_level(text: str) -> Level:
    """Return a browser's level as ours, at most `ERROR`.

    Raises:
        InvalidLevel: There is no such level.
    """
    name = text.strip().upper()
    name = ALIASES.get(name, name)
    for level in LEVELS:
        if level == name:
            return min(level, WORST, key=LEVELS.index)
    raise InvalidLevel(
        f"level: {text[:40]!r} is none", hint=f"one of {', '.join(LEVELS)}"
    )


def _short(timestamp: str | int | float | None) -> object:
    return timestamp[:40] if isinstance(timestamp, str) else timestamp
