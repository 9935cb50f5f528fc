"""Records that come in several requests: each part once, whole when all are there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.exports.errors import PartsDiffer
from entrepot.exports.generic.merging import merge_spools
from entrepot.exports.intake.spec import Taken

LIFE_SECONDS = 2 * 3600
"""A session to which no part has come for so long is given up."""

MOST_PARTS = 10_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of which session.

    Attributes:
        purpose: What the whole is for: parts for another are not of this session.
    """

    session_id: str
    index: int
    total: int
    owner: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    owner: str
    total: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All records of a session, in the order of the parts; gone after the block."""

    spool: Path
    rows: int
    columns: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    rows: int
    sha256: str
    has_rows: bool


def add_part(house: House, part: Part, taken: Taken) -> Path | None:
    """Keep one part; return the session's folder if it was the last that was missing.

    The same part once more changes nothing. Whoever gets the folder is the only one.

    Raises:
        InvalidValue: The id or the numbers cannot be.
        PartsDiffer: The session is another's, has another total, or has the part with
            other records; or this is the last part and some before it are missing.
    """
    _check(part)
    sweep_sessions(house)
    folder = _root(house) / part.session_id
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _join(folder, part)
        _keep(folder, part, taken)
        os.utime(folder)
    except FileNotFoundError:
        raise PartsDiffer("the session has just been completed") from None
    missing = [n for n in range(part.total) if not _note(folder, n).exists()]
    if not missing:
        return _claimed(folder)
    if part.index == part.total - 1:
        listed = ", ".join(map(str, missing[:20]))
        raise PartsDiffer(
            f"the last part is here, but {len(missing)} are missing: {listed}",
            hint="send them, in any order; the one that completes them gets the answer",
            missing=missing[:100],
        )
    return None


@contextmanager
def whole_of(folder: Path) -> Iterator[Whole]:
    """Give all records of a session that is complete; its parts are gone afterwards.

    After an error the session is as it was before its last part came.
    """
    notes = sorted(folder.glob("*.json"), key=lambda path: int(path.stem))
    kept = [msgspec.json.decode(note.read_bytes(), type=_Kept) for note in notes]
    places = enumerate(kept)
    spools = [_rows(folder, n, one) for n, one in places if one.has_rows]
    try:
        spool = folder / "whole.arrow"
        columns = merge_spools(spools, spool) if spools else ()
        yield Whole(
            spool=spool,
            rows=sum(one.rows for one in kept),
            columns=columns,
            sha256=_hash(kept),
        )
    except BaseException:
        _give_back(folder, notes[-1])
        raise
    shutil.rmtree(folder, ignore_errors=True)


def sweep_sessions(
    house: House, *, least_seconds: float = 0, is_dry: bool = False
) -> int:
    """Remove the sessions that were given up; return how many.

    Args:
        least_seconds: Only those to which nothing came for so long.
    """
    root, edge = _root(house), max(LIFE_SECONDS, least_seconds)
    folders = list(root.iterdir()) if root.is_dir() else []
    old = [folder for folder in folders if _age_seconds(folder) > edge]
    for folder in [] if is_dry else old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _root(house: House) -> Path:
    return house.home / "exports" / "sessions"


def _hash(parts: list[_Kept]) -> str:
    listed = " ".join(part.sha256 for part in parts)
    return hashlib.sha256(listed.encode()).hexdigest()


def _check(part: Part) -> None:
    if not _ID.fullmatch(part.session_id):
        raise InvalidValue(
            "session_id: 1 to 64 letters, digits, - and _ are wanted",
        )
    if not 1 <= part.total <= MOST_PARTS:
        raise InvalidValue(f"total_chunks: 1 to {MOST_PARTS} are taken")
    if not 0 <= part.index < part.total:
        raise PartsDiffer(
            f"chunk_index: there is no part {part.index} of {part.total}",
            hint="they are counted from 0",
        )


def _join(folder: Path, part: Part) -> None:
    """Begin the session, or check that the part is of the one that is there."""
    mine = _Session(owner=part.owner, total=part.total, purpose=part.purpose)
    _publish(folder / "session", msgspec.json.encode(mine))
    begun = msgspec.json.decode((folder / "session").read_bytes(), type=_Session)
    if begun.owner != mine.owner:
        raise PartsDiffer("the session belongs to somebody else", hint="choose an id")
    if begun.purpose != mine.purpose:
        raise PartsDiffer("the session is for something else", hint="choose an id")
    if begun.total != mine.total:
        raise PartsDiffer(
            f"total_chunks: the session began with {begun.total}, not {mine.total}"
        )


def _keep(folder: Path, part: Part, taken: Taken) -> None:
    """Put a part in its place; whatever is there already must be the same."""
    note = _note(folder, part.index)
    kept = _Kept(rows=taken.rows, sha256=taken.sha256, has_rows=taken.spool is not None)
    rows = _rows(folder, part.index, kept)
    if taken.spool is not None:
        taken.spool.replace(rows)  # before the note that says they are there
    if _publish(note, msgspec.json.encode(kept)):
        return
    before = msgspec.json.decode(note.read_bytes(), type=_Kept)
    if before != kept:
        rows.unlink(missing_ok=True)
        raise PartsDiffer(
            f"chunk_index: part {part.index} is there already, with other records",
            hint="a part may be sent again, but only as it was",
        )


def _publish(path: Path, content: bytes) -> bool:
    """Write a file that appears whole, unless there is one; tell whether it did."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    draft.write_bytes(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _note(folder: Path, index: int) -> Path:
    return folder / f"{index}.json"


def _rows(folder: Path, index: int, kept: _Kept) -> Path:
    return folder / f"{index}-{kept.sha256}.arrow"


def _claimed(folder: Path) -> Path | None:
    """Take a complete session for oneself; None if another was quicker."""
    mine = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        folder.rename(mine)
    except FileNotFoundError:
        return None
    return mine


def _give_back(folder: Path, last: Path) -> None:
    last.unlink(missing_ok=True)
    back = folder.with_name(folder.name[1:].rpartition(".")[0])
    if not back.exists():
        folder.rename(back)


def _age_seconds(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
