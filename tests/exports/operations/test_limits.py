"""How long operations may take where their process is not theirs alone."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.exports.operations.conftest import stream_of

from entrepot.base.errors import TimedOut
from entrepot.exports.operations import applied
from entrepot.exports.wanted import Derive


def test_operations_end_when_their_time_is_over(tmp_path):
    """Few bytes may want hours; what has begun is interrupted."""
    hashed = "md5(" * 20 + "x" + ")" * 20
    few = [Derive(column="x", expression=hashed)]

    def count(rows, operations):
        table = pa.table({"x": [str(n) for n in range(rows)]})
        stream = stream_of(table)
        with applied(stream, operations, [], tmp_path, seconds=0.5) as made:
            return sum(batch.num_rows for batch in made.batches)

    assert count(10, few) == 10
    with pytest.raises(TimedOut, match="the operations were stopped"):
        count(1_000_000, few * 10)
