"""Schemas, tables and structure from HANA's own catalogue, a whole schema at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from entrepot.base.errors import Denied, NotThere
from entrepot.connections.dialects.hana import questions as ask
from entrepot.connections.dialects.hana.watch import Reading
from entrepot.connections.spec import (
    Column,
    ForeignKey,
    Index,
    Schema,
    Structure,
    Table,
)

KINDS = {
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "REAL": "number",
    "DOUBLE": "number",
    "FLOAT": "number",
    "DECIMAL": "decimal",
    "SMALLDECIMAL": "decimal",
    "CHAR": "text",
    "VARCHAR": "text",
    "NCHAR": "text",
    "NVARCHAR": "text",
    "ALPHANUM": "text",
    "SHORTTEXT": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "SECONDDATE": "datetime",
    "TIMESTAMP": "datetime",
    "LONGDATE": "datetime",
    "BINARY": "bytes",
    "VARBINARY": "bytes",
}
"""By the type's name; large objects and the rest are `other`: nothing compares them."""

SIZED = ("CHAR", "VARCHAR", "NCHAR", "NVARCHAR", "ALPHANUM", "SHORTTEXT")
SIZED_BYTES = ("BINARY", "VARBINARY")

Row = Sequence[Any]


def schemas(reading: Reading) -> list[Schema]:
    """Return the schemas in which the user may see something, sorted."""
    found = [
        Schema(
            name=str(name),
            owner=str(owner or ""),
            table_count=_whole(count),
            created_at=_moment(created_at),
        )
        for name, owner, created_at, count in reading.ask(ask.SCHEMAS)
    ]
    return sorted(found, key=lambda schema: schema.name)


def tables(reading: Reading, schema: str) -> list[Table]:
    """Return tables and views of a schema, sorted.

    Raises:
        NotThere: The schema is not there, or not for this user.
    """
    rows = reading.ask(ask.TABLES, schema, schema)
    if not rows:
        known = [found.name for found in schemas(reading)]
        if schema not in known:
            raise NotThere("schema", schema, known)
        return []
    counts = _counts(reading, schema)
    found = [
        Table(
            name=str(name),
            type=str(kind),
            row_count=counts.get(str(name)) if kind == "table" else None,
            description=str(comment or ""),
        )
        for name, kind, comment, _ in rows
    ]
    return sorted(found, key=lambda table: table.name)


def structure(reading: Reading, schema: str, name: str) -> Structure:
    """Return everything about one table.

    Raises:
        NotThere: Schema or table is not there, or not for this user.
    """
    known = {table.name: table for table in tables(reading, schema)}
    if name not in known:
        raise NotThere("table", name, list(known))
    definition = ""
    if known[name].type == "view":
        definition = str(reading.ask(ask.DEFINITION, schema, name)[0][0] or "")
    return _structures(reading, schema, [known[name]], definition, name)[0]


def outline(reading: Reading, schema: str) -> list[Structure]:
    """Return the structure of every table, by as many questions as for one."""
    return _structures(reading, schema, tables(reading, schema))


def _structures(
    reading: Reading,
    schema: str,
    found: Sequence[Table],
    definition: str = "",
    *only: str,
) -> list[Structure]:
    one = ask.ONE_TABLE if only else ""
    view = ask.ONE_VIEW if only else ""
    values = (schema, *only)
    columns = _by_table(
        reading.ask(ask.COLUMNS + one + ask.BY_COLUMN, *values)
        + reading.ask(ask.VIEW_COLUMNS + view + ask.BY_COLUMN, *values)
    )
    keys = _by_table(reading.ask(ask.KEYS + one + ask.BY_POSITION, *values))
    foreign = _by_table(reading.ask(ask.FOREIGN_KEYS + one + ask.BY_POSITION, *values))
    indexes = _by_table(reading.ask(ask.INDEXES + one + ask.BY_POSITION, *values))
    return [
        _structure(
            schema,
            table,
            columns[table.name],
            keys[table.name],
            foreign_keys=_foreign_keys(foreign[table.name]),
            indexes=_indexes(indexes[table.name]),
            definition=definition,
        )
        for table in found
    ]


def _structure(
    schema: str,
    table: Table,
    columns: list[Row],
    keys: list[Row],
    *,
    foreign_keys: tuple[ForeignKey, ...],
    indexes: tuple[Index, ...],
    definition: str,
) -> Structure:
    primary = tuple(str(row[2]) for row in keys if row[1] == "TRUE")
    read = tuple(_column(row, primary, n) for n, row in enumerate(columns, start=1))
    return Structure(
        schema=schema,
        table=table,
        columns=read,
        key=primary or _unique_key(keys, {c.name for c in read if not c.nullable}),
        foreign_keys=foreign_keys,
        indexes=indexes,
        definition=definition,
    )


def _column(row: Row, primary: Sequence[str], position: int) -> Column:
    name, _, type_, length, scale, nullable, default, comment = row
    type_ = str(type_)
    is_text = type_ in SIZED or type_ in SIZED_BYTES
    is_decimal = type_ == "DECIMAL" and scale is not None
    return Column(
        name=str(name),
        position=position,
        type=_type(type_, length, scale),
        kind=KINDS.get(type_, "text" if "CLOB" in type_ else "other"),
        nullable=nullable == "TRUE",
        primary_key=name in primary,
        default=None if default is None else str(default),
        description=str(comment or ""),
        length=_whole(length) if is_text else None,
        precision=_whole(length) if is_decimal else None,
        scale=_whole(scale) if is_decimal else None,
    )


def _type(name: str, length: object, scale: object) -> str:
    if name in SIZED or name in SIZED_BYTES:
        return f"{name}({length})"
    if name == "DECIMAL" and scale is not None:
        return f"DECIMAL({length},{scale})"
    return name


def _unique_key(keys: list[Row], certain: set[str]) -> tuple[str, ...]:
    named: dict[str, list[str]] = defaultdict(list)
    for name, _, column in keys:
        named[str(name)].append(str(column))
    whole = [columns for columns in named.values() if set(columns) <= certain]
    return tuple(sorted(whole, key=len)[0]) if whole else ()


def _foreign_keys(rows: list[Row]) -> tuple[ForeignKey, ...]:
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        named[str(row[0])].append(row)
    return tuple(
        ForeignKey(
            columns=tuple(str(row[1]) for row in pairs),
            schema=str(pairs[0][2]),
            table=str(pairs[0][3]),
            target_columns=tuple(str(row[4]) for row in pairs),
        )
        for pairs in named.values()
    )


def _indexes(rows: list[Row]) -> tuple[Index, ...]:
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        named[str(row[0])].append(row)
    return tuple(
        Index(
            name=name,
            columns=tuple(str(row[2]) for row in parts),
            is_unique=bool(parts[0][1]),
        )
        for name, parts in named.items()
    )


def _by_table(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row[0])].append(row[1:])
    return found


def _counts(reading: Reading, schema: str) -> dict[str, int]:
    try:
        rows = reading.ask(ask.COUNTS, schema)
    except Denied:  # the monitoring views may be closed to this user
        return {}
    return {str(name): int(str(count)) for name, count in rows if count is not None}


def _moment(value: object) -> dt.datetime | None:
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else None


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
