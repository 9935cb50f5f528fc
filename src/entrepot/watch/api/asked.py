"""What may be asked of the log, as parameters of an address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.watch.lines.wanted import LARGEST, LONGEST, parse_wanted
from entrepot.watch.search.parsing import LONGEST as MOST_OF_QUERY
from entrepot.watch.spec import Order, Wanted

MOST_HOURS = 87_840
"""Ten years: longer than lines may be kept."""

Time = Annotated[
    str,
    Meta(
        max_length=40,
        description="ISO 8601; UTC where no zone is named, the whole day for a day.",
        examples=["2026-11-20", "2026-11-20T14:30:00Z"],
    ),
]
Text = Annotated[str, Meta(max_length=LONGEST)]
Query = Annotated[
    str,
    Meta(
        max_length=MOST_OF_QUERY,
        description="Words of the message and fields, joined by AND, OR and NOT.",
        examples=[
            "export finished",
            '"waits for a place" -acme',
            "level:ERROR AND endpoint:/api/*",
            "duration_ms:>5000 OR status:5xx",
        ],
    ),
]
Cursor = Annotated[str, Meta(max_length=40, examples=["12345"])]
Level = Annotated[
    str,
    Meta(
        max_length=100,
        description="DEBUG, INFO, WARNING, ERROR or CRITICAL; several with commas.",
        examples=["error", "ERROR,CRITICAL"],
    ),
]
Hours = Annotated[int, Meta(ge=1, le=MOST_HOURS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which lines; what is empty does not narrow."""

    level: tuple[Level, ...] = ()
    min_level: Annotated[Level, Meta(description="This and the ones above.")] = ""
    start_date: Time = ""
    end_date: Time = ""
    q: Query = ""
    logger: Annotated[
        Text, Meta(description="It or one below it.", examples=["entrepot.access"])
    ] = ""
    request_id: Text = ""
    trace_id: Text = ""
    job_id: Text = ""
    user_id: Annotated[int, Meta(ge=0, le=LARGEST)] | None = None
    endpoint: Annotated[
        Text, Meta(description="As metrics show it.", examples=["get_products"])
    ] = ""
    status: Annotated[Text, Meta(examples=["404", "5xx"])] = ""
    min_duration_ms: Annotated[float, Meta(ge=0)] | None = None
    like: Annotated[
        Text,
        Meta(
            description="Shape of the message: a star stands for anything.",
            examples=["Export * finished: * rows of *"],
        ),
    ] = ""
    hide: Annotated[
        tuple[Text, ...], Meta(description="Shapes that the message has not.")
    ] = ()
    hide_logger: Annotated[
        tuple[Text, ...], Meta(description="None of these, nor one below.")
    ] = ()

    def wanted(self) -> Wanted:
        """Return the lines that are meant.

        Raises:
            Invalid: Something is not possible; its name stands first.
        """
        names = [field.name for field in fields(Narrowing)]
        return parse_wanted(**{name: getattr(self, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery(Narrowing):
    """Which lines, and which part of them."""

    before: Annotated[Cursor, Meta(description="Only older lines than this.")] = ""
    after: Annotated[Cursor, Meta(description="Only newer lines than this.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Annotated[
        int,
        Meta(ge=0, le=LARGEST, description="Lines to leave out; `before` is quicker."),
    ] = 0


Sort = Annotated[
    Order, Meta(description="A minus begins with the newest, or the highest.")
]
Limit = Annotated[int, Meta(ge=1, le=1000)]
Offset = Annotated[int, Meta(ge=0, le=LARGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery(Narrowing):
    """A search as an address has it; `query` is another name of `q`."""

    query: Query = ""
    sort: Sort = "-timestamp"
    limit: Limit = 100
    offset: Offset = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters(Narrowing):
    """What narrows beside the search; what is empty does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search, and which part of what it finds."""

    query: Query = ""
    filters: Filters = Filters()
    sort: Sort = "-timestamp"
    limit: Limit = 100
    offset: Offset = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramQuery(Narrowing):
    """Which lines, and in how many stretches; of the last day without a time."""

    stretches: Annotated[int, Meta(ge=1, le=500)] = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundQuery:
    """How many lines before and after it."""

    around: Annotated[int, Meta(ge=0, le=500)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsQuery:
    """How far back errors and requests are told."""

    hours: Hours = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentQuery:
    """The latest lines: of answered requests (access), the others (api), or both."""

    type: Literal["all", "api", "access"] = "all"
    lines: Annotated[int, Meta(ge=10, le=500)] = 50
    level: tuple[Level, ...] = ()
    hours: Hours = 1
