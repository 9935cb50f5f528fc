"""Schemas, tables and structure from PostgreSQL's own catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.base.errors import NotThere
from entrepot.connections.dialects.postgresql import questions as ask
from entrepot.connections.spec import (
    Column,
    ForeignKey,
    Index,
    Schema,
    Structure,
    Table,
)

if TYPE_CHECKING:
    import psycopg

KINDS = {
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "oid": "integer",
    "float4": "number",
    "float8": "number",
    "numeric": "decimal",
    "text": "text",
    "varchar": "text",
    "bpchar": "text",
    "name": "text",
    "citext": "text",
    "bool": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "bytea": "bytes",
}
"""By the type's internal name; what is not here is `other`."""


def schemas(connection: psycopg.Connection) -> list[Schema]:
    """Return the schemas the role may use, sorted."""
    found = [
        Schema(name=name, description=description, owner=owner, table_count=count)
        for name, description, owner, count in connection.execute(ask.SCHEMAS)
    ]
    return sorted(found, key=lambda schema: schema.name)


def tables(connection: psycopg.Connection, schema: str) -> list[Table]:
    """Return tables and views of a schema, sorted.

    Raises:
        NotThere: The schema is not there, or not for this role.
    """
    return [table for _, table in _relations(connection, schema)]


def structure(connection: psycopg.Connection, schema: str, name: str) -> Structure:
    """Return everything about one table.

    Raises:
        NotThere: Schema or table is not there, or not for this role.
    """
    relations = {
        table.name: (oid, table) for oid, table in _relations(connection, schema)
    }
    if name not in relations:
        raise NotThere("table", name, list(relations))
    oid, table = relations[name]
    keys = [list(k) for (k,) in connection.execute(ask.KEYS, [oid])]
    primary, has_ctid, definition = connection.execute(
        ask.EXTRAS, [oid]
    ).fetchone() or (
        [],
        False,
        "",
    )
    key = tuple(primary) or tuple(next(iter(keys), ()))
    return Structure(
        schema=schema,
        table=table,
        columns=_columns(connection, oid, primary),
        key=key,
        row_key="ctid" if has_ctid and not key else "",
        foreign_keys=_foreign_keys(connection, oid),
        indexes=_indexes(connection, oid),
        definition=definition,
    )


def _relations(connection: psycopg.Connection, schema: str) -> list[tuple[int, Table]]:
    rows = connection.execute(ask.TABLES, [schema]).fetchall()
    if not rows:
        known = [found.name for found in schemas(connection)]
        if schema not in known:
            raise NotThere("schema", schema, known)
    found = [
        (oid, Table(name=name, type=type_, row_count=count, description=description))
        for oid, name, type_, count, description in rows
    ]
    return sorted(found, key=lambda pair: pair[1].name)


def _columns(
    connection: psycopg.Connection, oid: int, primary: list[str]
) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=name,
            position=position,
            type=type_,
            kind=KINDS.get(base, "other"),
            nullable=nullable,
            primary_key=name in primary,
            default=default,
            description=description,
            length=length,
            precision=precision,
            scale=scale,
        )
        for position, (
            name,
            type_,
            base,
            nullable,
            default,
            description,
            length,
            precision,
            scale,
        ) in enumerate(connection.execute(ask.COLUMNS, [oid]), start=1)
    )


def _foreign_keys(connection: psycopg.Connection, oid: int) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            columns=tuple(columns),
            schema=schema,
            table=table,
            target_columns=tuple(targets),
        )
        for columns, schema, table, targets in connection.execute(
            ask.FOREIGN_KEYS, [oid]
        )
    )


def _indexes(connection: psycopg.Connection, oid: int) -> tuple[Index, ...]:
    return tuple(
        Index(name=name, columns=tuple(columns), is_unique=unique)
        for name, columns, unique in connection.execute(ask.INDEXES, [oid])
    )
