"""Count the rows of a product's tables, several at once, as far as time allows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from entrepot.base import spans
from entrepot.base.errors import EntrepotError, TimedOut
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Database,
    Structure,
    Table,
    TableQuery,
    count_rows,
    screen_seconds,
    sql_dialect,
)
from entrepot.dataproducts.service import open_product
from entrepot.dataproducts.settings import READ_SECONDS
from entrepot.dataproducts.spec import ProductTable

AT_ONCE = 4
"""Counts that one request has running in a database."""


def count_tables(
    house: House, address: str, tables: Sequence[ProductTable], *, seconds: float
) -> list[ProductTable]:
    """Return the tables with their rows counted; as they are where that failed.

    Args:
        seconds: For all of them together; the house's own limit holds as well.
    """
    database, product = open_product(house, address)
    seconds = min(seconds, house.settings[READ_SECONDS])
    ends = time.monotonic() + screen_seconds(house, product.connection, seconds)
    counting = _Counting(database, product.dialect, product.schema, ends)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(spans.carried(counting.counted), tables))


@dataclass(frozen=True, slots=True)
class _Counting:
    database: Database
    dialect: str
    schema: str
    ends: float

    def counted(self, table: ProductTable) -> ProductTable:
        try:
            rows = self._count(table)
        except EntrepotError:
            return table
        return replace(table, row_count=rows, row_count_is_exact=True)

    def _count(self, table: Table) -> int:
        structure = Structure(schema=self.schema, table=table, columns=())
        query = TableQuery(schema=self.schema, table=table.name)
        statement = count_rows(sql_dialect(self.dialect), structure, query)
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimedOut("there was no time left to count")
        with self.database.read(statement, ReadOptions(seconds=seconds)) as stream:
            (count,) = next(stream.batches).column(0).to_pylist()
        return int(count)
