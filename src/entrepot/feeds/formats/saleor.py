"""Saleor's database as a fixture: variants with their prices and stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from entrepot.base.errors import Invalid, TooMuch
from entrepot.feeds.engines.files import open_fixed
from entrepot.feeds.engines.records import Record, batches_of
from entrepot.feeds.spec import Grouping, Options, RawBatch, Sniffed

MOST_BYTES = 64 << 20
"""Its records name each other, so they are held."""

Fields = Mapping[str, object]
_MARKS = (b'"model"', b'"pk"', b'"fields"')


class _Row(msgspec.Struct):
    model: str
    pk: object
    fields: dict[str, object]


class SaleorFormat:
    name = "saleor"
    label = "Saleor fixture"
    summary = "A JSON dump of a Saleor shop; each variant is a product."
    extensions = (".json",)
    counts = "record"

    def sniff(self, path: Path) -> Sniffed:
        """Look at the beginning of a file."""
        with open_fixed(path) as file:
            start = file.read(4_096)
            if not all(mark in start for mark in _MARKS):
                return Sniffed(likelihood=0.0)
            start += file.read(MOST_BYTES)
        if b'"product.productvariant"' not in start:
            return Sniffed(likelihood=0.0)
        return Sniffed(
            likelihood=0.97,
            remarks=("Each variant with its first price is a product.",),
        )

    def read(self, path: Path, options: Options) -> Iterator[RawBatch]:
        """Yield the variants in the file's order."""
        with open_fixed(path) as file:
            body = file.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooMuch(f"a fixture has at most {MOST_BYTES >> 20} MB")
        try:
            rows = msgspec.json.decode(body, type=list[_Row])
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Invalid(f"the file is no fixture: {error}"[:300]) from None
        return batches_of(_Shop(rows).variants())

    def group(self, columns: tuple[str, ...]) -> Grouping | None:
        """Return nothing: what variants have in common is theirs already."""
        return None


@dataclass(slots=True)
class _Shop:
    rows: list[_Row]
    _tables: dict[str, dict[str, Fields]] = field(default_factory=dict)
    _prices: dict[str, Fields] = field(default_factory=dict)
    _stock: dict[str, int] = field(default_factory=dict)
    _published: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._tables.setdefault(row.model, {})[str(row.pk)] = row.fields
        for listing in self._all("product.productvariantchannellisting"):
            if listing.get("price_amount") is not None:
                self._prices.setdefault(str(listing.get("variant")), listing)
        for stock in self._all("warehouse.stock"):
            variant, quantity = str(stock.get("product_variant")), stock.get("quantity")
            count = quantity if isinstance(quantity, int) else 0
            self._stock[variant] = self._stock.get(variant, 0) + count
        for listing in self._all("product.productchannellisting"):
            product = str(listing.get("product"))
            is_there = self._published.get(product, False)
            self._published[product] = is_there or listing.get("is_published") is True

    def variants(self) -> Iterator[Record]:
        """Yield each variant, counted from 1."""
        variants = self._tables.get("product.productvariant", {})
        for number, (key, variant) in enumerate(variants.items(), start=1):
            yield number, self._texts(key, variant)

    def _texts(self, key: str, variant: Fields) -> dict[str, str | None]:
        own = str(variant.get("product"))
        product = self._tables.get("product.product", {}).get(own, {})
        price = self._prices.get(key, {})
        is_tracked = variant.get("track_inventory") is True
        return {
            "sku": _text(variant.get("sku")),
            "name": _text(product.get("name")),
            "slug": _text(product.get("slug")),
            "variant": _text(variant.get("name")),
            "description": _text(product.get("description_plaintext")),
            "price": _text(price.get("price_amount")),
            "cost price": _text(price.get("cost_price_amount")),
            "currency": _text(price.get("currency")),
            "category path": self._path(product.get("category")),
            "inventory quantity": _text(self._stock.get(key)),
            "track inventory": "true" if is_tracked else "false",
            "status": "active" if self._published.get(own) else "draft",
            "seo title": _text(product.get("seo_title")),
            "seo description": _text(product.get("seo_description")),
        }

    def _path(self, key: object) -> str | None:
        names: list[str] = []
        table = self._tables.get("product.category", {})
        seen: set[str] = set()
        while (found := table.get(str(key))) is not None and str(key) not in seen:
            seen.add(str(key))  # a parent may lead back to its child
            names.insert(0, str(found.get("name")))
            key = found.get("parent")
        return " > ".join(names) or None

    def _all(self, model: str) -> Iterator[Fields]:
        yield from self._tables.get(model, {}).values()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


FORMAT = SaleorFormat()
