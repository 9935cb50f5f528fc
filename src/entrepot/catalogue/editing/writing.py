"""One product made, changed, deleted; each change is a version."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.times import now
from entrepot.catalogue.editing.identities import reserve_ids
from entrepot.catalogue.editing.overriding import note_overrides
from entrepot.catalogue.editing.values import (
    NEEDED,
    check_category,
    clean,
    plain,
    state_of,
)
from entrepot.catalogue.errors import ProductExists, ProductNewer
from entrepot.catalogue.fields import FIELDS
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version

# The documents of what the session writes are written when it flushes: `listening`.

UNIQUE = ("sku", "shopify_product_id")


def get_product(session: Session, product_id: int) -> Product:
    """Return one product.

    Raises:
        NotThere: There is none with this id.
    """
    found = session.get(Product, product_id)
    if found is None:
        raise NotThere("product", str(product_id), [])
    return found


def create_product(
    session: Session, values: Mapping[str, object], *, by: str
) -> Product:
    """Add a product with these fields (of `FIELDS`); the others get their defaults.

    Raises:
        InvalidValue: A field is missing or its value not possible.
        UnknownName: There is no such field.
        ProductExists: Its SKU is taken.
        NotThere: There is no such category.
    """
    for name in NEEDED:
        if values.get(name) is None:
            raise InvalidValue(f"{name} must have a value")
    cleaned = clean(values)
    check_category(session, cleaned)
    product = Product(id=reserve_ids(session, 1), **cleaned)
    check_unique(session, product.id, cleaned)
    session.add(product)
    note_version(session, product, "create", None, by=by)
    session.flush()  # who reads next must find it and its document
    return product


def update_product(
    session: Session,
    product_id: int,
    values: Mapping[str, object],
    *,
    version: int | None = None,
    by: str,
    is_override: bool = True,
) -> Product:
    """Change some fields; what is the same already is no change and no version.

    Args:
        version: What the caller saw; None takes whatever is there.
        is_override: Feeds leave the changed fields alone from now on.

    Raises:
        NotThere: There is no such product, or no such category.
        ProductNewer: It has another version by now, which the facts tell.
        ProductExists: Its new SKU is taken.
        InvalidValue: A value is not possible.
        UnknownName: There is no such field.
    """
    product = lock_product(session, product_id, version)
    changed = change(session, product, values, kind="update", by=by)
    if is_override:
        note_overrides(session, product_id, changed, by=by)
    return product


def delete_product(
    session: Session, product_id: int, *, version: int | None = None, by: str
) -> None:
    """Delete a product; its versions stay, so that it can come back.

    Raises:
        NotThere: There is no such product.
        ProductNewer: It has another version by now.
    """
    product = lock_product(session, product_id, version)
    product.version += 1
    note_version(session, product, "delete", state_of(product), by=by)
    session.delete(product)
    session.flush()  # its SKU is free from here


def lock_product(session: Session, product_id: int, version: int | None) -> Product:
    """Return a product that nobody else writes until the transaction ends.

    Raises:
        NotThere: There is none with this id.
        ProductNewer: It does not have this version.
    """
    wanted = select(Product).where(Product.id == product_id).with_for_update()
    fresh = wanted.execution_options(populate_existing=True)
    product = session.scalars(fresh).one_or_none()
    if product is None:
        raise NotThere("product", str(product_id), [])
    if version is not None and product.version != version:
        raise ProductNewer(
            f"{product.sku} has version {product.version} by now, not {version}",
            hint="read it again, and send the change with that version",
            version=product.version,
        )
    return product


def change(
    session: Session,
    product: Product,
    values: Mapping[str, object],
    *,
    kind: str,
    by: str,
) -> list[str]:
    """Set fields, note the version; return the names of those that are different."""
    cleaned = clean(values)
    before = {name: plain(getattr(product, name)) for name in cleaned}
    changed = [n for n, value in cleaned.items() if plain(value) != before[n]]
    if not changed:
        return []
    new = {name: cleaned[name] for name in changed}
    check_category(session, new)
    check_unique(session, product.id, new)
    for name, value in new.items():
        setattr(product, name, value)
    product.version += 1
    old = {name: before[name] for name in FIELDS if name in changed}
    note_version(session, product, kind, old, by=by)
    session.flush()  # who reads next must find it and its document
    return changed


def check_unique(
    session: Session, product_id: int, values: Mapping[str, object]
) -> None:
    """Refuse what another product has.

    Raises:
        ProductExists: The SKU, or the shop's id.
    """
    for name in UNIQUE:
        if values.get(name) is None:
            continue
        same = getattr(Product, name) == values[name]
        with session.no_autoflush:
            found = select(Product.id).where(same, Product.id != product_id)
            other = session.scalar(found.limit(1))
        if other is not None:
            raise ProductExists(
                f"the product {other} has the {name} {values[name]!r} already",
                id=other,
            )


def note_version(
    session: Session,
    product: Product,
    kind: str,
    before: dict[str, object] | None,
    *,
    by: str,
) -> None:
    """Add the version that a product has now."""
    session.add(
        Version(
            product_id=product.id,
            version=product.version,
            kind=kind,
            changed_at=now(),
            changed_by=by[:320],
            before=before,
        )
    )
