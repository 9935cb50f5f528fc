"""Some rows on their way from a file's cells to products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entrepot.feeds.engines.bounds import SHOWN_CHARACTERS
from entrepot.feeds.spec import RowError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value cannot be taken, without the row that it stands in."""

    code: str
    reason: str
    hint: str = ""


@dataclass(slots=True)
class Work:
    """Rows of one batch.

    Attributes:
        lines: Where each begins.
        cells: The file's columns, as text.
        fields: What they became so far, by field; those of `custom_attributes` and
            `metafields` one by one.
        columns: The file's names for each field, for people.
        is_bad: Rows that have an error.
        is_skipped: Rows that a rule leaves out.
    """

    lines: pa.Array
    cells: dict[str, pa.Array]
    is_bad: np.ndarray
    is_skipped: np.ndarray
    columns: dict[str, str]
    fields: dict[str, pa.Array] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Return how many there are, whatever becomes of them."""
        return len(self.lines)

    def reject(
        self, rows: Iterable[int], column: str, values: pa.Array | None, fault: Fault
    ) -> None:
        """Note that the values at these places cannot be taken."""
        for row in rows:
            self.is_bad[row] = True
            self.errors.append(self._error(row, column, values, fault))

    def warn(
        self, rows: Iterable[int], column: str, values: pa.Array | None, fault: Fault
    ) -> None:
        """Note something of rows that are taken all the same."""
        for row in rows:
            self.warnings.append(self._error(row, column, values, fault))

    def _error(
        self, row: int, column: str, values: pa.Array | None, fault: Fault
    ) -> RowError:
        value = "" if values is None else values[row].as_py()
        return RowError(
            line=self.lines[row].as_py(),
            column=column,
            value="" if value is None else str(value)[:SHOWN_CHARACTERS],
            reason=fault.reason,
            code=fault.code,
            hint=fault.hint,
        )


def begin_work(rows: pa.RecordBatch) -> Work:
    """Return a format's rows as work to be done."""
    import numpy as np

    names = rows.schema.names[1:]
    return Work(
        lines=rows.column(0),
        cells=dict(zip(names, rows.columns[1:], strict=True)),
        is_bad=np.zeros(rows.num_rows, bool),
        is_skipped=np.zeros(rows.num_rows, bool),
        columns={},
    )


def true_rows(mask: pa.Array) -> list[int]:
    """Return the places where a mask is true; what is not known is not."""
    import pyarrow.compute as pc

    found: list[int] = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
    return found
