"""`/api/data-products`: products, tables, structure, rows, and a table as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from flask import Blueprint, current_app, request
from msgspec import Meta

from entrepot.base.errors import (
    Invalid,
    Missing,
    Refused,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from entrepot.base.house import House
from entrepot.connections import Structure, Table
from entrepot.dataproducts import rows as pages
from entrepot.dataproducts import service
from entrepot.dataproducts.spec import Product, Rows, RowsRequest, Total
from entrepot.web.guard import needs
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, route

bp = Blueprint("dataproducts_api", __name__, url_prefix="/api/data-products")

FAR = (Unauthenticated, Missing, Refused, Unavailable, TimedOut)
"""What can go wrong wherever a database is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsQuery:
    """The query string of a page of rows."""

    limit: Annotated[int, Meta(ge=1, le=1000, description="Rows on a page.")] = 100
    offset: Annotated[
        int, Meta(ge=0, le=10**12, description="Rows to skip; `after` is faster.")
    ] = 0
    after: Annotated[
        str, Meta(max_length=100_000, description="Where the last page ended.")
    ] = ""
    columns: Annotated[
        str, Meta(max_length=100_000, description="Columns wanted, by commas; all.")
    ] = ""
    order_by: Annotated[
        str,
        Meta(max_length=10_000, description="`column` or `column desc`, …"),
    ] = ""
    where: Annotated[
        tuple[str, ...], Meta(max_length=50, description="`column:operator:value`.")
    ] = ()
    total: Total = "none"
    shape: Literal["objects", "arrays"] = "objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """A column of the answer."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAnswer:
    """Rows as objects, or as arrays in the columns' order."""

    columns: list[ColumnHead]
    rows: list[dict[str, object]] | list[list[object]]
    total_is_estimate: bool = False


def house() -> House:
    """Return the house of the app that answers."""
    found: House = current_app.extensions["house"]
    return found


@route(bp, "GET", "", Doc(data=list[Product], errors=FAR))
@needs("viewer")
def list_products() -> list[Product]:
    """List the data products: every schema of every connection.

    A connection that cannot be reached has none here; its page says why.
    """
    products, _ = service.list_products(house())
    return products


@route(bp, "GET", "/<name:schema>/tables", Doc(data=list[Table], errors=FAR))
@needs("viewer")
def list_tables(schema: str) -> list[Table]:
    """List the tables and views of a product.

    `schema` is `connection:schema`, or a schema that only one connection has. Row
    counts come from the database's statistics and are null where it has none.
    """
    return service.list_tables(house(), schema)


@route(
    bp,
    "GET",
    "/<name:schema>/tables/<name:table>",
    Doc(query=RowsQuery, data=RowsAnswer, errors=(*FAR, Invalid), is_paged=True),
)
@needs("viewer")
def table_rows(schema: str, table: str, query: RowsQuery) -> Page:
    """Read rows of a table, page by page.

    Pages follow the table's key, so that rows added meanwhile neither repeat nor
    shift; `page.next` is the address of the next one.
    """
    asked = RowsRequest(
        limit=query.limit,
        offset=query.offset,
        after=query.after,
        columns=query.columns,
        order_by=query.order_by,
        where=query.where,
        total=query.total,
    )
    found = pages.read_rows(house(), schema, table, asked)
    answer = RowsAnswer(
        columns=[ColumnHead(name=c.name, type=c.type) for c in found.columns],
        rows=found.rows if query.shape == "arrays" else _objects(found),
        total_is_estimate=found.total_is_estimate,
    )
    return Page(answer, _cut(found, query))


@route(
    bp,
    "GET",
    "/<name:schema>/tables/<name:table>/structure",
    Doc(data=Structure, errors=FAR),
)
@needs("viewer")
def table_structure(schema: str, table: str) -> Structure:
    """Describe a table: columns, key, foreign keys, indexes."""
    return service.get_structure(house(), schema, table)


def _objects(found: Rows) -> list[dict[str, object]]:
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def _cut(found: Rows, query: RowsQuery) -> Cut:
    shape = "&shape=arrays" if query.shape == "arrays" else ""
    following = f"{request.path}?{found.next}{shape}" if found.next else None
    return Cut(next=following, limit=found.limit, total=found.total)
