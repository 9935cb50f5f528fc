"""Where pictures lie: each file once, under the hash of its bytes."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from entrepot.base.errors import TooMuch
from entrepot.base.files import full_disk, publish
from entrepot.base.house import House
from entrepot.catalogue.images.spec import Size

HASH = re.compile("[0-9a-f]{64}")
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A picture's file, looked at but for its pixels.

    Attributes:
        path: From the home, as it stands in the table.
    """

    sha256: str
    path: str
    format: str
    width: int
    height: int
    size_bytes: int


def folder(house: House) -> Path:
    """Return where all of them are."""
    return house.home / "images"


def folder_of(house: House, sha256: str) -> Path:
    """Return where the files of one picture are."""
    return folder(house) / sha256[:2]


def size_path(house: House, sha256: str, size: Size) -> Path:
    """Return the file of a picture in one size."""
    return folder_of(house, sha256) / f"{sha256}-{size}.webp"


def find_original(house: House, sha256: str) -> Path | None:
    """Return the file as it came."""
    found = folder_of(house, sha256).glob(f"{sha256}.*")
    return next(found, None)


@contextmanager
def incoming(house: House) -> Iterator[BinaryIO]:
    """Give a file for bytes that come in; it is gone when the block ends."""
    place = folder(house) / "incoming"
    place.mkdir(parents=True, exist_ok=True)
    with full_disk(place), tempfile.NamedTemporaryFile(dir=place) as file:
        yield file  # type: ignore[misc]  # it is one in all that we use


def copy_limited(stream: IO[bytes], to: BinaryIO, limit_bytes: int) -> None:
    """Copy what is sent.

    Raises:
        TooMuch: It has more bytes than the limit.
    """
    size_bytes = 0
    while chunk := stream.read(CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > limit_bytes:
            raise TooMuch(
                f"the picture is larger than {limit_bytes:,} bytes",
                limit_bytes=limit_bytes,
            )
        to.write(chunk)


def hash_file(file: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 of a file and its size in bytes; it is read from the start."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # as above
    return digest.hexdigest(), file.tell()


def keep(house: House, file: BinaryIO, sha256: str, format: str) -> str:
    """Keep a file under its hash, once; return its path from the home."""
    path = folder_of(house, sha256) / f"{sha256}.{format}"
    if not path.exists():
        file.seek(0)
        with publish(path) as to:
            while chunk := file.read(CHUNK_BYTES):
                to.write(chunk)
    return str(path.relative_to(house.home))
