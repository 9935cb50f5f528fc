"""Messages on the wire: a header, one segment or more, and parts in each."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class Kind(IntEnum):
    """What a client asks for."""

    DIRECT = 2
    PREPARE = 3
    EXECUTE = 13
    READ_LOB = 16
    AUTHENTICATE = 65
    CONNECT = 66
    COMMIT = 67
    ROLLBACK = 68
    CLOSE_RESULT = 69
    DROP_STATEMENT = 70
    FETCH = 71
    DISCONNECT = 77
    PLACE = 82


class Did(IntEnum):
    """What a server did: the function code of a reply."""

    NOTHING = 0
    DDL = 1
    CHANGE = 2
    SELECT = 5
    FETCH = 10
    COMMIT = 11
    ROLLBACK = 12
    CONNECT = 14
    CLOSE = 19
    DISCONNECT = 18
    READ_LOB = 13


class PartKind(IntEnum):
    """What a part holds."""

    COMMAND = 3
    RESULT = 5
    ERROR = 6
    STATEMENT_ID = 10
    ROWS_AFFECTED = 12
    RESULT_ID = 13
    LOB_ASKED = 17
    LOB = 18
    PARAMETERS = 32
    LOGIN = 33
    OPTIONS = 42
    FETCH_SIZE = 45
    PARAMETER_TYPES = 47
    RESULT_TYPES = 48
    TRANSACTION = 64
    PLACE = 67


LAST = 1 | 16
"""Attributes of the last part of a result: it is the last, and the result is closed."""
NO_ROWS = 8

Parts = dict[int, tuple[int, bytes]]
"""How many things a part holds, and its bytes, by its kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a reply."""

    kind: PartKind
    count: int
    body: bytes
    attributes: int = 0

    def pack(self, room: int) -> bytes:
        """Write it, up to a place that 8 divides."""
        small, large = (self.count, 0) if self.count < 32_767 else (-1, self.count)
        size = len(self.body)
        head = struct.pack(
            "<bBhiii", self.kind, self.attributes, small, large, size, room
        )
        return head + self.body + b"\0" * (-size % 8)


@dataclass(frozen=True, slots=True)
class Asked:
    """A segment of a client's message."""

    kind: int
    commits: bool
    parts: Parts


class Wire(Protocol):
    """A socket, with TLS or without."""

    def recv(self, size: int) -> bytes:
        """Return some bytes, none at the end."""

    def sendall(self, data: bytes) -> None:
        """Send all."""


def receive(wire: Wire, size: int) -> bytes:
    """Return so many bytes.

    Raises:
        EOFError: The client has gone.
    """
    taken = bytearray()
    while len(taken) < size:
        more = wire.recv(size - len(taken))
        if not more:
            raise EOFError
        taken += more
    return bytes(taken)


def receive_message(wire: Wire) -> tuple[int, list[Asked]]:
    """Return a message's number and its segments."""
    head = receive(wire, 32)
    _, number, size, _, segments = struct.unpack_from("<qiIIh", head)
    body, at, found = receive(wire, size), 0, []
    if head[22] & 2:
        raise EOFError  # compressed, which nobody asked for
    for _ in range(segments):
        length, _, parts, _, _, kind, commits, _ = struct.unpack_from(
            "<iihhbbbb", body, at
        )
        found.append(Asked(kind, bool(commits), _parts(body, at + 24, parts)))
        at += length
    return number, found


def _parts(body: bytes, at: int, count: int) -> Parts:
    found: Parts = {}
    for _ in range(count):
        kind, _, small, large, size, _ = struct.unpack_from("<bbhiii", body, at)
        start = at + 16
        found[kind] = (large if small == -1 else small, body[start : start + size])
        at = start + (size + 7) // 8 * 8
    return found


def pack_reply(
    session: int, number: int, did: Did, parts: Iterable[Part], *, room: int
) -> bytes:
    """Write a reply of one segment."""
    packed = [part.pack(room) for part in parts]
    body = b"".join(packed)
    is_error = any(p[:1] == bytes([PartKind.ERROR]) for p in packed)
    kind = 5 if is_error else 2
    segment = struct.pack(
        "<iihhbbhq", 24 + len(body), 0, len(packed), 1, kind, 0, did, 0
    )
    size = len(segment) + len(body)
    head = struct.pack("<qiIIh", session, number, size, room, 1) + b"\0" * 10
    return head + segment + body
