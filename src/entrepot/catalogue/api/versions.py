"""`/api/products/<id>/versions`: what a product was, and back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, NotThere
from entrepot.catalogue import service
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.documents import known_id, send_product
from entrepot.catalogue.api.products import EXAMPLE, ONE
from entrepot.catalogue.editing import (
    VersionSeen,
    get_version,
    list_versions,
    state_at,
)
from entrepot.catalogue.editing.values import WHOLE
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

HERE = f"{ONE}/versions"
Number = Annotated[int, Meta(ge=1, le=WHOLE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsQuery:
    """Which versions."""

    before: Annotated[int, Meta(ge=1, le=WHOLE, description="Only older ones.")] = WHOLE
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionWhole:
    """One change, and the whole product after it.

    Attributes:
        state: All fields; None where it deleted the product.
    """

    change: VersionSeen
    state: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAsked:
    """Back to what a version was."""

    version: Number


@route(
    bp,
    "GET",
    HERE,
    Doc(
        query=VersionsQuery,
        data=list[VersionSeen],
        is_paged=True,
        errors=(NotThere,),
        path_examples=EXAMPLE,
    ),
)
def list_product_versions(id: int, query: VersionsQuery) -> Page:
    """List the changes of a product, the newest first; also of a deleted one."""
    with current_house().store.read_session() as session:
        found = list_versions(
            session, known_id(id), limit=query.limit + 1, before=query.before
        )
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        last = shown[-1].version
        following = f"/api/products/{id}/versions?before={last}&limit={query.limit}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    f"{HERE}/<int:version>",
    Doc(
        data=VersionWhole, errors=(NotThere,), path_examples=EXAMPLE | {"version": "1"}
    ),
)
def get_product_version(id: int, version: int) -> VersionWhole:
    """Give one change of a product: each field old and new, and the whole after it."""
    with current_house().store.read_session() as session:
        change = get_version(session, known_id(id), version)
        is_gone = change.kind == "delete"
        state = None if is_gone else state_at(session, id, version)
    return VersionWhole(change=change, state=state)


@route(
    bp,
    "POST",
    f"{ONE}/restore",
    Doc(
        body=RestoreAsked,
        data=dict[str, Any],
        role="analyst",
        errors=(NotThere, Conflict),
        path_examples=EXAMPLE,
    ),
)
def restore_product(id: int, body: RestoreAsked) -> Response:
    """Put a product back to what it was, as a new version; a deleted one too."""
    house, by = current_house(), require("analyst").name
    product = service.bring_back(house, known_id(id), body.version, by=by)
    with house.store.read_session() as session:
        return send_product(session, product)
