"""Links of a sheet: which cells lead where, kept in a file until the sheet ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from entrepot.base.cell_text import cell_text
from entrepot.exports.formats.xlsx.text import escape

MOST_UNITS = 2_079
"""Of an address, Excel's limit."""

ADDRESS = r"^(?i:https?://[^\s/?#]|mailto:[^\s@]+@)"
SAFE = "%/:?#@!$&'()*+,;=~-._"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
IN_MEMORY_BYTES = 1 << 20


def is_address(texts: pa.Array) -> pa.Array:
    """Mark the texts that may become links: http, https and mailto, nothing else."""
    fits = pc.less_equal(pc.binary_length(texts), MOST_UNITS)
    is_one = pc.and_(pc.match_substring_regex(texts, ADDRESS), fits)
    return pc.fill_null(is_one, False)


class Links:
    """The links of one sheet.

    Attributes:
        most: How many there may be; what follows stays text.
        tail_bytes: The most that their parts will take.
        left_out: How many more there would be.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.most = most
        self.count = 0
        self.left_out = 0
        self.tail_bytes = 0
        # Closed by `close`, or with the folder after an error.
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            IN_MEMORY_BYTES, "w+", dir=str(folder), encoding="utf-8", newline="\n"
        )

    def add(self, letters: str, first_row: int, column: pa.Array) -> None:
        """Take the addresses in a column whose first cell is in that row."""
        texts = cell_text(column)
        found = is_address(texts).to_numpy(zero_copy_only=False).nonzero()[0]
        room = self.most - self.count
        self.left_out += max(0, len(found) - room)
        self.count += min(len(found), room)
        for place, address in zip(
            found[:room], texts.take(pa.array(found[:room])).to_pylist(), strict=True
        ):
            target = escape(quote(address, safe=SAFE))
            line = f"{letters}{first_row + int(place)}\t{target}\n"
            self.tail_bytes += len(line) + 200
            self._file.write(line)

    def references(self) -> Iterator[str]:
        """Yield what the sheet says of them."""
        for number, (cell, _) in enumerate(self._lines(), start=1):
            yield f'<hyperlink ref="{cell}" r:id="rId{number}"/>'

    def relations(self) -> Iterator[str]:
        """Yield what the part beside the sheet says of them."""
        for number, (_, target) in enumerate(self._lines(), start=1):
            yield (
                f'<Relationship Id="rId{number}" Type="{KIND}" Target="{target}"'
                ' TargetMode="External"/>'
            )

    def close(self) -> None:
        """Forget them."""
        self._file.close()

    def _lines(self) -> Iterator[list[str]]:
        self._file.seek(0)
        return (line.rstrip("\n").split("\t") for line in self._file)
