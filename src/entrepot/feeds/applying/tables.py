"""The temporary tables that an import works with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from entrepot.base.entities import Money
from entrepot.catalogue import FIELDS, Field, Product

PRODUCTS: Table = Product.__table__  # type: ignore[assignment]  # a model has a table


def _type(field: Field) -> TypeEngine[Any]:
    if field.kind == "money":
        return Money()
    if field.kind == "number":
        return Double()
    if field.kind == "integer":
        return Integer()
    return Boolean() if field.kind == "boolean" else Text()


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one import, which has some of a product's fields.

    Attributes:
        fields: Those it has; a field's place is its bit in `mask`.
        stage: The file's rows; `product_id` once it is known.
        diff: The rows whose product changes: `mask` has a bit for each field that
            does, `held` for each that would but is not the feed's to write.
        new: The rows that become products, numbered from 1.
        gone: Products that the feed carries and the file has no longer.
        present: Products that the file has in rows that are not taken.
    """

    fields: tuple[Field, ...]
    stage: Table
    diff: Table
    new: Table
    gone: Table
    present: Table

    @property
    def all(self) -> tuple[Table, ...]:
        """Return every table."""
        return (self.stage, self.diff, self.new, self.gone, self.present)

    def has(self, name: str) -> bool:
        """Tell whether the import has a field."""
        return any(field.name == name for field in self.fields)

    def bit(self, field: Field) -> int:
        """Return the field's bit in a mask."""
        return 1 << self.fields.index(field)


def tables_of(names: Iterable[str]) -> Tables:
    """Return the tables for an import that has these fields."""
    wanted = set(names)
    fields = tuple(field for name, field in FIELDS.items() if name in wanted)
    metadata = MetaData()
    return Tables(
        fields=fields,
        stage=_table(
            metadata,
            "feeds_stage",
            [
                _key("seq"),
                Column("line", BigInteger),
                Column("file_id", BigInteger),
                Column("product_id", Integer),
                *(Column(field.name, _type(field)) for field in fields),
            ],
        ),
        diff=_table(
            metadata,
            "feeds_diff",
            [
                _key("seq"),
                Column("product_id", Integer),
                Column("mask", BigInteger),
                Column("held", BigInteger),
            ],
        ),
        new=_table(metadata, "feeds_new", [_key("seq"), Column("number", Integer)]),
        gone=_table(metadata, "feeds_gone", [_key("product_id")]),
        present=_table(metadata, "feeds_present", [_key("product_id")]),
    )


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _table(metadata: MetaData, name: str, columns: Sequence[Column[Any]]) -> Table:
    return Table(name, metadata, *columns, prefixes=["TEMPORARY"])


def labels_table() -> Table:
    """Return the table of categories' names, also of those that are to be made."""
    columns: list[Column[Any]] = [
        _key("category_id"),
        Column("label", Text),
        Column("made_id", Integer),
    ]
    return _table(MetaData(), "feeds_label", columns)


def make_temporary(session: Session, *tables: Table) -> None:
    """Make temporary tables anew."""
    connection = session.connection()
    for table in tables:
        table.drop(connection, checkfirst=True)
        table.create(connection, checkfirst=False)


__all__ = ["PRODUCTS", "Tables", "labels_table", "make_temporary", "tables_of"]
