"""Pictures that products name by their address, noted for many products at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Select,
    Text,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from entrepot.catalogue.images.spec import URL_CHARACTERS
from entrepot.catalogue.product_models import Product, ProductImage

_NO_LIST: ColumnElement[Any] = literal_column("'[]'::jsonb")
_ITSELF: ColumnElement[Any] = literal_column("'{}'::text[]")
_NOT_HTTP = "this is no URL of HTTP or HTTPS"
_TOO_LONG = f"the URL is longer than {URL_CHARACTERS:,} characters"


def note_addresses(session: Session, wanted: Select[Any]) -> int:
    """Note the pictures that products name and that are not theirs yet; count them.

    They are those of `featured_image_url`, then of `additional_images`, behind the
    pictures that are there. Who calls it asks for them by `submit_fetch` when the
    transaction is over. An address that nobody could fetch becomes a failed row that
    says so; one of this server, which begins with a slash, needs no fetching.

    Args:
        wanted: Selects the ids of the products.
    """
    named = _named(session, wanted)
    known = exists().where(
        ProductImage.product_id == named.c.product_id,
        ProductImage.url == func.substr(named.c.url, 1, URL_CHARACTERS),
    )
    order = func.row_number().over(
        partition_by=named.c.product_id, order_by=(named.c.place, named.c.url)
    )
    last = (
        select(func.max(ProductImage.sort_order))
        .where(ProductImage.product_id == named.c.product_id)
        .scalar_subquery()
    )
    wrong = _fault(named.c.url)
    rows: Select[Any] = select(
        named.c.product_id,
        literal(""),
        literal(""),
        func.substr(named.c.url, 1, URL_CHARACTERS),
        func.coalesce(last, -1) + order,
        case((wrong.is_(None), "pending"), else_="failed"),
        wrong,
    ).where(~known, named.c.url != "", ~named.c.url.startswith("/"))
    names = ["product_id", "filename", "file_path", "url", "sort_order"]
    statement = insert(ProductImage).from_select([*names, "state", "error"], rows)
    return session.connection().execute(statement).rowcount


def _fault(url: ColumnElement[str]) -> ColumnElement[Any]:
    """Return what is wrong with an address before anybody asks there, or NULL."""
    return case(
        (func.length(url) > URL_CHARACTERS, _TOO_LONG),
        (~_is_http(url), _NOT_HTTP),
        else_=null(),
    )


def _is_http(url: ColumnElement[str]) -> ColumnElement[bool]:
    small = func.lower(func.substr(url, 1, 8))
    return or_(small.startswith("http://"), small == "https://")


def _named(session: Session, wanted: Select[Any]) -> Subquery:
    """Return each product's addresses, each once, with the first place of each."""
    images = type_coerce(Product.additional_images, Text)
    featured: Select[Any] = select(
        Product.id.label("product_id"),
        literal(-1).label("place"),
        func.trim(Product.featured_image_url).label("url"),
    ).where(Product.featured_image_url.is_not(None), Product.id.in_(wanted))
    if session.get_bind().dialect.name == "postgresql":
        further = _further_postgresql(wanted)
    else:
        listed = func.json_each(
            case((func.json_type(images) == "array", images), else_="[]")
        ).table_valued("key", "value", "type", joins_implicitly=True)
        further = _further(wanted, listed.c.value, listed.c.key).where(
            listed.c.type == "text"
        )
    both = union_all(featured, further).subquery()
    place = func.min(both.c.place).label("place")
    return (
        select(both.c.product_id, both.c.url, place)
        .group_by(both.c.product_id, both.c.url)
        .subquery()
    )


def _further_postgresql(wanted: Select[Any]) -> Select[Any]:
    """Return the addresses in the products' lists, as text."""
    images = cast(Product.additional_images, JSONB)
    some = case((func.jsonb_typeof(images) == "array", images), else_=_NO_LIST)
    listed = func.jsonb_array_elements(some, type_=JSONB).table_valued(
        column("value", JSONB), with_ordinality="ordinality", joins_implicitly=True
    )
    text = func.jsonb_typeof(listed.c.value) == "string"
    url = listed.c.value.op("#>>")(_ITSELF)
    return _further(wanted, url, listed.c.ordinality).where(text)


def _further(
    wanted: Select[Any], url: ColumnElement[Any], place: ColumnElement[Any]
) -> Select[Any]:
    return select(
        Product.id.label("product_id"),
        place.label("place"),
        func.trim(url).label("url"),
    ).where(Product.id.in_(wanted))
