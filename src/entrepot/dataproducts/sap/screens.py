"""What pages show of a CSN."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.dataproducts.sap.csn import Entity
from entrepot.dataproducts.sap.report import EntityReport
from entrepot.dataproducts.sap.service import CsnReport, report_csn
from entrepot.dataproducts.sap.sources import LOCAL_FILE, find_csn, get_csn
from entrepot.dataproducts.service import get_product
from entrepot.dataproducts.spec import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnCard:
    """The CSN on the page of its product.

    Attributes:
        source: In words; empty where no CSN is known.
        problem: Why it cannot be read; empty where it can.
    """

    source: str = ""
    entity_count: int = 0
    languages: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLine:
    """An entity, and how it compares with its table."""

    entity: Entity
    report: EntityReport

    @property
    def difference_count(self) -> int:
        """Return how many fields or columns are not as the other side has them."""
        report = self.report
        return (
            len(report.missing_in_hana)
            + len(report.missing_in_csn)
            + len(report.type_mismatches)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CsnPage:
    """A product's CSN: its entities beside the tables."""

    product: Product
    source: str
    languages: tuple[str, ...]
    lines: list[EntityLine]
    report: CsnReport


def csn_card(house: House, product: Product) -> CsnCard | None:
    """Return the card; None for products that are not SAP's and have no file."""
    try:
        found = find_csn(house, product)
        if found is None:
            return CsnCard() if product.ord_id else None
        csn = found.csn
    except EntrepotError as error:
        return CsnCard(problem=error.detail)
    return CsnCard(
        source=_words(found.source),
        entity_count=len(csn.entities),
        languages=csn.languages,
    )


def csn_page(house: House, address: str) -> CsnPage:
    """Return the page.

    Raises:
        NotThere: There is no such product.
        CsnNotFound, CsnUnreadable: It has no CSN that can be shown.
    """
    product = get_product(house, address)
    found = get_csn(house, product)
    report = report_csn(house, address)
    pairs = zip(found.csn.entities, report.entities, strict=True)
    return CsnPage(
        product=product,
        source=_words(found.source),
        languages=found.csn.languages,
        lines=[EntityLine(entity=entity, report=of) for entity, of in pairs],
        report=report,
    )


def _words(source: str) -> str:
    return "a file" if source == LOCAL_FILE else "the database"
