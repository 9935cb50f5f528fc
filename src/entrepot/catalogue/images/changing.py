"""Change, order, remove pictures; fetch again what failed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from entrepot.base.errors import Conflict, NotThere
from entrepot.base.events import emit
from entrepot.catalogue.events import ImageChanged, ImageRemoved
from entrepot.catalogue.images.keeping import refresh_products
from entrepot.catalogue.images.records import set_featured
from entrepot.catalogue.images.seeing import (
    SAME_AS,
    get_row,
    list_images,
    list_rows,
    require_product,
    seen_of,
)
from entrepot.catalogue.images.spec import ImageChange, ImageSeen
from entrepot.catalogue.product_models import ProductImage


def change_image(
    session: Session, product_id: int, id: int, change: ImageChange
) -> ImageSeen:
    """Change alt text, position, or which picture stands first.

    Raises:
        NotThere: The product has no such picture.
        Conflict: It is to stand first, and is not kept.
    """
    row = get_row(session, product_id, id)
    if change.alt_text is not None:
        row.alt_text = change.alt_text.strip() or None
    if change.position is not None:
        row.sort_order = change.position
    if change.is_featured:
        if row.state != "kept" or not row.is_active:
            raise Conflict(
                f"the picture {id} is {row.state}; only one that is kept stands first"
            )
        set_featured(session, row)
    session.flush()  # its time is shown
    refresh_products(session, [product_id])
    emit(ImageChanged(product_id=product_id, id=id))
    return seen_of(row)


def order_images(
    session: Session, product_id: int, ids: Sequence[int]
) -> list[ImageSeen]:
    """Put a product's pictures into an order; those not named come after.

    Raises:
        NotThere: The product has no picture of one of the ids.
    """
    require_product(session, product_id)
    rows = {row.id: row for row in list_rows(session, product_id)}
    for id in ids:
        if id not in rows:
            raise NotThere("picture of this product", str(id), _names(rows))
    wanted = list(dict.fromkeys(ids))
    wanted += [id for id in rows if id not in set(wanted)]
    for position, id in enumerate(wanted):
        rows[id].sort_order = position
    session.flush()  # what is read next is in this order
    refresh_products(session, [product_id])
    return list_images(session, product_id)


def _names(rows: dict[int, ProductImage]) -> list[str]:
    return [str(id) for id in rows]


def delete_image(session: Session, product_id: int, id: int) -> None:
    """Remove a picture; its bytes go with the tidying, once nobody has them.

    Rows of other URLs with the same bytes go with it.

    Raises:
        NotThere: The product has no such picture.
    """
    row = get_row(session, product_id, id)
    for other in list_rows(session, product_id):
        if (other.meta_data or {}).get(SAME_AS) == row.id:
            session.delete(other)
    session.delete(row)
    session.flush()  # the document is made of what is left
    refresh_products(session, [product_id])
    emit(ImageRemoved(product_id=product_id, id=id))


def retry_images(
    session: Session,
    *,
    product_id: int | None = None,
    ids: Sequence[int] | None = None,
) -> list[int]:
    """Let failed pictures be pending again; return their ids, for `submit_fetch`.

    Args:
        product_id: Only of this product.
        ids: Only these; all that failed where it is None.
    """
    wanted = [ProductImage.state == "failed", ProductImage.url.is_not(None)]
    if product_id is not None:
        wanted.append(ProductImage.product_id == product_id)
    if ids is not None:
        wanted.append(ProductImage.id.in_(list(ids)))
    found = list(session.scalars(select(ProductImage.id).where(*wanted)))
    session.execute(
        update(ProductImage)
        .where(*wanted)
        .values(state="pending", error=None, attempts=0)
        .execution_options(synchronize_session="fetch")
    )
    return sorted(found)
