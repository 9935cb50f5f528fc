"""A file out of the package that it came in; names inside are never used as paths."""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from entrepot.base.errors import Invalid, TooMuch

MOST_ENTRIES = 10_000
MOST_BYTES = 4 << 30
MOST_RATIO = 200
RATIO_FROM_BYTES = 16 << 20
PIECE_BYTES = 1 << 20
ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".xml", ".json", ".ndjson", ".jsonl")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error)
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file as formats read it.

    Attributes:
        name: As it is called inside its package; empty where it is in none.
    """

    path: Path
    name: str = ""


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """Give the one file in a zip or gzip package, or the file itself if it is none.

    Raises:
        Invalid: The package is broken, encrypted, or holds no file or several.
        TooMuch: It would unpack to more than is taken.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_GZIP):
        with _temporary() as place:
            _unpack_gzip(path, place)
            yield Unpacked(place, path.stem)
    elif start.startswith(_ZIP) and (entry := _wanted(path)) is not None:
        with _temporary() as place:
            _unpack_entry(path, entry, place)
            yield Unpacked(place, PurePosixPath(entry.filename).name)
    else:
        yield Unpacked(path)


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="entrepot-feed-") as folder:
        yield Path(folder) / "unpacked"


def _wanted(path: Path) -> zipfile.ZipInfo | None:
    """Return the entry to read; None for a workbook, which is a package itself."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
    except _BROKEN as error:
        raise Invalid(f"the zip file is broken: {error}"[:200]) from None
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        return None
    if len(entries) > MOST_ENTRIES:
        raise TooMuch(f"the zip file has more than {MOST_ENTRIES:,} files")
    found = [e for e in entries if e.filename.lower().endswith(ENDINGS)]
    found = [e for e in found if not e.filename.startswith("__MACOSX/")]
    if len(found) != 1:
        raise Invalid(
            f"the zip file holds {len(found)} files of products, not one",
            hint=f"one file that ends in {', '.join(ENDINGS)}",
        )
    return found[0]


def _unpack_entry(path: Path, entry: zipfile.ZipInfo, to: Path) -> None:
    if entry.flag_bits & 1:
        raise Invalid("the zip file is encrypted", hint="pack it without a password")
    try:
        with (
            zipfile.ZipFile(path) as package,
            package.open(entry) as source,
            to.open("wb") as target,
        ):
            _copy(iter(lambda: source.read(PIECE_BYTES), b""), target, path)
    except _BROKEN as error:
        raise Invalid(f"the zip file is broken: {error}"[:200]) from None


def _unpack_gzip(path: Path, to: Path) -> None:
    with path.open("rb") as source, to.open("wb") as target:
        _copy(_inflated(source), target, path)


def _inflated(source: BinaryIO) -> Iterator[bytes]:
    """Yield what is inside, at most a piece at once: a few bytes may be a lot."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        while piece := source.read(PIECE_BYTES):
            while piece:
                if unpacker.eof:  # several members, one after the other
                    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                yield unpacker.decompress(piece, PIECE_BYTES)
                piece = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise Invalid(f"the gzip file is broken: {error}") from None
    if not unpacker.eof:
        raise Invalid("the gzip file ends in the middle")


def _copy(pieces: Iterator[bytes], target: BinaryIO, path: Path) -> None:
    packed = path.stat().st_size
    most = min(MOST_BYTES, max(RATIO_FROM_BYTES, MOST_RATIO * packed))
    written = 0
    for piece in pieces:
        written += len(piece)
        if written > most:
            raise TooMuch(
                f"the package unpacks to more than {most >> 20:,} MB",
                hint="unpack it and send the file as it is",
            )
        target.write(piece)
