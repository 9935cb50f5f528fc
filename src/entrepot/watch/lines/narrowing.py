"""Which lines are wanted, as questions to the log's tables.

SQLite knows nothing of how common a value is, so the way to the lines is chosen here:
the first index that leaves few of them, or the numbers from the newest down. What is
not the way stands behind a `+`, which keeps SQLite off its index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from entrepot.watch.lines.reading import Value
from entrepot.watch.lines.shapes import glob_of
from entrepot.watch.lines.span import Place, Span, first_millisecond, logger_conditions
from entrepot.watch.log.rows import mark_of
from entrepot.watch.log.schema import OF_REQUEST
from entrepot.watch.search.conditions import Condition
from entrepot.watch.search.tree import Node
from entrepot.watch.spec import Wanted

Way = Literal["id", "words", "level", "status", "slow", "number"]
COMMONEST = "INFO"
"""The level without an index."""
FAILED, SLOW_MS = 400, 100
"""From where on statuses and durations have an index."""
ENDING = 8
"""Characters at the end of an id that its index holds."""

# A trace that began here has its request's id, and is not kept again. Without the plus
# SQLite puts the value into substr(), and scans.
OF_TRACE = """
SELECT own.id FROM logs AS own
WHERE substr(own.trace_id, -8) = :trace_end AND own.trace_id IS NOT NULL
AND +own.trace_id = :trace_id
UNION ALL
SELECT own.id FROM log_batches CROSS JOIN logs AS own
ON own.id BETWEEN log_batches.first_id AND log_batches.last_id
WHERE instr(requests, :trace_mark) AND +own.request_id = :trace_request
AND own.trace_id IS NULL
"""


@dataclass(slots=True)
class Conditions:
    """Conditions that all hold, and the values they name."""

    texts: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)

    def add(self, text: str, **values: Value) -> None:
        """Add one."""
        self.texts.append(text)
        self.values |= values


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Lines that are wanted, asked for part by part.

    Attributes:
        match: What the index of words is asked; empty for nothing.
        lacking: The same for words that must not be there, where none must.
        tree: What else a line must be, which no index finds.
        marks: Of values, which the batch of every wanted line bears.
    """

    wanted: Wanted
    match: str = ""
    lacking: str = ""
    tree: Node | None = None
    marks: tuple[bytes, ...] = ()

    @property
    def way(self) -> Way:
        """By what the lines are found."""
        wanted = self.wanted
        if wanted.request_id or wanted.trace_id or wanted.job_id:
            return "id"
        if self.match:
            return "words"
        if wanted.levels and COMMONEST not in wanted.levels:
            return "level"
        if wanted.status and status_range(wanted.status)[0] >= FAILED:
            return "status"
        if wanted.min_duration_ms is not None and wanted.min_duration_ms >= SLOW_MS:
            return "slow"
        return "number"

    def sql(self, place: Place, *, columns: str = "") -> tuple[str, dict[str, Value]]:
        """Return a SELECT of the numbers, as `id`, and of columns; and its values."""
        # One level after the other, since each is in order by itself.
        each = [(one,) for one in self.wanted.levels] if self.way == "level" else [()]
        values: dict[str, Value] = {}
        selects = []
        for n, (span, is_timed) in enumerate(place.parts()):
            for levels in each:
                found = self._conditions(levels, n, span, is_timed=is_timed)
                values |= found.values
                selects.append(self._select(found, columns))
        nothing = f"SELECT id{columns} FROM logs WHERE 0"
        return " UNION ALL ".join(selects) or nothing, values

    def _select(self, found: Conditions, columns: str) -> str:
        where = " AND ".join(found.texts)
        if self.way in ("level", "number"):
            return f"SELECT id{columns} FROM logs WHERE {where}"
        if self.way != "words":  # or SQLite walks down the numbers, for their order
            return f"SELECT +id AS id{columns} FROM logs WHERE {where}"
        rows = " CROSS JOIN logs ON logs.id = logs_words.rowid"
        if len(found.texts) == _OF_WORDS and not columns:
            rows = ""
        number = f"logs_words.rowid AS id{columns}"
        return f"SELECT {number} FROM logs_words{rows} WHERE {where}"

    def _conditions(
        self, levels: tuple[str, ...], n: int, span: Span, *, is_timed: bool
    ) -> Conditions:
        found, number = Conditions(), "id"
        if self.way == "words":
            found.add("logs_words MATCH :match", match=self.match)
            number = "logs_words.rowid"
        number = f"+{number}" if self.way in ("id", "status", "slow") else number
        found.add(
            f"{number} BETWEEN :first{n} AND :last{n}",
            **{f"first{n}": span.first, f"last{n}": span.last},
        )
        if is_timed:
            _add_times(found, self.wanted)
        _add_levels(found, levels or self.wanted.levels, is_way=self.way == "level")
        _add_names(found, self.wanted)
        _add_request(found, self.wanted, self.way)
        _add_shapes(found, self.wanted)
        self._add_words(found, n)
        if self.tree is not None:
            condition = Condition(place=n)
            found.add(condition.text(self.tree), **condition.values)
        return found

    def _add_words(self, found: Conditions, n: int) -> None:
        within = f"rowid BETWEEN :first{n} AND :last{n}"
        asked = "(SELECT rowid FROM logs_words WHERE logs_words MATCH"
        if self.match and self.way != "words":
            found.add(f"+id IN {asked} :match AND {within})", match=self.match)
        if self.lacking:
            found.add(
                f"+id NOT IN {asked} :lacking AND {within})", lacking=self.lacking
            )


_OF_WORDS = 2
"""Conditions that the index of words answers alone."""


def _add_times(found: Conditions, wanted: Wanted) -> None:
    if wanted.since is not None:
        found.add("timestamp >= :since", since=first_millisecond(wanted.since))
    if wanted.until is not None:
        found.add("timestamp < :until", until=first_millisecond(wanted.until))


def _add_levels(found: Conditions, levels: tuple[str, ...], *, is_way: bool) -> None:
    names = {f"level_{level}": level for level in levels}
    if is_way:
        found.add(f"level = :{next(iter(names))} AND level <> 'INFO'", **names)
    elif names:
        found.add(f"+level IN ({', '.join(f':{name}' for name in names)})", **names)


def _add_names(found: Conditions, wanted: Wanted) -> None:
    for text, values in logger_conditions(wanted):
        found.add(text, **values)
    if wanted.request_id:
        found.add(
            OF_REQUEST,
            request_id=wanted.request_id,
            request_mark=mark_of(wanted.request_id),
        )
    if wanted.trace_id:
        own = wanted.trace_id.removeprefix("0" * 16)
        found.add(
            f"id IN ({OF_TRACE})",
            trace_id=wanted.trace_id,
            trace_end=wanted.trace_id[-ENDING:],
            trace_request=own,
            trace_mark=mark_of(own),
        )
    if wanted.job_id:
        found.add("job_id = :job_id", job_id=wanted.job_id)
    if wanted.user_id is not None:
        found.add("user_id = :user_id", user_id=wanted.user_id)


def _add_request(found: Conditions, wanted: Wanted, way: Way) -> None:
    if wanted.endpoint:
        found.add("endpoint = :endpoint", endpoint=wanted.endpoint)
    if wanted.status:
        lowest, highest = status_range(wanted.status)
        status = "status_code >= 400 AND status_code"
        found.add(
            f"{status if way == 'status' else '+status_code'} "
            "BETWEEN :status_from AND :status_to",
            status_from=lowest,
            status_to=highest,
        )
    if wanted.min_duration_ms is not None:
        duration = "duration_ms >= 100 AND duration_ms"
        found.add(
            f"{duration if way == 'slow' else '+duration_ms'} >= :duration",
            duration=wanted.min_duration_ms,
        )


def _add_shapes(found: Conditions, wanted: Wanted) -> None:
    # The index of words has a column of this name, too.
    if wanted.like:
        found.add("logs.message GLOB :like", like=glob_of(wanted.like))
    for n, shape in enumerate(wanted.hidden):
        found.add(f"logs.message NOT GLOB :hidden{n}", **{f"hidden{n}": glob_of(shape)})


def status_range(status: str) -> tuple[int, int]:
    """Return the first and last code of `5xx` or `500-599`, or twice the code."""
    lowest, _, highest = status.partition("-")
    if highest:
        return int(lowest), int(highest)
    if status.endswith("xx"):
        first = int(status[0]) * 100
        return first, first + 99
    return int(status), int(status)
