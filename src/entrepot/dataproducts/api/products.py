"""`/api/data-products`: products, tables, structure, rows, and a table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from flask import Response, url_for
from msgspec import Meta

from entrepot.base.allowances import allowance
from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    Missing,
    Refused,
    Throttled,
    TimedOut,
    TooMuch,
    Unauthenticated,
    Unavailable,
)
from entrepot.connections import table_source
from entrepot.dataproducts import rows as pages
from entrepot.dataproducts import service
from entrepot.dataproducts.api.blueprint import bp
from entrepot.dataproducts.counting import count_tables
from entrepot.dataproducts.spec import (
    Product,
    ProductTable,
    Rows,
    RowsRequest,
    TableStructure,
    Total,
)
from entrepot.exports import Bounds, file_media_types, run_export
from entrepot.web import downloads
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

HERE = "/data-products"

FAR = (Unauthenticated, Missing, Refused, Unavailable, TimedOut)
"""What can go wrong wherever a database is asked."""


Columns = Annotated[
    str, Meta(max_length=100_000, description="Columns wanted, by commas; all.")
]
OrderBy = Annotated[
    str, Meta(max_length=10_000, description="`column` or `column desc`, by commas.")
]
Where = Annotated[
    tuple[str, ...], Meta(max_length=50, description="`column:operator:value`.")
]


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
    columns: Columns = ""
    order_by: OrderBy = ""
    where: Where = ()
    total: Total = "none"
    shape: Literal["objects", "arrays"] = "objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery:
    """The query string of an export."""

    format: Annotated[str, Meta(description="See `/api/exports/formats`.")] = "xlsx"
    columns: Columns = ""
    order_by: OrderBy = ""
    where: Where = ()
    options: Annotated[
        dict[str, str], Meta(description="The format's options, each by its name.")
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """A column of the answer."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAnswer:
    """Rows as objects, or as arrays in the columns' order."""

    columns: list[ColumnHead]
    rows: Sequence[dict[str, object] | list[object]]
    total_is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsQuery:
    """Which products are listed; all of them unless something is named."""

    source: Annotated[
        str,
        Meta(
            max_length=100,
            description="A kind of database, as `/api/connections/dialects` names it.",
            examples=["sqlite"],
        ),
    ] = ""
    instance_id: Annotated[
        str, Meta(max_length=100, description="A connection's name.")
    ] = ""
    refresh: Annotated[
        bool, Meta(description="Ask anew; lists are always asked for anew.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesQuery:
    """What is told of tables beyond what is at hand."""

    counts: Annotated[
        bool,
        Meta(description="Count the rows of each table, as far as time allows."),
    ] = False
    refresh: Annotated[bool, Meta(description="Read the CSN anew.")] = False


@route(
    bp,
    "GET",
    HERE,
    Doc(query=ProductsQuery, data=list[Product], errors=(*FAR, Invalid)),
)
def list_products(query: ProductsQuery) -> list[Product]:
    """List the data products: every schema of every connection.

    A connection that cannot be reached has none here, and its page says why, unless
    `source` or `instance_id` leave no other: then the answer is its error.
    """
    if query.source or query.instance_id:
        return service.products_of(
            current_house(), source=query.source, connection=query.instance_id
        )
    products, _ = service.list_products(current_house())
    return products


@route(
    bp,
    "GET",
    f"{HERE}/<name:schema>/tables",
    Doc(query=TablesQuery, data=list[ProductTable], errors=(*FAR, Invalid)),
)
def list_tables(schema: str, query: TablesQuery) -> list[ProductTable]:
    """List the tables and views of a product.

    `schema` is `connection:schema`, or a schema that only one connection has. Row
    counts come from the database's statistics and are null where it has none;
    `counts=true` counts them, and leaves those alone that take too long.
    """
    house = current_house()
    tables = service.list_tables(house, schema, refresh=query.refresh)
    if not query.counts:
        return tables
    may = allowance(require("viewer").role, house.settings)
    return count_tables(house, schema, tables, seconds=may.read_seconds)


@route(
    bp,
    "GET",
    f"{HERE}/<name:schema>/tables/<name:table>",
    Doc(query=RowsQuery, data=RowsAnswer, errors=(*FAR, Invalid), is_paged=True),
)
def table_rows(schema: str, table: str, query: RowsQuery) -> Page:
    """Read rows of a table, page by page.

    Pages follow the table's key, so that rows added meanwhile neither repeat nor
    shift; `page.next` is the address of the next one.
    """
    return page_of_rows(schema, table, query)


def page_of_rows(schema: str, table: str, query: RowsQuery) -> Page:
    """Return a page of rows for whoever asks, with the address of the next."""
    asked = RowsRequest(
        limit=query.limit,
        offset=query.offset,
        after=query.after,
        columns=query.columns,
        order_by=query.order_by,
        where=query.where,
        total=query.total,
        seconds=allowance(
            require("viewer").role, current_house().settings
        ).read_seconds,
    )
    found = pages.read_rows(current_house(), schema, table, asked)
    answer = RowsAnswer(
        columns=[ColumnHead(name=c.name, type=c.type) for c in found.columns],
        rows=found.rows if query.shape == "arrays" else _objects(found),
        total_is_estimate=found.total_is_estimate,
    )
    there = url_for("dataproducts_api.table_rows", schema=schema, table=table)
    return Page(answer, _cut(found, query, there))


@route(
    bp,
    "GET",
    f"{HERE}/<name:schema>/tables/<name:table>/structure",
    Doc(data=TableStructure, errors=FAR),
)
def table_structure(schema: str, table: str) -> TableStructure:
    """Describe a table: columns, key, foreign keys, indexes."""
    return service.get_structure(current_house(), schema, table)


@route(
    bp,
    "GET",
    f"{HERE}/<name:schema>/tables/<name:table>/export",
    Doc(
        query=ExportQuery,
        media_types=file_media_types,
        errors=(*FAR, Invalid, Denied, TooMuch, Throttled, Conflict),
    ),
)
def export_table(schema: str, table: str, query: ExportQuery) -> Response:
    """Send a table, or the part of it that the conditions leave, as a file.

    The file is whole before the first byte is sent; its receipt is at
    `/api/exports/<id>`, with the id in `X-Export-Id`.
    """
    who, house = require("viewer"), current_house()
    may = allowance(who.role, house.settings)
    product = service.get_product(house, schema)
    source = table_source(
        house,
        product.connection,
        product.schema,
        table,
        columns=query.columns,
        where=query.where,
        order_by=query.order_by,
    )
    with downloads.hold_slot() as slot:
        finished = run_export(
            house,
            source,
            format=query.format,
            options=query.options,
            by=who.name,
            bounds=Bounds(rows=may.export_rows, seconds=may.export_seconds),
            is_wanted=downloads.caller_is_there(),
        )
        return downloads.send_file(
            finished.path,
            slot=slot,
            name=finished.receipt.file_name,
            media_type=finished.media_type,
            sha256=finished.receipt.sha256 or "",
            headers={"X-Export-Id": finished.receipt.id},
        )


def _objects(found: Rows) -> list[dict[str, object]]:
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def _cut(found: Rows, query: RowsQuery, there: str) -> Cut:
    shape = "&shape=arrays" if query.shape == "arrays" else ""
    following = f"{there}?{found.next}{shape}" if found.next else None
    return Cut(next=following, limit=found.limit, total=found.total)
