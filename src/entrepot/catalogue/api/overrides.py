"""`/api/products/<id>/overrides`: fields that people set, and feeds leave alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entrepot.base.errors import NotThere
from entrepot.catalogue import service
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.documents import known_id
from entrepot.catalogue.api.products import EXAMPLE, ONE
from entrepot.catalogue.editing import list_overrides
from entrepot.web.routes import Doc, current_house, route

HERE = f"{ONE}/overrides"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideSeen:
    """A field that somebody set by hand."""

    field: str
    set_by: str
    set_at: datetime


@route(
    bp,
    "GET",
    HERE,
    Doc(data=list[OverrideSeen], errors=(NotThere,), path_examples=EXAMPLE),
)
def list_product_overrides(id: int) -> list[OverrideSeen]:
    """List the fields of a product that no feed writes."""
    with current_house().store.read_session() as session:
        found = list_overrides(session, known_id(id))
    return [
        OverrideSeen(field=one.field, set_by=one.set_by, set_at=one.set_at)
        for one in found
    ]


@route(
    bp,
    "DELETE",
    f"{HERE}/<name:field>",
    Doc(
        data=dict[str, str],
        role="analyst",
        errors=(NotThere,),
        path_examples=EXAMPLE | {"field": "price"},
    ),
)
def clear_product_override(id: int, field: str) -> dict[str, str]:
    """Let feeds write a field again."""
    service.free_field(current_house(), known_id(id), field)
    return {"field": field}
