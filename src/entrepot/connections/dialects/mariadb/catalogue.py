"""Schemas, tables and structure from MariaDB's own catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from entrepot.base.errors import NotThere
from entrepot.connections.dialects.mariadb import questions
from entrepot.connections.spec import (
    Column,
    ForeignKey,
    Index,
    Schema,
    Structure,
    Table,
)

Ask = Callable[[str, Sequence[object]], list[tuple[object, ...]]]
"""Asks the server one question."""

PRIMARY = "PRIMARY"
KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), "integer"),
    "year": "integer",
    "float": "number",
    "double": "number",
    "decimal": "decimal",
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext"), "text"),
    **dict.fromkeys(("longtext", "enum"), "text"),
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "timestamp": "datetime",
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob"), "bytes"),
    **dict.fromkeys(("mediumblob", "longblob"), "bytes"),
}
"""By the type's bare name; what is not here is `other`."""


@dataclass(slots=True)
class _Key:
    """An index with what is needed to know whether it names a row."""

    name: str
    is_unique: bool
    columns: list[str] = field(default_factory=list)
    is_whole: bool = True

    @property
    def names_rows(self) -> bool:
        return self.is_unique and self.is_whole


def schema_names(ask: Ask, only: str) -> list[str]:
    """Return the schemas the user may use, sorted; or the one that the URL names."""
    names = (str(name) for (name,) in ask(questions.SCHEMAS, ()))
    return sorted(
        name
        for name in names
        if name.lower() not in questions.SYSTEM and only in ("", name)
    )


def schemas(ask: Ask, only: str, *, has_comments: bool) -> list[Schema]:
    """Return these schemas with their comments and the number of their tables."""
    comments = ask(questions.COMMENTS, ()) if has_comments else []
    said = {str(name): str(comment or "") for name, comment in comments}
    return [
        Schema(
            name=name,
            description=said.get(name, ""),
            table_count=_int(ask(questions.COUNT, (name,))[0][0]),
        )
        for name in schema_names(ask, only)
    ]


def tables(ask: Ask, schema: str, only: str) -> list[Table]:
    """Return tables and views of a schema, sorted.

    Raises:
        NotThere: The schema is not there, or not for this user.
    """
    known = schema_names(ask, only)
    if schema not in known:
        raise NotThere("schema", schema, known)
    found = [
        Table(
            name=str(name),
            type=questions.TYPES[str(type_)],
            row_count=None if type_ == "VIEW" else _int(count),
            description="" if type_ == "VIEW" else str(comment or ""),
        )
        for name, type_, count, comment in ask(questions.TABLES, (schema,))
        if type_ in questions.TYPES
    ]
    return sorted(found, key=lambda table: table.name)


def structures(
    ask: Ask, schema: str, tables: Sequence[Table], *, only: bool = False
) -> list[Structure]:
    """Return the structure of each table, in five questions.

    Args:
        only: Ask for the one table that is given, not for all of the schema.
    """
    look = _Look(ask, schema, tables[0].name if only else "")
    columns, keys = look.columns(), look.keys()
    foreign, views = look.foreign_keys(), look.views()
    return [
        _structure(
            schema, table, columns[table.name], keys[table.name], foreign[table.name]
        )
        if table.type != "view"
        else Structure(
            schema=schema,
            table=table,
            columns=tuple(columns[table.name]),
            definition=views.get(table.name, ""),
        )
        for table in tables
    ]


def _structure(
    schema: str,
    table: Table,
    columns: list[Column],
    keys: list[_Key],
    foreign: tuple[ForeignKey, ...],
) -> Structure:
    primary = next((k.columns for k in keys if k.name == PRIMARY), [])
    naming = [k for k in keys if k.names_rows]
    naming.sort(key=lambda k: (k.name != PRIMARY, len(k.columns), k.name))
    return Structure(
        schema=schema,
        table=table,
        columns=tuple(replace(c, primary_key=c.name in primary) for c in columns),
        key=tuple(naming[0].columns) if naming else (),
        foreign_keys=foreign,
        indexes=tuple(
            Index(name=k.name, columns=tuple(k.columns), is_unique=k.is_unique)
            for k in keys
        ),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """Asks of all tables of a schema, or of one."""

    ask: Ask
    schema: str
    table: str

    def columns(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = defaultdict(list)
        for table, *row in self._rows(questions.COLUMNS):
            columns = found[str(table)]
            columns.append(_column(len(columns) + 1, row))
        return found

    def keys(self) -> dict[str, list[_Key]]:
        found: dict[str, dict[str, _Key]] = defaultdict(dict)
        rows = self._rows(questions.INDEXES)
        for table, name, non_unique, column, part, nullable in rows:
            key = _Key(str(name), not non_unique)
            key = found[str(table)].setdefault(str(name), key)
            key.columns.append(str(column))
            key.is_whole &= part is None and nullable != "YES" and column != ""
        return defaultdict(list, {t: list(keys.values()) for t, keys in found.items()})

    def foreign_keys(self) -> dict[str, tuple[ForeignKey, ...]]:
        pairs: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        for row in self._rows(questions.FOREIGN_KEYS):
            table, name, column, schema, other, target = map(str, row)
            pairs[table, name, schema, other].append((column, target))
        found: dict[str, tuple[ForeignKey, ...]] = defaultdict(tuple)
        for (table, _, schema, other), columns in pairs.items():
            here, there = zip(*columns, strict=True)
            key = ForeignKey(
                columns=here, schema=schema, table=other, target_columns=there
            )
            found[table] += (key,)
        return found

    def views(self) -> dict[str, str]:
        rows = self._rows(questions.VIEWS)
        return {str(name): str(definition or "") for name, definition in rows}

    def _rows(self, question: str) -> list[tuple[object, ...]]:
        if self.table:
            sql = question.format(table=questions.ONE_TABLE)
            return self.ask(sql, (self.schema, self.table))
        return self.ask(question.format(table=""), (self.schema,))


def _column(position: int, row: Sequence[object]) -> Column:
    name, type_, base, nullable, default, extra, made, comment, *sizes = row
    length, precision, scale = map(_int, sizes)
    return Column(
        name=str(name),
        position=position,
        type=str(type_),
        kind=_kind(str(base), str(type_)),
        nullable=nullable == "YES",
        default=_default(default, str(extra or ""), str(made or "")),
        description=str(comment or ""),
        length=length,
        precision=precision,
        scale=scale,
    )


def _kind(base: str, declared: str) -> str:
    # Half of these are no 64-bit integers.
    if base == "bigint" and "unsigned" in declared:
        return "decimal"
    return KINDS.get(base, "other")


def _default(default: object, extra: str, made: str) -> str | None:
    if made:
        return f"AS ({made})"
    if "auto_increment" in extra:
        return "AUTO_INCREMENT"
    return None if default in (None, "NULL") else str(default)


def _int(value: object) -> int | None:
    return None if value is None else int(str(value))
