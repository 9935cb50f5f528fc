"""A look at an import's file: what it seems to be, and what its plan makes of it."""

from __future__ import annotations

from pathlib import Path

from entrepot.base.errors import Expired
from entrepot.base.house import House
from entrepot.feeds.reading import Inspection, Plan, Samples, inspect, samples
from entrepot.feeds.records import FILE, folder_of
from entrepot.feeds.seen import ImportSeen

SAMPLE_ROWS = 20
Options = dict[str, str | int | float | bool]


def look_at(
    house: House,
    seen: ImportSeen,
    *,
    format: str = "",
    options: Options | None = None,
) -> Inspection:
    """Return what the file of an import seems to be, with the plan that it has.

    With a format, or with other options, the plan is guessed anew; what people have
    said stays where the columns are the same.

    Raises:
        Expired: The file is not kept any more.
        Invalid: The format cannot read it.
    """
    kept = seen.plan
    known = kept if kept and (not format or format == kept.format) else None
    return inspect(
        _file(house, seen),
        seen.file_name,
        format=format or (kept.format if kept else ""),
        options=options,
        known=known,
    )


def sample(house: House, seen: ImportSeen, plan: Plan) -> Samples:
    """Return the first rows before and after, by a plan that need not be kept yet.

    Raises:
        Expired: The file is not kept any more.
        Invalid: The plan is not possible.
    """
    return samples(_file(house, seen), plan, rows=SAMPLE_ROWS)


def _file(house: House, seen: ImportSeen) -> Path:
    path = folder_of(house, seen.id) / FILE
    if not path.exists():
        raise Expired("the import's file is not kept any more")
    return path
