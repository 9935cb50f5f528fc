"""Files of products: all of them in a shape, or those that the list is narrowed to."""

from __future__ import annotations

import msgspec
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.allowances import allowance
from entrepot.base.errors import Invalid, TooMuch, UnknownName
from entrepot.base.house import House
from entrepot.catalogue import ProductQuery, count_products_found, select_ids
from entrepot.catalogue.pages.asked import Asked, product_query
from entrepot.catalogue.pages.blueprint import bp
from entrepot.exports import Asker, Bounds, ExportRequest, create_export, list_choices
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

MOST_NARROWED = 10_000
"""Products that a narrowed file can have; more are exported as all."""

AT_ONCE = 1_000
"""Products up to which people wait for the file; more are a job."""

PRODUCTS = "catalogue.products"
THESE = "these"
SHAPES = {
    PRODUCTS: "All products, every field",
    "catalogue.shopify": "All products, as Shopify reads them",
    "catalogue.google": "Products for sale, as Google reads them",
}


@bp.post("/catalogue/export")
@needs("viewer")
def export_products() -> Response:
    """Have a file made, and show its receipt."""
    asked: Asked = read_query(Asked)
    shape, format = request.form.get("shape", PRODUCTS), request.form.get("format", "")
    if shape != THESE and shape not in SHAPES:
        raise UnknownName("shape", shape, [THESE, *SHAPES])
    house, who = current_house(), require("viewer")
    said = {
        "source": {"named": PRODUCTS if shape == THESE else shape},
        "format": format,
        "title": "Products" if shape == THESE else SHAPES[shape],
        "operations": [_narrowed(house, asked)] if shape == THESE else [],
        "wait": True if _count(house, asked, shape) <= AT_ONCE else None,
    }
    try:
        wanted = msgspec.convert(said, ExportRequest)
    except msgspec.ValidationError as error:
        raise Invalid(f"the file: {error}") from None
    may = allowance(who.role, house.settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    made = create_export(house, wanted, Asker(name=who.name, bounds=bounds))
    return redirect(url_for("exports_pages.receipt", id=made.id), code=303)


def format_choices() -> list[tuple[str, str]]:
    """Return the formats of files by name, with what people call them."""
    return [(one.name, one.label) for one in list_choices()]


def _count(house: House, asked: Asked, shape: str) -> int:
    wanted = product_query(asked) if shape == THESE else ProductQuery()
    with house.store.read_session() as session:
        return count_products_found(session, wanted)


def _narrowed(house: House, asked: Asked) -> dict[str, object]:
    """Return the step that keeps the products of the list alone."""
    wanted = product_query(asked)
    with house.store.read_session() as session:
        count = count_products_found(session, wanted)
        if count > MOST_NARROWED:
            raise TooMuch(
                f"{count:,} products match; a narrowed file has up to "
                f"{MOST_NARROWED:,}",
                hint="narrow the list further, or take all products",
            )
        ids = list(session.scalars(select_ids(session, wanted)))
    return {"type": "filter", "column": "id", "operator": "in", "value": ids}
