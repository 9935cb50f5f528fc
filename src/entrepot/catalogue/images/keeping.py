"""Rows of pictures whose bytes are here, and what follows from their coming."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.catalogue import documents
from entrepot.catalogue.images.blobs import Blob
from entrepot.catalogue.images.seeing import SAME_AS
from entrepot.catalogue.product_models import Product, ProductImage


def find_same(session: Session, product_id: int, sha256: str) -> ProductImage | None:
    """Return the product's picture that has these bytes."""
    return session.scalar(
        select(ProductImage).where(
            ProductImage.product_id == product_id, ProductImage.file_hash == sha256
        )
    )


def fill(row: ProductImage, blob: Blob, *, file_name: str) -> None:
    """Let a row be of a picture that is here."""
    row.state, row.error = "kept", None
    row.filename, row.file_path = file_name[:255], blob.path
    row.file_hash, row.file_size = blob.sha256, blob.size_bytes
    row.format, row.width, row.height = blob.format, blob.width, blob.height


def keep_fetched(
    session: Session, row: ProductImage, blob: Blob, *, file_name: str
) -> None:
    """Let a fetched row have its bytes, or say which of the product's has them.

    The row stays, so that the URL is known and not fetched again.
    """
    same = find_same(session, row.product_id, blob.sha256)
    if same is None or same.id == row.id:
        fill(row, blob, file_name=file_name)
    else:
        row.state, row.error, row.is_active = "kept", None, False
        row.meta_data = {**(row.meta_data or {}), SAME_AS: same.id}
    session.flush()  # the next one of this product must see it


def refresh_products(session: Session, product_ids: Collection[int]) -> None:
    """Write the documents of products whose pictures came, went or failed."""
    if product_ids:
        wanted = select(Product.id).where(Product.id.in_(sorted(set(product_ids))))
        documents.refresh(session, wanted, words_changed=False)
        documents.bump(session)
