"""Columns whose values are of several types."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def mixed(layers: Sequence[pa.Array]) -> pa.Array:
    """Return one column of the first layer that is not NULL, row by row.

    Where more than one layer has values, it is a dense union of their types.
    """
    used = [layer for layer in layers if layer.null_count < len(layer)]
    if len(used) < 2:
        return used[0] if used else layers[0]
    codes = np.zeros(len(used[0]), np.int8)
    free = np.ones(len(codes), np.bool_)
    for code, layer in enumerate(used):
        mine = layer.is_valid().to_numpy(zero_copy_only=False) & free
        codes[mine] = code
        free &= ~mine
    places = pa.array(np.arange(len(codes), dtype=np.int32))
    names = [str(layer.type) for layer in used]
    return pa.UnionArray.from_dense(pa.array(codes), places, used, names)


def left_over(values: pa.Array, *layers: pa.Array) -> pa.Array:
    """Return the values of the rows in which every layer is NULL."""
    for layer in layers:
        if layer.null_count < len(layer):
            values = pc.if_else(layer.is_valid(), None, values)
    return values


def nothing(values: pa.Array) -> bool:
    """Tell whether a column is NULL all over; a union is not."""
    return not pa.types.is_union(values.type) and values.null_count == len(values)
