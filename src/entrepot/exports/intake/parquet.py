"""Read Parquet into a spool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.columns import unique_names
from entrepot.base.errors import Invalid, TooMuch
from entrepot.base.rows import BATCH_ROWS
from entrepot.exports.intake.columns import MOST_COLUMNS
from entrepot.exports.intake.hashing import sha256_of
from entrepot.exports.intake.spec import Sheet, Taken, Wanted
from entrepot.exports.intake.spooling import joined, write_spool

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MOST_BYTES = 4 << 30
"""Of what the file says it holds when it is unpacked."""


def read_parquet(file: BinaryIO, wanted: Wanted) -> Taken:
    """Return what a Parquet file holds, with its own types.

    Raises:
        Invalid: It is no Parquet, broken or encrypted.
        TooMuch: It is too large when unpacked.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sha256 = sha256_of(file)
    try:
        opened = pq.ParquetFile(file)
        schema = _schema(opened)
        write_spool(wanted.spool, joined(_batches(opened, schema)), lambda: schema)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        said = str(error).splitlines()[0][:200]
        raise Invalid(f"the file is no Parquet that can be read: {said}") from None
    rows = opened.metadata.num_rows
    sheet = Sheet(spool=wanted.spool, rows=rows, columns=tuple(schema.names))
    return Taken(
        spool=sheet.spool,
        rows=rows,
        columns=sheet.columns,
        sha256=sha256,
        sheets=(sheet,),
    )


def _schema(opened: pq.ParquetFile) -> pa.Schema:
    import pyarrow as pa

    found = opened.metadata
    groups = [found.row_group(n) for n in range(found.num_row_groups)]
    if sum(group.total_byte_size for group in groups) > MOST_BYTES:
        raise TooMuch(f"the file has more than {MOST_BYTES >> 30} GB when unpacked")
    schema = opened.schema_arrow
    if not schema.names:
        raise Invalid("the file has no columns")
    if len(schema.names) > MOST_COLUMNS:
        raise TooMuch(f"more than {MOST_COLUMNS} columns")
    names = unique_names(schema.names)
    pairs = zip(schema, names, strict=True)
    return pa.schema([field.with_name(name) for field, name in pairs])


def _batches(opened: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in opened.iter_batches(batch_size=BATCH_ROWS):
        yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
