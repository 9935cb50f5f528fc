"""Columns as plain text, as people and spreadsheets read it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as kinds

from entrepot.base.cell_json import json_cells
from entrepot.base.cell_scalars import scalar_text
from entrepot.base.cells import unwrapped


def cell_text(array: pa.Array) -> pa.Array:
    """Return one string a cell, NULL for NULL; what is nested is JSON."""
    return unwrapped(array, _text)


def _text(array: pa.Array) -> pa.Array:
    is_nested = kinds.is_nested(array.type)
    return json_cells(array) if is_nested else scalar_text(array)
