"""Bytes that come from somewhere, into a file that is whole or not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from entrepot.base.errors import TooMuch
from entrepot.base.files import publish
from entrepot.feeds.spec import Fetched, Fetching, knobs

PIECE_BYTES = 1 << 20


class Taking:
    """A file that is being written, its size and its hash."""

    def __init__(self, file: BinaryIO, limit_bytes: int) -> None:
        self._file = file
        self._limit = limit_bytes
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """Return the hash of what came so far."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> int:
        """Take more of it.

        Raises:
            TooMuch: It is larger than a feed's file may be.
        """
        self.size_bytes += len(piece)
        if self.size_bytes > self._limit:
            raise TooMuch(
                f"the file is larger than {self._limit:,} bytes",
                hint=f"{knobs.FILE_SIZE.variable} says how large one may be",
            )
        self._hash.update(piece)
        return self._file.write(piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the far side says of a file."""

    name: str
    etag: str = ""
    modified: str = ""


class _SameAsBefore(Exception):
    pass


def take(pieces: Iterable[bytes], asked: Fetching, facts: Facts) -> Fetched:
    """Write a file, unless it turns out to be the one that is known.

    Raises:
        TooMuch: It is larger than a feed's file may be, or the disk is full.
    """
    try:
        with publish(asked.to) as file:
            taking = Taking(file, asked.settings[knobs.FILE_SIZE])
            for piece in pieces:
                taking.write(piece)
            if taking.sha256 == asked.known.sha256:
                raise _SameAsBefore
    except _SameAsBefore:
        return unchanged(asked, facts)
    return Fetched(
        name=facts.name,
        sha256=taking.sha256,
        size_bytes=taking.size_bytes,
        etag=facts.etag,
        modified=facts.modified,
    )


def unchanged(asked: Fetching, facts: Facts) -> Fetched:
    """Return that the file is the one that is known."""
    return Fetched(
        name=facts.name,
        sha256=asked.known.sha256,
        size_bytes=0,
        etag=facts.etag or asked.known.etag,
        modified=facts.modified or asked.known.modified,
        is_unchanged=True,
    )
