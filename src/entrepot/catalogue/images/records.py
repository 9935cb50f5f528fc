"""Pictures of products: the same bytes once, one that stands first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.catalogue.product_models import Product, ProductImage


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImage:
    """A picture that is kept somewhere.

    Attributes:
        file_hash: SHA-256 of its bytes in hex; without one it is never the same.
    """

    filename: str
    file_path: str
    file_hash: str | None = None
    file_size: int | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    url: str | None = None
    alt_text: str | None = None
    sort_order: int = 0


def hash_of(content: bytes) -> str:
    """Return what tells whether two pictures are the same bytes."""
    return hashlib.sha256(content).hexdigest()


def add_image(session: Session, product_id: int, image: NewImage) -> ProductImage:
    """Add a picture to a product, or return the one that has the same bytes.

    Two sessions that add the same bytes at once end up with the same row.

    Raises:
        NotThere: There is no such product.
    """
    if session.get(Product, product_id) is None:
        raise NotThere("product", str(product_id), [])
    row = ProductImage(product_id=product_id, **_fields(image))
    if image.file_hash is None:
        session.add(row)
        session.flush()  # the caller gets its id
        return row
    _insert_once(session, row)
    found = select(ProductImage).where(
        ProductImage.product_id == product_id,
        ProductImage.file_hash == image.file_hash,
    )
    return session.scalars(found).one()


def set_featured(session: Session, image: ProductImage) -> None:
    """Let a picture stand first, instead of the one that did."""
    session.execute(
        update(ProductImage)
        .where(ProductImage.product_id == image.product_id, ProductImage.is_featured)
        .values(is_featured=False)
        .execution_options(synchronize_session="fetch")
    )
    image.is_featured = True
    session.flush()  # whoever else did the same is told here


def _fields(image: NewImage) -> dict[str, object]:
    return {name: getattr(image, name) for name in NewImage.__dataclass_fields__}


def _insert_once(session: Session, row: ProductImage) -> None:
    """Insert a row unless its bytes are there; wait for whoever inserts them now."""
    columns = ProductImage.__mapper__.column_attrs
    values = {c.key: getattr(row, c.key) for c in columns if c.key != "id"}
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    same = ["product_id", "file_hash"]
    statement = insert(ProductImage).values(values)
    session.execute(statement.on_conflict_do_nothing(index_elements=same))
