"""A result in the order of one of its columns; the order is worked out once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from entrepot.base.errors import UnknownName
from entrepot.base.json_values import json_column
from entrepot.console.spec import ColumnHead
from entrepot.console.spools import Spool

MOST_ORDERS = 4
"""Kept beside a result: each takes 4 bytes a row, and there may be 2,000 columns."""

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def ordered_slices(  # what is read, and which part of it
    spool: Spool,
    path: Path,
    heads: list[ColumnHead],
    order_by: str,
    offset: int,
    limit: int,
) -> list[pa.RecordBatch]:
    """Return a page of a spool in the order of a column; NULL comes last.

    Rows that are equal keep their order.

    Raises:
        UnknownName: There is no such column.
    """
    place, is_descending = _parse(order_by, [head.name for head in heads])
    order = _order(spool, path, place, is_descending)[offset : offset + limit]
    return [batch for row in order for batch in spool.slices(int(row), 1)]


def _parse(order_by: str, names: list[str]) -> tuple[int, bool]:
    if order_by in names:
        return names.index(order_by), False
    name, _, word = order_by.rpartition(" ")
    if word.lower() in ("asc", "desc") and name in names:
        return names.index(name), word.lower() == "desc"
    is_known = word.lower() in ("asc", "desc")
    raise UnknownName("column", name if is_known else order_by, names)


def _order(spool: Spool, path: Path, place: int, is_descending: bool) -> np.ndarray:
    import numpy as np

    word = "desc" if is_descending else "asc"
    file = path.with_suffix(f".{place}-{word}.order")
    if not spool.rows:
        return np.zeros(0, np.uint32)
    try:
        return np.memmap(file, np.uint32, "r")
    except FileNotFoundError:
        order = _sorted(spool, place, is_descending)
        part = file.with_suffix(f".{uuid4().hex}.part")
        order.tofile(part)
        _make_room(path)
        part.rename(file)
        return order


def _make_room(path: Path) -> None:
    """Remove the orders that were worked out first; whoever reads one has it open."""
    found = sorted(path.parent.glob(f"{path.stem}.*.order"), key=_age)
    for file in found[: max(0, len(found) - MOST_ORDERS + 1)]:
        file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # another request has removed it


def _sorted(spool: Spool, place: int, is_descending: bool) -> np.ndarray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = [batch.column(place) for batch in spool.slices(0, spool.rows)]
    word = "descending" if is_descending else "ascending"
    if spool.is_uniform and arrays:
        try:
            found = pc.array_sort_indices(
                pa.chunked_array(arrays).combine_chunks(), order=word
            )  # equal rows keep their order, and NULL comes last
            return np.asarray(found, np.uint32)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            pass  # it has no order of this type: by their text then
    return np.asarray(_by_text(arrays, is_descending), np.uint32)


def _by_text(arrays: list[pa.Array], is_descending: bool) -> list[int]:
    values = [value for array in arrays for value in json_column(array)]
    places = [n for n, value in enumerate(values) if value is not None]
    nulls = [n for n, value in enumerate(values) if value is None]
    places.sort(key=lambda n: _key(values[n]), reverse=is_descending)
    return places + nulls


def _key(value: object) -> tuple[int, object]:
    match value:
        case bool() | int() | float():
            return 0, value
        case str():
            return 1, value
        case _:
            return 2, msgspec.json.encode(value)
