"""What people should know of a file, in whole sentences, for its receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entrepot.exports.spec import Written

MOST_WARNINGS = 300
"""Of one export in its receipt."""


def of_written(written: Written, file: str = "") -> Iterator[str]:
    """Yield what a format says, and each of the first cells that were cut.

    Args:
        file: Its name, where it is one of several.
    """
    where = f"{file}: " if file else ""
    for warning in written.warnings:
        yield f"{where}{warning}"
    for cut in written.cuts:
        yield (
            f"{where}the cell {cut.cell} of the sheet {cut.sheet} was cut: "
            f"it had {cut.characters:,} characters"
        )


def of_misfits(misfits: Mapping[str, int]) -> Iterator[str]:
    """Yield how many values of each column are text though another type was wanted."""
    for header, count in misfits.items():
        what = "1 value is" if count == 1 else f"{count:,} values are"
        yield f"{header}: {what} text, not of the type that the template wants"
