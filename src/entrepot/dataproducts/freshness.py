"""How new a table's rows are, as far as the database can tell cheaply."""

from __future__ import annotations

import re
from dataclasses import dataclass

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.connections import Column, Database, Structure, find_newest
from entrepot.dataproducts.kept import find_out
from entrepot.dataproducts.reading import Limit, Subject, known_subject, read_lines
from entrepot.dataproducts.settings import FACET_SECONDS
from entrepot.dataproducts.spec import Product

FEW_ROWS = 200_000
"""Read whole for the newest value where no index has it."""

MOST_TABLES = 200
ALL_SECONDS = 2.0
KEPT_SECONDS = 60.0
"""How old the freshness of all tables may be, where nobody knows what was written."""

_SAYS_SO = re.compile(
    r"(chang|updat|modif|creat|insert|load|import|synced|written|_at$|timestamp)",
    re.IGNORECASE,
)
"""In names of columns that tell when a row was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How new the rows are; what is None the database cannot tell.

    Attributes:
        column: Whose newest value `newest` is; empty where no column tells.
        is_indexed: An index has it; else the rows were read for it.
        unchanged_since: ISO-8601; nothing was written to the database since then,
            which is when we first saw it as it is now.
    """

    column: str = ""
    newest: object = None
    is_indexed: bool = False
    unchanged_since: str | None = None


@dataclass(frozen=True, slots=True)
class AllFreshness:
    """How new the rows of a product's tables are, by table.

    Attributes:
        is_whole: All were looked at; else the time was over.
    """

    tables: dict[str, Freshness]
    is_whole: bool = True


def find_all_freshness(
    house: House, database: Database, product: Product
) -> dict[str, Freshness]:
    """Return how new the rows of a product's tables are, of those that tell.

    Of a product of many tables none is told, since each may have to be asked.
    """
    mark = database.mark()
    found = find_out(
        house,
        (product.connection, product.schema, "freshness of all"),
        mark,
        lambda: _look_at_all(house, database, product),
        is_whole=lambda all: all.is_whole,
        at_most_seconds=lambda all: KEPT_SECONDS,
    )
    return found.value.tables


def _look_at_all(house: House, database: Database, product: Product) -> AllFreshness:
    limit = Limit(house.settings[FACET_SECONDS], ALL_SECONDS)
    tables: dict[str, Freshness] = {}
    try:
        structures = database.outline(product.schema)
        if len(structures) > MOST_TABLES:
            return AllFreshness(tables)
        for structure in filter(_may_tell, structures):
            limit.seconds()
            plain = database.describe(product.schema, structure.table.name)
            newest = find_freshness(house, known_subject(house, product, plain))
            if newest.newest is not None:
                tables[plain.table.name] = newest
    except EntrepotError:  # a page that does not know it is still a page
        return AllFreshness(tables, is_whole=False)
    return AllFreshness(tables)


def _may_tell(structure: Structure) -> bool:
    return any(
        column.kind in ("date", "datetime") and _SAYS_SO.search(column.name)
        for column in structure.columns
    )


def find_freshness(house: House, subject: Subject) -> Freshness:
    """Return how new a table's rows are."""
    mark = subject.database.mark()
    database = (subject.product.connection, "state")
    since = find_out(house, database, mark, lambda: None).at
    key = subject.key("freshness")
    seconds = house.settings[FACET_SECONDS]
    newest = find_out(
        house,
        key,
        mark,
        lambda: _newest(subject, seconds),
        is_whole=lambda found: found is not None,
    ).value
    found = newest or Freshness()
    return Freshness(
        column=found.column,
        newest=found.newest,
        is_indexed=found.is_indexed,
        unchanged_since=None if mark is None else render_time(since),
    )


def _newest(subject: Subject, seconds: float) -> Freshness | None:
    indexed = {index.columns[0] for index in subject.structure.indexes if index.columns}
    rows = subject.structure.table.row_count
    candidates = [
        column
        for column in subject.structure.columns
        if column.kind in ("date", "datetime")
        and (column.name in indexed or (rows or 0) <= FEW_ROWS)
        and (column.name in indexed or _SAYS_SO.search(column.name))
    ]
    for column in sorted(candidates, key=lambda column: _place(column, indexed))[:1]:
        statement = find_newest(subject.part(), column.name)
        try:
            ((newest,),) = read_lines(subject.database, statement, seconds)
        except EntrepotError:  # a page that does not know it is still a page
            return None
        return Freshness(
            column=column.name, newest=newest, is_indexed=column.name in indexed
        )
    return Freshness()


def _place(column: Column, indexed: set[str]) -> tuple[bool, bool, bool]:
    """Return what comes first: names that say so, times before days, indexes."""
    return (
        _SAYS_SO.search(column.name) is None,
        column.kind == "date",
        column.name not in indexed,
    )
