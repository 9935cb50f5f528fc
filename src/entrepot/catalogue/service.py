"""What people do to products: in a transaction of its own, and told to listeners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.catalogue.editing import (
    BulkChange,
    BulkPreview,
    apply_bulk,
    clear_override,
    create_product,
    delete_product,
    get_product,
    preview_bulk,
    restore_product,
    update_product,
)
from entrepot.catalogue.editing.bulk_values import field_of
from entrepot.catalogue.errors import BulkChanged
from entrepot.catalogue.events import (
    OverrideCleared,
    ProductChanged,
    ProductCreated,
    ProductDeleted,
    ProductRestored,
    ProductsChanged,
)
from entrepot.catalogue.finding import ProductQuery
from entrepot.catalogue.models import Product
from entrepot.jobs import Wanted, submit_job

BULK = "catalogue.bulk.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """What became of a bulk change.

    Attributes:
        changed: Products that are different now; None while it is a job.
        job: The job's id, where a worker does it.
    """

    changed: int | None = None
    job: str | None = None


def add_product(house: House, values: Mapping[str, object], *, by: str) -> Product:
    """Add a product; raises as `create_product`."""
    with house.store.session() as session:
        product = create_product(session, values, by=by)
        emit(ProductCreated(id=product.id, sku=product.sku))
    return product


def change_product(
    house: House,
    product_id: int,
    values: Mapping[str, object],
    *,
    version: int | None,
    by: str,
) -> Product:
    """Change some fields of a product by hand; raises as `update_product`."""
    with house.store.session() as session:
        before = get_product(session, product_id).version
        product = update_product(session, product_id, values, version=version, by=by)
        if product.version != before:
            emit(
                ProductChanged(
                    id=product_id,
                    sku=product.sku,
                    version=product.version,
                    changed=tuple(values),
                )
            )
    return product


def remove_product(
    house: House, product_id: int, *, version: int | None, by: str
) -> None:
    """Delete a product; raises as `delete_product`."""
    with house.store.session() as session:
        sku = get_product(session, product_id).sku
        delete_product(session, product_id, version=version, by=by)
        emit(ProductDeleted(id=product_id, sku=sku))


def bring_back(house: House, product_id: int, version: int, *, by: str) -> Product:
    """Put a product back to an older state; raises as `restore_product`."""
    with house.store.session() as session:
        product = restore_product(session, product_id, version, by=by)
        emit(
            ProductRestored(
                id=product_id,
                sku=product.sku,
                version=product.version,
                restored=version,
            )
        )
    return product


def free_field(house: House, product_id: int, field: str) -> None:
    """Let feeds write a field again; raises as `clear_override`."""
    with house.store.session() as session:
        clear_override(session, product_id, field)
        emit(OverrideCleared(id=product_id, field=field))


def look_at_bulk(
    house: House, wanted: ProductQuery, changes: Sequence[BulkChange], *, rows: int = 50
) -> BulkPreview:
    """Return what a bulk change would do; raises as `preview_bulk`."""
    with house.store.read_session() as session:
        return preview_bulk(session, wanted, changes, rows=rows)


def change_many(
    house: House,
    wanted: ProductQuery,
    changes: Sequence[BulkChange],
    *,
    token: str | None,
    by: str,
) -> BulkDone:
    """Do a bulk change, or have it done by a worker where the products are many.

    Raises:
        BulkChanged: The products are not those of the preview any more.
        Invalid, UnknownName, NotThere: As `preview_bulk`.
    """
    seen = look_at_bulk(house, wanted, changes, rows=0)
    if token is not None and seen.token != token:
        raise BulkChanged(
            "the products, or the changes, are not those of the preview any more",
            hint="look at the preview again",
        )
    if not seen.is_job:
        return BulkDone(changed=do_bulk(house, wanted, changes, token=token, by=by))
    parameters = {
        "wanted": msgspec.to_builtins(wanted, str_keys=True),
        "changes": msgspec.to_builtins(list(changes)),
        # Without it a second attempt would change them twice.
        "preview": seen.token,
        "by": by,
    }
    title = f"Change {seen.changed:,} products"
    job = submit_job(house, Wanted(kind=BULK, parameters=parameters, title=title))
    return BulkDone(job=job)


def do_bulk(
    house: House,
    wanted: ProductQuery,
    changes: Sequence[BulkChange],
    *,
    token: str | None,
    by: str,
) -> int:
    """Do a bulk change now; return how many products are different."""
    with house.store.session() as session:
        changed = apply_bulk(session, wanted, changes, token=token, by=by)
        names = tuple(dict.fromkeys(map(field_of, changes)))
        if changed:
            emit(ProductsChanged(products=changed, changed=names))
    return changed
