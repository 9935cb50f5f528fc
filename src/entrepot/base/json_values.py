"""Arrow columns as values that JSON can carry exactly, by the rules of `cell_json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import pyarrow as pa


def json_column(array: pa.Array) -> list[object]:
    """Return one JSON-ready value for each of the column's."""
    import pyarrow.compute as pc
    import pyarrow.types as kinds

    from entrepot.base.cell_json import json_cells

    values: list[object]
    if kinds.is_string(array.type) or kinds.is_boolean(array.type):
        values = array.to_pylist()
    else:
        cells = pc.fill_null(json_cells(array), "null").to_pylist()
        values = msgspec.json.decode("[" + ",".join(cells) + "]")
    return values
