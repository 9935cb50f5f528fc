"""The files of ready feeds, written row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

from sqlalchemy import Connection, select

from entrepot.base.house import House
from entrepot.base.rows import BATCH_ROWS, RowStream
from entrepot.catalogue.outbound import google, shopify
from entrepot.catalogue.outbound.items import LISTED, read_items, streamed
from entrepot.catalogue.outbound.links import Links
from entrepot.catalogue.outbound.shapes import SHAPES, Row
from entrepot.catalogue.outbound.source import to_batches
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Document
from entrepot.exports import FORMATS, Writing

MOST_TOLD = 1_000


@dataclass(slots=True)
class Outcome:
    """What went into a file, and what did not.

    Attributes:
        lacking: Products left out.
        reasons: The first of them, each attribute on its own.
    """

    products: int = 0
    rows: int = 0
    lacking: int = 0
    reasons: list[google.Lacking] = field(default_factory=list)
    _last: int = 0

    def tell(self, one: google.Lacking) -> None:
        """Note what a product lacks; what it lacks besides follows at once."""
        if one.product_id != self._last:
            self.lacking += 1
            self._last = one.product_id
        if len(self.reasons) < MOST_TOLD:
            self.reasons.append(one)


def write_shopify(house: House, links: Links, file: BinaryIO) -> Outcome:
    """Write Shopify's product CSV."""
    sku = shopify.HEADERS.index("Variant SKU")
    return _columns(house, links, file, "catalogue.shopify", ",", counted=sku)


def write_google_tsv(house: House, links: Links, file: BinaryIO) -> Outcome:
    """Write Google's feed as columns between tabs."""
    return _columns(house, links, file, "catalogue.google", "tab", counted=0)


def write_google_xml(house: House, links: Links, file: BinaryIO) -> Outcome:
    """Write Google's feed as RSS 2.0."""
    outcome = Outcome()
    file.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        b"<title>Products</title>\n<link>" + escape(links.shop).encode() + b"</link>\n"
        b"<description>Products for sale</description>\n"
    )
    with house.store.read_connection() as connection:
        for row in _rows(connection, links, outcome, "catalogue.google"):
            file.write(_entry(row).encode())
            outcome.products += 1
            outcome.rows += 1
    file.write(b"</channel>\n</rss>\n")
    return outcome


def write_products(house: House, links: Links, file: BinaryIO) -> Outcome:
    """Write the documents of listed products as they are kept."""
    outcome, between = Outcome(), '{"products":['
    wanted = (
        select(Document.document)
        .join(Product, Product.id == Document.product_id)
        .where(LISTED)
        .order_by(Product.id)
    )
    with house.store.read_connection() as connection:
        for page in connection.execute(streamed(wanted)).scalars().partitions():
            file.write((between + ",\n".join(page)).encode())
            outcome.products += len(page)
            between = ",\n"
    file.write(f"{'' if outcome.products else between}]}}\n".encode())
    outcome.rows = outcome.products
    return outcome


def _rows(
    connection: Connection, links: Links, outcome: Outcome, name: str
) -> Iterator[Row]:
    shape = SHAPES[name]
    pages = read_items(connection, shape.statement())
    return shape.rows(pages, links, outcome.tell)


def _columns(
    house: House,
    links: Links,
    file: BinaryIO,
    name: str,
    delimiter: str,
    *,
    counted: int,
) -> Outcome:
    """Write rows as delimited text, without the signs that guard spreadsheets.

    Args:
        counted: The column that each product has once.
    """
    outcome, shape, format = Outcome(), SHAPES[name], FORMATS.get("csv")
    options = {option.name: option.default for option in format.options}
    options |= {"delimiter": delimiter, "guard": False}
    with (
        tempfile.TemporaryDirectory() as folder,
        house.store.read_connection() as connection,
    ):
        rows = _counting(_rows(connection, links, outcome, name), outcome, counted)
        stream = RowStream(
            shape.schema(), to_batches(shape, rows, BATCH_ROWS), is_uniform=True
        )
        writing = Writing(title=shape.name, options=options, folder=Path(folder))
        outcome.rows = format.write(stream, file, writing).rows
    return outcome


def _counting(rows: Iterator[Row], outcome: Outcome, column: int) -> Iterator[Row]:
    for row in rows:
        outcome.products += row[column] is not None
        yield row


def _entry(row: Row) -> str:
    lines = ["<item>"]
    for name, value in zip(google.ATTRIBUTES, row, strict=True):
        for text in _values(name, value):
            lines.append(f"<g:{name}>{escape(_legal(text))}</g:{name}>")
    return "\n".join([*lines, "</item>\n"])


def _values(name: str, value: str | None) -> list[str]:
    if value is None:
        return []
    return value.split(",") if name == "additional_image_link" else [value]


def _legal(text: str) -> str:
    """Return a text without the control characters that XML cannot have."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")
