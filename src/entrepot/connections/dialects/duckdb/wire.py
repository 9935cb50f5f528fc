"""What goes between us and a process that reads DuckDB for us: frames on pipes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, Literal

from entrepot.connections.spec import Statement, Target

HEAD = struct.Struct(">cQ")
"""Before each answer: its kind and its length."""

READY = b"r"
SCHEMA = b"s"
BATCH = b"b"
END = b"e"
PLAN = b"p"
FAULT = b"f"

NEXT = b"n"
"""Asks for the next answer; anything else ends the read."""

STOP = b"x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One statement to read or to explain; it travels over stdin only."""

    kind: Literal["read", "explain", "analyze"]
    target: Target
    statement: Statement
    seconds: float
    batch_rows: int


def write_frame(file: IO[bytes], kind: bytes, payload: bytes = b"") -> None:
    """Write one answer at once."""
    file.write(HEAD.pack(kind, len(payload)))
    file.write(payload)
    file.flush()


def read_frame(file: IO[bytes]) -> tuple[bytes, bytes]:
    """Return an answer's kind and content.

    Raises:
        EOFError: The other process is gone.
    """
    kind, size = HEAD.unpack(_read(file, HEAD.size))
    return kind, _read(file, size)


def _read(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise EOFError
    return found
