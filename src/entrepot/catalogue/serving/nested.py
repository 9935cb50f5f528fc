"""A product with what belongs to it: its category, its pictures, its further facts."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.catalogue.category_models import Category
from entrepot.catalogue.images.seeing import list_images
from entrepot.catalogue.product_models import Product, ProductMetafield
from entrepot.catalogue.tree.categories import path_of_names
from entrepot.catalogue.tree.names import render_path


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedCategory:
    """A product's category; `path` has the names from the root down."""

    id: int
    name: str
    slug: str
    path: str
    parent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedImage:
    """A picture that is kept here, as everybody may see it."""

    id: int
    alt_text: str
    width: int | None
    height: int | None
    position: int
    is_featured: bool
    thumb_url: str
    card_url: str
    full_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedFact:
    """A further fact of a product."""

    namespace: str
    key: str
    value: str
    value_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """What is added to a product's document."""

    category: NestedCategory | None
    images: list[NestedImage]
    product_metafields: list[NestedFact]


def nest(session: Session, product_id: int, document: bytes) -> bytes:
    """Return a document of one of our products with `Nested` in it.

    The document's own members stay as they are.

    Raises:
        NotThere: The product is gone.
    """
    images = [
        msgspec.convert(one, NestedImage, from_attributes=True)
        for one in list_images(session, product_id)
        if one.state == "kept"
    ]
    facts = select(ProductMetafield).where(
        ProductMetafield.product_id == product_id, ProductMetafield.is_visible
    )
    order = (ProductMetafield.display_order, ProductMetafield.id)
    nested = Nested(
        category=_category(session, product_id),
        images=images,
        product_metafields=[
            msgspec.convert(row, NestedFact, from_attributes=True)
            for row in session.scalars(facts.order_by(*order))
        ],
    )
    return document[:-1] + b"," + msgspec.json.encode(nested)[1:]


def _category(session: Session, product_id: int) -> NestedCategory | None:
    of_product = select(Product.category_id).where(Product.id == product_id)
    row = session.scalar(select(Category).where(Category.id.in_(of_product)))
    if row is None:
        return None
    return NestedCategory(
        id=row.id,
        name=row.name,
        slug=row.slug,
        path=render_path(path_of_names(session, row.id)),
        parent_id=row.parent_id,
    )
