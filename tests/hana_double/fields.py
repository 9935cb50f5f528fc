"""The protocol's small forms: text in CESU-8, fields with lengths, lists of options."""

from __future__ import annotations

import struct
from collections.abc import Iterable

Option = bool | int | str


def in_halves(text: str) -> str:
    """Return the text with two letters for each that lies beyond 16 bits.

    That is how HANA counts letters.
    """
    halves = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack(f"<{len(halves) // 2}H", halves)))


def pack_text(text: str) -> bytes:
    """Write CESU-8: what lies beyond 16 bits goes as two halves of three bytes."""
    return in_halves(text).encode("utf-8", "surrogatepass")


def unpack_text(data: bytes) -> str:
    """Read CESU-8."""
    text = data.decode("utf-8", "surrogatepass")
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def pack_length(data: bytes) -> bytes:
    """Write a value behind its length, in one, three or five bytes."""
    if len(data) <= 245:
        return bytes([len(data)]) + data
    if len(data) <= 32_767:
        return b"\xf6" + struct.pack("<H", len(data)) + data
    return b"\xf7" + struct.pack("<I", len(data)) + data


def unpack_length(data: bytes, at: int) -> tuple[bytes, int]:
    """Read such a value; return it, and where it ends."""
    size, at = data[at], at + 1
    if size == 0xF6:
        (size,), at = struct.unpack_from("<H", data, at), at + 2
    elif size == 0xF7:
        (size,), at = struct.unpack_from("<I", data, at), at + 4
    return data[at : at + size], at + size


def pack_fields(items: Iterable[bytes]) -> bytes:
    """Write the fields of a login."""
    found = list(items)
    return struct.pack("<H", len(found)) + b"".join(
        (bytes([len(i)]) if len(i) <= 245 else b"\xff" + struct.pack(">H", len(i))) + i
        for i in found
    )


def unpack_fields(data: bytes) -> list[bytes]:
    """Read the fields of a login."""
    (count,), at, found = struct.unpack_from("<H", data), 2, []
    for _ in range(count):
        size, at = data[at], at + 1
        if size == 0xFF:
            (size,), at = struct.unpack_from(">H", data, at), at + 2
        found.append(data[at : at + size])
        at += size
    return found


def pack_options(options: Iterable[tuple[int, Option]]) -> tuple[int, bytes]:
    """Write numbered options; return how many they are, and them."""
    found = list(options)
    return len(found), b"".join(_option(key, value) for key, value in found)


def _option(key: int, value: Option) -> bytes:
    if isinstance(value, bool):
        return bytes([key, 28, value])
    if isinstance(value, int):
        return bytes([key, 3]) + struct.pack("<i", value)
    text = pack_text(value)
    return bytes([key, 29]) + struct.pack("<h", len(text)) + text


def find_text_option(data: bytes, key: int) -> str:
    """Return a text among options that begin with texts; empty where it is not."""
    at = 0
    while at + 4 <= len(data) and data[at + 1] == 29:
        (size,) = struct.unpack_from("<h", data, at + 2)
        if data[at] == key:
            return unpack_text(data[at + 4 : at + 4 + size])
        at += 4 + size
    return ""
