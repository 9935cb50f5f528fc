"""Page: the products, narrowed by facets, as rows to write into or as cards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import render_template, url_for
from sqlalchemy.orm import Session

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Role
from entrepot.catalogue import (
    count_products_found,
    get_category,
    list_ancestors,
    list_documents,
    list_facets,
)
from entrepot.catalogue.finding.spec import LOW_STOCK, ProductQuery
from entrepot.catalogue.images.covers import list_covers
from entrepot.catalogue.pages.asked import PAGE_ROWS, Asked, product_query
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.columns import (
    COLUMNS,
    NAME,
    USUAL,
    Cell,
    Column,
    cell_of,
    shown_columns,
)
from entrepot.catalogue.pages.exporting import SHAPES, format_choices
from entrepot.catalogue.pages.facet_links import Chip, FacetPart, chips, facet_parts
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

SORT_CHOICES = (
    ("", "Usual order"),
    ("name", "Name"),
    ("-updated_at", "Newest change first"),
    ("-created_at", "Newest first"),
    ("price", "Price, lowest first"),
    ("-price", "Price, highest first"),
    ("inventory_quantity", "Stock, lowest first"),
    ("quality", "Quality, lowest first"),
)
WRITER: Role = "analyst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A product in the list.

    Attributes:
        picture: The address of a small one here; empty for none.
        stock: `out`, `low` or empty, where stock is counted.
    """

    id: int
    version: int
    name: str
    sku: str
    picture: str
    price: str
    status: str
    quantity: int
    stock: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column: its sort, and the query string that sorts by it next."""

    column: Column
    sort: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The page of products.

    Attributes:
        all_count: Products there are, whatever narrows.
        next: The query string of the page after; empty at the end.
        corrected_to: The words found instead of those asked for.
        category: The name of the one that narrows.
        above: The names of those above it, with the query strings that widen to them.
    """

    asked: Asked
    heads: list[Head]
    can_write: bool
    lines: list[Line] = field(default_factory=list)
    total: int | None = None
    all_count: int = 0
    next: str = ""
    corrected_to: str = ""
    category: str = ""
    above: list[tuple[str, str]] = field(default_factory=list)
    facets: list[FacetPart] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    seconds: float = 0.0
    problem: dict[str, object] | None = None
    api_address: str = "/api/products"
    columns: tuple[Column, ...] = tuple(COLUMNS.values())
    sorts: tuple[tuple[str, str], ...] = SORT_CHOICES
    page_rows: tuple[int, ...] = PAGE_ROWS
    usual: tuple[str, ...] = USUAL
    shapes: Mapping[str, str] = field(default_factory=lambda: SHAPES)
    formats: list[tuple[str, str]] = field(default_factory=format_choices)

    @property
    def shown(self) -> set[str]:
        """Return the names of the columns that are shown."""
        return {head.column.name for head in self.heads}

    @property
    def last(self) -> int:
        """Return the number of the last product on the page."""
        return self.asked.first + len(self.lines) - 1


@bp.get("/catalogue")
@needs("viewer")
def catalogue() -> tuple[str, int]:
    """List products."""
    asked: Asked = read_query(Asked)
    status = 200
    try:
        with current_house().store.read_session() as session:
            page = _load(session, asked)
    except EntrepotError as error:
        status = problems.status_of(error)
        if status >= 500:
            raise
        page = _failed(asked, error)
    return render_template("catalogue/catalogue.html", page=page), status


def can_write() -> bool:
    """Tell whether the person may write products."""
    return ROLES.index(require("viewer").role) >= ROLES.index(WRITER)


def _load(session: Session, asked: Asked) -> ListPage:
    began = time.perf_counter()
    wanted, columns = product_query(asked), shown_columns(asked.columns)
    found = list_documents(session, wanted)
    documents = [msgspec.json.decode(text) for text in found.documents]
    ids = [document["id"] for document in documents]
    covers = list_covers(session, ids, "card" if asked.view == "cards" else "thumb")
    category = _category_name(session, wanted)
    facets = [] if asked.facets == "none" else list_facets(session, wanted)
    return ListPage(
        asked=asked,
        heads=_heads(asked, columns),
        can_write=can_write(),
        lines=[_line(one, columns, covers) for one in documents],
        total=found.total,
        all_count=count_products_found(session, ProductQuery()),
        next=asked.next(found.next) if found.next else "",
        corrected_to=found.corrected_to or "",
        category=category,
        above=_above(session, asked, wanted),
        facets=facet_parts(asked, facets),
        chips=chips(asked, category),
        seconds=time.perf_counter() - began,
    )


def _failed(asked: Asked, error: EntrepotError) -> ListPage:
    return ListPage(
        asked=asked,
        heads=_heads(asked, shown_columns(asked.columns)),
        can_write=can_write(),
        chips=chips(asked, asked.category_id),
        problem=problems.describe(error),
    )


def _category_name(session: Session, wanted: ProductQuery) -> str:
    if wanted.category_id is None:
        return ""
    return get_category(session, wanted.category_id).name


def _above(
    session: Session, asked: Asked, wanted: ProductQuery
) -> list[tuple[str, str]]:
    if wanted.category_id is None:
        return []
    above = list_ancestors(session, wanted.category_id)
    found = [(one.name, asked.with_(category_id=str(one.id))) for one in above]
    return [("All", asked.with_(category_id="")), *found]


def _heads(asked: Asked, columns: list[Column]) -> list[Head]:
    return [_head(asked, column) for column in (NAME, *columns)]


def _head(asked: Asked, column: Column) -> Head:
    if not column.sort:
        return Head(column=column, sort="", query="")
    is_on = asked.sorted_by == column.sort
    turned = f"-{column.sort}" if is_on and not asked.is_down else column.sort
    sort = "" if not is_on else "descending" if asked.is_down else "ascending"
    return Head(column=column, sort=sort, query=asked.with_(sort=turned))


def _line(
    document: Mapping[str, Any], columns: list[Column], covers: Mapping[int, str]
) -> Line:
    quantity = document["inventory_quantity"] or 0
    is_counted = document.get("track_inventory", True)
    stock = "out" if quantity <= 0 else "low" if quantity <= LOW_STOCK else ""
    address = document["image_url"] or ""
    picture = covers.get(document["id"], "")
    return Line(
        id=document["id"],
        version=document["version"],
        name=document["name"],
        sku=document["sku"],
        picture=picture or (address if _is_here(address) else ""),
        price=f"{document['price']:,.2f} {document['currency']}",
        status=document["status"],
        quantity=quantity,
        stock=stock if is_counted else "",
        cells=[cell_of(column, document) for column in columns],
    )


def _is_here(address: str) -> bool:
    """Tell whether a picture's address is one of ours: pages show no others."""
    return address.startswith("/") and not address.startswith("//")


def _figures(house: House) -> list[shell.Figure]:
    with house.store.read_session() as session:
        count = count_products_found(session, ProductQuery())
    here = url_for("catalogue_pages.catalogue")
    return [
        shell.Figure(
            name="Products", count=count, note="in the catalogue", address=here
        )
    ]


shell.PLACES.append(
    shell.Place(
        label="Catalogue",
        endpoint="catalogue_pages.catalogue",
        icon="tag",
        group="Goods",
        letter="P",
        order=14,
    )
)
shell.CARDS.append(
    shell.Card(endpoint="catalogue_pages.catalogue", load=_figures, order=14)
)
