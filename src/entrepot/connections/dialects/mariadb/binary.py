"""Values in the binary form of MariaDB's protocol, in and out."""

# https://mariadb.com/kb/en/com_stmt_execute/ and /resultset-row/

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from pymysql.constants import FIELD_TYPE as CODE
from pymysql.protocol import FieldDescriptorPacket

UNSIGNED = 0x20
"""Flag of a field."""
SIGNED_BITS = 2**63

Row = list[object]
RowReader = Callable[[bytes], Row]
Reader = Callable[[bytes, int], tuple[object, int]]

FIXED = {
    CODE.TINY: "bB",
    CODE.SHORT: "hH",
    CODE.YEAR: "HH",
    CODE.INT24: "iI",
    CODE.LONG: "iI",
    CODE.LONGLONG: "qQ",
    CODE.FLOAT: "ff",
    CODE.DOUBLE: "dd",
}
"""How a number is packed, with and without a sign; all else says its own length."""


def row_reader(fields: Sequence[FieldDescriptorPacket]) -> RowReader:
    """Return what makes a packet into values.

    Numbers come as such; everything else, times included, as the bytes of the wire.
    """
    readers = [_reader(field) for field in fields]
    start = 1 + (len(fields) + 9) // 8

    def read(data: bytes) -> Row:
        nulls = int.from_bytes(data[1:start], "little") >> 2
        position = start
        row: Row = []
        for number, read_value in enumerate(readers):
            if nulls and nulls >> number & 1:
                row.append(None)
            else:
                value, position = read_value(data, position)
                row.append(value)
        return row

    return read


def render_moment(raw: bytes, digits: int) -> str:
    """Return a DATETIME as the server writes it, with so many digits of a second."""
    year, month, day, hour, minute, second, micros = struct.unpack(
        "<HBBBBBI", raw.ljust(11, b"\0")
    )
    text = f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
    return text + _fraction(micros, digits)


def render_day(raw: bytes) -> str:
    """Return a DATE as the server writes it."""
    year, month, day = struct.unpack_from("<HBB", raw.ljust(4, b"\0"))
    return f"{year:04}-{month:02}-{day:02}"


def render_span(raw: bytes, digits: int) -> str:
    """Return a TIME, which may be negative or longer than a day, as it is written."""
    is_minus, days, hours, minute, second, micros = struct.unpack(
        "<BIBBBI", raw.ljust(12, b"\0")
    )
    sign = "-" if is_minus else ""
    text = f"{sign}{days * 24 + hours:02}:{minute:02}:{second:02}"
    return text + _fraction(micros, digits)


def bind(values: Sequence[object]) -> bytes:
    """Return bound values as they follow the head of COM_STMT_EXECUTE."""
    if not values:
        return b""
    nulls = sum(1 << n for n, value in enumerate(values) if value is None)
    packed = [_packed(value) for value in values]
    types = b"".join(struct.pack("<H", code) for code, _ in packed)
    bitmap = nulls.to_bytes((len(values) + 7) // 8, "little")
    return bitmap + b"\1" + types + b"".join(body for _, body in packed)


def _fraction(micros: int, digits: int) -> str:
    return f".{micros:06}"[: digits + 1] if 0 < digits <= 6 else ""


def _reader(field: FieldDescriptorPacket) -> Reader:
    forms = FIXED.get(field.type_code)
    if forms is None:
        return _counted
    form = struct.Struct("<" + forms[bool(field.flags & UNSIGNED)])
    unpack, size = form.unpack_from, form.size

    def read(data: bytes, position: int) -> tuple[object, int]:
        return unpack(data, position)[0], position + size

    return read


def _counted(data: bytes, position: int) -> tuple[object, int]:
    size = data[position]
    position += 1
    if size > 250:
        width = {252: 2, 253: 3, 254: 8}[size]
        size = int.from_bytes(data[position : position + width], "little")
        position += width
    return data[position : position + size], position + size


def _packed(value: object) -> tuple[int, bytes]:
    match value:
        case None:
            return CODE.NULL, b""
        case int() if -SIGNED_BITS <= value < SIGNED_BITS:
            return CODE.LONGLONG, struct.pack("<q", value)
        case int():
            return CODE.NEWDECIMAL, _with_length(str(value).encode())
        case Decimal():
            return CODE.NEWDECIMAL, _with_length(f"{value:f}".encode())
        case float():
            return CODE.DOUBLE, struct.pack("<d", value)
        case dt.datetime():
            return CODE.DATETIME, _moment(value)
        case dt.date():
            day = struct.pack("<BHBB", 4, value.year, value.month, value.day)
            return CODE.DATE, day
        case bytes() | bytearray() | memoryview():
            return CODE.BLOB, _with_length(bytes(value))
        case _:
            return CODE.VAR_STRING, _with_length(str(value).encode())


def _moment(value: dt.datetime) -> bytes:
    # Sessions are in UTC; a moment without a zone is meant as it stands.
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC)
    parts: Iterable[int] = value.timetuple()[:6]
    return struct.pack("<BHBBBBBI", 11, *parts, value.microsecond)


def _with_length(body: bytes) -> bytes:
    size = len(body)
    if size <= 250:
        return bytes([size]) + body
    width, mark = next(
        (w, m) for w, m in ((2, 252), (3, 253), (8, 254)) if size < 256**w
    )
    return bytes([mark]) + size.to_bytes(width, "little") + body
