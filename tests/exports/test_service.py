"""Exports, without the web: whole files, receipts, and nothing where it broke."""

from __future__ import annotations

import hashlib

import pytest

from entrepot.base import errors
from entrepot.exports import find_receipt, list_receipts, run_export
from entrepot.exports.events import (
    ExportBroke,
    ExportFinished,
    ExportStarted,
)


def files_in(folder):
    """Return every file and folder below, hidden ones too."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_a_finished_export_is_a_whole_file_with_a_receipt(house, drill, heard):
    """The file holds every row; the receipt describes it, and the hash fits."""
    source = drill(rows=2500, table=("main", "stock"))
    finished = run_export(house, source, format="toy", by="ada")
    receipt = finished.receipt
    body = finished.path.read_bytes()

    assert body.startswith(b"n,name\n0,row 0\n1,row 1\n")
    assert body.count(b"\n") == 2501
    assert finished.path == house.home / "exports" / receipt.id / "stock.toy"
    assert finished.media_type == "text/x-toy"
    assert (receipt.status, receipt.rows, receipt.size_bytes, receipt.sha256) == (
        "finished",
        2500,
        len(body),
        hashlib.sha256(body).hexdigest(),
    )
    assert (receipt.connection, receipt.schema, receipt.table, receipt.created_by) == (
        "depot",
        "main",
        "stock",
        "ada",
    )
    assert [(c.name, c.type) for c in receipt.columns] == [
        ("n", "int64"),
        ("name", "string"),
    ]
    assert find_receipt(house, receipt.id) == receipt
    assert [type(event) for event in heard] == [ExportStarted, ExportFinished]


def test_a_broken_source_leaves_no_file(house, drill, heard):
    """An error at 60 % comes out as it is; a receipt that says `broken` stays."""
    assert run_export(house, drill(rows=5000), format="toy").receipt.rows == 5000

    with pytest.raises(errors.UnknownName, match="no column named 'nmae'"):
        run_export(house, drill(rows=5000, at=3000, act="refuse"), format="toy")

    broken, whole = list_receipts(house)
    assert (broken.status, broken.error, broken.sha256) == (
        "broken",
        "unknown-name",
        None,
    )
    assert files_in(house.home / "exports") == [whole.id, f"{whole.id}/stock.toy"]
    assert isinstance(heard[-1], ExportBroke)


def test_a_mistake_of_ours_is_broken_without_its_words(house, drill):
    """What is none of the eight kinds becomes `Broken`, and its text stays inside."""
    with pytest.raises(errors.Broken) as caught:
        run_export(house, drill(rows=2000, at=1000, act="break"), format="toy")

    assert caught.value.detail == "the export broke: ZeroDivisionError"


def test_many_rows_are_read_by_a_child(house, drill, tmp_path):
    """Past the mark the export begins again in a child and holds the same rows."""
    log = tmp_path / "log"
    finished = run_export(house, drill(rows=60_000, log=str(log)), format="toy")

    places = [line.split()[1] for line in log.read_text().splitlines()]
    assert places == ["False", "True"]
    assert finished.path.read_bytes().count(b"\n") == 60_001
    assert finished.receipt.rows == 60_000


def test_a_large_estimate_goes_to_the_child_at_once(house, drill, tmp_path):
    """Where statistics say that there are many rows, this process reads none."""
    log = tmp_path / "log"
    source = drill(rows=10, log=str(log))
    finished = run_export(house, source, format="toy", estimated_rows=60_000)

    assert [line.split()[1] for line in log.read_text().splitlines()] == ["True"]
    assert finished.receipt.rows == 10
