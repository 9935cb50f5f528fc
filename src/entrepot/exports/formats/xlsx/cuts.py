"""Which cells were cut: looked for only where some were."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from entrepot.base.cell_text import cell_text
from entrepot.base.cells import offsets_of
from entrepot.exports.formats.xlsx.draft import Draft
from entrepot.exports.formats.xlsx.names import units_of
from entrepot.exports.formats.xlsx.text import CELL_UNITS
from entrepot.exports.spec import CutCell


def find_cuts(
    sheet: str, draft: Draft, first_row: int, batch: pa.RecordBatch
) -> Iterator[CutCell]:
    """Yield the cells of a batch that do not fit, column by column."""
    for column, array in zip(draft.columns, batch.columns, strict=True):
        texts = cell_text(array)
        for place in np.flatnonzero(np.diff(offsets_of(texts)) > CELL_UNITS):
            units = units_of(texts[int(place)].as_py() or "")
            if units > CELL_UNITS:
                cell = f"{column.letters}{first_row + int(place)}"
                yield CutCell(sheet=sheet, cell=cell, characters=units)
