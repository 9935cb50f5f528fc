"""Products as a file of any format that exports know, made here and now."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.catalogue.finding import ProductQuery
from entrepot.catalogue.outbound.source import catalogue_source
from entrepot.exports import FORMATS, Writing, read_options

PRODUCTS = "catalogue.products"
_SECONDS = 3600
_BATCH_ROWS = 5_000


def write_file(
    house: House,
    wanted: ProductQuery,
    to: Path,
    *,
    format: str,
    options: Mapping[str, object],
) -> int:
    """Write products to a file that is whole or not there; return how many.

    Raises:
        UnknownName, Invalid: Format or options are wrong.
        TooMuch: The format does not hold so many, or the disk is full.
    """
    writer = FORMATS.get(format)
    chosen = read_options(writer, options)
    source = catalogue_source(house, PRODUCTS, wanted)
    reading = ReadOptions(seconds=_SECONDS, batch_rows=_BATCH_ROWS)
    with (
        tempfile.TemporaryDirectory(prefix="products-") as folder,
        source.open(reading) as rows,
        publish(to) as file,
    ):
        writing = Writing(title="Products", options=chosen, folder=Path(folder))
        return writer.write(rows, file, writing).rows
