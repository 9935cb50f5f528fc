"""Files of every format are recognised, and their rows counted again."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from entrepot.connections import add_connection
from entrepot.exports import Asker, run_export
from entrepot.exports.errors import FileDiffers
from entrepot.exports.planned import make_file
from entrepot.exports.planning import plan_source
from entrepot.exports.verify import verify_file
from entrepot.exports.wanted import Split


@pytest.mark.parametrize(
    ("format", "options", "counted"),
    [
        ("csv", {}, 2500),
        ("csv", {"header": False, "delimiter": "tab", "quoting": "all"}, 2500),
        ("csv", {"delimiter": ";", "bom": True}, 2500),
        ("ndjson", {}, 2500),
        ("parquet", {}, 2500),
        ("xlsx", {}, 2500),
        ("csv", {"compress": "gzip"}, 2500),
        ("json", {"layout": "array"}, 2500),
        ("json", {"layout": "document"}, 2500),
    ],
)
def test_rows_are_counted_by_another_reader(house, drill, format, options, counted):
    """Where counting is cheap the rows in the file are those of the receipt."""
    source = drill(rows=2500)
    finished = run_export(house, source, format=format, options=options)
    verified = verify_file(house, finished.path)

    assert verified.receipt == finished.receipt
    assert verified.counted_rows == counted


@pytest.mark.parametrize("format", ["csv", "ndjson", "json", "parquet", "xlsx"])
@pytest.mark.parametrize("rows", [0, 2500])
def test_rows_of_an_archive_are_counted_in_all_its_files(house, drill, format, rows):
    """The files of a split are unpacked one behind the other."""
    add_connection(house, name="depot", url="drill://here/", test=False)
    plan = plan_source(drill(rows=rows), format, {})
    split = replace(plan, split=Split(rows=1000), file_name="stock.zip")
    finished = make_file(house, split, Asker(name="ada"))
    verified = verify_file(house, finished.path)

    assert [part.rows for part in finished.receipt.files] == parts_of(rows)
    assert verified.counted_rows == rows


def parts_of(rows):
    """Return the rows of each file of a thousand; there is one at least."""
    return [min(1000, rows - first) for first in range(0, max(rows, 1), 1000)]


def test_a_receipt_that_lies_about_its_rows_is_found_out(house, drill, tmp_path):
    """The hash may fit a file that never had so many rows."""
    finished = run_export(house, drill(rows=25), format="csv")
    path = tmp_path / "receipt.json"
    path.write_bytes(msgspec.json.encode(finished.receipt))
    assert verify_file(house, finished.path, path).counted_rows == 25

    path.write_bytes(msgspec.json.encode(replace(finished.receipt, rows=26)))
    with pytest.raises(FileDiffers, match="has 25 rows, the receipt says 26"):
        verify_file(house, finished.path, path)
