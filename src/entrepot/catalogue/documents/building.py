"""A product's document and words as SQL, written once for each kind of database.

The expressions are rendered to text and kept: a statement that holds them as they are
costs SQLAlchemy nothing to build.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, case, func, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from entrepot.catalogue.documents import claims
from entrepot.catalogue.documents.claims import HAS_IMAGE, IMAGE_URL, P
from entrepot.catalogue.documents.quality import Rule

PATH_SIGN = " > "
"""Between the names of a category and those above it."""

WORD_CHARACTERS = 1_000
"""Of a description, what is searched."""

COLUMNS = (
    "id",
    "sku",
    "name",
    "description",
    "image_url",
    "short_description",
    "price",
    "compare_at_price",
    "currency",
    "brand",
    "manufacturer",
    "manufacturer_part_number",
    "upc",
    "weight",
    "weight_unit",
    "length",
    "width",
    "height",
    "dimension_unit",
    "inventory_quantity",
    "track_inventory",
    "continue_selling_when_out_of_stock",
    "seo_title",
    "seo_description",
    "status",
    "is_active",
    "category_id",
    "category_path",
    "shopify_product_id",
    "shopify_variant_id",
    "shopify_handle",
    "shopify_sync_status",
    "shopify_synced_at",
    "additional_images",
    "metafields",
    "custom_attributes",
    "has_image",
    "quality",
    "version",
    "created_at",
    "updated_at",
)
"""Members of a document, in its order; what a product costs us is not among them."""

_ACCENTS = {
    chr(code): plain[0]
    for code in range(0xC0, 0x250)
    if (plain := unicodedata.normalize("NFKD", chr(code).lower()))[0].isascii()
    and not chr(code).isascii()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The expressions of one kind of database, as text.

    Attributes:
        words: What is indexed: four columns on SQLite, a vector on PostgreSQL.
    """

    document: str
    quality: str
    has_image: str
    words: tuple[str, ...]


@functools.lru_cache(maxsize=16)
def build(name: str, rules: tuple[Rule, ...]) -> Built:
    """Return the expressions for a database, `sqlite` or `postgresql`."""
    return Built(
        document=_render(name, document(name, rules)),
        quality=_render(name, claims.score(rules)),
        has_image=_render(name, HAS_IMAGE),
        words=tuple(_render(name, column) for column in _words(name)),
    )


@functools.lru_cache(maxsize=256)
def partial_document(name: str, members: tuple[str, ...]) -> str:
    """Return the JSON object of some members as text; `d` is the document's row."""
    return _render(name, _object(name, [(m, _read(name, m)) for m in members]))


def document(name: str, rules: tuple[Rule, ...]) -> ColumnElement[str]:
    """Return the JSON object of a product, `names` being its category's path."""
    return _object(name, [(m, _member(name, m, rules)) for m in COLUMNS])


def _object(name: str, members: Iterable[tuple[str, Any]]) -> ColumnElement[str]:
    pairs: list[Any] = []
    for member, value in members:
        pairs += [literal_column(f"'{member}'"), value]
    if name == "postgresql":
        return func.json_build_object(*pairs).cast(Text)
    return func.json_object(*pairs)


def _read(name: str, member: str) -> Any:
    """Return a member where the document is there already."""
    if member == "category_path":
        if name == "postgresql":
            return literal_column("CAST(d.document AS json) ->> 'category_path'")
        return literal_column("json_extract(d.document, '$.category_path')")
    if member == "quality":
        return literal_column("d.quality")
    if member == "has_image":
        return _truth(name, literal_column("d.has_image"))
    return _member(name, member, ())


def fold(text: str) -> str:
    """Return a text in small letters without accents, as PostgreSQL's index has it."""
    return "".join(_ACCENTS.get(sign, sign) for sign in text.lower())


def _member(name: str, member: str, rules: tuple[Rule, ...]) -> ColumnElement[Any]:
    if member == "category_path":
        return literal_column("names.names")
    if member == "quality":
        return claims.score(rules)
    if member == "has_image":
        return _truth(name, HAS_IMAGE)
    if member == "image_url":
        return IMAGE_URL
    column = P.c[member]
    if member in ("created_at", "updated_at", "shopify_synced_at"):
        return _time(name, column)
    if member in ("additional_images", "metafields", "custom_attributes"):
        return column if name == "postgresql" else func.json(column)
    if member in (
        "is_active",
        "track_inventory",
        "continue_selling_when_out_of_stock",
    ):
        return _truth(name, column)
    return column


def _truth(name: str, claim: Any) -> ColumnElement[Any]:
    if name == "postgresql":
        return claim  # type: ignore[no-any-return]  # a column's own
    return func.json(case((claim, "true"), else_="false"))


def _time(name: str, column: Any) -> ColumnElement[str]:
    if name == "postgresql":
        return literal_column(
            f"to_char(p.{column.name} AT TIME ZONE 'UTC', "
            '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'
        )
    return func.replace(func.substr(column, 1, 19), " ", "T").concat("Z")


def _words(name: str) -> list[ColumnElement[Any]]:
    texts: list[Any] = [
        P.c[n] for n in ("manufacturer_part_number", "upc", "manufacturer")
    ]
    texts += [P.c.short_description, func.substr(P.c.description, 1, WORD_CHARACTERS)]
    others: Any = func.coalesce(texts[0], "")
    for text in texts[1:]:
        others = others.concat(" ").concat(func.coalesce(text, ""))
    if name == "sqlite":
        return [P.c.sku, P.c.name, P.c.brand, others]
    title: Any = P.c.sku.concat(" ").concat(P.c.name)
    parts: Any = ((title, "A"), (func.coalesce(P.c.brand, ""), "B"), (others, "D"))
    vector: Any = None
    for text, weight in parts:
        found = func.to_tsvector(literal_column("'simple'::regconfig"), _folded(text))
        weighed = func.setweight(found, literal_column(f"'{weight}'"))
        vector = weighed if vector is None else vector.op("||")(weighed)
    return [vector]


def _folded(text: ColumnElement[str]) -> ColumnElement[str]:
    plain = func.translate(
        func.lower(text), "".join(_ACCENTS), "".join(_ACCENTS.values())
    )
    folded: Any = func.regexp_replace(plain, "[^[:alnum:]]+", " ", "g")
    return folded  # type: ignore[no-any-return]  # a function's result


def _render(name: str, expression: ColumnElement[Any]) -> str:
    # A named style: what is doubled for psycopg is doubled when the text is used.
    dialect: Dialect = (
        postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
        if name == "postgresql"
        else sqlite.dialect(paramstyle="named")
    )
    options = {"literal_binds": True}
    return str(expression.compile(dialect=dialect, compile_kwargs=options))
