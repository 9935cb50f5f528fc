"""Addresses of rows and structure that older clients know."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.base.errors import Invalid
from entrepot.base.names import encode_name
from entrepot.dataproducts import service
from entrepot.dataproducts.api.blueprint import bp
from entrepot.dataproducts.api.products import (
    FAR,
    HERE,
    RowsAnswer,
    RowsQuery,
    page_of_rows,
)
from entrepot.dataproducts.spec import TableStructure, Total
from entrepot.web.reply import Page
from entrepot.web.routes import Doc, current_house, route


class RowsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The question for rows, as the body of a POST."""

    limit: Annotated[int, Meta(ge=1, le=1000, description="Rows on a page.")] = 100
    offset: Annotated[int, Meta(ge=0, le=10**12, description="Rows to skip.")] = 0
    columns: Annotated[
        tuple[str, ...], Meta(max_length=5000, description="Columns wanted; all.")
    ] = ()
    order_by: Annotated[
        str, Meta(max_length=10_000, description="`column` or `column desc`.")
    ] = ""
    order_by_older: Annotated[str, Meta(max_length=10_000, description="The same.")] = (
        msgspec.field(name="orderBy", default="")
    )
    where: Annotated[
        tuple[str, ...], Meta(max_length=50, description="`column:operator:value`.")
    ] = ()
    total: Total = "none"


@route(
    bp,
    "POST",
    f"{HERE}/<name:schema>/<name:table>/query",
    Doc(body=RowsBody, data=RowsAnswer, errors=(*FAR, Invalid), is_paged=True),
)
def query_rows(schema: str, table: str, body: RowsBody) -> Page:
    """Read rows of a table; `GET …/tables/<table>` says the same in an address."""
    query = RowsQuery(
        limit=body.limit,
        offset=body.offset,
        columns=",".join(encode_name(name, ",") for name in body.columns),
        order_by=body.order_by or body.order_by_older,
        where=body.where,
        total=body.total,
    )
    return page_of_rows(schema, table, query)


@route(
    bp,
    "GET",
    f"{HERE}/<name:schema>/<name:table>/structure",
    Doc(data=TableStructure, errors=FAR),
)
def older_structure(schema: str, table: str) -> TableStructure:
    """Describe a table, as `…/tables/<table>/structure` does."""
    return service.get_structure(current_house(), schema, table)
