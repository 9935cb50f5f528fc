"""Room for files of exports: the oldest go, never those just made."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from entrepot.base.errors import TooMuch
from entrepot.composition import build_house
from entrepot.exports import get_receipt, keeping, run_export
from entrepot.exports.models import Export


@pytest.fixture
def tight(environ, house, tmp_path):
    """The same house with room for 1,000 bytes, in a folder of their own."""
    settings = {
        "ENTREPOT_EXPORTS_QUOTA_BYTES": "1000",
        "EXPORT_DIR": str(tmp_path / "files"),
    }
    tight = build_house(environ | settings)
    yield tight
    tight.close()


def older(house, id, **much):
    """Let an export have been made so much earlier."""
    with house.store.session() as session:
        export = session.get(Export, id)
        export.started_at -= timedelta(**much)
        export.expires_at -= timedelta(**much)


def make(house, drill, rows=40):
    """Make a file of about ten bytes a row."""
    return run_export(house, drill(rows=rows), format="toy").receipt


def test_files_are_where_the_setting_says(tight, drill, tmp_path):
    """`EXPORT_DIR` moves them out of the home."""
    receipt = make(tight, drill)

    assert (tmp_path / "files" / receipt.id / "stock.toy").is_file()


def test_the_oldest_makes_room(tight, drill):
    """It says that it is gone; the newer ones stay."""
    first, second = make(tight, drill), make(tight, drill)
    for receipt in (first, second):
        older(tight, receipt.id, hours=1)
    third = make(tight, drill)

    states = [get_receipt(tight, r.id).status for r in (first, second, third)]
    assert states == ["expired", "completed", "completed"]
    assert not keeping.folder_of(tight, first.id).exists()


def test_what_was_just_made_is_kept_though_there_is_no_room(tight, drill):
    """Somebody is about to fetch it: the new one is refused instead."""
    first, second = make(tight, drill), make(tight, drill)
    with pytest.raises(TooMuch, match=r"have \d{3} bytes already") as caught:
        make(tight, drill)

    assert "ENTREPOT_EXPORTS_QUOTA_BYTES" in caught.value.hint
    assert [get_receipt(tight, r.id).status for r in (first, second)] == [
        "completed",
        "completed",
    ]


def test_a_sweep_removes_what_is_past_its_time(house, drill):
    """Expired files, and folders and spools that nobody has any more."""
    old, new = make(house, drill), make(house, drill)
    older(house, old.id, hours=25)
    stray = keeping.folder_of(house, "0" * 32)
    stray.mkdir()

    assert keeping.sweep(house) == 1
    assert get_receipt(house, old.id).status == "expired"
    assert get_receipt(house, new.id).status == "completed"
    assert stray.exists()  # an export may just begin in it


def test_a_sweep_leaves_folders_that_are_no_exports(tight):
    """Uploads and parts have rules of their own; others' folders are not ours."""
    kept = [keeping.folder_of(tight, name) for name in ("uploads", "sessions", "mine")]
    stray = keeping.folder_of(tight, "0" * 32)
    for folder in (*kept, stray):
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))

    keeping.sweep(tight)

    assert [folder.exists() for folder in (stray, *kept)] == [False, True, True, True]
