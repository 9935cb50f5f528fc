"""What taking rows in is asked for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows that are on disk as one Arrow stream of one schema.

    Attributes:
        name: Of the sheet of a workbook; else empty.
        spool: None where there are no columns.
        columns: Their names, in the order in which they are first there.
    """

    name: str = ""
    spool: Path | None = None
    rows: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A body that was read.

    Attributes:
        spool: The records, as one Arrow stream of one schema; None if there are none.
        rest: The other members of the body; empty for a file.
        columns: Names in the order in which they are first there.
        sha256: Of the records as they were sent, or of the file.
        sheets: Of a workbook, in its order; else the only one.
    """

    spool: Path | None
    rest: dict[str, object] = field(default_factory=dict)
    rows: int = 0
    columns: tuple[str, ...] = ()
    sha256: str = ""
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be read, as it travels to a process of its own.

    Attributes:
        spool: Where the rows go; further sheets go beside it.
        kind: `records` for a JSON body, else the kind of file.
        member: Path of the array among the members of the body.
        is_needed: Without the array the body is wrong.
    """

    spool: Path
    kind: str = "records"
    member: tuple[str, ...] = ()
    is_needed: bool = True
