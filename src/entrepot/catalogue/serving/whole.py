"""The whole list as a file: written once for each state of the source, then sent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from entrepot.base.house import House
from entrepot.catalogue.serving.source import Answer, Source
from entrepot.catalogue.serving.spec import Reader

SMALL_BYTES = 1_000_000
"""Up to so much is no file, but bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The list packed with gzip; `sha256` is of what is packed."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The list as JSON: bytes where it is small, a file where it is not.

    Attributes:
        stamp: The state of the source; empty where nothing names it, and then the
            file is for this answer alone.
        packed: The same file's twin; none where it is for this answer alone.
    """

    stamp: str
    sha256: str
    body: bytes = b""
    path: Path | None = None
    packed: Twin | None = None


def write_whole(house: House, source: Source) -> Answer[Whole]:
    """Return every product with the four documented keys, and where they were read."""
    folder = house.home / "run" / "catalogue"
    return source.read(lambda reader: _kept(folder, reader) or _write(folder, reader))


def _kept(folder: Path, reader: Reader) -> Whole | None:
    if not reader.stamp:
        return None
    for path in folder.glob(f"products-{reader.stamp}-*.json"):
        return _whole(path, reader.stamp)
    return None


def _whole(path: Path, stamp: str) -> Whole:
    twins = path.parent.glob(f"{path.name}-*.gz")
    packed = [Twin(path=twin, sha256=_last(twin.stem)) for twin in twins]
    return Whole(
        stamp=stamp,
        sha256=_last(path.stem),
        path=path,
        packed=packed[0] if packed else None,
    )


def _last(name: str) -> str:
    """Return the hash that a file's name ends in."""
    return name.rpartition("-")[2]


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
    with _Files(folder, is_packed=bool(reader.stamp)) as files:
        files.write(bytes(small))
        small.clear()
        for piece in pieces:
            digest.update(piece)
            files.write(piece)
        sha256 = digest.hexdigest()
        if reader.stamp:
            return _whole(_publish(files, f"{reader.stamp}-{sha256}"), reader.stamp)
        return Whole(stamp="", sha256=sha256, path=files.keep())


class _Files:
    """A file that is made and its packed twin; gone where the making fails."""

    def __init__(self, folder: Path, *, is_packed: bool) -> None:
        self.path, self._plain = _temporary(folder)
        self.twin: Path | None = None
        self._packed: BinaryIO | None = None
        self._digest = hashlib.sha256()
        if is_packed:
            from isal import isal_zlib

            self.twin, self._packed = _temporary(folder)
            self._pack = isal_zlib.compressobj(level=2, wbits=31)

    def write(self, piece: bytes) -> None:
        """Write bytes to both."""
        self._plain.write(piece)
        if self._packed is not None:
            self._write_packed(self._packed, self._pack.compress(piece))

    def end(self) -> str:
        """Close both; return the hash of the packed one."""
        if self._packed is not None:
            self._write_packed(self._packed, self._pack.flush())
            self._packed.close()
        self._plain.close()
        return self._digest.hexdigest()

    def keep(self) -> Path:
        """Close them, and leave the plain one where it is."""
        self.end()
        path, self.path = self.path, None
        assert path is not None  # it is kept once
        return path

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in (self._plain, self._packed):
            if file is not None:
                file.close()
        for path in (self.path, self.twin):
            if path is not None:
                path.unlink(missing_ok=True)

    def _write_packed(self, file: BinaryIO, piece: bytes) -> None:
        self._digest.update(piece)
        file.write(piece)


def _temporary(folder: Path) -> tuple[Path | None, BinaryIO]:
    handle, name = tempfile.mkstemp(prefix="making-", dir=folder)
    return Path(name), open(handle, "wb")


def _pieces(reader: Reader) -> Iterator[bytes]:
    before = b"["
    for joined in reader.read_briefs():
        yield before + joined
        before = b","
    yield b"]" if before == b"," else b"[]"


def _publish(files: _Files, name: str) -> Path:
    """Give the files their names, the twin's first; what is of older states goes."""
    packed_sha256 = files.end()
    twin, made = files.twin, files.path
    assert made is not None  # it is kept once
    assert twin is not None  # there is a stamp
    path = made.with_name(f"products-{name}.json")
    kept = [made.with_name(f"{path.name}-{packed_sha256}.gz"), path]
    os.replace(twin, kept[0])
    os.replace(made, path)
    for old in path.parent.glob("products-*"):
        if old not in kept:
            with suppress(OSError):  # somebody else was quicker
                old.unlink()
    return path
