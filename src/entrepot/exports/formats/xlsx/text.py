"""Text that Excel and every XML parser read back as it was."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from entrepot.base.cells import (
    bytes_of,
    first_bytes,
    joined,
    last_bytes,
    offsets_of,
    replaced,
)
from entrepot.exports.formats.xlsx.names import cut, is_longer

CELL_UNITS = 32_767
"""UTF-16 units in a cell, Excel's limit."""

# XML has no way to write these; Excel reads _x000B_. CR is among them because a
# parser would make LF of it.
UNWRITABLE = "[\x00-\x08\x0b-\x1f\ufffe\uffff]"
LITERAL = "_(?=x[0-9A-Fa-f]{4}_)"
SPACE = np.array([9, 10, 13, 32], np.uint8)


def escape(text: str) -> str:
    """Return a text as it stands between tags or in an attribute."""
    text = _careful(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def text_cells(values: pa.Array) -> tuple[str, pa.Array]:
    """Return what follows `<t` up to `</t>`: what is the same in every cell, the rest.

    No string is longer than a cell may be.
    """
    mask = _needs_care(values)
    if mask is not None:
        values = replaced(values, mask, _careful)
    return _with_space_kept(_escaped(values))


def cut_cells(values: pa.Array) -> tuple[pa.Array, int]:
    """Cut what is longer than a cell may be; return also how many were cut."""
    # No character takes fewer bytes in UTF-8 than it has units in UTF-16.
    is_fat = np.diff(offsets_of(values)) > CELL_UNITS
    if not is_fat.any():
        return values, 0
    fat = values.filter(pa.array(is_fat)).to_pylist()
    cells_cut = sum(is_longer(text, CELL_UNITS) for text in fat if text is not None)
    return replaced(values, is_fat, partial(cut, units=CELL_UNITS)), cells_cut


def _needs_care(values: pa.Array) -> npt.NDArray[np.bool_] | None:
    raw = bytes_of(values)
    low = raw[raw < 32]
    patterns = []
    if ((low != 9) & (low != 10)).any() or (raw == 0xEF).any():
        patterns.append(UNWRITABLE)
    if (raw == ord("_")).any():
        patterns.append("_x[0-9A-Fa-f]{4}_")
    if not patterns:
        return None
    found = pc.match_substring_regex(values, "|".join(patterns))
    mask = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask if mask.any() else None


def _careful(text: str) -> str:
    text = re.sub(LITERAL, "_x005F_", text)
    return re.sub(UNWRITABLE, lambda m: f"_x{ord(m[0]):04X}_", text)


def _escaped(values: pa.Array) -> pa.Array:
    raw = bytes_of(values)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if (raw == ord(sign)).any():
            values = pc.replace_substring(values, sign, entity)
    return values


def _with_space_kept(values: pa.Array) -> tuple[str, pa.Array]:
    ends = np.isin(first_bytes(values), SPACE) | np.isin(last_bytes(values), SPACE)
    if not ends.any():
        return ">", values
    kept = joined([' xml:space="preserve">', values])
    return "", pc.if_else(pa.array(ends), kept, joined([">", values]))
