"""Excel workbooks (.xlsx): one sheet, the first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from entrepot.base.errors import EntrepotError
from entrepot.feeds.engines.workbook import is_workbook, list_sheets, read_workbook
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed


class XlsxFormat:
    name = "xlsx"
    label = "Excel workbook"
    summary = "One sheet of a workbook; formulas are the values they had when saved."
    extensions = (".xlsx", ".xlsm")
    counts = "row"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        if not is_workbook(path):
            return Sniffed(likelihood=0.0)
        try:
            sheets = list_sheets(path)
        except EntrepotError as error:
            return Sniffed(likelihood=0.9, remarks=(error.detail,))
        remarks = [f"The sheet {sheets[0]} is read."]
        if len(sheets) > 1:
            remarks.append(f"There are {len(sheets)}: {', '.join(sheets)}.")
        return Sniffed(
            likelihood=0.98, options={"sheet": sheets[0]}, remarks=tuple(remarks)
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the rows in the file's order."""
        return read_workbook(path, options)

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return nothing: a workbook's rows tell themselves."""
        return None


FORMAT = XlsxFormat()
