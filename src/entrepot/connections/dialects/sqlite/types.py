"""SQLite's declared types: what they are to people, and what Arrow should make of them.

A declared type promises nothing about the values; it says what to try first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from entrepot.connections.spec import Column

if TYPE_CHECKING:
    import pyarrow as pa

_WORDS = (
    ("BOOL", "boolean"),
    ("DATETIME", "datetime"),
    ("TIMESTAMP", "datetime"),
    ("DATE", "date"),
    ("TIME", "time"),
)
"""Beginnings that say more than SQLite's affinity does."""

_PARTS = (
    ("INT", "integer"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("BLOB", "bytes"),
    ("REAL", "number"),
    ("FLOA", "number"),
    ("DOUB", "number"),
    ("DEC", "decimal"),
    ("NUM", "decimal"),
    ("MONEY", "decimal"),
    ("CURRENCY", "decimal"),
    ("STRING", "text"),
    ("UUID", "text"),
    ("JSON", "text"),
    ("XML", "text"),
)
# The first eight are https://www.sqlite.org/datatype3.html#determination_of_column_affinity


def kind_of(declared: str) -> str:
    """Return the `Column.kind` of a declared type."""
    word = declared.strip().upper()
    for beginning, kind in _WORDS:
        if word.startswith(beginning):
            return kind
    return next((kind for part, kind in _PARTS if part in word), "other")


def sizes(declared: str) -> tuple[int | None, int | None]:
    """Return the numbers in a type's brackets: length or precision, and scale."""
    found = re.search(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", declared)
    if found is None:
        return None, None
    first, second = found.groups()
    return int(first), None if second is None else int(second)


def column_of(name: str, position: int, declared: str, **more: object) -> Column:
    """Return a column with what its declared type says."""
    kind = kind_of(declared)
    first, second = sizes(declared)
    return Column(
        name=name,
        position=position,
        type=declared,
        kind=kind,
        length=first if kind in ("text", "bytes") else None,
        precision=first if kind == "decimal" else None,
        scale=second if kind == "decimal" else None,
        **more,  # type: ignore[arg-type]  # the caller's keywords are Column's
    )


def arrow_of(column: Column) -> pa.DataType | None:
    """Return the Arrow type to try for a column; None to go by the values.

    A decimal without a scale may well be an integer, so its values decide.
    """
    import pyarrow as pa

    match column.kind:
        case "integer":
            return pa.int64()
        case "number":
            return pa.float64()
        case "decimal":
            return pa.float64() if column.scale else None
        case "text" | "time":
            return pa.string()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "datetime":
            return pa.timestamp("us")
        case "bytes":
            return pa.binary()
        case _:
            return None


def stored_as(type: pa.DataType | None) -> pa.DataType | None:
    """Return the type in which SQLite stores such values: dates are text."""
    import pyarrow as pa

    if type is None:
        return None
    if pa.types.is_boolean(type):
        return pa.int64()
    is_text = pa.types.is_date(type) or pa.types.is_timestamp(type)
    return pa.string() if is_text else type
