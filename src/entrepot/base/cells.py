"""Tools for turning Arrow columns into columns of text, many cells at a time.

This module and its neighbours `cell_*` import pyarrow and numpy: only what writes
rows imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

Render = Callable[[pa.Array], pa.Array]
"""A column to a column of strings; NULL stays NULL."""

CELLS_AT_ONCE = 200_000
BYTES_AT_ONCE = 1 << 25
"""Bounds of what is rendered together: the text of a piece must stay below 2 GiB."""


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a batch into pieces of at least one row whose text fits into memory."""
    step = max(1, CELLS_AT_ONCE // max(1, batch.num_columns))
    for start in range(0, batch.num_rows, step):
        yield from _by_bytes(batch.slice(start, step))


def _by_bytes(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    if batch.num_rows < 2 or batch.nbytes <= BYTES_AT_ONCE:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _by_bytes(batch.slice(0, half))
    yield from _by_bytes(batch.slice(half))


def is_wrapped(kind: pa.DataType) -> bool:
    """Say whether `unwrapped` finds other types within this one."""
    return bool(
        kinds.is_dictionary(kind)
        or kinds.is_union(kind)
        or kinds.is_run_end_encoded(kind)
        or isinstance(kind, pa.BaseExtensionType)
    )


def unwrapped(array: pa.Array, render: Render) -> pa.Array:
    """Render what lies inside dictionaries, unions, run ends and extension types.

    `render` sees arrays of no such type; each member of a union by itself.
    """
    kind = array.type
    if kinds.is_dictionary(kind):
        return unwrapped(array.dictionary, render).take(array.indices)
    if kinds.is_union(kind):
        return _members(array, render)
    if kinds.is_run_end_encoded(kind):
        return unwrapped(pc.run_end_decode(array), render)
    if isinstance(kind, pa.UuidType):
        return render(strings(array, str))
    if isinstance(kind, pa.BaseExtensionType):
        return unwrapped(array.storage, render)
    return render(array)


def _members(array: pa.UnionArray, render: Render) -> pa.Array:
    codes, offsets = _codes_and_offsets(array)
    places = np.empty(len(array), np.int64)
    rendered: list[pa.Array] = []
    start = 0
    for number, code in enumerate(array.type.type_codes):
        mine = np.flatnonzero(codes == code)
        used = array.field(number).take(pa.array(offsets[mine]))
        rendered.append(unwrapped(used, render))
        places[mine] = np.arange(start, start + len(mine))
        start += len(mine)
    return pa.concat_arrays(rendered).take(pa.array(places))


def _codes_and_offsets(
    array: pa.UnionArray,
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32]]:
    # `type_codes` and `offsets` forget where a sliced array begins; buffers do not.
    _, codes, offsets, *_ = array.buffers()
    size, start = len(array), array.offset
    found = np.frombuffer(codes, np.int8, size, start)
    if array.type.mode == "sparse":
        return found, np.arange(size, dtype=np.int32)
    return found, np.frombuffer(offsets, np.int32, size, start * 4)


def strings(array: pa.Array, text: Callable[..., str]) -> pa.Array:
    """Render a column value by value: the slow way, for what has no fast one."""
    values = (None if v is None else text(v) for v in array.to_pylist())
    return pa.array(values, pa.string(), size=len(array))


def joined(parts: Sequence[str | pa.Array], null: str | None = None) -> pa.Array:
    """Join constants and columns cell by cell into one column of strings.

    Where a column is NULL the whole is NULL, or `null` stands in the column's place.
    """
    runs = (list(run) for _, run in groupby(parts, lambda p: isinstance(p, str)))
    flat = [
        piece
        for run in runs
        for piece in (["".join(run)] if isinstance(run[0], str) else run)
    ]
    # The last argument is the separator.
    if null is None:
        return pc.binary_join_element_wise(*flat, "")
    return pc.binary_join_element_wise(
        *flat, "", null_handling="replace", null_replacement=null
    )


def replaced(
    values: pa.Array, mask: npt.NDArray[np.bool_], text: Callable[[str], str]
) -> pa.Array:
    """Give the strings where `mask` is true another text, one by one."""
    chosen = pa.array(mask)
    changed = strings(values.filter(chosen), text)
    return pc.replace_with_mask(values, chosen, changed)


def numbers_of(array: pa.Array, dtype: npt.DTypeLike) -> npt.NDArray[np.int64]:
    """Look at a column's numbers in place; where it is NULL they mean nothing."""
    data = array.buffers()[1]
    if data is None:
        return np.zeros(len(array), dtype)
    size = np.dtype(dtype).itemsize
    return np.frombuffer(data, dtype, len(array), array.offset * size)


def offsets_of(array: pa.Array) -> npt.NDArray[np.int32]:
    """Look at where the strings of a column begin, and where the last ends."""
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(len(array) + 1, np.int32)
    return np.frombuffer(buffer, np.int32, len(array) + 1, array.offset * 4)


def bytes_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Look at the bytes of a column of strings in place, one string after the other."""
    offsets, buffer = offsets_of(array), array.buffers()[2]
    if buffer is None:
        return np.zeros(0, np.uint8)
    length = int(offsets[-1] - offsets[0])
    return np.frombuffer(buffer, np.uint8, length, int(offsets[0]))


def first_bytes(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the first byte of each string; 0 for empty and NULL."""
    return _byte_at(array, offsets_of(array)[:-1])


def last_bytes(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the last byte of each string; 0 for empty and NULL."""
    return _byte_at(array, offsets_of(array)[1:] - 1)


def _byte_at(array: pa.Array, places: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    offsets, raw = offsets_of(array), bytes_of(array)
    found = np.zeros(len(array), np.uint8)
    filled = np.flatnonzero(np.diff(offsets))
    found[filled] = raw[places[filled] - offsets[0]]
    return found
