"""`/api/products/search`, `/facets`, `/<id>/quality`, `/api/feed/products`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, g, request
from msgspec import Meta

from entrepot.base.errors import Invalid, NotThere, UnknownName
from entrepot.catalogue import settings as knobs
from entrepot.catalogue.api.asked import ProductsQuery, read_wanted
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.documents import enveloped, joined, known_id
from entrepot.catalogue.api.products import EXAMPLE, ONE
from entrepot.catalogue.documents import LostPoint, list_lost_points
from entrepot.catalogue.finding import (
    FACETS,
    Facet,
    ProductQuery,
    list_documents,
    list_facets,
)
from entrepot.catalogue.models import Document
from entrepot.web.reply import send_json
from entrepot.web.routes import Doc, current_house, route

REFUSED = (Invalid, UnknownName, NotThere)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetsQuery(ProductsQuery):
    """Which facets of which products."""

    names: Annotated[
        str, Meta(max_length=200, description="Of facets, by commas; else all.")
    ] = ""
    values: Annotated[int, Meta(ge=1, le=1_000, description="Of a facet.")] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good a product's record is, and what would make it better."""

    quality: int
    lost: list[LostPoint]


SEARCH = Doc(
    query=ProductsQuery,
    data=list[dict[str, Any]],
    is_public=True,
    is_paged=True,
    errors=REFUSED,
)


@route(bp, "GET", "/products/search", SEARCH)
def search_products(query: ProductsQuery) -> Response:
    """Search products: words as beginnings, filters, orders; typos are forgiven.

    `corrected_to` tells what was looked for where nothing has the words as they are.
    """
    return _search(query)


@route(bp, "POST", "/products/search", replace(SEARCH, query=None, body=ProductsQuery))
def search_products_by_body(body: ProductsQuery) -> Response:
    """Search products as `GET` does, with the parameters as a JSON object."""
    return _search(body)


@route(
    bp,
    "GET",
    "/products/facets",
    Doc(query=FacetsQuery, data=list[Facet], is_public=True, errors=REFUSED),
)
def list_product_facets(query: FacetsQuery) -> list[Facet]:
    """Count the values of facets among the products that are found.

    Each facet is counted under all filters but its own.
    """
    names = [name for name in query.names.split(",") if name] or list(FACETS)
    for name in names:
        if name not in FACETS:
            raise UnknownName("facet", name, list(FACETS))
    with current_house().store.read_session() as session:
        return list_facets(
            session,
            _wanted(query),
            names,  # type: ignore[arg-type]  # each was looked up
            limit=query.values,
        )


@route(
    bp,
    "GET",
    f"{ONE}/quality",
    Doc(data=Quality, errors=(NotThere,), path_examples=EXAMPLE),
)
def get_product_quality(id: int) -> Quality:
    """Give a product's quality, and each lost point with its field and rule."""
    with current_house().store.read_session() as session:
        lost = list_lost_points(session, known_id(id))
        document = session.get_one(Document, id)
    return Quality(quality=document.quality, lost=lost)


@route(
    bp,
    "GET",
    "/feed/products",
    Doc(query=ProductsQuery, data=dict[str, Any], is_public=True, errors=REFUSED),
)
def feed_products(query: ProductsQuery) -> Response:
    """List products page by page, with `products` and `pagination` inside `data`."""
    page = query.page or 1
    wanted = replace(_wanted(query), page=page, with_total=True)
    with current_house().store.read_session() as session:
        found = list_documents(session, wanted)
    total = found.total or 0
    pages = math.ceil(total / query.size)
    inside = enveloped(
        {
            "products": joined(found.documents),
            "pagination": {
                "page": page,
                "per_page": query.size,
                "total": total,
                "pages": pages,
                "has_prev": page > 1,
                "has_next": page < pages,
            },
        }
    )
    return send_json(enveloped({"data": inside.replace(b'"success":true,', b"", 1)}))


def _wanted(query: ProductsQuery) -> ProductQuery:
    wanted = read_wanted(query, is_public=g.get("identity") is None)
    low = current_house().settings[knobs.LOW_STOCK]
    return replace(wanted, low_stock_at=low, with_total=True)


def _search(query: ProductsQuery) -> Response:
    with current_house().store.read_session() as session:
        found = list_documents(session, _wanted(query))
    page = {
        "next": _next(query, found.next),
        "limit": query.size,
        "total": found.total,
    }
    answer: dict[str, object] = {"data": joined(found.documents), "page": page}
    if found.corrected_to is not None:
        answer["corrected_to"] = found.corrected_to
    return send_json(enveloped(answer))


def _next(query: ProductsQuery, cursor: str | None) -> str | None:
    """Return the address of the next page, for `GET`."""
    if cursor is None:
        return None
    asked = asdict(query) | {"cursor": cursor, "page": None}
    kept = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in asked.items()
        if value not in (None, [], "")
    }
    return f"{request.path}?{urlencode(kept, doseq=True)}"
