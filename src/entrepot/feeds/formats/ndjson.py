"""NDJSON: a JSON object on each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from entrepot.feeds.engines.bounds import RECORD_BYTES
from entrepot.feeds.engines.encodings import guess_encoding, open_narrow
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.records import batches_of, read_json_lines
from entrepot.feeds.engines.records.flattening import DECODER
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed

LOOKED_AT_LINES = 20


class NdjsonFormat:
    name = "ndjson"
    label = "NDJSON"
    summary = "A JSON object on each line, also called JSON Lines."
    extensions = (".ndjson", ".jsonl")
    counts = "line"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        with open_fixed(path) as file:
            encoding = guess_encoding(file).name
        with open_narrow(path, encoding) as (file, narrow):
            lines = [file.readline(RECORD_BYTES) for _ in range(LOOKED_AT_LINES)]
        filled = [line for line in lines if line.strip()]
        if not filled or not filled[0].lstrip().startswith(b"{"):
            return Sniffed(likelihood=0.0)
        good = sum(_is_object(line, narrow) for line in filled)
        return Sniffed(
            likelihood=round(0.93 * good / len(filled), 3),
            options={"encoding": encoding},
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the records in the file's order."""
        encoding = str(options.get("encoding", "utf-8"))
        return batches_of(read_json_lines(path, encoding))

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return nothing: a record is a product."""
        return None


def _is_object(line: bytes, encoding: str) -> bool:
    try:
        return isinstance(DECODER.decode(line.decode(encoding).strip()), dict)
    except (ValueError, RecursionError):
        return False


FORMAT = NdjsonFormat()
