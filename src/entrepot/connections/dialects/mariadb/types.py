"""MariaDB's types as Arrow's, a batch at a time.

A batch with a date or time that has no Arrow form (`0000-00-00`, `838:59:59`) is text,
exactly as the server writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pymysql.constants import FIELD_TYPE as CODE
from pymysql.protocol import FieldDescriptorPacket

from entrepot.base.columns import unique_names
from entrepot.base.rows import DB_TYPE
from entrepot.connections.dialects.mariadb.binary import (
    UNSIGNED,
    Row,
    render_day,
    render_moment,
    render_span,
)
from entrepot.connections.spec import Column

BINARY = 63
"""The character set of what is no text."""
ENUM, SET = 0x100, 0x800
"""Flags of fields that come as plain strings."""
WIDEST = 4
"""Bytes of a character in utf8mb4, which counts in a field's length."""
DECIMAL_DIGITS = 38

SIGNED = {
    CODE.TINY: ("tinyint", pa.int8()),
    CODE.SHORT: ("smallint", pa.int16()),
    CODE.INT24: ("mediumint", pa.int32()),
    CODE.LONG: ("int", pa.int32()),
    CODE.LONGLONG: ("bigint", pa.int64()),
}
WITHOUT_SIGN = {
    CODE.TINY: pa.int16(),
    CODE.SHORT: pa.int32(),
    CODE.INT24: pa.int32(),
    CODE.LONG: pa.int64(),
    CODE.LONGLONG: pa.decimal128(20, 0),
}
"""Wider ones with a sign, which every format takes."""
OTHERS = {
    CODE.YEAR: ("year", pa.int16()),
    CODE.FLOAT: ("float", pa.float32()),
    CODE.DOUBLE: ("double", pa.float64()),
    CODE.DATE: ("date", pa.date32()),
    CODE.NEWDATE: ("date", pa.date32()),
    CODE.TIME: ("time", pa.time64("us")),
    CODE.DATETIME: ("datetime", pa.timestamp("us")),
    CODE.TIMESTAMP: ("timestamp", pa.timestamp("us", "UTC")),
    CODE.JSON: ("json", pa.string()),
    CODE.GEOMETRY: ("geometry", pa.binary()),
    CODE.NULL: ("null", pa.string()),
}
TEMPORAL = (CODE.DATE, CODE.NEWDATE, CODE.TIME, CODE.DATETIME, CODE.TIMESTAMP)
MOMENT = np.dtype(
    [
        *(("year", "<u2"), ("month", "u1"), ("day", "u1")),
        *(("hour", "u1"), ("minute", "u1"), ("second", "u1"), ("micros", "<u4")),
    ]
)
"""A DATETIME on the wire; what is left out at its end is zero."""
ONE = bytes((1, 0, 1, 1)).ljust(MOMENT.itemsize, b"\0")
"""Stands where there is no value."""
BLOBS = (CODE.TINY_BLOB, CODE.BLOB, CODE.MEDIUM_BLOB, CODE.LONG_BLOB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A column of a result.

    Attributes:
        code: The type's number on the wire.
        size: Digits of a second, or bits.
    """

    name: str
    type: str
    code: int
    wanted: pa.DataType
    size: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether every batch has exactly the wanted type."""
        return self.code not in TEMPORAL


def name_types(
    fields: Sequence[FieldDescriptorPacket], declared: Sequence[Column] | None
) -> list[Result]:
    """Return a result's columns, their names told apart.

    Args:
        declared: The same columns, where they are known beforehand.
    """
    names = unique_names([field.name for field in fields])
    words = [column.type for column in declared or ()]
    if len(words) != len(fields):
        words = [""] * len(fields)
    return [_result(*it) for it in zip(names, fields, words, strict=True)]


def make_batch(rows: Sequence[Row], columns: list[Result]) -> pa.RecordBatch:
    """Return rows as a batch; its schema says what each column came to."""
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    arrays = [_array(v, c) for v, c in zip(values, columns, strict=True)]
    fields = [
        pa.field(c.name, a.type, metadata={DB_TYPE: c.type.encode()})
        for a, c in zip(arrays, columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=pa.schema(fields))


def _result(name: str, field: FieldDescriptorPacket, declared: str) -> Result:
    word, wanted = _named(field)
    size = field.length if field.type_code == CODE.BIT else field.scale
    return Result(
        name=name,
        type=declared or word,
        code=field.type_code,
        wanted=wanted,
        size=size,
    )


def _named(field: FieldDescriptorPacket) -> tuple[str, pa.DataType]:
    code, is_unsigned = field.type_code, bool(field.flags & UNSIGNED)
    if code in SIGNED:
        word, wanted = SIGNED[code]
        return (
            (f"{word} unsigned", WITHOUT_SIGN[code]) if is_unsigned else (word, wanted)
        )
    if code == CODE.BIT:
        return f"bit({field.length})", pa.string()
    if code in (CODE.DECIMAL, CODE.NEWDECIMAL):
        return _decimal(field, is_unsigned)
    return OTHERS[code] if code in OTHERS else _string(field)


def _decimal(
    field: FieldDescriptorPacket, is_unsigned: bool
) -> tuple[str, pa.DataType]:
    # The length is that of the longest text: digits, a sign, a point.
    digits = field.length - (not is_unsigned) - (field.scale > 0)
    digits = max(digits, field.scale, 1)
    make = pa.decimal128 if digits <= DECIMAL_DIGITS else pa.decimal256
    return f"decimal({digits},{field.scale})", make(digits, field.scale)


def _string(field: FieldDescriptorPacket) -> tuple[str, pa.DataType]:
    if field.flags & ENUM:
        return "enum", pa.string()
    if field.flags & SET:
        return "set", pa.string()
    is_blob, is_fixed = field.type_code in BLOBS, field.type_code == CODE.STRING
    if field.charsetnr == BINARY:
        word = "blob" if is_blob else "binary" if is_fixed else "varbinary"
        return (word if is_blob else f"{word}({field.length})"), pa.binary()
    if is_blob:
        return "text", pa.string()
    word = "char" if is_fixed else "varchar"
    return f"{word}({field.length // WIDEST})", pa.string()


def _array(values: Sequence[object], column: Result) -> pa.Array:
    if column.code == CODE.BIT:
        return pa.array([_bits(v, column.size) for v in values], pa.string())
    if column.code in TEMPORAL:
        moments = _moments(values) if column.code != CODE.TIME else None
        if moments is not None:
            return _in_zone(moments, column.wanted)
        texts = pa.array([_time_text(v, column) for v in values], pa.string())
        return _day_times(texts, column.wanted) if column.code == CODE.TIME else texts
    if column.code in (CODE.DECIMAL, CODE.NEWDECIMAL):
        return pa.array(values, pa.binary()).cast(pa.string()).cast(column.wanted)
    if column.wanted == pa.string():
        return _texts(values)
    return pa.array(values, column.wanted)


def _texts(values: Sequence[object]) -> pa.Array:
    try:
        return pa.array(values, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:  # the server keeps half characters, which no UTF-8 has
        return pa.array([_shown(value) for value in values], pa.string())


def _shown(value: object) -> str | None:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else None


def _bits(value: object, size: int) -> str | None:
    if not isinstance(value, bytes):
        return None
    return f"{int.from_bytes(value):0{size}b}"


def _time_text(value: object, column: Result) -> str | None:
    if not isinstance(value, bytes):
        return None
    if column.code == CODE.TIME:
        return render_span(value, column.size)
    if column.code in (CODE.DATE, CODE.NEWDATE):
        return render_day(value)
    return render_moment(value, column.size)


def _moments(values: Sequence[object]) -> pa.Array | None:
    """Return days and moments, or None where one is not in the calendar."""
    raw = [
        v.ljust(MOMENT.itemsize, b"\0") if isinstance(v, bytes) else ONE for v in values
    ]
    parts = np.frombuffer(b"".join(raw), MOMENT)
    is_real = (parts["year"] > 0) & (parts["month"] > 0) & (parts["day"] > 0)
    months = (parts["year"].astype(np.int64) - 1970) * 12 + parts["month"] - 1
    first = months.astype("M8[M]")
    days = first.astype("M8[D]") + (parts["day"].astype(np.int64) - 1)
    if not (is_real & (days.astype("M8[M]") == first)).all():
        return None
    seconds = parts["hour"] * np.int64(3600) + parts["minute"] * np.int64(60)
    micros = (seconds + parts["second"]) * 1_000_000 + parts["micros"]
    return pa.array(
        days.astype("M8[us]") + micros,
        pa.timestamp("us"),
        mask=np.array([v is None for v in values], bool),
    )


def _in_zone(moments: pa.Array, wanted: pa.DataType) -> pa.Array:
    is_zoned = pa.types.is_timestamp(wanted) and wanted.tz is not None
    return (moments.cast(pa.int64()) if is_zoned else moments).cast(wanted)


def _day_times(texts: pa.Array, wanted: pa.DataType) -> pa.Array:
    # Arrow parses no bare times.
    moments = pc.binary_join_element_wise("1970-01-01", texts, " ")
    try:
        return moments.cast(pa.timestamp("us")).cast(wanted)
    except pa.ArrowInvalid:
        return texts
