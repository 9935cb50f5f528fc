"""Files that people sent to export from: who has which, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from entrepot.base.errors import Expired, NotThere, UnknownName
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports import settings as knobs
from entrepot.exports.intake.spec import Taken
from entrepot.exports.spools import SpoolFacts, note_facts, remove_spool, spool_path

_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSheet:
    """One table of a file; `spool` is what exports read."""

    name: str
    rows: int
    columns: tuple[str, ...]
    spool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent, as its tables; only who sent it has it."""

    id: str
    name: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    sheets: tuple[UploadSheet, ...]


def keep_upload(house: House, taken: Taken, *, name: str, by: str) -> Upload:
    """Remember a file whose tables were read, for as long as exports are kept."""
    sweep_uploads(house)
    sheets: list[UploadSheet] = []
    for sheet in taken.sheets:
        if sheet.spool is None:
            continue
        title = sheet.name or Path(name).stem or "upload"
        sha256 = taken.sha256 + (f"#{len(sheets)}" if sheets else "")
        facts = SpoolFacts(rows=sheet.rows, sha256=sha256, title=title)
        spool = note_facts(sheet.spool, facts)
        sheets.append(
            UploadSheet(
                name=sheet.name, rows=sheet.rows, columns=sheet.columns, spool=spool
            )
        )
    hours = house.settings[knobs.RETENTION]
    upload = Upload(
        id=sheets[0].spool,
        name=name[-200:],
        created_by=by,
        created_at=now(),
        expires_at=now() + timedelta(hours=hours),
        sheets=tuple(sheets),
    )
    with publish(_note(house, upload.id)) as file:
        file.write(msgspec.json.encode(upload))
    return upload


def get_upload(house: House, id: str, *, by: str | None = None) -> Upload:
    """Return a file that this person sent; whoever did, where nobody is named.

    Raises:
        NotThere: They sent none of this id.
        Expired: It is not kept any more.
    """
    upload = _find(house, id)
    if upload is None or by not in (None, upload.created_by):
        raise NotThere("upload", id, [])
    if upload.expires_at <= now():
        raise Expired(f"the upload {upload.name} is not kept any more")
    return upload


def sheet_of(upload: Upload, name: str = "") -> UploadSheet:
    """Return one table of a file; the first where none is named.

    Raises:
        UnknownName: It has none of this name.
    """
    if not name:
        return upload.sheets[0]
    for sheet in upload.sheets:
        if sheet.name == name:
            return sheet
    raise UnknownName("sheet", name, [sheet.name for sheet in upload.sheets])


def drop_upload(house: House, id: str, *, by: str) -> None:
    """Remove a file that this person sent.

    Raises:
        NotThere: They sent none of this id.
    """
    _remove(house, get_upload(house, id, by=by))


def sweep_uploads(
    house: House, *, before: datetime | None = None, is_dry: bool = False
) -> int:
    """Remove the files whose time is over; return how many.

    Args:
        before: Only those that were sent before.
    """
    at, folder = now(), _folder(house)
    notes = folder.glob("*.json") if folder.is_dir() else ()
    found = [upload for note in notes if (upload := _find(house, note.stem))]
    over = [u for u in found if u.expires_at <= at and u.created_at < (before or at)]
    for upload in [] if is_dry else over:
        _remove(house, upload)
    return len(over)


def _remove(house: House, upload: Upload) -> None:
    for sheet in upload.sheets:
        remove_spool(spool_path(house, sheet.spool))
    _note(house, upload.id).unlink(missing_ok=True)


def _find(house: House, id: str) -> Upload | None:
    if not _ID.fullmatch(id):
        return None
    try:
        return msgspec.json.decode(_note(house, id).read_bytes(), type=Upload)
    except FileNotFoundError:
        return None


def _folder(house: House) -> Path:
    return house.home / "exports" / "uploads"


def _note(house: House, id: str) -> Path:
    return _folder(house) / f"{id}.json"
