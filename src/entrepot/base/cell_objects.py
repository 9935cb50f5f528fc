"""Rows as JSON objects."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa

from entrepot.base.cell_json import json_parts
from entrepot.base.cell_lines import Lines
from entrepot.base.cells import joined


def object_lines(names: Sequence[str], *, before: str, after: str) -> Lines:
    """Return what makes an object of each row, with `before` and `after` around it."""
    keys = [f"{json.dumps(name, ensure_ascii=False)}:" for name in names]

    def lines(batch: pa.RecordBatch) -> pa.Array:
        parts: list[str | pa.Array] = [f"{before}{{"]
        for key, column in zip(keys, batch.columns, strict=True):
            parts += [key if len(parts) == 1 else f",{key}", *json_parts(column)]
        return joined([*parts, f"}}{after}"], null="null")

    return lines
