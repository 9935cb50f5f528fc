"""Columns as numbers that Excel keeps exactly, with the style that shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_scalars import PER_SECOND, beyond, scalar_text
from entrepot.base.cells import numbers_of
from entrepot.exports.formats.xlsx import styles

MOST_DIGITS = 15
"""Digits of a number that Excel keeps."""

EPOCH_DAYS = 25_569
"""1970-01-01 as Excel counts days."""

FIRST_DAY, LAST_DAY = 61, 2_958_465
"""1900-03-01, before which Excel's calendar is wrong, and 9999-12-31."""

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers as text; NULL also where Excel would not keep the value."""

    values: pa.Array
    style: int


def numbers(array: pa.Array) -> Numbers | None:
    """Return a column's values as numbers; None where the type has none."""
    kind = array.type
    if kinds.is_floating(kind):
        return Numbers(array.cast(pa.string()), styles.GENERAL)
    if kinds.is_integer(kind):
        return Numbers(_integers(array), styles.INTEGER)
    if kinds.is_decimal(kind):
        return Numbers(_decimals(array), styles.decimal_style(kind.scale))
    if kinds.is_date(kind):
        return Numbers(_dates(array.cast(pa.date32())), styles.DATE)
    if kinds.is_timestamp(kind):
        return Numbers(_moments(array), styles.MOMENT)
    if kinds.is_time(kind):
        return Numbers(_text(_days(array), _is_null(array)), styles.TIME)
    if kinds.is_duration(kind):
        days = _days(array)
        # Excel shows ##### for a negative time.
        return Numbers(_text(days, _is_null(array) | (days < 0)), styles.DURATION)
    return None


def _integers(array: pa.Array) -> pa.Array:
    text = array.cast(pa.string())
    far = beyond(array, 10**MOST_DIGITS - 1)
    return text if far is None else pc.if_else(far, None, text)


def _decimals(array: pa.Array) -> pa.Array:
    text = scalar_text(array)
    if array.type.precision <= MOST_DIGITS:
        return text
    digits = text
    if array.type.scale > 0:
        digits = pc.utf8_rtrim(digits, "0")
    length = pc.utf8_length(pc.replace_substring(pc.utf8_ltrim(digits, "-0."), ".", ""))
    return pc.if_else(pc.greater(length, MOST_DIGITS), None, text)


def _dates(array: pa.Array) -> pa.Array:
    days = numbers_of(array, np.int32).astype(np.int64) + EPOCH_DAYS
    outside = (days < FIRST_DAY) | (days > LAST_DAY)
    return _text(days, _is_null(array) | outside)


def _moments(array: pa.Array) -> pa.Array:
    days = _days(array) + EPOCH_DAYS
    outside = (days < FIRST_DAY) | (days >= LAST_DAY + 1)
    return _text(days, _is_null(array) | outside)


def _days(array: pa.Array) -> npt.NDArray[np.float64]:
    counts = numbers_of(array, f"i{array.type.bit_width // 8}")
    return counts / (PER_SECOND[array.type.unit] * SECONDS_A_DAY)


def _is_null(array: pa.Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = array.is_null().to_numpy(zero_copy_only=False)
    return found


def _text(
    days: npt.NDArray[np.int64] | npt.NDArray[np.float64],
    mask: npt.NDArray[np.bool_],
) -> pa.Array:
    return pa.array(days, mask=mask if mask.any() else None).cast(pa.string())
