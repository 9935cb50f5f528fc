"""ZIP archives written front to back, fast, and without ZIP64.

Sizes follow their data, so nothing is sought; Excel refuses ZIP64 in such archives,
so an archive must stay below 4 GiB and its writer must watch `size_bytes`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from isal import isal_zlib

LIMIT_BYTES = (1 << 32) - 1
"""What neither an archive nor anything in it may reach without ZIP64."""

BLOCK_BYTES = 1 << 20
"""Data is compressed in blocks of this size however it comes, for equal bytes out."""

# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
LOCAL = struct.Struct("<4s5H3I2H")
DESCRIPTOR = struct.Struct("<4s3I")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
NEEDS, FLAGS, DEFLATE = 20, 0x0808, 8  # flags: sizes follow, names are UTF-8


@dataclass(frozen=True, slots=True)
class Finished:
    """What the directory says of one entry."""

    name: bytes
    offset: int
    checksum: int
    packed_bytes: int
    size_bytes: int


class ZipStream:
    """An archive that is being written."""

    def __init__(self, file: BinaryIO, *, at: datetime, level: int = 1) -> None:
        self.size_bytes = 0
        self.level = level
        self.stamp = _dos_time(at), _dos_date(at)
        self._file = file
        self._finished: list[Finished] = []

    def open(self, name: str) -> Entry:
        """Begin an entry; the one before must be closed."""
        raw = name.encode()
        offset = self.size_bytes
        head = (b"PK\3\4", NEEDS, FLAGS, DEFLATE, *self.stamp, 0, 0, 0, len(raw), 0)
        self.append(LOCAL.pack(*head) + raw)
        return Entry(self, raw, offset)

    def put(self, name: str, text: str) -> None:
        """Write a small entry at once."""
        entry = self.open(name)
        entry.write(text.encode())
        entry.close()

    def append(self, raw: bytes) -> None:
        """Write bytes of the archive itself."""
        self._file.write(raw)
        self.size_bytes += len(raw)

    def add(self, finished: Finished) -> None:
        """Note an entry for the directory."""
        self._finished.append(finished)

    def finish(self) -> None:
        """Write the directory; the file stays open."""
        start, count = self.size_bytes, len(self._finished)
        for entry in self._finished:
            self.append(_central(entry, self.stamp))
        size = self.size_bytes - start
        self.append(END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0))


class Entry:
    """One file in the archive, compressed as it comes."""

    def __init__(self, archive: ZipStream, name: bytes, offset: int) -> None:
        self.size_bytes = 0
        self._archive = archive
        self._name, self._offset = name, offset
        self._deflate = isal_zlib.compressobj(archive.level, isal_zlib.DEFLATED, -15)
        self._checksum = 0
        self._packed_bytes = 0
        self._rest = b""

    def write(self, raw: bytes | memoryview) -> None:
        """Add bytes."""
        self._checksum = isal_zlib.crc32(raw, self._checksum)
        self.size_bytes += len(raw)
        view = memoryview(raw)
        missing = BLOCK_BYTES - len(self._rest)
        if len(view) < missing:
            self._rest += view
            return
        self._pack(self._rest + bytes(view[:missing]))
        blocks = range(missing, len(view) - BLOCK_BYTES + 1, BLOCK_BYTES)
        for start in blocks:
            self._pack(view[start : start + BLOCK_BYTES])
        self._rest = bytes(view[missing + len(blocks) * BLOCK_BYTES :])

    def close(self) -> None:
        """Write what is left, and the sizes."""
        self._pack(self._rest)
        self._append(self._deflate.flush())
        sizes = self._checksum, self._packed_bytes, self.size_bytes
        self._archive.append(DESCRIPTOR.pack(b"PK\7\x08", *sizes))
        self._archive.add(Finished(self._name, self._offset, *sizes))

    @property
    def waiting_bytes(self) -> int:
        """Return the most that the archive may yet grow by what was written."""
        return len(self._rest) + BLOCK_BYTES

    def _pack(self, block: bytes | memoryview) -> None:
        self._append(self._deflate.compress(block))

    def _append(self, packed: bytes) -> None:
        self._packed_bytes += len(packed)
        self._archive.append(packed)


def _central(entry: Finished, stamp: tuple[int, int]) -> bytes:
    sizes = entry.checksum, entry.packed_bytes, entry.size_bytes, len(entry.name)
    head = b"PK\1\2", NEEDS, NEEDS, FLAGS, DEFLATE, *stamp
    return CENTRAL.pack(*head, *sizes, 0, 0, 0, 0, 0, entry.offset) + entry.name


def _dos_time(at: datetime) -> int:
    return at.hour << 11 | at.minute << 5 | at.second // 2


def _dos_date(at: datetime) -> int:
    return (max(at.year, 1980) - 1980) << 9 | at.month << 5 | at.day
