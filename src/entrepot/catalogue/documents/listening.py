"""Whoever writes products through the ORM has their documents written along.

Set-based statements pass by here: they call `refresh` themselves.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, object_session

from entrepot.catalogue.documents.generation import bump
from entrepot.catalogue.documents.refreshing import write_few
from entrepot.catalogue.product_models import Product, ProductImage

_TOUCHED = "catalogue_touched"
_SEARCHED = (
    "sku",
    "name",
    "brand",
    "manufacturer",
    "manufacturer_part_number",
    "upc",
    "short_description",
    "description",
)
"""Whose change makes the search row another one; see `building`."""
AT_ONCE = 500


def _note_product(_mapper: object, _connection: object, product: Product) -> None:
    state: Any = inspect(product)
    is_searched = any(state.attrs[n].history.has_changes() for n in _SEARCHED)
    _note(product, product.id, is_searched)


def _note_image(_mapper: object, _connection: object, image: ProductImage) -> None:
    _note(image, image.product_id, False)


def _note(thing: object, product_id: int, is_searched: bool) -> None:
    session = object_session(thing)
    if session is not None:
        touched: dict[int, bool] = session.info.setdefault(_TOUCHED, {})
        touched[product_id] = touched.get(product_id, False) or is_searched


def _write(session: Session, _context: object) -> None:
    touched: dict[int, bool] = session.info.pop(_TOUCHED, {})
    for words_changed in (True, False):
        ids = [i for i, is_searched in touched.items() if is_searched == words_changed]
        for start in range(0, len(ids), AT_ONCE):
            few = ids[start : start + AT_ONCE]
            write_few(session, few, words_changed=words_changed)
    if touched:
        bump(session)


for _happens in ("after_insert", "after_update", "after_delete"):
    event.listen(Product, _happens, _note_product)
    event.listen(ProductImage, _happens, _note_image)
event.listen(Session, "after_flush", _write)
