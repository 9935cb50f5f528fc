"""Columns of anything as columns of a type, as far as their values allow."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_scalars import is_text
from entrepot.base.cell_text import cell_text
from entrepot.exports.spec import ColumnType
from entrepot.exports.template.mixing import left_over
from entrepot.exports.template.moments import (
    DAY,
    MOMENT,
    TIME,
    read_moments,
    read_times,
)

WHOLE = pa.int64()
NUMBER = pa.float64()
AMOUNT_DIGITS, AMOUNT_SCALE = 38, 2
AMOUNT = pa.decimal128(AMOUNT_DIGITS, AMOUNT_SCALE)

NUMBER_DIGITS = 15
"""So many digits of a double are certain; what has more stays text."""

_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_AMOUNT = r"^[+-]?(\d{1,20}(\.\d{0,18})?|\.\d{1,18})$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
_YES, _NO = ["true", "yes", "1"], ["false", "no", "0"]

TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": WHOLE,
    "number": NUMBER,
    "decimal": AMOUNT,
    "date": DAY,
    "datetime": MOMENT,
    "time": TIME,
    "boolean": pa.bool_(),
}
"""What is expected of a column; decimals may get more places, moments a zone."""


def converted(values: pa.Array, wanted: ColumnType) -> tuple[list[pa.Array], pa.Array]:
    """Return layers with what could become the type, and the rest as text.

    Each layer is NULL where another has the value. Blank text is NULL.
    """
    if _is_it(values.type, wanted):
        return [values], pa.nulls(len(values), pa.string())
    if wanted == "date" and kinds.is_timestamp(values.type):
        return [_days(values)], pa.nulls(len(values), pa.string())
    if wanted == "datetime" and kinds.is_date(values.type):
        return [values.cast(MOMENT)], pa.nulls(len(values), pa.string())
    text = _filled(cell_text(values).cast(pa.string()))
    layers = _READERS[wanted](text)
    if wanted == "decimal" and kinds.is_floating(values.type):
        layers += [left_over(values, *layers)]  # 1e+30 is no amount, but a number
    return layers, left_over(text, *layers)


def _is_it(kind: pa.DataType, wanted: ColumnType) -> bool:
    return bool(_IS[wanted](kind))


def _is_number(kind: pa.DataType) -> bool:
    is_number: bool = kinds.is_integer(kind) or kinds.is_floating(kind)
    return is_number or bool(kinds.is_decimal(kind))


_IS: dict[ColumnType, Callable[[pa.DataType], object]] = {
    "text": is_text,
    "integer": kinds.is_integer,
    "number": _is_number,
    "decimal": kinds.is_decimal,
    "date": kinds.is_date,
    "datetime": kinds.is_timestamp,
    "time": kinds.is_time,
    "boolean": kinds.is_boolean,
}


def _filled(text: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), None, text)


def _such(text: pa.Array, pattern: str) -> pa.Array:
    """Return the texts that a pattern finds; NULL instead of the others."""
    return pc.if_else(pc.match_substring_regex(text, pattern), text, None)


def _integers(text: pa.Array) -> list[pa.Array]:
    digits = pc.utf8_ltrim(_such(text, _WHOLE), "+")
    if pc.any(pc.match_substring(digits, ".")).as_py():
        digits = pc.replace_substring_regex(digits, r"\..*", "")
    return [digits.cast(WHOLE)]


def _numbers(text: pa.Array) -> list[pa.Array]:
    numbers = _such(text, _NUMBER)
    digits = pc.replace_substring_regex(numbers, r"^[+-]?[0.]*|[eE].*|\.", "")
    is_exact = pc.less_equal(pc.utf8_length(digits), NUMBER_DIGITS)
    return [pc.if_else(is_exact, numbers, None).cast(NUMBER)]


def _amounts(text: pa.Array) -> list[pa.Array]:
    amounts = _such(text, _AMOUNT)
    behind = pc.replace_substring_regex(amounts, r"^[^.]*\.?", "")
    places = pc.max(pc.utf8_length(behind)).as_py() or 0
    kind = pa.decimal128(AMOUNT_DIGITS, max(places, AMOUNT_SCALE))
    return [amounts.cast(kind)]


def _booleans(text: pa.Array) -> list[pa.Array]:
    words = pc.utf8_lower(text)
    is_yes = pc.is_in(words, pa.array(_YES))
    is_no = pc.is_in(words, pa.array(_NO))
    return [pc.if_else(pc.or_(is_yes, is_no), is_yes, None)]


def _days(moments: pa.Array) -> pa.Array:
    return moments.cast(pa.timestamp(moments.type.unit)).cast(DAY, safe=False)


def _dates(text: pa.Array) -> list[pa.Array]:
    # A day is the one that is written, whatever the zone.
    written = pc.replace_substring_regex(text, r"\s*(Z|[+-]\d\d:?\d\d)$", "")
    is_moment = pc.match_substring(text, ":")
    plain, _ = read_moments(pc.if_else(is_moment, written, text))
    return [_days(plain)]


def _moments(text: pa.Array) -> list[pa.Array]:
    return list(read_moments(text))


def _texts(text: pa.Array) -> list[pa.Array]:
    return [text]


_READERS: dict[ColumnType, Callable[[pa.Array], list[pa.Array]]] = {
    "text": _texts,
    "integer": _integers,
    "number": _numbers,
    "decimal": _amounts,
    "date": _dates,
    "datetime": _moments,
    "time": lambda text: [read_times(text)],
    "boolean": _booleans,
}
