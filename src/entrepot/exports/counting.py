"""Count the rows of a finished file with a reader that is not the one that wrote it."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from entrepot.exports.intake.scanner import Scanner
from entrepot.exports.spec import Options

DELIMITERS = {"tab": "\t"}
PIECE_BYTES = 1 << 19


def count_rows(path: Path, format: str, options: Options) -> int | None:
    """Return the rows in a file, or in the files of an archive; None if unknown."""
    count = COUNTERS.get(format)
    if count is None:
        return None
    with closing(_files(path)) as files:
        return sum(count(file, options) for file in files)


def _files(path: Path) -> Generator[BinaryIO, None, None]:
    """Yield what is to be counted, unpacked, each to be read until the next."""
    with path.open("rb") as file:
        if path.suffix != ".zip":
            yield from _unpacked(path.name, file)
            return
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    yield from _unpacked(name, cast("BinaryIO", member))


def _unpacked(name: str, file: BinaryIO) -> Iterator[BinaryIO]:
    if not name.endswith(".gz"):
        yield file
        return
    with gzip.open(file) as text:
        yield cast("BinaryIO", text)


def _csv(file: BinaryIO, options: Options) -> int:
    csv.field_size_limit(sys.maxsize)
    word = str(options.get("delimiter", ","))
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        records = csv.reader(text, delimiter=DELIMITERS.get(word, word))
        return sum(1 for _ in records) - bool(options.get("header", True))
    finally:
        text.detach()  # whoever opened the file closes it


def _ndjson(file: BinaryIO, options: Options) -> int:
    return sum(1 for _ in file)


def _json(file: BinaryIO, options: Options) -> int:
    scanner = Scanner(("data",) if options.get("layout") == "document" else ())
    pieces = iter(lambda: file.read(PIECE_BYTES), b"")
    rows = sum(group.count for piece in pieces for group in scanner.feed(piece))
    scanner.end()
    return rows


def _parquet(file: BinaryIO, options: Options) -> int:
    import pyarrow.parquet as pq

    rows: int = pq.read_metadata(file).num_rows
    return rows


def _xlsx(file: BinaryIO, options: Options) -> int:
    with zipfile.ZipFile(file) as archive:
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


COUNTERS: Mapping[str, Callable[[BinaryIO, Options], int]] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
