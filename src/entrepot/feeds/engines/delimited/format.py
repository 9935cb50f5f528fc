"""A feed format whose files are delimited text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from entrepot.feeds.engines.delimited.reading import read_delimited
from entrepot.feeds.engines.delimited.sniffing import DELIMITERS, Looked, look_at
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedFormat:
    """Text with a sign between values, told from others by its columns.

    Attributes:
        marks: Columns that tell it, in lower case; all must be there.
        by: The column with a product's handle, in lower case; empty for none.
        own: Columns, in lower case, that a variant fills in itself.
        told_by: Those of them that a row with only a picture leaves empty.
    """

    name: str
    label: str
    summary: str
    extensions: tuple[str, ...]
    delimiters: str = DELIMITERS
    marks: frozenset[str] = frozenset()
    by: str = ""
    own: frozenset[str] = frozenset()
    told_by: frozenset[str] = frozenset()
    picture: str = ""
    position: str = ""
    counts: str = "line"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        looked = look_at(path, delimiters=self.delimiters)
        if looked is None:
            return Sniffed(likelihood=0.0)
        return Sniffed(
            likelihood=self._likelihood(looked),
            options={
                "encoding": looked.encoding,
                "delimiter": looked.delimiter,
                "skip_lines": looked.skip_lines,
            },
            remarks=looked.remarks,
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the rows in the file's order."""
        return read_delimited(path, options)

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return how rows belong together, where there is a handle to tell it."""
        named = {column.lower(): column for column in columns}
        if not self.by or self.by not in named:
            return None
        own = self.own | {self.by, self.picture, self.position}
        return Grouping(
            by=named[self.by],
            told_by=tuple(named[n] for n in sorted(self.told_by) if n in named),
            filled=tuple(c for low, c in named.items() if low not in own),
            picture=named.get(self.picture, ""),
            position=named.get(self.position, ""),
            options=tuple(
                (named[f"option{n} name"], named[f"option{n} value"])
                for n in (1, 2, 3)
                if {f"option{n} name", f"option{n} value"} <= named.keys()
            ),
        )

    def _likelihood(self, looked: Looked) -> float:
        if not self.marks:
            width = 0.2 if len(looked.columns) == 1 else 0.7
            return round(width * looked.evenness, 3)
        columns = {column.lower() for column in looked.columns}
        return 0.97 if self.marks <= columns else 0.0
