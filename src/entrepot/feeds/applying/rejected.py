"""The rows of a file that are not taken, as the file has them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from entrepot.base.files import publish
from entrepot.feeds.applying.spool import ERRORS, open_writer, read_batches
from entrepot.feeds.reading import Plan, open_raw
from entrepot.feeds.spec import RawBatch

if TYPE_CHECKING:
    import pyarrow as pa

RAW = "rejected.arrow"
SKUS = "rejected.json"
ERROR = "_error"
"""The column that says why; who sends the file again need not take it out."""


def lines_in_error(folder: Path) -> list[int]:
    """Return the lines that have an error, each once, in order."""
    import pyarrow.compute as pc

    lines: set[int] = set()
    for batch in read_batches(folder / ERRORS):
        wrong = batch.filter(pc.invert(batch.column("is_warning")))
        lines.update(wrong.column("line").to_pylist())
    return sorted(lines)


def keep_rejected(folder: Path, plan: Plan, *, file: str = "file") -> list[str]:
    """Keep the rows with an error in a file of their own; return their SKUs.

    Rows whose SKU is told are not taken for gone from the file.
    """
    lines = lines_in_error(folder)
    columns = [m.column for m in plan.mapping if m.field == "sku"]
    skus: set[str] = set()
    with open_raw(folder / file, plan) as batches:
        _copy(folder, batches, lines, columns, skus)
    with publish(folder / SKUS) as facts:
        facts.write(msgspec.json.encode(sorted(skus)))
    return sorted(skus)


def read_skus(folder: Path) -> list[str]:
    """Return the SKUs of the rows with an error."""
    try:
        return msgspec.json.decode((folder / SKUS).read_bytes(), type=list[str])
    except FileNotFoundError:
        return []


def _copy(
    folder: Path,
    batches: Iterator[RawBatch],
    lines: list[int],
    columns: list[str],
    skus: set[str],
) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(lines, pa.int64())
    with ExitStack() as stack:
        writer = None
        for raw in batches:
            rows: pa.RecordBatch = raw.rows
            if writer is None:
                writer = stack.enter_context(open_writer(folder / RAW, rows.schema))
            found = rows.filter(pc.is_in(rows.column("line"), value_set=wanted))
            if found.num_rows:
                writer.write_batch(found)
                for column in set(columns) & set(found.schema.names):
                    texts = found.column(column).to_pylist()
                    skus.update(t.strip().upper() for t in texts if t and t.strip())


@contextmanager
def annotated(
    file: Path, plan: Plan, reasons: Mapping[int, str]
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Give the rows that have a reason as the file has them, with it as `_error`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(reasons), pa.int64())

    def marked(raw: RawBatch) -> pa.RecordBatch:
        rows = raw.rows
        rows = rows.filter(pc.is_in(rows.column("line"), value_set=wanted))
        said = [reasons[line] for line in rows.column("line").to_pylist()]
        plain = rows.drop_columns(["line"])
        if ERROR in plain.schema.names:
            plain = plain.drop_columns([ERROR])
        return plain.append_column(ERROR, pa.array(said, pa.string()))

    with open_raw(file, plan) as batches:
        first = next(batches, None)
        if first is None:
            schema = pa.schema([(ERROR, pa.string())])
            yield schema, iter(())
            return
        begun = marked(first)
        yield begun.schema, itertools.chain([begun], map(marked, batches))
