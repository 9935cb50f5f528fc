"""Exports, without the web: whole files, receipts, and nothing where it broke."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from entrepot.base import errors
from entrepot.base.errors import TooMuch
from entrepot.connections import StatementRead
from entrepot.exports import (
    Bounds,
    cancel_export,
    find_receipt,
    get_file,
    get_receipt,
    list_receipts,
    receipts,
    run_export,
)
from entrepot.exports.events import (
    ExportBroke,
    ExportFinished,
    ExportStarted,
)
from entrepot.exports.models import Export

DEFAULTS = {"separator": ",", "seconds": 0.0, "zipped": False, "level": 1}


def files_in(folder):
    """Return every file and folder below, hidden ones too."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def age(house, id, *, hours):
    """Let an export have been made so many hours earlier."""
    with house.store.session() as session:
        export = session.get(Export, id)
        export.started_at -= timedelta(hours=hours)
        export.expires_at -= timedelta(hours=hours)


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
        "completed",
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
    told = [ExportStarted, StatementRead, ExportFinished]
    assert [type(event) for event in heard] == told


def test_a_broken_source_leaves_no_file(house, drill, heard):
    """An error at 60 % comes out as it is; a receipt that says `failed` stays."""
    assert run_export(house, drill(rows=5000), format="toy").receipt.rows == 5000

    with pytest.raises(errors.UnknownName, match="no column named 'nmae'"):
        run_export(house, drill(rows=5000, at=3000, act="refuse"), format="toy")

    broken, whole = list_receipts(house)
    assert (broken.status, broken.error, broken.sha256) == (
        "failed",
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
    source = drill(rows=10, log=str(log), estimated_rows=60_000)
    finished = run_export(house, source, format="toy")

    assert [line.split()[1] for line in log.read_text().splitlines()] == ["True"]
    assert finished.receipt.rows == 10


def test_a_format_that_needs_one_schema_gets_it(house, drill):
    """A stream that promises nothing of its types is spooled first."""
    source = drill(rows=2500, mixed=True)
    finished = run_export(house, source, format="uniform")

    assert finished.path.read_bytes().startswith(b"['int64', 'string']\n[0, 'row 0']\n")
    assert finished.receipt.rows == 2500


def test_a_file_in_another_form_gets_its_name(house, drill):
    """Where the rows needed another form, name and media type are that form's."""
    source, options = drill(rows=5), {"zipped": "true"}
    finished = run_export(house, source, format="toy", options=options)

    assert finished.path.name == finished.receipt.file_name == "stock.zip"
    assert finished.media_type == "application/zip"
    assert finished.receipt.options == DEFAULTS | {"zipped": True}
    assert get_file(house, finished.receipt.id) == finished


def test_a_wrong_wish_begins_nothing(house, drill, heard):
    """An unknown format or option is refused before there is a receipt."""
    with pytest.raises(errors.UnknownName, match="no export format named 'tyo'"):
        run_export(house, drill(rows=5), format="tyo")
    with pytest.raises(errors.UnknownName, match="no option of toy named 'leval'"):
        run_export(house, drill(rows=5), format="toy", options={"leval": 1})

    assert list_receipts(house) == []
    assert heard == []


def test_a_file_is_put_where_it_is_wanted(house, drill, tmp_path):
    """With `to` the file is there and nothing is kept in the home."""
    to = tmp_path / "out" / "mine.toy"
    finished = run_export(house, drill(rows=5), format="toy", to=to)

    assert finished.path == to
    assert files_in(tmp_path / "out") == ["mine.toy"]
    assert files_in(house.home / "exports") == []
    with pytest.raises(errors.Expired, match=r"mine\.toy is not kept here"):
        get_file(house, finished.receipt.id)


def test_a_place_that_cannot_be_written_is_refused(house, drill, tmp_path):
    """A file where a folder should be: an error of ours that names the place."""
    (tmp_path / "x").write_text("a file")
    with pytest.raises(errors.Refused, match=r"cannot write .*x/y.toy"):
        run_export(house, drill(rows=5), format="toy", to=tmp_path / "x" / "y.toy")

    assert list_receipts(house)[0].status == "failed"


def test_a_file_is_kept_for_its_time(house, drill):
    """Past the retention the next export removes it; the receipt stays."""
    old = run_export(house, drill(rows=5), format="toy")
    assert get_file(house, old.receipt.id) == old

    age(house, old.receipt.id, hours=25)
    new = run_export(house, drill(rows=5), format="toy")

    with pytest.raises(errors.Expired, match=r"stock\.toy is not kept here any more"):
        get_file(house, old.receipt.id)
    assert files_in(house.home / "exports") == [
        new.receipt.id,
        f"{new.receipt.id}/stock.toy",
    ]
    assert get_receipt(house, old.receipt.id).status == "expired"


def test_what_a_killed_process_left_is_cleared(house, drill):
    """A receipt that runs for longer than any export may has failed, its files gone."""
    lost = run_export(house, drill(rows=5), format="toy").receipt
    long_ago = lost.started_at - timedelta(hours=1)
    ghost = replace(lost, id="ghost", status="running", started_at=long_ago)
    receipts.begin(house.store, ghost)
    (house.home / "exports" / "ghost" / ".work-x").mkdir(parents=True)
    run_export(house, drill(rows=5), format="toy")

    assert get_receipt(house, "ghost").status == "failed"
    assert not (house.home / "exports" / "ghost").exists()


def test_receipts_are_listed_newest_first_by_pages(house, drill):
    """Each page begins behind the last receipt seen; a person's own are a choice."""
    for by in ("ada", "bob", "ada"):
        run_export(house, drill(rows=1), format="toy", by=by)
    third, second, first = list_receipts(house, 10)

    assert [r.created_by for r in (first, second, third)] == ["ada", "bob", "ada"]
    assert list_receipts(house, 1) == [third]
    assert list_receipts(house, 1, after=third.id) == [second]
    assert list_receipts(house, 9, after=first.id) == []
    assert list_receipts(house, 9, by="ada") == [third, first]
    with pytest.raises(errors.NotThere):
        list_receipts(house, 9, after="nobody")


def test_a_cancel_after_the_end_changes_nothing(house, drill):
    """A finished export stays finished."""
    finished = run_export(house, drill(rows=1), format="toy")

    assert cancel_export(house, finished.receipt.id) == finished.receipt
    with pytest.raises(errors.NotThere, match="no export named 'nope'"):
        cancel_export(house, "nope")


def test_the_same_statement_has_the_same_hash(house, drill):
    """Statements are compared by text and bound values."""
    one, same, other = (drill(rows=n) for n in (1, 1, 2))
    valued = replace(one, statement=replace(one.statement, params=(1,)))
    hashes = [
        run_export(house, source, format="toy").receipt.sql_sha256
        for source in (one, same, other, valued)
    ]

    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize("inline", [True, False])
def test_more_rows_than_somebody_may_take_are_refused(house, drill, inline):
    """All or nothing: a file is never cut in silence, and none is left."""
    many = 3000 if inline else 60_000
    assert run_export(
        house, drill(rows=many), format="toy", bounds=Bounds(rows=many)
    ).receipt.rows

    with pytest.raises(TooMuch, match=f"more than {many - 1:,} rows"):
        run_export(house, drill(rows=many), format="toy", bounds=Bounds(rows=many - 1))

    [refused, _] = list_receipts(house)
    assert (refused.status, refused.error) == ("failed", "too-much")
