"""A file as large as it was when it was opened, whoever goes on writing to it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

BUFFER_BYTES = 1 << 18


@contextmanager
def open_fixed(path: Path) -> Iterator[BinaryIO]:
    """Give a file to read and to seek in; what is added to it meanwhile is not there.

    Raises:
        OSError: It cannot be opened.
    """
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        yield io.BufferedReader(_Fixed(file, size), BUFFER_BYTES)


class _Fixed(io.RawIOBase):
    def __init__(self, file: io.FileIO, size: int) -> None:
        self._file = file
        self._size = size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            return self._file.seek(max(0, self._size + offset))
        return self._file.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a buffer is written to
        left = max(0, self._size - self._file.tell())
        view = memoryview(buffer)[: min(len(buffer), left)]
        return self._file.readinto(view) or 0
