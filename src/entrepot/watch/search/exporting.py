"""Files of what a search finds, once or again and again, made by the exports room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from entrepot.base.allowances import allowance
from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.exports import (
    Asker,
    Bounds,
    ExportRequest,
    ExportSchedule,
    ExportSeen,
    create_export,
    schedule_export,
)
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.search.rows import name_of

FORMATS = {"excel": "xlsx"}
"""Names of formats in the documents, where ours are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A file of lines that is wanted.

    Attributes:
        asked: Which lines, as `parse_wanted` takes it.
        wait: Have it made while the request waits, or not; None leaves it to how many
            lines there are.
    """

    asked: Mapping[str, object]
    format: str = "csv"
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    title: str = ""
    deliver_to: tuple[str, ...] = ()
    wait: bool | None = None


def export_lines(
    house: House,
    who: Identity,
    wish: Wish,
    *,
    is_wanted: Callable[[], bool] | None = None,
) -> ExportSeen:
    """Have a file of lines made: here where they are few, else as a job.

    Raises:
        InvalidQuery: The search cannot be read.
        EntrepotError: As `exports.create_export`.
    """
    may = allowance(who.role, house.settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    asker = Asker(name=who.name, bounds=bounds)
    return create_export(house, request_of(wish), asker, is_wanted=is_wanted)


def schedule_lines(
    house: House,
    who: Identity,
    wish: Wish,
    *,
    name: str,
    cron: str,
    time_zone: str = "UTC",
    description: str = "",
) -> ExportSchedule:
    """Have a file of lines made at the times of a cron expression.

    What a search says of `now` is read anew each time.

    Raises:
        InvalidQuery: The search cannot be read.
        EntrepotError: As `exports.schedule_export`.
    """
    return schedule_export(
        house,
        request_of(wish),
        role=who.role,
        name=name,
        cron=cron,
        time_zone=time_zone,
        description=description,
    )


def request_of(wish: Wish) -> ExportRequest:
    """Return a wish as exports take it.

    Raises:
        InvalidQuery, Invalid: It cannot be.
    """
    parse_wanted(**wish.asked)  # type: ignore[arg-type]  # it says what is wrong
    said = {
        "source": {"named": name_of(dict(wish.asked))},
        "format": FORMATS.get(wish.format, wish.format),
        "options": dict(wish.options),
        "title": wish.title or "Log",
        "deliver_to": list(wish.deliver_to),
        "wait": wish.wait,
    }
    try:
        return msgspec.convert(said, ExportRequest)
    except msgspec.ValidationError as error:
        raise Invalid(f"the file: {error}") from None
