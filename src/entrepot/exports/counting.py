"""Count the rows of a finished file with a reader that is not the one that wrote it."""

from __future__ import annotations

import csv
import gzip
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from entrepot.exports.spec import Options

DELIMITERS = {"tab": "\t"}


def count_rows(path: Path, format: str, options: Options) -> int | None:
    """Return the rows in a file; None for a format where that is not cheap."""
    count = COUNTERS.get(format)
    if count is None or path.suffix == ".zip":
        return None  # each file in it would have to be unpacked first
    return count(path, options)


def _csv(path: Path, options: Options) -> int:
    csv.field_size_limit(sys.maxsize)
    word = str(options.get("delimiter", ","))
    with _text(path) as file:
        records = csv.reader(file, delimiter=DELIMITERS.get(word, word))
        return sum(1 for _ in records) - bool(options.get("header", True))


def _text(path: Path) -> TextIO:
    if path.suffix != ".gz":
        return path.open(encoding="utf-8-sig", newline="")
    return gzip.open(path, "rt", encoding="utf-8-sig", newline="")


def _ndjson(path: Path, options: Options) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _parquet(path: Path, options: Options) -> int:
    import pyarrow.parquet as pq

    rows: int = pq.read_metadata(path).num_rows
    return rows


def _xlsx(path: Path, options: Options) -> int:
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        return sum(_sheet_rows(archive, name) - 1 for name in sheets)


def _sheet_rows(archive: zipfile.ZipFile, name: str) -> int:
    mark, rows, rest = b"<row ", 0, b""
    with archive.open(name) as file:
        while chunk := file.read(1 << 20):
            chunk = rest + chunk
            rows += chunk.count(mark)
            rest = chunk[-len(mark) + 1 :]
    return rows


COUNTERS: Mapping[str, Callable[[Path, Options], int]] = {
    "csv": _csv,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
