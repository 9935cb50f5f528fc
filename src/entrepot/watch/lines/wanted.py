"""Which lines are wanted, read from the texts of an address or a command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from entrepot.base.errors import Invalid
from entrepot.base.given_times import parse_time
from entrepot.base.times import now
from entrepot.watch.errors import InvalidCursor, InvalidDate, InvalidLevel
from entrepot.watch.search.narrowing import narrow
from entrepot.watch.search.parsing import parse_query
from entrepot.watch.spec import LEVELS, Level, Wanted

LARGEST = 2**63 - 1
LONGEST = 500
"""Characters of what may be searched for."""
MOST_HIDDEN = 20
"""Shapes, and loggers, that may be left out at once."""
_STATUS = re.compile(r"[1-9]\d\d|[1-9]xx", re.ASCII)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_LEVELS = f"the levels are {', '.join(LEVELS)}"


def parse_wanted(
    *,
    level: str | Iterable[str] = (),
    min_level: str = "",
    start_date: str = "",
    end_date: str = "",
    q: str = "",
    logger: str = "",
    request_id: str = "",
    trace_id: str = "",
    job_id: str = "",
    user_id: int | None = None,
    endpoint: str = "",
    status: str = "",
    min_duration_ms: float | None = None,
    like: str = "",
    hide: Iterable[str] = (),
    hide_logger: Iterable[str] = (),
) -> Wanted:
    """Return which lines are meant; what is empty does not narrow.

    Times are UTC where they name no zone; a day is the whole day.

    Raises:
        InvalidLevel, InvalidDate, InvalidQuery, Invalid: One of them is not possible.
    """
    wanted = Wanted(
        levels=parse_levels(level, min_level),
        since=parse_time("start_date", start_date, error=InvalidDate),
        until=parse_time("end_date", end_date, is_end=True, error=InvalidDate),
        logger=_text("logger", logger),
        request_id=_text("request_id", request_id),
        trace_id=_text("trace_id", trace_id).lower(),
        job_id=_text("job_id", job_id),
        user_id=_number("user_id", user_id),
        endpoint=_text("endpoint", endpoint),
        status=_status(status),
        min_duration_ms=_duration(min_duration_ms),
    )
    return search(_shaped(wanted, like, hide, hide_logger), q)


def search(wanted: Wanted, query: str, *, name: str = "q") -> Wanted:
    """Return those of the lines that a search finds, in the language of `search`.

    A search for nothing finds all of them.

    Args:
        name: Of the parameter that the text came in.

    Raises:
        InvalidQuery: It cannot be read; its fact `position` is the character.
    """
    text = query.encode("utf-8", "replace").decode()
    if not text.strip():
        return wanted
    return narrow(wanted, parse_query(text, name=name), now())


def parse_levels(level: str | Iterable[str], lowest: str = "") -> tuple[Level, ...]:
    """Return the levels named that are not below the lowest; none are all.

    Raises:
        InvalidLevel: There is no such level, or none is both.
    """
    given = [level] if isinstance(level, str) else level
    named = [part for text in given for part in text.split(",") if part.strip()]
    wanted = {_level("level", text) for text in named}
    if not lowest.strip():
        return tuple(known for known in LEVELS if known in wanted)
    enough = LEVELS[LEVELS.index(_level("min_level", lowest)) :]
    both = tuple(known for known in enough if not wanted or known in wanted)
    if not both:
        raise InvalidLevel(f"level: none of these is {enough[0]} or above")
    return () if both == LEVELS else both


def parse_cursor(name: str, text: str) -> int | None:
    """Return the number of a line; None where the text is empty.

    Raises:
        InvalidCursor: It is none.
    """
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) >= LARGEST:
        raise InvalidCursor(
            f"{name}: {text[:60]!r} is no line's number",
            hint="take it from the address in page.next",
        )
    return int(text)


def _level(name: str, text: str) -> Level:
    level = text.strip().upper()
    if level not in LEVELS:
        raise InvalidLevel(f"{name}: there is no {text.strip()[:60]!r}", hint=_LEVELS)
    return level


def _text(name: str, text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise Invalid(f"{name}: longer than {LONGEST} characters")
    return text.encode("utf-8", "replace").decode()


def _shaped(
    wanted: Wanted, like: str, hide: Iterable[str], hide_logger: Iterable[str]
) -> Wanted:
    return replace(
        wanted,
        like=_text("like", like),
        hidden=_texts("hide", hide),
        hidden_loggers=_texts("hide_logger", hide_logger),
    )


def _texts(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, (_text(name, one) for one in texts))))
    if len(found) > MOST_HIDDEN:
        raise Invalid(
            f"{name}: more than {MOST_HIDDEN}", hint="ask for what you want instead"
        )
    return found


def _number(name: str, number: int | None) -> int | None:
    if number is not None and not 0 <= number <= LARGEST:
        raise Invalid(f"{name}: not between 0 and {LARGEST}")
    return number


def _status(text: str) -> str:
    status = text.strip().lower()
    if status and not _STATUS.fullmatch(status):
        raise Invalid(
            f"status: {text.strip()[:60]!r} is none",
            hint="write 404, or 5xx for a class",
        )
    return status


def _duration(milliseconds: float | None) -> float | None:
    if milliseconds is not None and not 0 <= milliseconds < float("inf"):
        raise Invalid("min_duration_ms: not a number of milliseconds")
    return milliseconds
