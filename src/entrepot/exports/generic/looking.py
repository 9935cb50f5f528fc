"""What posted records are like: types, gaps, size, and what they would better be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE_ROWS = 5
CELL_CHARACTERS = 32_767
SHEET_ROWS = 1_048_575
MANY_ROWS = 5_000
WORDS = {"string": "object", "double": "float64"}
"""Types in the words of the document's clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What was seen of some records.

    Attributes:
        memory_usage_mb: Of the columns in memory, as they were measured.
    """

    row_count: int
    column_count: int
    columns: list[str]
    data_types: dict[str, str]
    null_counts: dict[str, int]
    memory_usage_mb: float
    sample_data: list[dict[str, object]]
    recommendations: list[str]


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    size_bytes: int = 0
    nulls: list[int] = field(default_factory=list)
    longest: list[int] = field(default_factory=list)
    are_numbers: list[bool] = field(default_factory=list)


def look_at(spool: Path) -> Looks:
    """Return what the records of a spool are like."""
    import pyarrow as pa

    with pa.memory_map(str(spool)) as file:
        reader = pa.ipc.open_stream(file)
        schema, tally = reader.schema, _Tally()
        sample: list[dict[str, object]] = []
        width = len(schema)
        tally.nulls, tally.longest = [0] * width, [0] * width
        tally.are_numbers = [pa.types.is_string(type) for type in schema.types]
        for batch in reader:
            if not sample:
                sample = batch.slice(0, SAMPLE_ROWS).to_pylist()
            _count(tally, batch)
    return Looks(
        row_count=tally.rows,
        column_count=width,
        columns=schema.names,
        data_types={f.name: WORDS.get(str(f.type), str(f.type)) for f in schema},
        null_counts=dict(zip(schema.names, tally.nulls, strict=True)),
        memory_usage_mb=round(tally.size_bytes / (1 << 20), 6),
        sample_data=sample,
        recommendations=list(_recommended(schema.names, tally)),
    )


def _count(tally: _Tally, batch: pa.RecordBatch) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    tally.rows += batch.num_rows
    tally.size_bytes += batch.nbytes
    for place, column in enumerate(batch.columns):
        tally.nulls[place] += column.null_count
        if not pa.types.is_string(column.type) or column.null_count == len(column):
            continue
        longest = pc.max(pc.utf8_length(column)).as_py()
        tally.longest[place] = max(tally.longest[place], longest)
        if tally.are_numbers[place]:
            is_number = pc.match_substring_regex(column, r"^-?(0|[1-9]\d*)(\.\d+)?$")
            tally.are_numbers[place] = bool(pc.all(is_number).as_py())


def _recommended(names: list[str], tally: _Tally) -> Iterator[str]:
    for name, nulls, longest, are_numbers in zip(
        names, tally.nulls, tally.longest, tally.are_numbers, strict=True
    ):
        if nulls == tally.rows:
            yield f"{name} is empty in every record: leave it out"
        elif are_numbers:
            yield f"{name} has numbers sent as text: send numbers to sort and sum them"
        if longest > CELL_CHARACTERS:
            yield (
                f"{name} has up to {longest} characters: Excel cuts cells at "
                f"{CELL_CHARACTERS}"
            )
    if tally.rows > SHEET_ROWS:
        yield f"{tally.rows} records need several sheets of {SHEET_ROWS} rows"
    if tally.rows > MANY_ROWS:
        yield f"more than {MANY_ROWS} records: export them as a job (POST /api/exports)"
