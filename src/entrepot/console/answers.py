"""Rows as JSON, straight from Arrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import msgspec

from entrepot.base.cell_scalars import SAFE_INTEGER
from entrepot.base.json_values import json_column

if TYPE_CHECKING:
    import pyarrow as pa

Shape = Literal["objects", "arrays"]

_ENCODE = msgspec.json.Encoder().encode
_ODD = re.compile(r'["\\\x00-\x1f]')


def rows_json(
    batches: Iterable[pa.RecordBatch], names: Sequence[str], shape: Shape
) -> bytes:
    """Return a JSON list of the rows, by the rules of `base/cell_json.py`.

    NULL is null and an empty text is one; decimals, and integers beyond ±2^53, are
    texts, as most readers would round them.
    """
    parts = [_rows(batch, names, shape) for batch in batches if batch.num_rows]
    return b"[" + b",".join(parts) + b"]"


def _rows(batch: pa.RecordBatch, names: Sequence[str], shape: Shape) -> bytes:
    columns = [_values(column) for column in batch.columns]
    if shape == "arrays":
        return _ENCODE(list(zip(*columns, strict=True)))[1:-1]
    return _ENCODE(list(map(_object_of(tuple(names)), *columns)))[1:-1]


@lru_cache(64)
def _object_of(names: tuple[str, ...]) -> Callable[..., object]:
    """Return what makes an object of a row's values.

    A struct takes a fraction of what a dict does; not every name can be one's.
    """
    if len(set(names)) < len(names) or any(map(_ODD.search, names)):
        return lambda *row: dict(zip(names, row, strict=True))
    fields = [f"f{place}" for place in range(len(names))]
    renamed = dict(zip(fields, names, strict=True))
    return msgspec.defstruct("Row", fields, rename=renamed, gc=False)


def _values(column: pa.Array) -> list[object]:
    """Return what `json_column` does; plain numbers by a shorter way."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = False
    if pa.types.is_int64(column.type):
        edges = pc.min_max(column)
        least, most = edges["min"].as_py(), edges["max"].as_py()
        plain = least is None or (least >= -SAFE_INTEGER and most <= SAFE_INTEGER)
    elif pa.types.is_float64(column.type):
        plain = pc.all(pc.is_finite(column)).as_py() is not False
    found: list[object] = column.to_pylist() if plain else json_column(column)
    return found
