"""JSON: an array of products, or an object with such an array somewhere inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from entrepot.feeds.engines.bounds import SAMPLE_BYTES
from entrepot.feeds.engines.encodings import guess_encoding, open_narrow
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.records import batches_of, read_json_array
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed

_MEMBER = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*\[\s*\{')


class JsonFormat:
    name = "json"
    label = "JSON"
    summary = "An array of products, on its own or inside an object."
    extensions = (".json",)
    counts = "record"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        with open_fixed(path) as file:
            encoding = guess_encoding(file).name
        with open_narrow(path, encoding) as (file, narrow):
            text = file.read(SAMPLE_BYTES).decode(narrow, "replace").lstrip()
        options: dict[str, str | int | float | bool] = {"encoding": encoding}
        if re.match(r"\[\s*(\{|\])", text):
            return Sniffed(likelihood=0.95, options={**options, "member": ""})
        found = _MEMBER.search(text) if text.startswith("{") else None
        if found is None:
            return Sniffed(likelihood=0.0)
        is_first = _first_line_ends_later(text, found.start())
        return Sniffed(
            likelihood=0.9 if is_first else 0.4,
            options={**options, "member": found[1]},
            remarks=(f"The products stand under {found[1]!r}.",),
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the records in the file's order."""
        encoding = str(options.get("encoding", "utf-8"))
        member = str(options.get("member", ""))
        return batches_of(read_json_array(path, encoding, member))

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return nothing: a record is a product."""
        return None


def _first_line_ends_later(text: str, place: int) -> bool:
    """Tell whether the first line is no record of its own."""
    line = text.split("\n", 1)[0].rstrip()
    return not line.endswith("}") or "\n" not in text.strip() or place > len(line)


FORMAT = JsonFormat()
