"""Rows of one product: variants get what its first row says, pictures go to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from entrepot.feeds.spec import LINE, Grouping, RawBatch, RowError

if TYPE_CHECKING:
    import pyarrow as pa

PICTURES = "(more pictures)"
"""The column with the addresses of a product's further pictures, as JSON."""

MOST_ROWS = 10_000
"""Of one product; the rows after them begin anew."""


def grouped(batches: Iterator[RawBatch], grouping: Grouping) -> Iterator[RawBatch]:
    """Yield the rows that are products or variants, with what they have in common.

    Rows of one product stand together, even over the end of a batch.
    """
    import pyarrow as pa

    held: pa.RecordBatch | None = None
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    for batch in batches:
        rows = batch.rows
        if held is not None:
            rows = pa.concat_batches([held, rows])
        errors, warnings = errors + batch.errors, warnings + batch.warnings
        cut = _last_begin(rows, grouping)
        held = rows.slice(cut)
        if cut or errors or warnings:
            yield RawBatch(_group(rows.slice(0, cut), grouping), errors, warnings)
            errors = warnings = ()
    if held is not None:
        yield RawBatch(_group(held, grouping), errors, warnings)


def _begins(rows: pa.RecordBatch, grouping: Grouping) -> pa.Array:
    """Return a mask of the rows with which a product begins."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pc.fill_null(pc.utf8_trim_whitespace(rows[grouping.by]), "")
    changed = pc.and_(pc.not_equal(names[1:], names[:-1]), pc.not_equal(names[1:], ""))
    # A row without a handle is a product of its own if it says anything of one.
    lone = pc.and_(pc.equal(names, ""), _is_told(rows, grouping))
    after_lone = pc.and_(lone[:-1], pc.not_equal(names[1:], ""))
    rest = pc.or_(pc.or_(changed, lone[1:]), after_lone)
    return pa.concat_arrays([pa.array([True], pa.bool_()), rest])


def _last_begin(rows: pa.RecordBatch, grouping: Grouping) -> int:
    import pyarrow.compute as pc

    if not rows.num_rows:
        return 0
    begins = pc.indices_nonzero(_begins(rows, grouping))
    last: int = begins[-1].as_py()
    return rows.num_rows if rows.num_rows - last > MOST_ROWS else last


def _is_told(rows: pa.RecordBatch, grouping: Grouping) -> pa.Array:
    """Return a mask of the rows that are variants, and not only a picture."""
    import pyarrow as pa
    import pyarrow.compute as pc

    told = pa.array([False] * rows.num_rows, pa.bool_())
    for name in grouping.told_by:
        told = pc.or_(told, _is_filled(rows[name]))
    return told


def _is_filled(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(texts), ""), False)


def _group(rows: pa.RecordBatch, grouping: Grouping) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not rows.num_rows:
        return rows.append_column(PICTURES, pa.array([], pa.string()))
    begins = _begins(rows, grouping).to_numpy(zero_copy_only=False)
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    told = _is_told(rows, grouping).to_numpy(zero_copy_only=False) | begins
    columns = []
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        if name in grouping.filled or name in (grouping.by, grouping.picture):
            given = column.take(pa.array(first))
            column = pc.if_else(_is_filled(column), column, given)
        if name == grouping.picture:
            column = _own_pictures(rows, column, begins)
        columns.append(column)
    pictures = _pictures(rows, grouping, first, told)
    whole = pa.RecordBatch.from_arrays(
        [*columns, pictures], [*rows.schema.names, PICTURES]
    )
    return whole.filter(pa.array(told))


def _of_variants(rows: pa.RecordBatch) -> pa.Array | None:
    """Return the column with pictures of variants, of files that have one."""
    names = {name.strip().lower(): name for name in rows.schema.names}
    return rows[names["variant image"]] if "variant image" in names else None


def _own_pictures(rows: pa.RecordBatch, given: pa.Array, begins: object) -> pa.Array:
    """Return the pictures, a further variant's own one before its product's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = _of_variants(rows)
    if own is None:
        return given
    is_free = pc.or_(pc.invert(pa.array(begins)), pc.invert(_is_filled(given)))
    is_own = pc.and_(_is_filled(own), is_free)
    return pc.if_else(is_own, own, given)


def _pictures(
    rows: pa.RecordBatch, grouping: Grouping, first: object, told: object
) -> pa.Array:
    """Return, at each product's first row, the pictures of rows that are left out."""
    import numpy as np
    import pyarrow as pa

    found: dict[int, list[tuple[float, int, str]]] = {}
    if grouping.picture:
        shown = _shown(rows, first)
        for row in np.flatnonzero(~np.asarray(told)).tolist():
            url = (rows[grouping.picture][row].as_py() or "").strip()
            if url and (int(np.asarray(first)[row]), url) not in shown:
                place = _position(rows, grouping, row)
                found.setdefault(int(np.asarray(first)[row]), []).append(
                    (place, row, url)
                )
    made: list[str | None] = [None] * rows.num_rows
    for row, urls in found.items():
        made[row] = json.dumps([url for _, _, url in sorted(urls)], ensure_ascii=False)
    return pa.array(made, pa.string())


def _shown(rows: pa.RecordBatch, first: object) -> set[tuple[int, str]]:
    """Return the pictures of further variants, each with its product's first row."""
    import numpy as np

    own = _of_variants(rows)
    if own is None:
        return set()
    pairs = zip(np.asarray(first).tolist(), own.to_pylist(), strict=True)
    return {
        (begin, url.strip())
        for row, (begin, url) in enumerate(pairs)
        if url and row != begin
    }


def _position(rows: pa.RecordBatch, grouping: Grouping, row: int) -> float:
    text = rows[grouping.position][row].as_py() if grouping.position else None
    try:
        return float(text or "inf")
    except ValueError:
        return float("inf")


def is_possible(grouping: Grouping, names: list[str]) -> bool:
    """Tell whether a file has the columns that belong together."""
    wanted = {grouping.by, *grouping.told_by, *grouping.filled}
    wanted |= {grouping.picture, grouping.position} - {""}
    wanted |= {name for pair in grouping.options for name in pair}
    return LINE not in wanted and wanted <= set(names)
