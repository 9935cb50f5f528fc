"""The whole list as a file: written once for each state of the source, then sent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.house import House
from entrepot.catalogue.serving.source import Answer, Source
from entrepot.catalogue.serving.spec import Reader

SMALL_BYTES = 1_000_000
"""Up to so much is no file, but bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The list as JSON: bytes where it is small, a file where it is not.

    Attributes:
        stamp: The state of the source; empty where nothing names it, and then the
            file is for this answer alone.
    """

    stamp: str
    sha256: str
    body: bytes = b""
    path: Path | None = None


def write_whole(house: House, source: Source) -> Answer[Whole]:
    """Return every product with the four documented keys, and where they were read."""
    folder = house.home / "run" / "catalogue"
    return source.read(lambda reader: _kept(folder, reader) or _write(folder, reader))


def _kept(folder: Path, reader: Reader) -> Whole | None:
    if not reader.stamp:
        return None
    for path in folder.glob(f"products-{reader.stamp}-*.json"):
        sha256 = path.stem.rpartition("-")[2]
        return Whole(stamp=reader.stamp, sha256=sha256, path=path)
    return None


def _write(folder: Path, reader: Reader) -> Whole:
    digest, pieces, small = hashlib.sha256(), _pieces(reader), bytearray()
    for piece in pieces:
        digest.update(piece)
        small += piece
        if len(small) > SMALL_BYTES:
            break
    else:
        sha256 = digest.hexdigest()
        return Whole(stamp=reader.stamp, sha256=sha256, body=bytes(small))
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="making-", dir=folder)
    try:
        with open(handle, "wb") as file:
            file.write(small)
            small.clear()
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
    except BaseException:
        os.unlink(name)
        raise
    sha256 = digest.hexdigest()
    path = Path(name)
    if reader.stamp:
        path = _publish(path, f"products-{reader.stamp}-{sha256}.json")
    return Whole(stamp=reader.stamp, sha256=sha256, path=path)


def _pieces(reader: Reader) -> Iterator[bytes]:
    before = b"["
    for joined in reader.read_briefs():
        yield before + joined
        before = b","
    yield b"]" if before == b"," else b"[]"


def _publish(made: Path, name: str) -> Path:
    """Give the file its name; what was written of older states goes."""
    path = made.with_name(name)
    os.replace(made, path)
    for old in path.parent.glob("products-*.json"):
        if old != path:
            with suppress(OSError):  # somebody else was quicker
                old.unlink()
    return path
