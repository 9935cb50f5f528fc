"""What each page of this room shows: one value a page, built from the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.connections import Column, Filter, Structure
from entrepot.dataproducts.cells import KEPT_CHARACTERS, NUMBERS, Cell, render_cell
from entrepot.dataproducts.freshness import Freshness, find_all_freshness
from entrepot.dataproducts.rows import read_known_rows
from entrepot.dataproducts.sap.screens import CsnCard, csn_card
from entrepot.dataproducts.service import (
    get_product,
    get_structure,
    know_structure,
    list_products,
    list_tables,
    open_product,
)
from entrepot.dataproducts.spec import (
    Product,
    ProductColumn,
    ProductTable,
    Rows,
    TableStructure,
    Unreachable,
)
from entrepot.dataproducts.state import State
from entrepot.exports import FORMATS, FormatChoice, list_choices

AddressOf = Callable[[str, str], str]
"""From a schema and a table of the same connection to the table's page."""

ICONS = {
    "integer": "number",
    "number": "number",
    "decimal": "number",
    "text": "text",
    "boolean": "yes-no",
    "date": "calendar",
    "datetime": "calendar",
    "time": "clock",
    "bytes": "file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsPage:
    """The list of products, narrowed by words and connection."""

    products: list[Product]
    unreachable: list[Unreachable]
    connections: list[str]
    asked: str
    connection: str
    product_count: int
    table_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """One product and its tables, narrowed by words."""

    product: Product
    tables: list[ProductTable]
    table_count: int
    asked: str
    panels: list[tuple[str, object]]
    csn: CsnCard | None
    newest: dict[str, Freshness]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's head in the grid."""

    column: ProductColumn
    icon: str
    is_number: bool
    sort: str
    sort_query: str

    @property
    def title(self) -> str:
        """Return what is said of the column, or its type."""
        said = (self.column.label, self.column.description)
        return " · ".join(text for text in said if text) or self.column.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row in the grid; `key` is the query that reads it alone, if it has a key."""

    number: int
    cells: list[Cell]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a foreign key leads.

    Attributes:
        address: The page of the other table.
        pairs: A column here, and the one there that it is equal to.
    """

    address: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """The options of one format, for the part of a table that is shown."""

    product: Product
    structure: TableStructure
    state: State
    formats: list[FormatChoice]
    format: FormatChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """A table's rows; where reading failed, `error` stands in their place."""

    product: Product
    structure: TableStructure
    state: State
    formats: list[FormatChoice]
    heads: list[Head]
    lines: list[Line]
    rows: Rows | None
    error: EntrepotError | None

    @property
    def shown(self) -> set[str]:
        """Return the names of the columns shown."""
        return {head.column.name for head in self.heads}

    @property
    def first_row(self) -> int:
        """Return the number of the first row shown."""
        offset = self.state.request.offset
        return offset + 1 if offset else self.state.first_row

    @property
    def total(self) -> int | None:
        """Return how many rows there are, where that is known exactly."""
        if self.rows is None:
            return None
        if self.rows.next is None and (self.lines or self.first_row == 1):
            return self.first_row + len(self.lines) - 1
        return None if self.rows.total_is_estimate else self.rows.total

    @property
    def next_query(self) -> str:
        """Return the query of the next page; empty on the last."""
        if self.rows is None or self.rows.next is None:
            return ""
        following = self.first_row + len(self.lines)
        more = [("first", str(following)), *self.state.beside()]
        return f"{self.rows.next}&{urlencode(more)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StructurePage:
    """Everything about a table but its rows."""

    product: Product
    structure: TableStructure
    icons: dict[str, str]


def products_page(house: House, asked: str, connection: str) -> ProductsPage:
    """Return the products whose name, text or connection has every word asked."""
    products, unreachable = list_products(house)
    shown = [p for p in products if connection in ("", p.connection)]
    return ProductsPage(
        products=[p for p in shown if _has_words(asked, _text_of(p))],
        unreachable=unreachable,
        connections=sorted({p.connection for p in products}),
        asked=asked,
        connection=connection,
        product_count=len(products),
        table_count=sum(p.table_count or 0 for p in products),
    )


def product_page(
    house: House, address: str, asked: str, panels: list[tuple[str, object]]
) -> ProductPage:
    """Return a product with the tables that have every word asked."""
    tables, (database, product) = (
        list_tables(house, address),
        open_product(house, address),
    )
    return ProductPage(
        product=product,
        tables=[t for t in tables if _has_words(asked, _text_of_table(t))],
        table_count=len(tables),
        asked=asked,
        panels=panels,
        csn=csn_card(house, product),
        newest=find_all_freshness(house, database, product),
    )


def structure_page(house: House, address: str, table: str) -> StructurePage:
    """Return a table's structure with an icon for each column."""
    structure = get_structure(house, address, table)
    return StructurePage(
        product=get_product(house, address),
        structure=structure,
        icons={column.name: icon_of(column, structure) for column in structure.columns},
    )


def export_page(
    house: House, address: str, table: str, state: State, format: str
) -> ExportPage:
    """Return the choice of formats, and the options of one.

    Raises:
        UnknownName: There is no such format.
    """
    FORMATS.get(format)
    formats = list_choices()
    return ExportPage(
        product=get_product(house, address),
        structure=get_structure(house, address, table),
        state=state,
        formats=formats,
        format=next(choice for choice in formats if choice.name == format),
    )


def table_page(
    house: House, address: str, table: str, state: State, address_of: AddressOf
) -> TablePage:
    """Return a page of a table.

    Raises:
        EntrepotError: The table cannot be described; when only its rows cannot be
            read, the page has the error.
    """
    database, product = open_product(house, address)
    plain = database.describe(product.schema, table)
    structure = know_structure(house, database, product, plain)
    rows, error = None, None
    try:
        rows = read_known_rows(house, database, product, plain, state.request)
    except EntrepotError as failure:
        error = failure
    known = {column.name: column for column in structure.columns}
    names = known if rows is None else [column.name for column in rows.columns]
    page = TablePage(
        product=product,
        structure=structure,
        state=state,
        formats=list_choices(),
        heads=[_head(known[name], structure, state) for name in names],
        lines=[],
        rows=rows,
        error=error,
    )
    if rows is not None:
        page.lines.extend(_lines(page.first_row, rows, structure, address_of))
    return page


def icon_of(column: Column, structure: Structure) -> str:
    """Return the icon of a column: a key, a link, or its kind."""
    if column.name in structure.key:
        return "key"
    if any(column.name in key.columns for key in structure.foreign_keys):
        return "link"
    return ICONS.get(column.kind, "braces")


def _head(column: ProductColumn, structure: Structure, state: State) -> Head:
    name, is_descending = state.order
    direction = "descending" if is_descending else "ascending"
    return Head(
        column=column,
        icon=icon_of(column, structure),
        is_number=column.kind in NUMBERS,
        sort=direction if name == column.name else "",
        sort_query=state.sorted_by(column.name),
    )


def _lines(
    first: int, rows: Rows, structure: Structure, address_of: AddressOf
) -> Iterable[Line]:
    links = _links(structure, address_of)
    for number, row in enumerate(rows.rows, start=first):
        values = list(zip(rows.columns, row, strict=True))
        by_name = {column.name: value for column, value in values}
        cells = [
            render_cell(value, column, _link(links.get(column.name), by_name))
            for column, value in values
        ]
        yield Line(number=number, cells=cells, key=_key(structure, by_name))


def _links(structure: Structure, address_of: AddressOf) -> dict[str, Link]:
    """Return, for columns that point at a row elsewhere, how.

    Where several keys hold a column, the shortest has it, since it says most of it;
    the last columns of a key come first, since those before are often shared.
    """
    links: dict[str, Link] = {}
    for key in sorted(structure.foreign_keys, key=lambda key: len(key.columns)):
        if len(key.target_columns) != len(key.columns):
            continue
        link = Link(
            address=address_of(key.schema, key.table),
            pairs=tuple(zip(key.columns, key.target_columns, strict=True)),
        )
        for column in reversed(key.columns):
            links.setdefault(column, link)
    return links


def _link(link: Link | None, values: dict[str, object]) -> str:
    """Return the page of the row pointed at; empty where a part of its key is not."""
    if link is None or any(values.get(here) is None for here, _ in link.pairs):
        return ""
    pairs = [(there, str(values[here])) for here, there in link.pairs]
    where = [("where", Filter(there, "eq", text).where()) for there, text in pairs]
    return f"{link.address}?{urlencode(where)}"


def _key(structure: Structure, values: dict[str, object]) -> str:
    known = [values.get(name) for name in structure.key]
    texts = [str(value) for value in known if value is not None]
    if not texts or len(texts) < len(structure.key):
        return ""
    if sum(map(len, texts)) > KEPT_CHARACTERS:
        return ""
    pairs = zip(structure.key, texts, strict=True)
    return urlencode([("where", Filter(n, "eq", text).where()) for n, text in pairs])


def _text_of(product: Product) -> str:
    return " ".join(
        (product.display_name, product.address, product.description, product.owner)
    )


def _text_of_table(table: ProductTable) -> str:
    return f"{table.name} {table.label} {table.description}"


def _has_words(asked: str, text: str) -> bool:
    return all(word in text.lower() for word in asked.lower().split())
