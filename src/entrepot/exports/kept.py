"""Files of an archive that outlive the process that wrote them.

What was sent cannot change, so an attempt after a kill goes on behind the last whole
file. What a database holds can: its export begins anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from entrepot.base.files import publish
from entrepot.exports.plan import FilePlan
from entrepot.exports.spools import SpoolSource

_PREFIX = "parts-"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartNote:
    """What is known of a whole file.

    Attributes:
        seconds: That writing it took.
    """

    rows: int
    size_bytes: int
    extension: str
    sha256: str
    seconds: float
    cells_cut: int = 0
    warnings: tuple[str, ...] = ()


def kept_folder(plan: FilePlan, folder: Path) -> Path | None:
    """Return where the files of this plan outlive an attempt; None if they must not.

    The name tells all that their bytes depend on: files of another plan are not taken
    for this one's.
    """
    sources = [one for sheet in plan.sheets for one in (sheet.source, *sheet.joined)]
    if plan.split is None or not all(isinstance(s, SpoolSource) for s in sources):
        return None
    about = (plan.format, plan.options, plan.sheets, plan.split, plan.properties)
    text = repr((*about, plan.about))
    return folder / f"{_PREFIX}{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def note_part(path: Path, note: PartNote) -> None:
    """Write beside a file, which is on the disk already, that it is whole."""
    with publish(_beside(path)) as file:
        file.write(msgspec.json.encode(note))


def find_part(path: Path) -> PartNote | None:
    """Return what is known of a file that an attempt left whole; None if it is not."""
    try:
        note = msgspec.json.decode(_beside(path).read_bytes(), type=PartNote)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    return note if sha256 == note.sha256 else None


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
