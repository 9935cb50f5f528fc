"""The picture by which a product is known in lists."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.catalogue.images.seeing import address_of
from entrepot.catalogue.images.spec import Size
from entrepot.catalogue.product_models import ProductImage


def list_covers(
    session: Session, ids: Sequence[int], size: Size = "thumb"
) -> dict[int, str]:
    """Return the address of a picture for each product that has one here."""
    wanted = (
        select(ProductImage.product_id, ProductImage.file_hash)
        .where(
            ProductImage.product_id.in_(ids),
            ProductImage.state == "kept",
            ProductImage.is_active,
            ProductImage.file_hash.is_not(None),
        )
        .order_by(ProductImage.is_featured, ProductImage.sort_order.desc())
    )
    # The featured one, or else the first, comes last and so remains.
    return {id: address_of(found, size) for id, found in session.execute(wanted)}
