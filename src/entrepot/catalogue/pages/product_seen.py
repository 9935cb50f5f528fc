"""What the pages of one product show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from entrepot.catalogue import FIELDS, Product, get_product, list_images
from entrepot.catalogue.choices import category_path
from entrepot.catalogue.images.covers import list_covers


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSeen:
    """A product as its pages show it.

    Attributes:
        values: Its fields by name.
        category: The names down to its category; empty for none.
        picture: The address of a small one here; empty for none.
    """

    id: int
    version: int
    sku: str
    name: str
    status: str
    is_active: bool
    price: str
    values: Mapping[str, object]
    category_id: int | None
    category: str
    picture: str
    image_count: int
    sync_status: str
    synced_at: datetime | None
    created_at: datetime
    updated_at: datetime


def load_product(session: Session, id: int) -> ProductSeen:
    """Return a product for its pages.

    Raises:
        NotThere: There is none with this id.
    """
    row = get_product(session, id)
    address = row.featured_image_url or ""
    is_here = address.startswith("/") and not address.startswith("//")
    cover = list_covers(session, [id]).get(id, "")
    return ProductSeen(
        id=row.id,
        version=row.version,
        sku=row.sku,
        name=row.name,
        status=row.status,
        is_active=row.is_active,
        price=f"{row.price:,.2f} {row.currency}",
        values=values_of(row),
        category_id=row.category_id,
        category=category_path(session, row.category_id),
        picture=cover or (address if is_here else ""),
        image_count=len(list_images(session, id)),
        sync_status=row.shopify_sync_status or "",
        synced_at=row.shopify_synced_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def values_of(row: Product) -> dict[str, object]:
    """Return a product's fields by name."""
    return {name: getattr(row, name) for name in FIELDS}
