"""Barcodes: GTIN-8, 12, 13 and 14, and the check digit at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.feeds.reading.work import Fault

if TYPE_CHECKING:
    import pyarrow as pa

# https://www.gs1.org/services/how-calculate-check-digit-manually
LENGTHS = r"^(?:[0-9]{8}|[0-9]{12,14})$"
ROUNDED = Fault(
    "rounded-barcode",
    "is a barcode that a spreadsheet turned into a rounded number",
    "format the column as text before the file is saved",
)
WRONG_CHECK = Fault("wrong-check-digit", "has a check digit that does not fit")


def wrong_checks(texts: pa.Array) -> pa.Array:
    """Return a mask of the texts that look like a GTIN and have a wrong check digit."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    looks = pc.fill_null(pc.match_substring_regex(texts, LENGTHS), False)
    padded = pc.utf8_lpad(pc.if_else(looks, texts, pa.scalar("0")), 14, padding="0")
    digits = np.frombuffer("".join(padded.to_pylist()).encode(), np.uint8) - 48
    weights = np.array([3, 1] * 7, np.int64)
    sums = digits.reshape(-1, 14).astype(np.int64) @ weights
    return pc.and_(looks, pa.array(sums % 10 != 0))
