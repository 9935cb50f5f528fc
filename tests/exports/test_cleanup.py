"""What was sent goes by itself when its time is over, whoever comes or does not."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from entrepot.base.times import now
from entrepot.exports import keeping
from entrepot.exports.generic.sessions import Part, add_part
from entrepot.exports.intake.spec import Sheet, Taken
from entrepot.exports.spools import spool_path
from entrepot.exports.uploads import Upload, keep_upload
from entrepot.operations.cleanup import clean_up, list_cleanups

DAY_SECONDS = 86_400


@pytest.fixture
def sent(house):
    """Send an upload and a first part, and leave rows that nobody takes."""
    path = spool_path(house, f"{7:032x}")
    path.parent.mkdir(parents=True)
    for name in (7, 8):
        spool_path(house, f"{name:032x}").write_bytes(b"rows")
    sheet = Sheet(spool=path, rows=1, columns=("n",))
    taken = Taken(
        spool=path, rest={}, rows=1, columns=("n",), sha256="0" * 64, sheets=(sheet,)
    )
    keep_upload(house, taken, name="n.csv", by="ada")
    part = Part(session_id="s-1", index=0, total=2, owner="ada", purpose="x")
    add_part(house, part, _empty(taken))
    return house.home / "exports"


def _empty(taken):
    """Return a part without rows."""
    return Taken(
        spool=None, rest={}, rows=0, columns=(), sha256=taken.sha256, sheets=()
    )


def age(root, days):
    """Let all that was sent be so many days older."""
    at = time.time() - days * DAY_SECONDS
    for note in (root / "uploads").glob("*.json"):
        upload = msgspec.json.decode(note.read_bytes(), type=Upload)
        begun = now() - timedelta(days=days)
        ended = begun + timedelta(days=1)
        earlier = replace(upload, created_at=begun, expires_at=ended)
        note.write_bytes(msgspec.json.encode(earlier))
    for path in root.rglob("*"):
        os.utime(path, (at, at))


def files(root):
    """Return what is left of all that was sent."""
    return sorted(p.name for p in root.rglob("*") if p.is_file())


def test_a_sweep_takes_what_was_sent_with_it(house, sent):
    """Not before its time; then uploads, sessions and rows are gone."""
    keeping.sweep(house)
    assert len(files(sent)) == 6

    age(sent, days=2)
    keeping.sweep(house)

    assert files(sent) == []


def test_the_nights_clean_what_was_sent(house, sent):
    """It is counted first, then removed; what is younger than asked for stays."""
    age(sent, days=2)

    assert list_cleanups()["sent"].usual_days == 1
    assert clean_up(house, ["sent"], days=3) == {"sent": 0}
    assert clean_up(house, ["sent"], days=1, is_dry=True) == {"sent": 5}
    assert len(files(sent)) == 6
    assert clean_up(house, ["sent"], days=1) == {"sent": 3}
    assert files(sent) == []


def test_a_sweep_leaves_uploads_that_are_not_over(house, sent):
    """Their folder may be old: files came into it long ago, and are kept still."""
    for folder in (sent / "uploads", sent / "sessions"):
        os.utime(folder, (0, 0))
    keeping.sweep(house)

    assert [p.suffix for p in (sent / "uploads").iterdir()] == [".json"]
