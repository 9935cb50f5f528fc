"""`/api/products`: products made, changed, deleted."""

from __future__ import annotations

from typing import Any

from flask import Response

from entrepot.base.errors import (
    Conflict,
    Invalid,
    InvalidValue,
    NotThere,
    Outdated,
    UnknownName,
)
from entrepot.catalogue import service
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.documents import known_id, seen_version, send_product
from entrepot.catalogue.editing.values import defaults
from entrepot.catalogue.models import Product
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

HERE = "/products"
ONE = f"{HERE}/<int:id>"
Json = dict[str, Any]
REFUSED = (InvalidValue, UnknownName, NotThere, Conflict)
EXAMPLE = {"id": "1"}


@route(
    bp,
    "POST",
    HERE,
    Doc(body=Json, data=Json, status=201, role="analyst", errors=REFUSED),
)
def create_product(body: Json) -> Response:
    """Add a product with these fields; `sku`, `name` and `price` must be among them."""
    by = require("analyst").name
    return _send(service.add_product(current_house(), body, by=by), status=201)


@route(
    bp,
    "PATCH",
    ONE,
    Doc(
        body=Json,
        data=Json,
        role="analyst",
        errors=(*REFUSED, Outdated, Invalid),
        path_examples=EXAMPLE,
    ),
)
def change_product(id: int, body: Json) -> Response:
    """Change some fields of a product; feeds leave these alone from then on.

    With `If-Match: "v7"`, the `ETag` of the product, a change that somebody made
    meanwhile is not lost: the answer is 412.
    """
    return _change(id, body)


@route(
    bp,
    "PUT",
    ONE,
    Doc(
        body=Json,
        data=Json,
        role="analyst",
        errors=(*REFUSED, Outdated, Invalid),
        path_examples=EXAMPLE,
    ),
)
def replace_product(id: int, body: Json) -> Response:
    """Write all fields of a product; those not sent get their defaults.

    `sku`, `name` and `price` have none and stay. `If-Match` is as in `PATCH`.
    """
    return _change(id, defaults() | body)


@route(
    bp,
    "DELETE",
    ONE,
    Doc(
        data=dict[str, int],
        role="analyst",
        errors=(NotThere, Outdated, Invalid),
        path_examples=EXAMPLE,
    ),
)
def delete_product(id: int) -> dict[str, int]:
    """Delete a product; its versions stay, and `restore` brings it back."""
    by, version = require("analyst").name, seen_version()
    service.remove_product(current_house(), known_id(id), version=version, by=by)
    return {"id": id}


def _change(id: int, values: Json) -> Response:
    by, version = require("analyst").name, seen_version()
    product = service.change_product(
        current_house(), known_id(id), values, version=version, by=by
    )
    return _send(product)


def _send(product: Product, *, status: int = 200) -> Response:
    with current_house().store.read_session() as session:
        return send_product(session, product, status=status)
