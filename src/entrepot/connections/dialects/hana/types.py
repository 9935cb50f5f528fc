"""HANA's types as Arrow's, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from entrepot.base.columns import unique_names
from entrepot.base.rows import DB_TYPE

DECIMALS = {5: "DECIMAL", 47: "SMALLDECIMAL"}
FLOATING = (34, 16)
"""Digits of DECIMAL and SMALLDECIMAL without any: the driver says scale 0 of them."""

# https://help.sap.com/docs/SAP_HANA_CLIENT, the cursor's description; dates and times
# come under the numbers of their older kin.
TYPES: dict[int, tuple[str, pa.DataType]] = {
    1: ("TINYINT", pa.int16()),  # 0 to 255
    2: ("SMALLINT", pa.int16()),
    3: ("INTEGER", pa.int32()),
    4: ("BIGINT", pa.int64()),
    6: ("REAL", pa.float32()),
    7: ("DOUBLE", pa.float64()),
    8: ("CHAR", pa.string()),
    9: ("VARCHAR", pa.string()),
    10: ("NCHAR", pa.string()),
    11: ("NVARCHAR", pa.string()),
    12: ("BINARY", pa.binary()),
    13: ("VARBINARY", pa.binary()),
    14: ("DATE", pa.date32()),
    15: ("TIME", pa.time64("us")),
    16: ("TIMESTAMP", pa.timestamp("us")),
    25: ("CLOB", pa.string()),
    26: ("NCLOB", pa.string()),
    27: ("BLOB", pa.binary()),
    28: ("BOOLEAN", pa.bool_()),
    51: ("TEXT", pa.string()),
    52: ("SHORTTEXT", pa.string()),
    53: ("BINTEXT", pa.string()),
    55: ("ALPHANUM", pa.string()),
    61: ("TIMESTAMP", pa.timestamp("us")),
    62: ("SECONDDATE", pa.timestamp("us")),
    63: ("DATE", pa.date32()),
    64: ("TIME", pa.time64("us")),
}
SIZED = ("CHAR", "VARCHAR", "NCHAR", "NVARCHAR", "BINARY", "VARBINARY", "ALPHANUM")
DECIMAL_DIGITS = 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A column of a result.

    Attributes:
        wanted: None for a decimal whose digits are not declared, and for types that
            the driver gives as something of Python's.
    """

    name: str
    type: str
    wanted: pa.DataType | None
    is_decimal: bool = False


def name_types(description: Sequence[Sequence[Any]]) -> list[Result]:
    """Return the columns of a cursor's description, their names told apart."""
    names = unique_names([str(column[0]) for column in description])
    return [
        _result(name, int(column[1]), column)
        for name, column in zip(names, description, strict=True)
    ]


def make_batch(
    rows: Sequence[Sequence[object]], columns: list[Result]
) -> pa.RecordBatch:
    """Return rows as a batch; its schema says what each column came to."""
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    arrays = [_array(v, c) for v, c in zip(values, columns, strict=True)]
    fields = [
        pa.field(c.name, a.type, metadata={DB_TYPE: c.type.encode()})
        for a, c in zip(arrays, columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=pa.schema(fields))


def _result(name: str, code: int, column: Sequence[Any]) -> Result:
    if code in DECIMALS:
        return _decimal(name, DECIMALS[code], column[4], column[5])
    word, wanted = TYPES.get(code, (f"TYPE {code}", None))
    length = column[4]
    type_ = f"{word}({length})" if word in SIZED and length else word
    return Result(name=name, type=type_, wanted=wanted)


def _decimal(name: str, word: str, digits: object, scale: object) -> Result:
    if not isinstance(digits, int) or not isinstance(scale, int):
        return Result(name=name, type=word, wanted=None, is_decimal=True)
    if (scale == 0 and digits in FLOATING) or not 0 <= scale <= digits:
        return Result(name=name, type=word, wanted=None, is_decimal=True)
    wanted = pa.decimal128(digits, scale) if 0 < digits <= DECIMAL_DIGITS else None
    type_ = f"DECIMAL({digits},{scale})"
    return Result(name=name, type=type_, wanted=wanted, is_decimal=True)


def _array(values: Sequence[Any], column: Result) -> pa.Array:
    if column.is_decimal:
        wanted = column.wanted or _widest(values)
        return pa.array(values, wanted)
    if column.wanted is None:
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if pa.types.is_binary(column.wanted):
        return pa.array([v if v is None else bytes(v) for v in values], pa.binary())
    return pa.array(values, column.wanted)


def _widest(values: Sequence[Decimal | None]) -> pa.DataType:
    whole = fraction = 0
    for value in values:
        if value is not None:
            _, digits, exponent = value.as_tuple()
            places = max(0, -int(exponent))
            fraction = max(fraction, places)
            whole = max(whole, len(digits) + max(0, int(exponent)) - places)
    if whole + fraction <= DECIMAL_DIGITS:
        return pa.decimal128(DECIMAL_DIGITS, fraction)
    if whole + fraction <= 2 * DECIMAL_DIGITS:
        return pa.decimal256(whole + fraction, fraction)
    return pa.float64()
