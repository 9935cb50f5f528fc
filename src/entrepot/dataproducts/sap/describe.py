"""Products, tables and columns with what SAP's names and CSN say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from entrepot.connections import Column, ForeignKey, Schema, Structure, Table
from entrepot.dataproducts.sap.csn import Association, Csn, Element, Entity
from entrepot.dataproducts.sap.names import entity_of, parse_schema
from entrepot.dataproducts.sap.report import find_entity, table_of
from entrepot.dataproducts.spec import (
    Product,
    ProductColumn,
    ProductTable,
    TableStructure,
)


def name_product(product: Product, schema: Schema) -> Product:
    """Return a product with what its schema says; any other stays as it is."""
    said = parse_schema(schema.name)
    if said is None:
        return product
    return replace(
        product,
        name=said.name,
        display_name=said.display_name,
        version=said.version,
        namespace=said.namespace,
        ord_id=said.ord_id,
    )


def describe_table(
    table: Table, csn: Csn | None, tables: Sequence[str]
) -> ProductTable:
    """Return a table with the words of the CSN, which never replace the database's."""
    entity = find_entity(csn, table.name, tables) if csn else None
    found = entity_of(table.name)
    words = ProductTable(
        **_members(table),
        display_name=found or table.name,
        entity=found or (entity.name if entity else ""),
    )
    if entity is None:
        return words
    return replace(
        words,
        label=entity.label,
        description=table.description or entity.description,
    )


def describe_structure(
    structure: Structure, csn: Csn | None, tables: Sequence[str]
) -> TableStructure:
    """Return a structure with the words, key and associations of the CSN.

    Args:
        tables: The schema's, among which associations find their targets.
    """
    table = describe_table(structure.table, csn, tables)
    entity = find_entity(csn, table.name, tables) if csn else None
    elements = {e.name: e for e in entity.elements} if entity else {}
    keys = [e.name for e in elements.values() if e.primary_key] if elements else []
    members = _members(structure)
    if csn and entity:
        has_all = set(keys) <= {column.name for column in structure.columns}
        members |= {
            "key": structure.key or (tuple(keys) if has_all else ()),
            "foreign_keys": (
                *structure.foreign_keys,
                *_foreign_keys(structure, csn, entity, tables),
            ),
        }
    members |= {
        "table": table,
        "columns": tuple(_column(c, elements.get(c.name)) for c in structure.columns),
    }
    return TableStructure(
        **members,
        display_name=table.display_name,
        entity=table.entity,
        label=table.label,
        associations=entity.associations if entity else (),
    )


def _column(column: Column, element: Element | None) -> ProductColumn:
    described = ProductColumn(**_members(column))
    if element is None:
        return described
    return replace(
        described,
        label=element.label,
        description=column.description or element.description,
        primary_key=column.primary_key or element.primary_key,
    )


def _foreign_keys(
    structure: Structure, csn: Csn, entity: Entity, tables: Sequence[str]
) -> list[ForeignKey]:
    """Return the associations that lead to one row of a table of the same schema."""
    entities = {e.name: e for e in csn.entities}
    known = {key.columns for key in structure.foreign_keys}
    names = {column.name for column in structure.columns}
    found: dict[tuple[str, ...], ForeignKey] = {}
    for association in entity.associations:
        target = entities.get(association.target)
        table = table_of(target, tables) if target else ""
        if target and table and _leads_to_one(association, target, names):
            key = ForeignKey(
                columns=association.columns,
                schema=structure.schema,
                table=table,
                target_columns=association.target_columns,
            )
            found.setdefault(key.columns, key)
    return [key for columns, key in found.items() if columns not in known]


def _leads_to_one(association: Association, target: Entity, names: set[str]) -> bool:
    there = {element.name for element in target.elements}
    return bool(
        association.columns
        and not association.is_many
        and set(association.columns) <= names
        and set(association.target_columns) <= there
    )


def _members(value: Any) -> dict[str, Any]:
    """Return what a value of a class below it is made with."""
    return {f.name: getattr(value, f.name) for f in fields(value)}
