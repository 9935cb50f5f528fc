"""`/api/products/bulk`: many products changed together, after a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, Invalid, InvalidValue, NotThere, UnknownName
from entrepot.catalogue import service
from entrepot.catalogue.api.asked import ProductsQuery, read_wanted
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.editing import BulkChange, BulkPreview
from entrepot.catalogue.editing.values import WHOLE
from entrepot.catalogue.finding import ProductQuery
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked:
    """What is to be done to which products.

    Attributes:
        ids: These products.
        filter: Or all that a search finds; `{}` means every product.
        preview: Only tell what would be different.
        token: Of the preview, which then must still hold.
        rows: Differences that a preview shows.
    """

    changes: Annotated[list[BulkChange], Meta(min_length=1, max_length=50)]
    ids: (
        Annotated[list[Annotated[int, Meta(ge=1, le=WHOLE)]], Meta(max_length=10_000)]
        | None
    ) = None
    filter: ProductsQuery | None = None
    preview: bool = False
    token: Annotated[str, Meta(max_length=64)] = ""
    rows: Annotated[int, Meta(ge=0, le=1_000)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAnswer:
    """What would be different, or what became of it.

    Attributes:
        preview: Where only that was asked for.
        changed: Products that are different now.
        job: The job that changes them, where they are many.
    """

    preview: BulkPreview | None = None
    changed: int | None = None
    job: str | None = None


@route(
    bp,
    "POST",
    "/products/bulk",
    Doc(
        body=BulkAsked,
        data=BulkAnswer,
        role="analyst",
        errors=(Invalid, InvalidValue, UnknownName, NotThere, Conflict),
        also={202: Any},
    ),
)
def change_products(body: BulkAsked) -> Response:
    """Change many products together.

    First with `"preview": true`: the answer tells old and new, and a `token`. With that
    token exactly this is done, or nothing. Over 500 products are a job.
    """
    house, by = current_house(), require("analyst").name
    wanted = _wanted(body)
    if body.preview:
        seen = service.look_at_bulk(house, wanted, body.changes, rows=body.rows)
        return render(BulkAnswer(preview=seen))
    done = service.change_many(
        house, wanted, body.changes, token=body.token or None, by=by
    )
    answer = BulkAnswer(changed=done.changed, job=done.job)
    return render(answer, status=202 if done.job else 200)


def _wanted(body: BulkAsked) -> ProductQuery:
    if (body.ids is None) == (body.filter is None):
        raise Invalid("say which products: either by ids, or by a filter")
    if body.filter is None:
        return ProductQuery(ids=tuple(body.ids or ()))
    return read_wanted(body.filter, is_public=False)
