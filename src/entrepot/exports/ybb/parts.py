"""One file of several, out of the archive that holds them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from entrepot.base.errors import NotThere
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.exports import service as exports
from entrepot.exports.parts import PartFile
from entrepot.exports.receipts import Receipt
from entrepot.exports.registry import FORMATS

PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPart:
    """Where the bytes of a file lie, and what it is."""

    path: Path
    offset: int
    size_bytes: int
    name: str
    sha256: str
    media_type: str


def open_part(house: House, receipt: Receipt, number: int) -> OpenPart:
    """Return one file of an archive, by its number from 1.

    One that lies in the archive as it is stays there; one that is packed is unpacked
    beside it once, and goes with it.

    Raises:
        NotThere: There is none of this number.
        NotReady, Expired: There is no archive yet, or no more.
    """
    archive = exports.get_file(house, receipt.id).path
    if not 1 <= number <= len(receipt.files):
        known = [str(n) for n in range(1, len(receipt.files) + 1)]
        raise NotThere("batch", str(number), known)
    part = receipt.files[number - 1]
    path = archive if part.offset is not None else _unpacked(archive, part, number)
    return OpenPart(
        path=path,
        offset=part.offset or 0,
        size_bytes=part.size_bytes,
        name=part.name,
        sha256=part.sha256,
        media_type=FORMATS.get(receipt.format).media_type,
    )


def _unpacked(archive: Path, part: PartFile, number: int) -> Path:
    path = archive.with_name(f".part-{number}")
    if not path.is_file():
        with (
            ZipFile(archive) as found,
            found.open(part.name) as member,
            publish(path) as file,
        ):
            shutil.copyfileobj(member, file, PIECE_BYTES)
    return path
