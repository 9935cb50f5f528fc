"""The front of the intake: a body that is coming in becomes a spool."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from entrepot.base.errors import Invalid
from entrepot.base.files import full_disk
from entrepot.base.house import House
from entrepot.exports import settings as knobs
from entrepot.exports.intake.apart import read_apart
from entrepot.exports.intake.kinds import ALONE, kind_of, read
from entrepot.exports.intake.spec import Taken, Wanted

PIECE_BYTES = 1 << 18

HERE_BYTES = 2 << 20
"""What is larger is read by a process of its own, so that others are not kept."""

Member = tuple[str, ...]


class Readable(Protocol):
    """Where a body comes from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A body that is here as a whole."""

    file: BinaryIO
    size_bytes: int


def spool_folder(house: House) -> Path:
    """Return the folder of the spools."""
    return house.home / "exports" / "spools"


def take_records(
    house: House,
    stream: Readable,
    length: int | None,
    member: Member,
    *,
    is_needed: bool = True,
) -> Taken:
    """Read a JSON body; the records in one of its members become a spool.

    Memory holds a few megabytes, however large the body is.

    Args:
        length: Bytes as the caller announced them, if they did.
        member: Path of the array of objects, e.g. `("source", "records")`; the body
            itself when empty.
        is_needed: Without it the body is wrong; else `spool` is None then.

    Raises:
        Invalid: The body is not JSON or not of that shape, with the position; a wrong
            record is named by index and field.
        TooMuch: A part is too large, or the disk is full.
    """
    wanted = Wanted(spool=_new_spool(house), member=member, is_needed=is_needed)
    with received(house, stream, length) as body:
        return _read(house, body, wanted)


def take_file(
    house: House,
    stream: Readable,
    length: int | None,
    *,
    name: str,
    spool: Path | None = None,
) -> Taken:
    """Read an uploaded file into spools: one for each sheet that has columns.

    Args:
        name: The file's; its ending tells the kind.
        spool: Where the first goes; a new one in the home when None.

    Raises:
        UnknownName: Files of this kind are not taken.
        Invalid: It is not of its kind, or hides what is not taken (macros, links).
        TooMuch: It is too large when unpacked, or the disk is full.
    """
    kind = kind_of(name)
    wanted = Wanted(spool=spool or _new_spool(house), kind=kind)
    with received(house, stream, length) as body:
        return _read(house, body, wanted)


@contextmanager
def received(house: House, stream: Readable, length: int | None) -> Iterator[Received]:
    """Give a body as a file; a large one is on the disk until the block ends.

    Raises:
        Invalid: Less came than was announced.
        TooMuch: The disk is full.
    """
    folder = spool_folder(house)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.SpooledTemporaryFile(max_size=HERE_BYTES, dir=str(folder)) as file:
        size = 0
        with full_disk(folder):
            while piece := stream.read(PIECE_BYTES):
                file.write(piece)
                size += len(piece)
        if length is not None and size < length:
            raise Invalid(
                f"{size} bytes came of the {length} that were announced", position=size
            )
        file.seek(0)
        yield Received(cast("BinaryIO", file), size)


def _read(house: House, body: Received, wanted: Wanted) -> Taken:
    try:
        if body.size_bytes <= HERE_BYTES and wanted.kind not in ALONE:
            return read(body.file, wanted)
        seconds = float(house.settings[knobs.INTAKE_SECONDS])
        return read_apart(body.file, wanted, seconds=seconds)
    except BaseException:
        remove_spools(wanted.spool)
        raise


def remove_spools(spool: Path) -> None:
    """Remove a spool, those of the further sheets, and what a killed reader left."""
    if spool.parent.is_dir():
        for name in os.listdir(spool.parent):
            if spool.stem in name:
                (spool.parent / name).unlink(missing_ok=True)


def _new_spool(house: House) -> Path:
    return spool_folder(house) / f"{uuid.uuid4().hex}.arrow"


__all__ = ["Taken", "received", "take_file", "take_records"]
