"""Python values of one column to an Arrow array that keeps each value as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST_DAY = -719_162
"""0001-01-01 in days from 1970: Arrow reads the year 0, Python has none."""


def column_array(
    values: Sequence[object], wanted: pa.DataType | None = None
) -> pa.Array:
    """Return the values as `wanted` if every one fits exactly, else as they are.

    Integers and floats together become double only when no value changes; whatever
    mixes numbers, text and bytes becomes a dense union of int64, double, string and
    binary, so that no value is turned into another.
    """
    array = _as_they_are(values)
    return array if wanted is None else fitted(array, wanted)


def fitted(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Return the array as `wanted` if every value fits exactly, else unchanged.

    Text is read as a date or time only if all of it is ISO 8601 without a zone; a
    day alone is its midnight. Integers are truth values if all are 0 or 1.
    """
    import pyarrow as pa

    if array.type == wanted:
        return array
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    try:
        return _cast(array, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return array


def _as_they_are(values: Sequence[object]) -> pa.Array:
    import pyarrow as pa

    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return _mixed(values)
    # Arrow takes text among bytes for bytes.
    if pa.types.is_binary(array.type) and str in set(map(type, values)):
        return _mixed(values)
    return array


def _cast(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa

    here, kinds = array.type, pa.types
    if kinds.is_string(here) and (kinds.is_date(wanted) or kinds.is_timestamp(wanted)):
        return _parsed(array, wanted)
    if kinds.is_integer(here) and kinds.is_boolean(wanted):
        return _truths(array)
    return array.cast(wanted) if _same_family(here, wanted) else array


def _same_family(here: pa.DataType, wanted: pa.DataType) -> bool:
    import pyarrow.types as kinds

    if kinds.is_integer(here):
        return bool(
            kinds.is_integer(wanted)
            or kinds.is_floating(wanted)
            or kinds.is_decimal(wanted)
        )
    families = (
        (kinds.is_floating,),
        (kinds.is_decimal,),
        (kinds.is_string, kinds.is_large_string),
        (kinds.is_binary, kinds.is_large_binary),
        (kinds.is_date,),
        (kinds.is_time,),
        (kinds.is_timestamp,),
        (kinds.is_duration,),
        (kinds.is_list, kinds.is_struct, kinds.is_map),
    )
    return any(any(k(here) for k in f) and any(k(wanted) for k in f) for f in families)


def _parsed(texts: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    times = texts.cast(wanted)
    days = pc.min(times.cast(pa.date32(), safe=False).cast(pa.int32())).as_py()
    return texts if days is not None and days < _FIRST_DAY else times


def _truths(integers: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pc.min_max(integers).as_py()
    is_truth = ends["min"] is None or (ends["min"] >= 0 and ends["max"] <= 1)
    return integers.cast(pa.bool_()) if is_truth else integers


def _mixed(values: Sequence[object]) -> pa.Array:
    import pyarrow as pa

    arrow = (pa.int64(), pa.float64(), pa.string(), pa.binary())
    children: list[list[object]] = [[], [], [], []]
    types, offsets = [], []
    for value in values:
        place, kept = _placed(value)
        types.append(place)
        offsets.append(len(children[place]))
        children[place].append(kept)
    if len(children[2]) == len(types):
        return pa.array(children[2], pa.string())
    return pa.UnionArray.from_dense(
        pa.array(types, pa.int8()),
        pa.array(offsets, pa.int32()),
        [pa.array(c, t) for c, t in zip(children, arrow, strict=True)],
        ["integer", "number", "text", "bytes"],
    )


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names with each repeated one numbered: `a, a` become `a, a_2`.

    A number that some other column already has in its name is passed over.
    """
    given, used, result = set(names), set[str](), []
    for name in names:
        unique, number = name, 1
        while unique in used or (number > 1 and unique in given):
            number += 1
            unique = f"{name}_{number}"
        used.add(unique)
        result.append(unique)
    return result


def _placed(value: object) -> tuple[int, object]:
    """Return which child of the union takes a value, and the value as it goes in."""
    match value:
        case None:
            return 2, None
        case bool():
            return 2, str(value)
        case int() if -(2**63) <= value < 2**63:
            return 0, value
        case float():
            return 1, value
        case bytes() | bytearray() | memoryview():
            return 3, bytes(value)
        case _:
            return 2, str(value)
