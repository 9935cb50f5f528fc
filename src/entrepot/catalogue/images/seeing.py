"""Pictures as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.catalogue.images.spec import (
    SIZES,
    ImageCounts,
    ImageSeen,
    Size,
    State,
)
from entrepot.catalogue.product_models import Product, ProductImage

SAME_AS = "same_as"
"""In the meta data of a row whose bytes another row of the product has."""


def list_images(session: Session, product_id: int) -> list[ImageSeen]:
    """Return a product's pictures: the featured one, then by position.

    Raises:
        NotThere: There is no such product.
    """
    require_product(session, product_id)
    wanted = (
        select(ProductImage)
        .where(ProductImage.product_id == product_id, ProductImage.is_active)
        .order_by(
            ProductImage.is_featured.desc(), ProductImage.sort_order, ProductImage.id
        )
    )
    return [seen_of(row) for row in session.scalars(wanted)]


def get_image(session: Session, product_id: int, id: int) -> ImageSeen:
    """Return one picture of a product.

    Raises:
        NotThere: It has none of this id.
    """
    return seen_of(get_row(session, product_id, id))


def get_row(session: Session, product_id: int, id: int) -> ProductImage:
    """Return the row of one picture of a product.

    Raises:
        NotThere: It has none of this id.
    """
    row = session.get(ProductImage, id)
    if row is None or row.product_id != product_id:
        raise NotThere("picture of this product", str(id), [])
    return row


def count_states(session: Session) -> ImageCounts:
    """Count the pictures of all products by state."""
    counted = select(ProductImage.state, func.count()).group_by(ProductImage.state)
    found = {state: count for state, count in session.execute(counted)}
    return ImageCounts(
        pending=found.get("pending", 0),
        kept=found.get("kept", 0),
        failed=found.get("failed", 0),
    )


def find_images(
    session: Session, *, state: str | None, q: str, after: int, limit: int
) -> list[ImageSeen]:
    """Return pictures of all products by id, after one of them.

    Args:
        q: Stands in the URL or in the reason of a failure.
    """
    wanted = select(ProductImage).where(ProductImage.id > after)
    if state is not None:
        wanted = wanted.where(ProductImage.state == state)
    if q:
        columns = (ProductImage.url, ProductImage.error)
        wanted = wanted.where(or_(*(c.icontains(q, autoescape=True) for c in columns)))
    rows = session.scalars(wanted.order_by(ProductImage.id).limit(limit))
    return [seen_of(row) for row in rows]


def require_product(session: Session, product_id: int) -> None:
    """Refuse a product that is not there.

    Raises:
        NotThere: There is none of this id.
    """
    wanted = select(Product.id).where(Product.id == product_id)
    if session.scalar(wanted) is None:
        raise NotThere("product", str(product_id), [])


def list_rows(session: Session, product_id: int) -> Sequence[ProductImage]:
    """Return the rows of a product's pictures by position."""
    wanted = select(ProductImage).where(ProductImage.product_id == product_id)
    order = (ProductImage.sort_order, ProductImage.id)
    return session.scalars(wanted.order_by(*order)).all()


def address_of(sha256: str | None, size: Size) -> str:
    """Return where a picture is sent from; empty where there is none."""
    return f"/images/{sha256}/{size}.webp" if sha256 else ""


def seen_of(row: ProductImage) -> ImageSeen:
    """Return a row as people see it."""
    sha256 = row.file_hash if row.state == "kept" else None
    addresses = {f"{size}_url": address_of(sha256, size) for size in SIZES}
    return ImageSeen(
        id=row.id,
        product_id=row.product_id,
        state=cast(State, row.state),  # the database allows no other
        error=row.error or "",
        attempts=row.attempts,
        url=row.url or "",
        alt_text=row.alt_text or "",
        file_name=row.filename,
        format=row.format or "",
        width=row.width,
        height=row.height,
        size_bytes=row.file_size,
        sha256=row.file_hash or "",
        position=row.sort_order,
        is_featured=row.is_featured,
        same_as=(row.meta_data or {}).get(SAME_AS),
        created_at=row.created_at,
        updated_at=row.updated_at,
        **addresses,
    )
