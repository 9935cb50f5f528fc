"""Rows of texts, gathered into batches of one schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.base.columns import unique_names
from entrepot.base.errors import TooMuch
from entrepot.feeds.engines.bounds import BATCH_ROWS, MOST_COLUMNS
from entrepot.feeds.spec import LINE, RawBatch, RowError

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_CHARACTERS = 8 << 20
"""Where rows are long a batch has fewer of them."""


class Gathering:
    """Takes rows; gives a batch whenever one is full, and the rest at the end."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._rows: list[Sequence[str | None]] = []
        self._lines: list[int] = []
        self._characters = 0
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []

    @property
    def is_full(self) -> bool:
        """Tell whether it is time to take a batch."""
        return (
            len(self._rows) >= BATCH_ROWS
            or len(self.errors) >= BATCH_ROWS
            or self._characters > BATCH_CHARACTERS
        )

    def add(self, line: int, row: Sequence[str | None], characters: int = 0) -> None:
        """Take a row that is as wide as there are names."""
        self._rows.append(row)
        self._lines.append(line)
        self._characters += characters

    def take(self) -> RawBatch:
        """Return what was gathered, which may be nothing."""
        import pyarrow as pa

        try:
            arrays = self._arrays()
        except UnicodeEncodeError:
            self._leave_out_broken()
            arrays = self._arrays()
        lines = pa.array(self._lines, pa.int64())
        rows = pa.RecordBatch.from_arrays([lines, *arrays], [LINE, *self.names])
        batch = RawBatch(rows, tuple(self.errors), tuple(self.warnings))
        self._rows, self._lines, self._characters = [], [], 0
        self.errors, self.warnings = [], []
        return batch

    def _arrays(self) -> list[pa.Array]:
        import pyarrow as pa

        columns = list(zip(*self._rows, strict=True)) or [()] * len(self.names)
        return [pa.array(column, pa.string()) for column in columns]

    def _leave_out_broken(self) -> None:
        """Turn rows with half of a character into errors."""
        kept: list[int] = []
        for place, row in enumerate(self._rows):
            text = "".join(cell or "" for cell in row)
            if not any("\ud800" <= sign <= "\udfff" for sign in text):
                kept.append(place)
                continue
            shown = text[:200].encode("utf-8", "replace").decode()
            self.errors.append(
                RowError(
                    line=self._lines[place],
                    column="",
                    value=shown,
                    reason="has bytes that are no text in the file's encoding",
                    code="wrong-encoding",
                    hint="save the whole file in one encoding",
                )
            )
        self._rows = [self._rows[place] for place in kept]
        self._lines = [self._lines[place] for place in kept]


def column_names(names: Sequence[str | None]) -> list[str]:
    """Return names that differ from each other and from our own column.

    Raises:
        TooMuch: There are too many.
    """
    if len(names) > MOST_COLUMNS:
        raise TooMuch(f"the file has more than {MOST_COLUMNS:,} columns")
    named = [
        (name or "").strip() or f"column_{n}" for n, name in enumerate(names, start=1)
    ]
    # The column that says where a row begins is ours.
    return unique_names([LINE, *named])[1:]
