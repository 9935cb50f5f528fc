"""Python values of one column to an Arrow array that keeps each value as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def column_array(
    values: Sequence[object], wanted: pa.DataType | None = None
) -> pa.Array:
    """Return the values as `wanted` if every one fits exactly, else as they are.

    Integers and floats together become int64 or double only when no value changes;
    whatever mixes numbers, text and bytes becomes a dense union of int64, double,
    string and binary, so that no value is turned into another.
    """
    import pyarrow as pa

    try:
        return pa.array(values, type=wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return _mixed(values) if wanted is None else column_array(values)


def _mixed(values: Sequence[object]) -> pa.Array:
    import pyarrow as pa

    kinds = (int, float, str, bytes)
    arrow = (pa.int64(), pa.float64(), pa.string(), pa.binary())
    children: list[list[object]] = [[], [], [], []]
    types, offsets = [], []
    for value in values:
        place = next((n for n, k in enumerate(kinds) if isinstance(value, k)), 2)
        types.append(place)
        offsets.append(len(children[place]))
        known = value is None or isinstance(value, kinds)
        children[place].append(value if known else str(value))
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
