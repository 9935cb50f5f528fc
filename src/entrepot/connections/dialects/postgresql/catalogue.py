"""Schemas, tables and structure from PostgreSQL's own catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, LiteralString

from entrepot.base.errors import NotThere
from entrepot.connections.dialects.postgresql import questions as ask
from entrepot.connections.dialects.postgresql.searching import find_searches
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
    oid, _ = relations[name]
    [found] = _structures(connection, schema, [relations[name]])
    definition = connection.execute(ask.DEFINITION, [oid]).fetchone()
    indexes = _indexes(connection, oid)
    return replace(
        found,
        indexes=indexes,
        searches=find_searches(found.columns, indexes),
        definition=definition[0] if definition else "",
    )


def outline(connection: psycopg.Connection, schema: str) -> list[Structure]:
    """Return every structure, sorted, by five questions; no indexes, no definitions.

    Raises:
        NotThere: The schema is not there, or not for this role.
    """
    return _structures(connection, schema, _relations(connection, schema))


def _structures(
    connection: psycopg.Connection, schema: str, relations: list[tuple[int, Table]]
) -> list[Structure]:
    oids = [oid for oid, _ in relations]
    columns, keys, extras, foreign_keys = (
        _by_table(connection, question, oids)
        for question in (ask.COLUMNS, ask.KEYS, ask.EXTRAS, ask.FOREIGN_KEYS)
    )
    found = []
    for oid, table in relations:
        # A table that was dropped a moment ago has no line of its own.
        primary, has_ctid = next(iter(extras[oid]), ([], False))
        [unique] = next(iter(keys[oid]), [[]])
        key = tuple(primary) or tuple(unique)
        found.append(
            Structure(
                schema=schema,
                table=table,
                columns=_columns(columns[oid], primary),
                key=key,
                row_key="ctid" if has_ctid and not key else "",
                foreign_keys=_foreign_keys(foreign_keys[oid]),
            )
        )
    return found


def _by_table(
    connection: psycopg.Connection, question: LiteralString, oids: list[int]
) -> defaultdict[int, list[Any]]:
    """Return the answer's rows by the table's oid that each begins with."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for oid, *row in connection.execute(question, [oids]):
        found[oid].append(row)
    return found


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


def _columns(rows: Sequence[Any], primary: Sequence[str]) -> tuple[Column, ...]:
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
        ) in enumerate(rows, start=1)
    )


def _foreign_keys(rows: Sequence[Any]) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            columns=tuple(columns),
            schema=schema,
            table=table,
            target_columns=tuple(targets),
        )
        for columns, schema, table, targets in rows
    )


def _indexes(connection: psycopg.Connection, oid: int) -> tuple[Index, ...]:
    return tuple(
        Index(name=name, columns=tuple(columns), is_unique=unique)
        for name, columns, unique in connection.execute(ask.INDEXES, [oid])
    )
