"""What a PostgreSQL table of products looks like, and how it is read then."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Composable, Identifier

from entrepot.catalogue.documents.claims import IMAGE_URL_TEXT
from entrepot.catalogue.errors import NoProductsTable

PUBLIC_STATUSES = ("active", "synced")
_COLUMNS = (
    "SELECT attname::text FROM pg_catalog.pg_attribute "
    "WHERE attrelid = to_regclass('products') AND attnum > 0 AND NOT attisdropped"
)
_OURS = (
    "SELECT to_regclass('catalogue_document') IS NOT NULL "
    "AND to_regclass('catalogue_state') IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table of products: ours with its documents, or one with four columns or more.

    Attributes:
        is_ours: Its documents are stored, and a generation tells its states apart.
        document: Expression of a whole document.
        brief: Expression of one with the four documented keys.
        public: Condition on what everybody may see.
    """

    is_ours: bool
    source: Composable
    document: Composable
    version: Composable
    brief: Composable
    public: Composable


def look_at(connection: psycopg.Connection) -> Layout:
    """Return how the products of a database are read.

    Raises:
        NoProductsTable: There is no table of products, or it lacks a name.
    """
    columns = columns_of(connection)
    for wanted in ("id", "name"):
        if wanted not in columns:
            raise NoProductsTable(
                f"the database has no table products with a column {wanted}",
                hint="entrepot catalogue init makes one",
            )
    has_documents = is_ours(connection)
    brief = _brief(columns, SQL(IMAGE_URL_TEXT) if has_documents else None)
    source, document = SQL("products p"), brief
    if has_documents:
        joined = "products p JOIN catalogue_document d ON d.product_id = p.id"
        source, document = SQL(joined), SQL("d.document")
    return Layout(
        is_ours=has_documents,
        source=source,
        document=document,
        version=SQL("p.version") if has_documents else SQL("NULL::integer"),
        brief=brief,
        public=_public(columns),
    )


def columns_of(connection: psycopg.Connection) -> set[str]:
    """Return the names of the columns of products; none where there is no table."""
    return {str(row[0]) for row in connection.execute(_COLUMNS)}


def is_ours(connection: psycopg.Connection) -> bool:
    """Tell whether the database is an Entrepôt's own."""
    found = connection.execute(_OURS).fetchone()
    return bool(found and found[0])


def _brief(columns: set[str], picture: Composable | None) -> Composable:
    image = next((c for c in ("featured_image_url", "image_url") if c in columns), "")
    named = {
        "id": _column("id"),
        "name": _column("name"),
        "description": _column("description" if "description" in columns else ""),
        "image_url": picture or _column(image),
    }
    pairs = [SQL("{}, {}").format(key, value) for key, value in named.items()]
    return SQL("json_build_object({})::text").format(SQL(", ").join(pairs))


def _column(name: str) -> Composable:
    return Identifier("p", name) if name else SQL("NULL::text")


def _public(columns: set[str]) -> Composable:
    parts: list[Composable] = [SQL("TRUE")]
    if "is_active" in columns:
        parts.append(SQL("p.is_active"))
    if "status" in columns:
        listed = SQL(", ").join(PUBLIC_STATUSES)
        parts.append(SQL("p.status IN ({})").format(listed))
    return SQL(" AND ").join(parts)
