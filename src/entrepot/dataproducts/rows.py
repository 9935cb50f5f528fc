"""Read one page of a table's rows."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.json_values import json_column
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Column,
    Database,
    Structure,
    TableQuery,
    count_rows,
    has_key,
    read_query,
    screen_seconds,
    select_rows,
    sql_dialect,
)
from entrepot.dataproducts.cursors import parse_cursor, render_cursor
from entrepot.dataproducts.service import open_product
from entrepot.dataproducts.settings import READ_SECONDS
from entrepot.dataproducts.spec import Product, Rows, RowsRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was understood: the table, and what is wanted of it."""

    database: Database
    dialect: str
    structure: Structure
    query: TableQuery
    seconds: float

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns to show, in order."""
        by_name = {column.name: column for column in self.structure.columns}
        names = self.query.columns or tuple(by_name)
        return tuple(by_name[name] for name in names)


def read_rows(house: House, address: str, table: str, request: RowsRequest) -> Rows:
    """Return the page of rows that is asked for.

    Raises:
        NotThere: There is no such product or table.
        Invalid: A column, operator, value or cursor is wrong.
        TimedOut: The database did not answer in time.
    """
    database, product = open_product(house, address)
    structure = database.describe(product.schema, table)
    return read_known_rows(house, database, product, structure, request)


def read_known_rows(
    house: House,
    database: Database,
    product: Product,
    structure: Structure,
    request: RowsRequest,
) -> Rows:
    """Return the same of a table whose structure is known.

    Raises:
        Invalid: A column, operator, value or cursor is wrong.
        TimedOut: The database did not answer in time.
    """
    query = _understand(structure, request)
    seconds = min(house.settings[READ_SECONDS], request.seconds or math.inf)
    seconds = screen_seconds(house, product.connection, seconds)
    asked = Asked(database, product.dialect, structure, query, seconds)
    began = time.monotonic()
    rows, keys = _read(asked)
    total, is_estimate = _total(asked, request)
    has_more = len(rows) > request.limit
    return Rows(
        columns=asked.columns,
        rows=rows[: request.limit],
        limit=request.limit,
        next=_next(request, keys) if has_more else None,
        total=total,
        total_is_estimate=is_estimate,
        seconds=time.monotonic() - began,
    )


def _understand(structure: Structure, request: RowsRequest) -> TableQuery:
    query = read_query(
        structure,
        columns=request.columns,
        where=request.where,
        order_by=request.order_by,
        limit=request.limit + 1,  # one more tells whether there is a next page
    )
    return replace(query, offset=request.offset, after=_after(request, structure))


def _after(request: RowsRequest, structure: Structure) -> tuple[object, ...] | None:
    if not request.after:
        return None
    if not has_key(structure):
        raise Invalid(
            f"{structure.table.name!r} has no key to page by", hint="page with offset"
        )
    return parse_cursor(request.after)


def _read(asked: Asked) -> tuple[list[list[object]], list[tuple[object, ...]]]:
    """Return the rows, and the place of each in the order (empty without a key)."""
    sql = sql_dialect(asked.dialect)
    statement = select_rows(sql, asked.structure, asked.query)
    wanted = asked.query.limit or 1
    options = ReadOptions(seconds=asked.seconds, batch_rows=wanted)
    shown = len(asked.columns)
    rows: list[list[object]] = []
    keys: list[tuple[object, ...]] = []
    with asked.database.read(statement, options) as stream:
        for batch in stream.batches:
            columns = [json_column(column) for column in batch.columns[:shown]]
            rows += map(list, zip(*columns, strict=True))
            hidden = [column.to_pylist() for column in batch.columns[shown:]]
            keys += zip(*hidden, strict=True)
    return rows, keys


def _total(asked: Asked, request: RowsRequest) -> tuple[int | None, bool]:
    if request.total == "none":
        return None, False
    if request.total == "estimate":
        known = None if asked.query.conditions else asked.structure.table.row_count
        return known, known is not None
    statement = count_rows(sql_dialect(asked.dialect), asked.structure, asked.query)
    with asked.database.read(statement, ReadOptions(seconds=asked.seconds)) as stream:
        (count,) = next(stream.batches).column(0).to_pylist()
    return int(count), False


def _next(request: RowsRequest, keys: list[tuple[object, ...]]) -> str:
    if keys:
        return urlencode(
            [*_kept(request), ("after", render_cursor(keys[request.limit - 1]))]
        )
    return urlencode([*_kept(request), ("offset", request.offset + request.limit)])


def _kept(request: RowsRequest) -> Iterator[tuple[str, object]]:
    yield "limit", request.limit
    for name in ("columns", "order_by"):
        if getattr(request, name):
            yield name, getattr(request, name)
    for condition in request.where:
        yield "where", condition
    if request.total != "none":
        yield "total", request.total
