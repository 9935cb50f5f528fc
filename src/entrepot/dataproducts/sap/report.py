"""Compare a CSN with the tables that are really there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from entrepot.connections import Column, Structure
from entrepot.dataproducts.sap.csn import Csn, Element, Entity

TYPES = {
    "cds.String": ("NVARCHAR", "text"),
    "cds.LargeString": ("NCLOB", "text"),
    "cds.UUID": ("NVARCHAR", "text"),
    "cds.Integer": ("INTEGER", "integer"),
    "cds.UInt8": ("TINYINT", "integer"),
    "cds.Int16": ("SMALLINT", "integer"),
    "cds.Int32": ("INTEGER", "integer"),
    "cds.Int64": ("BIGINT", "integer"),
    "cds.Integer64": ("BIGINT", "integer"),
    "cds.Decimal": ("DECIMAL", "decimal"),
    "cds.DecimalFloat": ("DECIMAL", "decimal"),
    "cds.Double": ("DOUBLE", "number"),
    "cds.Boolean": ("BOOLEAN", "boolean"),
    "cds.Date": ("DATE", "date"),
    "cds.Time": ("TIME", "time"),
    "cds.DateTime": ("TIMESTAMP", "datetime"),
    "cds.Timestamp": ("TIMESTAMP", "datetime"),
    "cds.Binary": ("VARBINARY", "bytes"),
    "cds.LargeBinary": ("BLOB", "bytes"),
}
"""HANA's type of each of CSN's, and the kind of column that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMismatch:
    """A column whose values are not what the CSN says, or do not all fit."""

    field: str
    csn_type: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityReport:
    """An entity beside its table.

    Attributes:
        table_name: Empty where no table holds the entity.
        csn_fields: How many elements the CSN has, associations left out.
        hana_columns: How many columns the table has.
        matches: Names of elements whose column is as the CSN says.
    """

    entity: str
    schema_name: str
    table_name: str
    validation_passed: bool
    csn_fields: int
    hana_columns: int
    matches: tuple[str, ...] = ()
    missing_in_hana: tuple[str, ...] = ()
    missing_in_csn: tuple[str, ...] = ()
    type_mismatches: tuple[TypeMismatch, ...] = ()


def compare(
    schema: str, csn: Csn, structures: Iterable[Structure]
) -> list[EntityReport]:
    """Return a report of each entity, in the CSN's order."""
    tables = {structure.table.name: structure for structure in structures}
    return [
        _report(schema, entity, tables.get(table_of(entity, list(tables))))
        for entity in csn.entities
    ]


def table_of(entity: Entity, tables: Sequence[str]) -> str:
    """Return the table that holds an entity, by its name; empty where none does."""
    exact = [name for name in tables if name in (entity.name, entity.short_name)]
    ending = [name for name in tables if name.endswith(f"_{entity.name}")]
    loose = [name for name in tables if name.endswith(f".{entity.short_name}")]
    return next(iter(exact + ending + loose), "")


def find_entity(csn: Csn, table: str, tables: Sequence[str]) -> Entity | None:
    """Return the entity that a table holds; None where the CSN has none."""
    return next((e for e in csn.entities if table_of(e, tables) == table), None)


def _report(schema: str, entity: Entity, found: Structure | None) -> EntityReport:
    columns = {c.name: c for c in found.columns} if found else {}
    named = [e.name for e in entity.elements]
    mismatches = {
        element.name: wrong
        for element in entity.elements
        if element.name in columns
        and (wrong := _mismatch(element, columns[element.name]))
    }
    missing = tuple(name for name in named if name not in columns)
    return EntityReport(
        entity=entity.name,
        schema_name=schema,
        table_name=found.table.name if found else "",
        validation_passed=found is not None and not missing and not mismatches,
        csn_fields=len(named),
        hana_columns=len(columns),
        matches=tuple(n for n in named if n in columns and n not in mismatches),
        missing_in_hana=missing,
        missing_in_csn=tuple(name for name in columns if name not in set(named)),
        type_mismatches=tuple(mismatches.values()),
    )


def _mismatch(element: Element, column: Column) -> TypeMismatch | None:
    expected, kind = TYPES.get(element.type, ("", ""))
    is_same = column.kind == kind or column.type.partition("(")[0] == expected
    if not expected or (is_same and _fits(element, column)):
        return None  # of a type that nobody knows, nothing can be said
    return TypeMismatch(
        field=element.name,
        csn_type=element.type,
        expected=expected + _size(element),
        actual=column.type,
    )


def _fits(element: Element, column: Column) -> bool:
    """Tell whether the column takes every value that the CSN allows."""
    pairs = (
        (element.length, column.length),
        (element.precision, column.precision),
        (element.scale, column.scale),
    )
    return all(here is None or there is None or here <= there for here, there in pairs)


def _size(element: Element) -> str:
    numbers = [n for n in (element.length, element.precision) if n is not None][:1]
    if numbers and element.length is None and element.scale is not None:
        numbers.append(element.scale)
    return f"({','.join(map(str, numbers))})" if numbers else ""
