"""Zip packages that formats read from, within limits."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from entrepot.base.errors import Invalid, TooMuch

MOST_ENTRIES = 10_000
MOST_BYTES = 4 << 30
MOST_RATIO = 250
RATIO_FROM_BYTES = 16 << 20
PIECE_BYTES = 1 << 18

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error)


class Package:
    """An open package; what is read of it counts towards its limit."""

    def __init__(self, package: zipfile.ZipFile, size_bytes: int) -> None:
        self._package = package
        self._left = min(MOST_BYTES, max(RATIO_FROM_BYTES, MOST_RATIO * size_bytes))
        self.names = package.namelist()

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield what is in one of its files.

        Raises:
            Invalid: It is broken or encrypted.
            TooMuch: The package unpacks to more than is taken.
        """
        with _told(), self._package.open(name) as part:
            while piece := part.read(PIECE_BYTES):
                self._left -= len(piece)
                if self._left < 0:
                    raise TooMuch(
                        "the file unpacks to more than is taken",
                        hint="save it again, or in several files",
                    )
                yield piece

    def read(self, name: str, *, at_most: int = 16 << 20) -> bytes:
        """Return all of a small file.

        Raises:
            Invalid, TooMuch: As `pieces`.
        """
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) > at_most:
                raise TooMuch(f"{name} inside the file is larger than it may be")
        return bytes(found)


@contextmanager
def open_package(file: BinaryIO) -> Iterator[Package]:
    """Give the package in a file.

    Raises:
        Invalid: It is none.
        TooMuch: It has too many parts.
    """
    size = file.seek(0, 2)
    file.seek(0)
    with _told():
        package = zipfile.ZipFile(file)
    with package:
        if len(package.infolist()) > MOST_ENTRIES:
            raise TooMuch(f"the file has more than {MOST_ENTRIES:,} parts")
        yield Package(package, size)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise Invalid(f"the file is broken: {error}"[:200]) from None
    except RuntimeError as error:  # an entry with a password
        raise Invalid(f"the file is encrypted: {error}"[:200]) from None
    except KeyError as error:
        raise Invalid(f"the file lacks a part: {error}"[:200]) from None
