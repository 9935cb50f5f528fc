"""Find products, describe their tables, and read pages of rows."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from entrepot.base import spans
from entrepot.base.errors import EntrepotError, Invalid, NotThere
from entrepot.base.house import House
from entrepot.connections import (
    DIALECTS,
    Database,
    NotConfigured,
    Registered,
    Schema,
    Structure,
    get_connection,
    list_connections,
    open_database,
)
from entrepot.dataproducts.sap.describe import (
    describe_structure,
    describe_table,
    name_product,
)
from entrepot.dataproducts.sap.sources import try_csn
from entrepot.dataproducts.spec import (
    Product,
    ProductTable,
    TableStructure,
    Unreachable,
)

USUAL = ("main", "public")
"""Schemas that say nothing: their product is called after the connection."""


def list_products(house: House) -> tuple[list[Product], list[Unreachable]]:
    """Return the products of every connection, and the connections that fail now."""
    connections = list_connections(house)
    products: list[Product] = []
    failed: list[Unreachable] = []
    with ThreadPoolExecutor(max_workers=8) as pool:
        look = spans.carried(lambda c: _try_products(house, c))
        for found in pool.map(look, connections):
            if isinstance(found, Unreachable):
                failed.append(found)
            else:
                products += found
    return products, failed


def products_of(house: House, *, source: str, connection: str) -> list[Product]:
    """Return the products of one connection, or of all that are of one kind.

    Args:
        source: A kind of database; empty for that of the connection.
        connection: Empty for every one of the kind.

    Raises:
        UnknownName: There is no such kind of database.
        NotThere: There is no such connection.
        NotConfigured: No connection is of this kind.
        EntrepotError: None of them answers; what the first one said.
    """
    if source:
        DIALECTS.get(source)
    named = [get_connection(house, connection)] if connection else None
    found = [c for c in named or list_connections(house) if source in ("", c.dialect)]
    if not found:
        raise NotConfigured(
            f"no connection is of the kind {source!r}",
            hint="add one on the page of connections",
            error_code="NOT_CONFIGURED",
        )
    products, failed = [], []
    for one in found:
        try:
            products += _products(house, one)
        except EntrepotError as error:
            failed.append(error)
    if len(failed) == len(found):
        raise failed[0]
    return products


def _try_products(house: House, connection: Registered) -> list[Product] | Unreachable:
    try:
        return _products(house, connection)
    except EntrepotError as error:
        return Unreachable(
            connection=connection.name,
            title=error.title(),
            detail=error.detail,
            hint=error.hint or "",
        )


def _products(house: House, connection: Registered) -> list[Product]:
    schemas = open_database(house, connection.name).list_schemas()
    return [_product(connection, schema) for schema in schemas]


def _product(connection: Registered, schema: Schema) -> Product:
    is_usual = schema.name in USUAL
    product = Product(
        connection=connection.name,
        schema=schema.name,
        name=connection.name if is_usual else schema.name,
        display_name=connection.name if is_usual else schema.name,
        owner=schema.owner,
        created_at=schema.created_at,
        description=schema.description or connection.description,
        table_count=schema.table_count,
        dialect=connection.dialect,
        address=f"{connection.name}:{schema.name}",
    )
    return name_product(product, schema)


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


def list_tables(
    house: House, address: str, *, refresh: bool = False, has_words: bool = True
) -> list[ProductTable]:
    """Return a product's tables and views, sorted by name.

    Args:
        refresh: Read the CSN anew.
        has_words: With those of the CSN, for which it may have to be read.
    """
    database, product = open_product(house, address)
    tables = database.list_tables(product.schema)
    csn = try_csn(house, product, refresh=refresh) if has_words else None
    names = [table.name for table in tables]
    return [describe_table(table, csn, names) for table in tables]


def get_structure(house: House, address: str, table: str) -> TableStructure:
    """Return a table's columns, keys and indexes, with what the CSN says of them.

    Raises:
        NotThere: There is no such product or table.
    """
    database, product = open_product(house, address)
    plain = database.describe(product.schema, table)
    return know_structure(house, database, product, plain)


def know_structure(
    house: House, database: Database, product: Product, structure: Structure
) -> TableStructure:
    """Return the structure that a database tells, with what the CSN says of it."""
    csn = try_csn(house, product)
    tables = database.list_tables(product.schema) if csn else []
    return describe_structure(structure, csn, [found.name for found in tables])
