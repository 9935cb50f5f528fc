"""One table at hand: its database, its structure, and short reads within a limit."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.base.errors import TimedOut
from entrepot.base.house import House
from entrepot.base.json_values import json_column
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Database,
    Part,
    Statement,
    Structure,
    TableQuery,
    open_database,
    read_query,
    sql_dialect,
)
from entrepot.dataproducts.service import open_product
from entrepot.dataproducts.spec import Product

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A table that somebody looks at, and which of its rows."""

    database: Database
    product: Product
    structure: Structure
    query: TableQuery
    where: tuple[str, ...] = ()

    def part(self, first_rows: int | None = None) -> Part:
        """Return the rows meant, or the first of them, for a summary."""
        return Part(
            sql=sql_dialect(self.product.dialect),
            structure=self.structure,
            query=self.query,
            first_rows=first_rows,
        )

    def key(self, *more: object) -> tuple[object, ...]:
        """Return what findings about these rows are kept under."""
        table = self.structure.table.name
        return (self.product.connection, self.structure.schema, table, *more)


def open_subject(
    house: House, address: str, table: str, where: Sequence[str] = ()
) -> Subject:
    """Return a table, and the rows of it that hold some conditions.

    Raises:
        NotThere: There is no such product or table.
        Invalid: A condition is wrong.
    """
    database, product = open_product(house, address)
    structure = database.describe(product.schema, table)
    return known_subject(house, product, structure, where)


def known_subject(
    house: House, product: Product, structure: Structure, where: Sequence[str] = ()
) -> Subject:
    """Return the same of a table whose structure is known.

    Raises:
        Invalid: A condition is wrong.
    """
    return Subject(
        database=open_database(house, product.connection),
        product=product,
        structure=structure,
        query=read_query(structure, where=where),
        where=tuple(where),
    )


class Limit:
    """Time for one piece of work after the other, and for all of them together."""

    def __init__(self, each_seconds: float, all_seconds: float) -> None:
        self._each = each_seconds
        self._ends = time.monotonic() + all_seconds

    def least(self, seconds: float) -> float:
        """Return so much time, or what is left of all where that is less."""
        return max(0.0, min(seconds, self._ends - time.monotonic()))

    def seconds(self) -> float:
        """Return what the next piece may take.

        Raises:
            TimedOut: Nothing is left.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimedOut("the time for all of them is over")
        return min(self._each, left)


def read_lines(
    database: Database, statement: Statement, seconds: float
) -> list[list[object]]:
    """Return the few rows of a statement, as JSON-ready values.

    Raises:
        TimedOut: It took longer.
    """
    lines: list[list[object]] = []
    with database.read(statement, ReadOptions(seconds=seconds)) as stream:
        for batch in stream.batches:
            columns = [_values(column) for column in batch.columns]
            lines += map(list, zip(*columns, strict=True))
    return lines


def _values(array: pa.Array) -> list[object]:
    import pyarrow.types as kinds

    if not kinds.is_floating(array.type):
        return json_column(array)
    # NaN and infinity by name: they are values too, and JSON has none of them.
    return [
        value if value is None or math.isfinite(value) else str(value)
        for value in array.to_pylist()
    ]
