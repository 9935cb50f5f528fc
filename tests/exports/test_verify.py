"""Files of every format are recognised, and their rows counted again."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from entrepot.exports import run_export
from entrepot.exports.errors import FileDiffers
from entrepot.exports.verify import verify_file


@pytest.mark.parametrize(
    ("format", "options", "counted"),
    [
        ("csv", {}, 2500),
        ("csv", {"header": False, "delimiter": "tab", "quoting": "all"}, 2500),
        ("csv", {"delimiter": ";", "bom": True}, 2500),
        ("ndjson", {}, 2500),
        ("parquet", {}, 2500),
        ("xlsx", {}, 2500),
        ("json", {}, None),
    ],
)
def test_rows_are_counted_by_another_reader(house, drill, format, options, counted):
    """Where counting is cheap the rows in the file are those of the receipt."""
    source = drill(rows=2500)
    finished = run_export(house, source, format=format, options=options)
    verified = verify_file(house, finished.path)

    assert verified.receipt == finished.receipt
    assert verified.counted_rows == counted


def test_a_receipt_that_lies_about_its_rows_is_found_out(house, drill, tmp_path):
    """The hash may fit a file that never had so many rows."""
    finished = run_export(house, drill(rows=25), format="csv")
    path = tmp_path / "receipt.json"
    path.write_bytes(msgspec.json.encode(finished.receipt))
    assert verify_file(house, finished.path, path).counted_rows == 25

    path.write_bytes(msgspec.json.encode(replace(finished.receipt, rows=26)))
    with pytest.raises(FileDiffers, match="has 25 rows, the receipt says 26"):
        verify_file(house, finished.path, path)
