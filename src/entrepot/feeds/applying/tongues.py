"""What the two databases say differently: JSON, and values as text."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Double,
    Integer,
    Numeric,
    String,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from entrepot.catalogue import Field

Value = ColumnElement[Any]


class Tongue(Protocol):
    """How one kind of database says it."""

    def merged(self, field: Field, old: Value, new: Value) -> Value:
        """Return what a field becomes: an object keeps the members it had."""

    def differs(self, field: Field, old: Value, new: Value) -> ColumnElement[bool]:
        """Tell whether a product's value is another than a new one."""

    def stored(self, field: Field, value: Value) -> Value:
        """Return a new value as the column of products takes it."""

    def told(self, field: Field, value: Value) -> Value:
        """Return a value as people read it."""

    def as_json(self, field: Field, value: Value) -> Value:
        """Return a value as JSON text; `null` for none."""

    def from_json(self, field: Field, document: Value) -> Value:
        """Return a value out of a JSON object, as a temporary table keeps it."""

    def has_key(self, field: Field, document: Value) -> ColumnElement[bool]:
        """Tell whether a JSON object has the field, be it NULL."""

    def keys(self, document: Value) -> Value:
        """Return the names of a JSON object's members, as many rows."""

    def object_of(self, text: Value) -> Value:
        """Return JSON text as a column of JSON takes it."""


def tongue_of(session: Session) -> Tongue:
    """Return how the session's database says it."""
    name = session.get_bind().dialect.name
    return Postgresql() if name == "postgresql" else Sqlite()


def _is_json(field: Field) -> bool:
    return field.kind in ("list", "object")


class Sqlite:
    """SQLite keeps JSON as text, booleans as 0 and 1, money as a number."""

    def merged(self, field: Field, old: Value, new: Value) -> Value:
        """Patch an object; the text keeps its members' order."""
        if field.kind == "object":
            return func.json_patch(func.coalesce(_text(old), "{}"), new)
        return func.json(new) if field.kind == "list" else new

    def differs(self, field: Field, old: Value, new: Value) -> ColumnElement[bool]:
        """Compare JSON without its blanks."""
        if _is_json(field):
            return func.json(_text(old)).is_distinct_from(func.json(_text(new)))
        return old.is_distinct_from(new)

    def stored(self, field: Field, value: Value) -> Value:
        """Leave the value: a column takes what a temporary one has."""
        return value

    def told(self, field: Field, value: Value) -> Value:
        """Say money with its two places, and yes or no as words."""
        if field.kind == "money":
            return _unless_null(value, func.printf("%.2f", _plain(value)))
        if field.kind == "number":
            return _unless_null(value, _number(_plain(value)))
        if field.kind == "boolean":
            return case(
                (value.is_(None), null()),
                (_plain(value) == 0, "false"),
                else_="true",
            )
        return cast(_text(value), Text)

    def as_json(self, field: Field, value: Value) -> Value:
        """Quote texts; say numbers so that they are the same when they are read."""
        if _is_json(field):
            return func.coalesce(_text(value), "null")
        if field.kind in ("money", "number"):
            return func.coalesce(_number(_plain(value)), "null")
        if field.kind == "boolean":
            return func.coalesce(self.told(field, value), "null")
        return func.json_quote(_plain(value))

    def from_json(self, field: Field, document: Value) -> Value:
        """Take it out as it is: true is 1."""
        return func.json_extract(_text(document), f"$.{field.name}")

    def has_key(self, field: Field, document: Value) -> ColumnElement[bool]:
        """Ask for the type, which is NULL only where there is nothing."""
        return func.json_type(_text(document), f"$.{field.name}").is_not(None)

    def keys(self, document: Value) -> Value:
        """Join the function that lists them: the database ties it to its row."""
        return (
            func.json_each(_text(document))
            .table_valued("key", joins_implicitly=True)
            .c.key
        )

    def object_of(self, text: Value) -> Value:
        """Leave the text."""
        return type_coerce(text, Text)


class Postgresql:
    """PostgreSQL has types for all of it."""

    def merged(self, field: Field, old: Value, new: Value) -> Value:
        """Merge the members of an object, and the members of these."""
        if field.kind == "object":
            before = func.coalesce(cast(old, JSONB), cast(literal("{}"), JSONB))
            return func.pg_temp.feeds_merge(before, cast(new, JSONB), type_=JSONB)
        return cast(new, JSONB) if field.kind == "list" else new

    def differs(self, field: Field, old: Value, new: Value) -> ColumnElement[bool]:
        """Compare JSON by its value."""
        if _is_json(field):
            return cast(old, JSONB).is_distinct_from(cast(new, JSONB))
        return old.is_distinct_from(new)

    def stored(self, field: Field, value: Value) -> Value:
        """Turn JSON into the column's type."""
        return cast(value, JSON) if _is_json(field) else value

    def told(self, field: Field, value: Value) -> Value:
        """Cast to text, JSON by way of its shortest form."""
        if _is_json(field):
            value = cast(value, JSONB)
        return cast(value, Text)

    def as_json(self, field: Field, value: Value) -> Value:
        """Let the database quote."""
        said = value if _is_json(field) else func.to_json(value)
        return func.coalesce(cast(said, Text), "null")

    def from_json(self, field: Field, document: Value) -> Value:
        """Cast the member's text."""
        kinds: dict[str, Any] = {
            "money": Numeric(12, 2),
            "number": Double(),
            "integer": Integer(),
            "boolean": Boolean(),
        }
        text = func.json_extract_path_text(document, field.name)
        return cast(text, kinds.get(field.kind, Text()))

    def has_key(self, field: Field, document: Value) -> ColumnElement[bool]:
        """Ask for the member, which is JSON's null where its value is NULL."""
        return func.json_extract_path(document, field.name).is_not(None)

    def keys(self, document: Value) -> Value:
        """Say it among the columns, where it makes rows."""
        return func.json_object_keys(document)

    def object_of(self, text: Value) -> Value:
        """Turn the text into JSON."""
        return cast(text, JSON)


def _plain(value: Value) -> Value:
    """Return a value without what SQLAlchemy does to its type."""
    return type_coerce(value, String)


def _text(value: Value) -> Value:
    return type_coerce(value, Text)


def _unless_null(value: Value, said: Value) -> Value:
    return case((value.is_(None), null()), else_=said)


def _number(value: Value) -> Value:
    """Write a number in 15 digits, or in 17 where only these give it back.

    SQLite's own text of a number has 15, which are too few for some.
    """
    short = func.printf("%!.15g", value)
    is_same = cast(short, Double) == value
    long = func.printf("%!.17g", value)
    return case((value.is_(None), null()), (is_same, short), else_=long)


MERGE = """
CREATE OR REPLACE FUNCTION pg_temp.feeds_merge(old jsonb, new jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT old || coalesce(jsonb_object_agg(key, CASE
    WHEN jsonb_typeof(value) = 'object' AND jsonb_typeof(old -> key) = 'object'
    THEN (old -> key) || value ELSE value END), '{}'::jsonb)
  FROM jsonb_each(new)
$$
"""
"""What `||` does, one level deeper; it lives as long as the connection."""

__all__ = ["MERGE", "Postgresql", "Sqlite", "Tongue", "tongue_of"]
