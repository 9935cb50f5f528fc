"""Cells of a CSV file: guarded against formulas, quoted where they must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cell_scalars import is_text
from entrepot.base.cell_text import cell_text
from entrepot.base.cells import bytes_of, first_bytes, joined

FORMULA = "^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
"""How text begins that a spreadsheet runs, or reads on from as if it did."""

HARMLESS = r"^[+-][0-9][0-9 .,]*$"
"""Numbers and telephone numbers: nothing in them runs, and ' would be damage."""

SUSPICIOUS = np.frombuffer(b"=+-@\t\r\xef", np.uint8)
"""First bytes of what `FORMULA` finds; the full-width signs begin with EF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the cells of one file are written."""

    delimiter: str
    quotes_all: bool
    null: str
    guards: bool

    @property
    def special(self) -> str:
        """Return the signs that stand in quotes only."""
        return f'{self.delimiter}"\r\n'

    def cells(self, array: pa.Array) -> pa.Array:
        """Return the cells of a column without wrappers; NULL stays NULL."""
        text = cell_text(array)
        if is_text(array.type):
            return self._quoted(self._guarded(text))
        is_loose = kinds.is_nested(array.type) or self.quotes_all or self.null
        return self._quoted(text) if is_loose else text

    def _guarded(self, text: pa.Array) -> pa.Array:
        if not self.guards or not np.isin(first_bytes(text), SUSPICIOUS).any():
            return text
        is_formula = pc.and_not(
            pc.match_substring_regex(text, FORMULA),
            pc.match_substring_regex(text, HARMLESS),
        )
        return pc.if_else(is_formula, joined(["'", text]), text)

    def _quoted(self, text: pa.Array) -> pa.Array:
        needs = None if self.quotes_all else self._needs_quotes(text)
        if needs is not None and not needs.any():
            return text
        doubled = pc.replace_substring(text, '"', '""')
        quoted = joined(['"', doubled, '"'])
        return quoted if needs is None else pc.if_else(pa.array(needs), quoted, text)

    def _needs_quotes(self, text: pa.Array) -> npt.NDArray[np.bool_]:
        raw = bytes_of(text)
        # As NULL is written, so no text may be: "" must not be the empty NULL.
        needs = pc.equal(text, self.null)
        if any((raw == ord(sign)).any() for sign in self.special):
            needs = pc.or_(needs, pc.match_substring_regex(text, f"[{self.special}]"))
        mask: npt.NDArray[np.bool_] = pc.fill_null(needs, False).to_numpy(
            zero_copy_only=False
        )
        return mask
