"""Rows as a table of lists, what is done with them, and what comes out."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pytest

from entrepot.base.rows import RowStream
from entrepot.exports.operations import applied
from entrepot.exports.wanted import Operation


@pytest.fixture
def run(tmp_path_factory):
    """Do operations, as they come in JSON, with a table; return names and rows."""

    def done(table, *operations, joined=()):
        wanted = msgspec.convert(list(operations), list[Operation])
        folder = tmp_path_factory.mktemp("work")
        others = [stream_of(other) for other in joined]
        with applied(stream_of(table), wanted, others, folder) as stream:
            batches = list(stream.batches)
            names = stream.schema.names
        rows = [list(row.values()) for batch in batches for row in batch.to_pylist()]
        return names, rows

    return done


def stream_of(table):
    """Return a table, or a dict of columns, as rows that are read once."""
    if not isinstance(table, pa.Table):
        table = pa.table(table)
    batches = iter(table.to_batches(max_chunksize=3))
    return RowStream(table.schema, batches, is_uniform=True)
