"""Find products, describe their tables, and read pages of rows."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from entrepot.base.errors import EntrepotError, Invalid, NotThere
from entrepot.base.house import House
from entrepot.connections import (
    Database,
    Registered,
    Schema,
    Structure,
    Table,
    get_connection,
    list_connections,
    open_database,
)
from entrepot.dataproducts.spec import Product, Unreachable

USUAL = ("main", "public")
"""Schemas that say nothing: their product is called after the connection."""


def list_products(house: House) -> tuple[list[Product], list[Unreachable]]:
    """Return the products of every connection, and the connections that fail now."""
    connections = list_connections(house)
    products: list[Product] = []
    failed: list[Unreachable] = []
    with ThreadPoolExecutor(max_workers=8) as pool:
        for found in pool.map(lambda c: _try_products(house, c), connections):
            if isinstance(found, Unreachable):
                failed.append(found)
            else:
                products += found
    return products, failed


def _try_products(house: House, connection: Registered) -> list[Product] | Unreachable:
    try:
        schemas = open_database(house, connection.name).list_schemas()
    except EntrepotError as error:
        return Unreachable(
            connection=connection.name,
            title=error.title(),
            detail=error.detail,
            hint=error.hint or "",
        )
    return [_product(connection, schema) for schema in schemas]


def _product(connection: Registered, schema: Schema) -> Product:
    is_usual = schema.name in USUAL
    return Product(
        connection=connection.name,
        schema=schema.name,
        name=connection.name if is_usual else schema.name,
        display_name=connection.name if is_usual else schema.name,
        owner=schema.owner,
        description=schema.description or connection.description,
        table_count=schema.table_count,
        dialect=connection.dialect,
        address=f"{connection.name}:{schema.name}",
    )


def get_product(house: House, address: str) -> Product:
    """Return the product at `connection:schema`, or at a schema that only one has.

    Raises:
        NotThere: There is no such product.
        Invalid: Several connections have a schema of this name.
    """
    connection, colon, schema = address.partition(":")
    if colon:
        registered = get_connection(house, connection)
        schemas = open_database(house, connection).list_schemas()
        return _product(registered, _find(schema, schemas))
    products, _ = list_products(house)
    return _only(address, products)


def _find(name: str, schemas: Iterable[Schema]) -> Schema:
    for schema in (schemas := list(schemas)):
        if schema.name == name:
            return schema
    raise NotThere("schema", name, [schema.name for schema in schemas])


def _only(name: str, products: list[Product]) -> Product:
    found = [product for product in products if product.schema == name]
    if not found:
        raise NotThere("data product", name, [p.address for p in products])
    if len(found) > 1:
        addresses = [product.address for product in found]
        raise Invalid(
            f"several connections have a schema {name!r}",
            hint=f"say which: {', '.join(addresses)}",
            known=addresses,
        )
    return found[0]


def open_product(house: House, address: str) -> tuple[Database, Product]:
    """Return a product with its database."""
    product = get_product(house, address)
    return open_database(house, product.connection), product


def list_tables(house: House, address: str) -> list[Table]:
    """Return a product's tables and views, sorted by name."""
    database, product = open_product(house, address)
    return database.list_tables(product.schema)


def get_structure(house: House, address: str, table: str) -> Structure:
    """Return a table's columns, keys and indexes.

    Raises:
        NotThere: There is no such product or table.
    """
    database, product = open_product(house, address)
    return database.describe(product.schema, table)
