"""Posted records after some operations, as JSON."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.exports import settings as knobs
from entrepot.exports.intake.take import spool_folder
from entrepot.exports.operations import applied
from entrepot.exports.options import read_options
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import Writing
from entrepot.exports.spools import SpoolSource
from entrepot.exports.wanted import Join, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What came of it; the rows stand in the file."""

    columns: tuple[str, ...]
    rows: int


def process(
    house: House, spool: Path, operations: Sequence[Operation], file: BinaryIO
) -> Processed:
    """Write the rows after the operations to a file, as a JSON array of objects.

    Raises:
        UnknownName, Invalid: An operation does not fit the records.
        TooMuch, TimedOut: They need more than there is.
    """
    if any(isinstance(one, Join) for one in operations):
        raise Invalid(
            "records of a request cannot be joined with another source here",
            hint="ask for an export of the records, with the join among its operations",
        )
    seconds = float(house.settings[knobs.INTAKE_SECONDS])
    options = ReadOptions(seconds=seconds)
    source = SpoolSource(path=spool, title="records")
    with (
        tempfile.TemporaryDirectory(prefix=".work-", dir=spool_folder(house)) as work,
        source.open(options) as stream,
        applied(stream, operations, [], Path(work), seconds=seconds) as made,
    ):
        columns = tuple(made.schema.names)
        format = FORMATS.get("json")
        chosen = read_options(format, {})
        writing = Writing(title="records", options=chosen, folder=Path(work))
        written = format.write(made, file, writing)
    return Processed(columns=columns, rows=written.rows)
