"""Large objects: the beginning travels with its row, the rest is asked for."""

from __future__ import annotations

import itertools
import struct

from tests.hana_double.errors import HanaError
from tests.hana_double.fields import in_halves
from tests.hana_double.packets import Part, PartKind
from tests.hana_double.types import Type

FIRST = 1_024
"""Characters or bytes that travel with the row."""
KINDS = {"BLOB": 1, "CLOB": 2, "NCLOB": 3}
HAS_DATA, IS_LAST = 2, 4


class Lobs:
    """The large objects of one connection, by the numbers it was told."""

    def __init__(self) -> None:
        self._values: dict[bytes, str | bytes] = {}
        self._numbers = itertools.count(1)

    def pack(self, type_: Type, value: str | bytes | None) -> bytes:
        """Write a value of a row."""
        kind = KINDS[type_.name]
        if value is None:
            return bytes([kind, 1])
        number = struct.pack("<q", next(self._numbers))
        value = in_halves(value) if isinstance(value, str) else value
        self._values[number] = value
        first = value[:FIRST]
        is_last = len(first) == len(value)
        options = HAS_DATA | (IS_LAST if is_last else 0)
        sizes = struct.pack("<qq", len(value), len(_raw(value)))
        data = _raw(first)
        size = struct.pack("<i", len(data))
        return bytes([kind, options, 0, 0]) + sizes + number + size + data

    def read(self, asked: bytes) -> Part:
        """Return the piece of one that a client asks for; places count from 1.

        Raises:
            HanaError: There is none of that number.
        """
        number = asked[:8]
        start, size = struct.unpack_from("<qi", asked, 8)
        if number not in self._values:
            raise HanaError(1033, "error while parsing protocol: invalid lob locator")
        value = self._values[number]
        piece = value[start - 1 : start - 1 + size]
        is_last = start - 1 + size >= len(value)
        data = _raw(piece)
        options = HAS_DATA | (IS_LAST if is_last else 0)
        head = number + struct.pack("<bi3x", options, len(data))
        return Part(PartKind.LOB, 1, head + data)


def _raw(value: str | bytes) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
