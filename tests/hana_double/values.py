"""Values on the wire: rows that go out, parameters that come in."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.hana_double.errors import HanaError
from tests.hana_double.fields import (
    pack_length,
    pack_text,
    unpack_length,
    unpack_text,
)
from tests.hana_double.types import Type

GREGORIAN = (1582, 10, 15)
MONTHS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
BIAS = 6176
NO_TIMESTAMP = 3_155_380_704_000_000_001
NO_SECONDDATE = 315_538_070_401
NO_DATE = 3_652_062
NO_TIME = 86_402

Packer = Callable[[Any], bytes]
"""Writes a value, or that there is none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result."""

    name: str
    type: Type
    nullable: bool = True


def packer(type_: Type) -> Packer:
    """Return what writes a column's values; the large ones are written elsewhere."""
    if type_.name in WHOLE:
        pack = struct.Struct("<b" + WHOLE[type_.name]).pack
        return lambda value: b"\0" if value is None else pack(1, value)
    if type_.name in ("REAL", "DOUBLE"):
        form = struct.Struct("<f" if type_.name == "REAL" else "<d")
        nothing = b"\xff" * form.size
        return lambda value: nothing if value is None else form.pack(value)
    return OTHERS.get(type_.name, _text)


def _text(value: Any) -> bytes:
    if value is None:
        return b"\xff"
    text = str(value)
    if text.isascii() and len(text) <= 245:
        return len(text).to_bytes(1) + text.encode()
    return pack_length(pack_text(text))


def _boolean(value: Any) -> bytes:
    return b"\1" if value is None else b"\2" if value else b"\0"


def _bytes(value: Any) -> bytes:
    return b"\xff" if value is None else pack_length(value)


def _decimal(value: Any) -> bytes:
    if value is None:
        return b"\0" * 15 + b"\x70"
    sign, digits, exponent = Decimal(value).as_tuple()
    number = int("".join(map(str, digits)))
    bits = number | ((int(exponent) + BIAS) << 113) | (sign << 127)
    return bits.to_bytes(16, "little")


def _date(value: Any) -> bytes:
    return struct.pack("<i", NO_DATE if value is None else _days(value))


def _days(day: dt.date) -> int:
    """Return the number of a day; before 15 October 1582 the calendar is Julian."""
    if (day.year, day.month, day.day) >= GREGORIAN:
        return day.toordinal() + 2
    years = day.year - 1
    in_year = MONTHS[day.month - 1] + day.day
    is_leap = day.year % 4 == 0 and day.month > 2
    return years * 365 + years // 4 + in_year + is_leap


def _time(value: Any) -> bytes:
    if value is None:
        return struct.pack("<i", NO_TIME)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return struct.pack("<i", seconds + 1)


def _second(value: Any) -> bytes:
    if value is None:
        return struct.pack("<q", NO_SECONDDATE)
    return struct.pack("<q", _seconds(value) + 1)


def _moment(value: Any) -> bytes:
    if value is None:
        return struct.pack("<q", NO_TIMESTAMP)
    return struct.pack("<q", _seconds(value) * 10**7 + value.microsecond * 10 + 1)


def _seconds(value: dt.datetime) -> int:
    in_day = value.hour * 3600 + value.minute * 60 + value.second
    return _days(value) * 86_400 - 86_400 + in_day


WHOLE = {"TINYINT": "B", "SMALLINT": "h", "INTEGER": "i", "BIGINT": "q"}
OTHERS: dict[str, Packer] = {
    "BOOLEAN": _boolean,
    "BINARY": _bytes,
    "VARBINARY": _bytes,
    "DECIMAL": _decimal,
    "SMALLDECIMAL": _decimal,
    "DATE": _date,
    "TIME": _time,
    "SECONDDATE": _second,
    "TIMESTAMP": _moment,
}


def pack_result_types(columns: Iterable[Column]) -> bytes:
    """Write the columns of a result, their names behind them."""
    head, names, places = b"", b"", dict[str, int]()
    for column in columns:
        if column.name not in places:
            places[column.name] = len(names)
            text = pack_text(column.name)
            names += bytes([len(text)]) + text
        place = places[column.name]
        nothing = 0xFFFFFFFF
        head += struct.pack(
            "<bBhhhIIII",
            2 if column.nullable else 1,
            column.type.code,
            column.type.scale if column.type.scale is not None else _no_scale(column),
            min(column.type.length, 32_767),
            0,
            nothing,
            nothing,
            place,
            place,
        )
    return head + names


def _no_scale(column: Column) -> int:
    return 0x7FFF if column.type.name in ("DECIMAL", "SMALLDECIMAL") else 0


def pack_parameter_types(count: int) -> bytes:
    """Say of every parameter that it is a text of at most 5000 characters."""
    one = struct.pack("<BBBBIhhI", 2, 11, 1, 0, 0xFFFFFFFF, 5000, 0, 0)
    return one * count


def unpack_parameters(data: bytes, count: int) -> list[object]:
    """Read one row of parameters."""
    at, found = 0, list[object]()
    for _ in range(count):
        value, at = _parameter(data, at)
        found.append(value)
    return found


def _parameter(data: bytes, at: int) -> tuple[object, int]:
    code, at = data[at], at + 1
    if code & 0x80:
        return None, at
    forms: dict[int, str] = {1: "<B", 2: "<h", 3: "<i", 4: "<q", 6: "<f", 7: "<d"}
    if code in forms:
        size = struct.calcsize(forms[code])
        return struct.unpack_from(forms[code], data, at)[0], at + size
    if code == 28:
        return data[at] == 2, at + 1
    if code in (8, 9, 10, 11, 29, 30):
        raw, at = unpack_length(data, at)
        return unpack_text(raw), at
    if code in (12, 13, 33):
        return unpack_length(data, at)
    raise HanaError(1033, f"error while parsing protocol: parameter of type {code}")
