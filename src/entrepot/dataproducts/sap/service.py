"""The CSN of products: the document, what it says, and whether the tables keep it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from entrepot.base import spans
from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.connections import (
    KnowsCsn,
    list_connections,
    open_database,
)
from entrepot.dataproducts.sap.csn import Entity, parse_csn
from entrepot.dataproducts.sap.files import list_files
from entrepot.dataproducts.sap.report import EntityReport, compare
from entrepot.dataproducts.sap.sources import LOCAL_FILE, find_csn, get_csn
from entrepot.dataproducts.sap.texts import LANGUAGE
from entrepot.dataproducts.service import get_product, list_products, open_product
from entrepot.dataproducts.settings import CSN_FOLDER
from entrepot.dataproducts.spec import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCsn:
    """The CSN of a product.

    Attributes:
        source: A kind of database, or `local_file`.
        csn: The document: `meta`, `definitions`, `i18n`.
        entities: What it says, with words in the language asked for.
        languages: Those it has words in.
    """

    connection: str
    schema: str
    ord_id: str
    source: str
    language: str
    languages: tuple[str, ...]
    entities: tuple[Entity, ...]
    csn: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnReport:
    """A product's CSN beside its tables.

    Attributes:
        unclaimed_tables: Tables that no entity of the CSN describes.
    """

    connection: str
    schema: str
    source: str
    validation_passed: bool
    entities: list[EntityReport]
    unclaimed_tables: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProduct:
    """A product whose CSN is known."""

    connection: str
    schema: str
    address: str
    display_name: str
    version: str
    ord_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnSource:
    """Somewhere that CSNs come from.

    Attributes:
        source: A kind of database, or `local_file`.
        connection: Empty for files.
        csn_count: That are found there now.
        detail: Why it is not available; empty where it is.
    """

    source: str
    connection: str = ""
    is_available: bool
    csn_count: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnHealth:
    """Whether CSNs can be had: `healthy` where one of the sources is available."""

    status: str
    sources: list[CsnSource]


def read_csn(
    house: House, address: str, *, language: str = LANGUAGE, refresh: bool = False
) -> ProductCsn:
    """Return the CSN of a product.

    Raises:
        NotThere: There is no such product.
        CsnNotFound: None is known of it.
        CsnUnreadable: It is no CSN.
    """
    product = get_product(house, address)
    found = get_csn(house, product, refresh=refresh)
    document = found.document()
    csn = parse_csn(document, language)
    return ProductCsn(
        connection=product.connection,
        schema=product.schema,
        ord_id=product.ord_id,
        source=found.source,
        language=language,
        languages=csn.languages,
        entities=csn.entities,
        csn=document,
    )


def report_csn(house: House, address: str, *, refresh: bool = False) -> CsnReport:
    """Compare a product's CSN with its tables; raises as `read_csn`."""
    database, product = open_product(house, address)
    found = get_csn(house, product, refresh=refresh)
    structures = database.outline(product.schema)
    entities = compare(product.schema, found.csn, structures)
    claimed = {entity.table_name for entity in entities}
    unclaimed = [s.table.name for s in structures if s.table.name not in claimed]
    return CsnReport(
        connection=product.connection,
        schema=product.schema,
        source=found.source,
        validation_passed=all(entity.validation_passed for entity in entities),
        entities=entities,
        unclaimed_tables=unclaimed,
    )


def list_known(house: House) -> list[KnownProduct]:
    """Return the products whose CSN is known now, in the products' order."""
    products, _ = list_products(house)
    with ThreadPoolExecutor(max_workers=8) as pool:
        look = spans.carried(lambda product: _source(house, product))
        sources = list(pool.map(look, products))
    return [
        KnownProduct(
            connection=product.connection,
            schema=product.schema,
            address=product.address,
            display_name=product.display_name,
            version=product.version,
            ord_id=product.ord_id,
            source=source,
        )
        for product, source in zip(products, sources, strict=True)
        if source
    ]


def look_at_sources(house: House) -> CsnHealth:
    """Say of every source whether it can be read, and how much is there."""
    sources = [*_databases(house), *_files(house)]
    is_well = any(source.is_available for source in sources)
    return CsnHealth(status="healthy" if is_well else "unavailable", sources=sources)


def _source(house: House, product: Product) -> str:
    try:
        found = find_csn(house, product)
    except EntrepotError:
        return ""
    return found.source if found else ""


def _databases(house: House) -> Iterable[CsnSource]:
    """Yield the connections that may hold CSNs, asked or not."""
    products, unreachable = list_products(house)
    failed = {one.connection: one.detail for one in unreachable}
    for connection in list_connections(house):
        name = connection.name
        if not _may_hold(house, name):
            continue
        own = [product for product in products if product.connection == name]
        count = sum(_source(house, p) == connection.dialect for p in own)
        none = failed.get(name, "no CSN can be read there")
        yield CsnSource(
            source=connection.dialect,
            connection=name,
            is_available=count > 0,
            csn_count=count,
            detail="" if count else none,
        )


def _may_hold(house: House, connection: str) -> bool:
    try:
        return isinstance(open_database(house, connection), KnowsCsn)
    except EntrepotError:
        return False  # its file lies outside, or its password cannot be opened


def _files(house: House) -> Iterable[CsnSource]:
    folder = house.settings[CSN_FOLDER]
    if not folder:
        return
    try:
        count, detail = len(list_files(folder)), ""
    except EntrepotError as error:
        count, detail = 0, error.detail
    yield CsnSource(
        source=LOCAL_FILE, is_available=not detail, csn_count=count, detail=detail
    )
