"""Files that are small when they are sent, and large when they are read."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from entrepot.base.errors import TooMuch
from entrepot.exports.intake import spooling
from entrepot.exports.intake.kinds import read
from entrepot.exports.intake.spec import Wanted


def repeated(rows):
    """Return Parquet in which one text stands once, and is the value of each row."""
    places = pa.array(np.zeros(rows, "int32"))
    texts = pa.DictionaryArray.from_arrays(places, pa.array(["x" * 1_000]))
    file = io.BytesIO()
    pq.write_table(pa.table({"text": texts}), file, store_schema=False)
    return file


def test_rows_larger_than_the_room_for_them_are_refused(tmp_path, monkeypatch):
    """Nothing of them stays; what the file says of its size is about packed values."""
    monkeypatch.setattr(spooling, "MOST_BYTES", 10 << 20)

    def take(rows):
        file = repeated(rows)
        wanted = Wanted(spool=tmp_path / f"{rows}.arrow", kind="parquet")
        file.seek(0)
        return read(file, wanted).rows

    assert take(5_000) == 5_000
    with pytest.raises(TooMuch, match="the rows come to more than 10 MB"):
        take(100_000)
    assert [path.name for path in tmp_path.iterdir()] == ["5000.arrow"]
