"""`/api/csn`, and the CSN of one product: as it is, and beside the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Invalid
from entrepot.dataproducts.api.blueprint import bp
from entrepot.dataproducts.api.products import FAR
from entrepot.dataproducts.sap import service
from entrepot.dataproducts.sap.service import (
    CsnHealth,
    CsnReport,
    KnownProduct,
    ProductCsn,
)
from entrepot.dataproducts.sap.texts import LANGUAGE
from entrepot.web.routes import Doc, current_house, route

Language = Annotated[
    str,
    Meta(
        max_length=35,
        description="Of labels and descriptions; what it lacks stands in English.",
        examples=["de"],
    ),
]
Refresh = Annotated[bool, Meta(description="Read the CSN anew.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnQuery:
    """How a CSN is read."""

    language: Language = LANGUAGE
    refresh: Refresh = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """How a CSN is read that is compared."""

    refresh: Refresh = False


CSN = Doc(query=CsnQuery, data=ProductCsn, errors=(*FAR, Invalid))


@route(bp, "GET", "/data-products/<name:schema>/csn", CSN)
def product_csn(schema: str, query: CsnQuery) -> ProductCsn:
    """Give the CSN (core schema notation) of a product, and what it says.

    It comes from the database, where that holds one and lets the user read it, or
    from the folder of ENTREPOT_DATAPRODUCTS_CSN_FOLDER.
    """
    return service.read_csn(
        current_house(), schema, language=query.language, refresh=query.refresh
    )


@route(
    bp,
    "GET",
    "/data-products/<name:schema>/csn/report",
    Doc(query=ReportQuery, data=CsnReport, errors=(*FAR, Invalid)),
)
def csn_report(schema: str, query: ReportQuery) -> CsnReport:
    """Compare the CSN of a product with its tables: fields, columns, types.

    Associations are left out. A column may take more than the CSN allows, not less.
    """
    return service.report_csn(current_house(), schema, refresh=query.refresh)


@route(bp, "GET", "/csn/products", Doc(data=list[KnownProduct], errors=FAR))
def csn_products() -> list[KnownProduct]:
    """List the products whose CSN is known."""
    return service.list_known(current_house())


@route(bp, "GET", "/csn/health", Doc(data=CsnHealth, errors=FAR))
def csn_health() -> CsnHealth:
    """Say where CSNs come from, and whether they can be read there."""
    return service.look_at_sources(current_house())


@route(bp, "GET", "/csn/<name:schema>", CSN)
def csn(schema: str, query: CsnQuery) -> ProductCsn:
    """Give the CSN of a product, as `/api/data-products/<schema>/csn` does."""
    return service.read_csn(
        current_house(), schema, language=query.language, refresh=query.refresh
    )
