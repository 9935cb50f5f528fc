"""Which lines a page shows, as its address says it, and addresses that change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from entrepot.base.errors import Invalid
from entrepot.base.given_times import parse_time
from entrepot.watch.lines.shapes import shape_of
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.spec import Line, Wanted
from entrepot.web.words import moment

RANGES: dict[str, tuple[str, timedelta]] = {
    "15m": ("15 min", timedelta(minutes=15)),
    "1h": ("1 h", timedelta(hours=1)),
    "6h": ("6 h", timedelta(hours=6)),
    "24h": ("24 h", timedelta(hours=24)),
    "2d": ("2 d", timedelta(days=2)),
    "7d": ("7 d", timedelta(days=7)),
}
USUAL = "1h"
HOUR = timedelta(hours=1)
ALL = "all"
NARROWING = ("request_id", "trace_id", "job_id")
"""What is so rare that it is looked for in everything that is kept."""

NAMES = {
    "q": "words",
    "logger": "logger",
    "endpoint": "endpoint",
    "status": "status",
    "request_id": "request",
    "trace_id": "trace",
    "job_id": "job",
    "user_id": "user id",
    "min_duration_ms": "took at least",
    "like": "like",
}
"""Filters that have a chip, and what people call them."""
HIDING = {"hide": "not like", "hide_logger": "not from"}
"""The same of those that leave lines out; each value has a chip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its name and value, and the address without it."""

    name: str
    text: str
    without: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """The page's parameters; those of the same name are the API's.

    Attributes:
        range: One of `RANGES`, or `all`.
        before: Only lines older than this one.
        line: The one that is open.
    """

    q: str = ""
    range: str = ""
    start_date: str = ""
    end_date: str = ""
    level: list[str] = field(default_factory=list)
    logger: str = ""
    endpoint: str = ""
    status: str = ""
    request_id: str = ""
    trace_id: str = ""
    job_id: str = ""
    user_id: str = ""
    min_duration_ms: str = ""
    like: str = ""
    hide: list[str] = field(default_factory=list)
    hide_logger: list[str] = field(default_factory=list)
    before: int | None = None
    line: int | None = None

    @property
    def is_exact(self) -> bool:
        """Tell whether two moments are given instead of a range."""
        return bool(self.start_date or self.end_date)

    @property
    def span(self) -> str:
        """Return which of the ranges counts; empty where moments are given."""
        if self.is_exact:
            return ""
        is_rare = any(getattr(self, name) for name in NARROWING)
        return self.range or (ALL if is_rare else USUAL)

    @property
    def span_words(self) -> str:
        """Return the time that counts in words."""
        if self.is_exact:
            return "of the time chosen"
        if self.span == ALL:
            return "of all that is kept"
        return f"in the last {RANGES[self.span][0]}"

    @property
    def is_followed(self) -> bool:
        """Tell whether new lines belong on the page."""
        return not self.end_date and self.before is None

    def wanted(self, now: datetime) -> Wanted:
        """Return which lines are meant.

        Raises:
            Invalid: A value is not possible; its name stands first.
        """
        if self.span and self.span not in (*RANGES, ALL):
            raise Invalid(
                f"range: {self.span[:60]!r} is none",
                hint=f"the ranges are {', '.join(RANGES)} and {ALL}",
            )
        since = now - RANGES[self.span][1] if self.span in RANGES else None
        start = since.isoformat() if since else self.start_date
        return parse_wanted(
            level=self.level,
            start_date=start,
            end_date=self.end_date,
            q=self.q,
            logger=self.logger,
            request_id=self.request_id,
            trace_id=self.trace_id,
            job_id=self.job_id,
            user_id=_whole("user_id", self.user_id),
            endpoint=self.endpoint,
            status=self.status,
            min_duration_ms=_decimal("min_duration_ms", self.min_duration_ms),
            like=self.like,
            hide=self.hide,
            hide_logger=self.hide_logger,
        )

    def wanted_of_every_level(self, now: datetime) -> Wanted:
        """Return the same lines, of whatever level."""
        return replace(self, level=[]).wanted(now)

    def wanted_at_any_time(self, now: datetime) -> Wanted:
        """Return the same lines, of whatever time."""
        return replace(self, range=ALL, start_date="", end_date="").wanted(now)

    def less(self, name: str, now: datetime) -> Wanted:
        """Return which lines are meant without one of the filters."""
        nothing: Any = [] if isinstance(getattr(self, name), list) else ""
        return replace(self, range=self.span, **{name: nothing}).wanted(now)

    def parameters(self, **changes: object) -> dict[str, object]:
        """Return the parameters of another address, without its page and its line."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        changed = {**kept, "before": None, "line": None, **changes}
        return {name: v for name, v in changed.items() if v not in ("", None, [])}

    def with_(self, **changes: object) -> str:
        """Return the page's address with some parameters changed."""
        return with_parameters(url_for("watch_pages.logs"), self.parameters(**changes))

    def like_this(self, line: Line) -> str:
        """Return the address of lines that say the same as one."""
        return self.with_(like=shape_of(line.message))

    def unlike_this(self, line: Line) -> str:
        """Return the address without lines that say the same; empty for no shape."""
        shape = shape_of(line.message)
        return self.with_(hide=[*self.hide, shape]) if shape else ""

    def without_logger(self, line: Line) -> str:
        """Return the address without lines of the logger of one."""
        return self.with_(hide_logger=[*self.hide_logger, line.logger])

    def error_beside(self, number: int, way: str) -> str:
        """Return the address of the next error, `above` a line or `below` it."""
        path = url_for("watch_pages.next_error", id=number, way=way)
        return with_parameters(path, self.parameters())

    def keeping(self) -> str:
        """Return the address at which the same can be kept, or taken as a file."""
        parameters = self.parameters(range="")
        return with_parameters(url_for("watch_pages.searches"), parameters)

    def during(self, since: datetime, until: datetime) -> str:
        """Return the address of the same, from one moment to another."""
        return self.with_(range="", start_date=stamp(since), end_date=stamp(until))

    def chips(self) -> Iterator[Chip]:
        """Yield the filters that are on, levels and time included."""
        for name, words in NAMES.items():
            value = str(getattr(self, name))
            if value:
                shown = f"{value} ms" if name == "min_duration_ms" else value
                yield Chip(words, shown, self.with_(**{name: ""}), name)
        for name, words in HIDING.items():
            values: list[str] = getattr(self, name)
            for text in values:
                others = [one for one in values if one != text]
                yield Chip(words, text, self.with_(**{name: others}), name)
        if self.level:
            levels = ", ".join(self.level).lower()
            yield Chip("level", levels, self.with_(level=[]), "level")
        if self.is_exact:
            without = self.with_(start_date="", end_date="")
            yield Chip("time", self._exact_words(), without, "start_date")

    def _exact_words(self) -> str:
        start, end = _short(self.start_date), _short(self.end_date)
        return f"{start or 'the beginning'} to {end or 'now'}"


def range_of(line: Line, now: datetime) -> str:
    """Return the shortest range that a line is in, an hour at least."""
    age = now - datetime.fromisoformat(line.timestamp)
    if age < HOUR:
        return USUAL
    return next((name for name, (_, length) in RANGES.items() if length > age), ALL)


def with_parameters(path: str, parameters: Mapping[str, object]) -> str:
    """Return a path with parameters behind it."""
    return f"{path}?{urlencode(parameters, doseq=True)}".rstrip("?")


def stamp(at: datetime) -> str:
    """Return a moment as addresses have it: UTC, no finer than it must be."""
    at = at.astimezone(UTC)
    form = "%Y-%m-%dT%H:%M:%S"
    if at.microsecond:
        return f"{at:{form}}.{at.microsecond // 1000:03d}Z"
    return f"{at:{form}}Z"


def _short(text: str) -> str:
    try:
        at = parse_time("time", text)
    except Invalid:
        return text  # the page says what is wrong with it
    return moment(at) if at else ""


def _whole(name: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise Invalid(f"{name}: {text[:60]!r} is no number")
    return int(text[:20])


def _decimal(name: str, text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise Invalid(f"{name}: {text[:60]!r} is no number") from None
