"""Texts without blanks around them; what is empty is NULL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def trimmed(texts: pa.Array) -> pa.Array:
    """Return texts without blanks around them, and NULL for what is empty then."""
    import pyarrow as pa
    import pyarrow.compute as pc

    clean = pc.utf8_trim_whitespace(texts)
    empty = pc.equal(clean, "")
    if not pc.any(empty).as_py():
        return clean
    return pc.if_else(empty, pa.scalar(None, pa.string()), clean)


def combined(parts: list[pa.Array]) -> pa.Array:
    """Return of each row the first text that is there."""
    import pyarrow.compute as pc

    return parts[0] if len(parts) == 1 else pc.coalesce(*parts)


def joined(parts: Sequence[pa.Array], sign: str) -> pa.Array:
    """Return what is there of each row with a sign between; empty for nothing."""
    import pyarrow.compute as pc

    # Arrow leaves out rows of which nothing is there, so something always is.
    whole = pc.binary_join_element_wise("", *parts, sign, null_handling="skip")
    return pc.utf8_slice_codeunits(whole, len(sign))
