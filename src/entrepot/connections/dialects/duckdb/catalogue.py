"""Schemas, tables and structure from DuckDB's own catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from entrepot.base.errors import NotThere
from entrepot.connections.spec import (
    Column,
    ForeignKey,
    Index,
    Schema,
    Structure,
    Table,
)

SCHEMAS = """
SELECT s.schema_name, coalesce(s.comment, ''),
       (SELECT count(*) FROM duckdb_tables() t WHERE t.schema_oid = s.oid
           AND t.database_oid = s.database_oid)
       + (SELECT count(*) FROM duckdb_views() v WHERE v.schema_oid = s.oid
           AND v.database_oid = s.database_oid AND NOT v.internal)
FROM duckdb_schemas() s
WHERE s.database_name = current_database()
  AND s.schema_name NOT IN ('information_schema', 'pg_catalog')
ORDER BY s.schema_name
"""
TABLES = """
SELECT table_name, 'table', estimated_size, coalesce(comment, ''), ''
FROM duckdb_tables()
WHERE database_name = current_database() AND schema_name = $1 AND NOT internal
UNION ALL
SELECT view_name, 'view', NULL, coalesce(comment, ''), sql
FROM duckdb_views()
WHERE database_name = current_database() AND schema_name = $1 AND NOT internal
"""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable,
       CASE WHEN is_generated THEN 'GENERATED ALWAYS AS (' || generation_expression
           || ')' ELSE column_default END,
       coalesce(comment, ''),
       CASE WHEN data_type LIKE 'DECIMAL%' THEN numeric_precision END,
       CASE WHEN data_type LIKE 'DECIMAL%' THEN numeric_scale END
FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = $1
  AND ($2 IS NULL OR table_name = $2)
ORDER BY column_index
"""
CONSTRAINTS = """
SELECT table_name, constraint_type, constraint_column_names, referenced_table,
       referenced_column_names
FROM duckdb_constraints()
WHERE database_name = current_database() AND schema_name = $1
  AND ($2 IS NULL OR table_name = $2)
ORDER BY constraint_index
"""
INDEXES = """
SELECT table_name, index_name, CAST(expressions AS VARCHAR[]), is_unique
FROM duckdb_indexes()
WHERE database_name = current_database() AND schema_name = $1
  AND ($2 IS NULL OR table_name = $2)
ORDER BY index_name
"""
KINDS = {
    "BOOLEAN": "boolean",
    "FLOAT": "number",
    "DOUBLE": "number",
    "DECIMAL": "decimal",
    "VARCHAR": "text",
    "BLOB": "bytes",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "datetime",
    "TIMESTAMP_S": "datetime",
    "TIMESTAMP_MS": "datetime",
    "TIMESTAMP_NS": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}

Cursor = duckdb.DuckDBPyConnection
Constraint = tuple[str, list[str], str | None, list[str]]


def schemas(cursor: Cursor) -> list[Schema]:
    """Return the file's schemas, sorted."""
    rows = cursor.execute(SCHEMAS).fetchall()
    return [Schema(name=n, description=d, table_count=count) for n, d, count in rows]


def tables(cursor: Cursor, schema: str) -> list[Table]:
    """Return tables and views of a schema, sorted.

    Raises:
        NotThere: The schema is not there.
    """
    return [table for table, _ in _relations(cursor, schema).values()]


def structure(cursor: Cursor, schema: str, name: str) -> Structure:
    """Return everything about one table.

    Raises:
        NotThere: Schema or table is not there.
    """
    relations = _relations(cursor, schema)
    if name not in relations:
        raise NotThere("table", name, list(relations))
    [found] = _structures(cursor, schema, {name: relations[name]}, name)
    return found


def outline(cursor: Cursor, schema: str) -> list[Structure]:
    """Return everything about every table, sorted, by four questions.

    Raises:
        NotThere: The schema is not there.
    """
    return _structures(cursor, schema, _relations(cursor, schema), None)


def _structures(
    cursor: Cursor,
    schema: str,
    relations: Mapping[str, tuple[Table, str]],
    name: str | None,
) -> list[Structure]:
    columns = _by_table(cursor, COLUMNS, schema, name)
    constraints = _by_table(cursor, CONSTRAINTS, schema, name)
    indexes = _by_table(cursor, INDEXES, schema, name)
    return [
        _structure(
            schema,
            relation,
            columns[table],
            constraints[table],
            _indexes(indexes[table]),
        )
        for table, relation in relations.items()
    ]


def _structure(
    schema: str,
    relation: tuple[Table, str],
    column_rows: Sequence[Any],
    constraints: Sequence[Constraint],
    indexes: tuple[Index, ...],
) -> Structure:
    table, definition = relation
    primary = _named(constraints, "PRIMARY KEY")
    columns = _columns(column_rows, next(iter(primary), ()))
    unique = [
        *_named(constraints, "UNIQUE"),
        *(i.columns for i in indexes if i.is_unique),
    ]
    key = next(iter(primary), None) or _key(columns, unique)
    return Structure(
        schema=schema,
        table=table,
        columns=columns,
        key=key,
        row_key="rowid" if table.type == "table" and not key else "",
        foreign_keys=_foreign_keys(constraints, schema),
        indexes=indexes,
        definition=definition,
    )


def _by_table(
    cursor: Cursor, question: str, schema: str, name: str | None
) -> defaultdict[str, list[Any]]:
    """Return the answer's rows by the table that each begins with."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for table, *row in cursor.execute(question, [schema, name]).fetchall():
        found[table].append(row)
    return found


def _relations(cursor: Cursor, schema: str) -> dict[str, tuple[Table, str]]:
    rows = cursor.execute(TABLES, [schema]).fetchall()
    if not rows:
        known = [found.name for found in schemas(cursor)]
        if schema not in known:
            raise NotThere("schema", schema, known)
    return {
        name: (
            Table(name=name, type=type_, row_count=count, description=description),
            definition,
        )
        for name, type_, count, description, definition in sorted(rows)
    }


def _columns(rows: Sequence[Any], primary: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=column,
            position=position,
            type=type_,
            kind=_kind(type_),
            nullable=nullable,
            primary_key=column in primary,
            default=default,
            description=description,
            precision=precision,
            scale=scale,
        )
        for position, (
            column,
            type_,
            nullable,
            default,
            description,
            precision,
            scale,
        ) in enumerate(rows, start=1)
    )


def _kind(type_: str) -> str:
    if type_.endswith(("INT", "INTEGER")):
        return "integer"
    bare, _, rest = type_.partition("(")
    return KINDS.get(bare, "other") if not rest.endswith("]") else "other"


def _named(constraints: Sequence[Constraint], kind: str) -> list[tuple[str, ...]]:
    return [tuple(names) for type_, names, *_ in constraints if type_ == kind]


def _key(columns: tuple[Column, ...], unique: list[tuple[str, ...]]) -> tuple[str, ...]:
    sure = {column.name for column in columns if not column.nullable}
    keys = [names for names in unique if names and set(names) <= sure]
    return min(keys, key=len, default=())


def _foreign_keys(
    constraints: Sequence[Constraint], schema: str
) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            columns=tuple(names),
            schema=schema,
            table=there or "",
            target_columns=tuple(targets),
        )
        for type_, names, there, targets in constraints
        if type_ == "FOREIGN KEY"
    )


def _indexes(rows: Sequence[Any]) -> tuple[Index, ...]:
    return tuple(
        Index(
            name=index,
            columns=tuple(column.strip("'\"") for column in columns),
            is_unique=unique,
        )
        for index, columns, unique in rows
    )
