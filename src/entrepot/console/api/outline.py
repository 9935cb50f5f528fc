"""`/api/sql/outline`: what can be named on a connection, for completion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import (
    EntrepotError,
    Missing,
    Refused,
    TimedOut,
    Unavailable,
)
from entrepot.connections import Structure, get_target
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import WHO
from entrepot.console.binding import Bound
from entrepot.console.failing import told
from entrepot.console.outlines import outline_of
from entrepot.console.preparing import find_connection
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineQuery:
    """Which connection's outline."""

    connection: Annotated[str, Meta(max_length=200)] = ""
    fresh: Annotated[
        bool, Meta(description="Ask the database, though it was asked just now.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutline:
    """A table and its columns.

    Attributes:
        columns: Name and type of each, in order.
        keys: The primary key's columns.
        foreign_keys: Columns here, then schema, table and columns there.
    """

    name: str
    type: str
    columns: list[tuple[str, str]]
    keys: Sequence[str]
    foreign_keys: list[tuple[Sequence[str], str, str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaTables:
    """A schema and its tables."""

    name: str
    tables: list[TableOutline]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSeen:
    """Everything that can be named in a statement."""

    connection: str
    dialect: str
    schemas: list[SchemaTables]


@route(
    bp,
    "GET",
    "/sql/outline",
    Doc(
        query=OutlineQuery,
        data=OutlineSeen,
        errors=(Missing, Refused, Unavailable, TimedOut, *WHO),
    ),
)
def get_outline(query: OutlineQuery) -> OutlineSeen:
    """List schemas, tables, columns and keys of a connection, a minute old at most."""
    house = current_house()
    target = get_target(house, find_connection(house, query.connection))
    try:
        found = outline_of(house, target.name, fresh=query.fresh)
    except EntrepotError as error:
        raise told(house, error, sql="", bound=Bound("", []), target=target) from None
    return OutlineSeen(
        connection=found.connection,
        dialect=found.dialect,
        schemas=[
            SchemaTables(name=schema.name, tables=[_table(t) for t in schema.tables])
            for schema in found.schemas
        ],
    )


def _table(structure: Structure) -> TableOutline:
    return TableOutline(
        name=structure.table.name,
        type=structure.table.type,
        columns=[(column.name, column.type) for column in structure.columns],
        keys=structure.key,
        foreign_keys=[
            (key.columns, key.schema, key.table, key.target_columns)
            for key in structure.foreign_keys
        ],
    )
