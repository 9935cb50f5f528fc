"""XML: an element that repeats is a product; RSS and Atom of Google Merchant too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.records import batches_of, find_element, read_elements
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed


class XmlFormat:
    name = "xml"
    label = "XML"
    summary = "Elements that repeat, such as those of Google Merchant's RSS."
    extensions = (".xml", ".rss", ".atom")
    counts = "record"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        with open_fixed(path) as file:
            start = file.read(512).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe ")
        if not start.lstrip().startswith(b"<"):
            return Sniffed(likelihood=0.0)
        element = find_element(path)
        if not element:
            return Sniffed(likelihood=0.3 if start.startswith(b"<?xml") else 0.0)
        return Sniffed(
            likelihood=0.95,
            options={"element": element},
            remarks=(f"Each {element} is a product.",),
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the records in the file's order."""
        element = str(options.get("element", "")) or find_element(path)
        if not element:
            raise Invalid("the file is no XML that can be read")
        return batches_of(read_elements(path, element))

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return nothing: an element is a product."""
        return None


FORMAT = XmlFormat()
